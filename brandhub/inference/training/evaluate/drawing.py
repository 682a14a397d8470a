"""Drawing with a model's folder as the product does: stock pipeline, in the CPU's own format."""

from __future__ import annotations

import copy
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from diffusers import StableDiffusionPipeline
from numpy.typing import NDArray

from brandhub.inference.diffusers_backend.configuration import Configuration
from brandhub.inference.diffusers_backend.device import open_device
from brandhub.inference.diffusers_backend.guiding import Guidance
from brandhub.inference.diffusers_backend.schedulers import make_scheduler

Pictures = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Preset:
    """How a model wants to be run; ``scheduler`` and ``guidance_schedule`` as in ``specs``."""

    steps: int
    guidance: float
    scheduler: str = "default"
    guidance_schedule: str = "constant"


# As the product's own base model is registered (`brandhub.demo.seeding`).
STANDARD = Preset(25, 4.0, guidance_schedule="early")
# As the product draws few steps (`styles.routing`).
FAST = Preset(4, 4.0, "unipc")
# As the product draws with an adapter.
ADAPTED = Preset(25, 4.0)


def read_presets(weights: Path) -> dict[str, Preset]:
    """The presets "standard", "fast" and "adapted".

    What ``presets.json`` in the model's folder names is run as it says.
    """
    presets = {"standard": STANDARD, "fast": FAST, "adapted": ADAPTED}
    path = weights / "presets.json"
    if path.exists():
        for name, held in json.loads(path.read_text(encoding="utf-8")).items():
            if name in presets:
                presets[name] = Preset(
                    int(held["steps"]),
                    float(held["guidance"]),
                    held.get("scheduler", "default"),
                    held.get("guidance_schedule", "constant"),
                )
    return presets


class Model:
    """A loaded pipeline that draws many prompts in batches, one seed a picture.

    ``workers`` threads draw a batch each: where other work shares the cores this is several times
    faster than threads inside each operation, which wait for the slowest hundreds of times a step.
    """

    def __init__(self, weights: Path, *, batch: int = 16, workers: int = 1) -> None:
        self.weights = weights
        self.batch = batch
        self.workers = workers
        self.presets = read_presets(weights)
        # bfloat16 where the CPU multiplies in it; elsewhere it would be emulated, and slow.
        self.device = open_device(Configuration(device="cpu", threads=torch.get_num_threads()))
        self.pipeline = StableDiffusionPipeline.from_pretrained(
            weights,
            dtype=torch.float32,
            safety_checker=None,
            requires_safety_checker=False,
            local_files_only=True,
        )
        self.pipeline.set_progress_bar_config(disable=True)
        self.pipeline.unet.to(memory_format=torch.channels_last)
        self.pipeline.vae.to(memory_format=torch.channels_last)
        self.size = self.pipeline.unet.config.sample_size * self.pipeline.vae_scale_factor
        channels = self.pipeline.unet.config.in_channels
        self.latent_shape = (channels, *[self.pipeline.unet.config.sample_size] * 2)

    def draw(
        self,
        prompts: Sequence[str],
        seeds: Sequence[int],
        *,
        negatives: Sequence[str] | None = None,
        preset: str = "standard",
    ) -> Pictures:
        """Pictures (n, 3, size, size) uint8 sRGB; the same prompt and seed give the same one."""
        chosen = self.presets[preset]
        guidance = Guidance(chosen.guidance, early=chosen.guidance_schedule == "early")

        def on_step_end(walking: Any, step: int, _time: Any, state: dict[str, Any]) -> Any:
            guidance.prepare(walking, step + 1)
            return state

        def draw_part(start: int) -> Pictures:
            part = slice(start, start + self.batch)
            noise = [
                torch.randn(self.latent_shape, generator=torch.Generator().manual_seed(seed))
                for seed in seeds[part]
            ]
            against = list(negatives[part]) if negatives and chosen.guidance != 1 else None
            # A scheduler counts its steps, and a tokenizer keeps how it pads and cuts, so each
            # thread has its own; the weights are shared.
            own = self.pipeline.scheduler
            parts = {
                **self.pipeline.components,
                "tokenizer": copy.deepcopy(self.pipeline.tokenizer),
                "scheduler": make_scheduler(
                    own, chosen.scheduler, chosen.steps, self.device.torch_device
                ),
            }
            pipeline: Any = StableDiffusionPipeline(**parts, requires_safety_checker=False)
            pipeline.set_progress_bar_config(disable=True)
            with torch.no_grad(), self.device.arithmetic():
                images = pipeline(
                    list(prompts[part]),
                    negative_prompt=against,
                    latents=torch.stack(noise),
                    num_inference_steps=chosen.steps,
                    **guidance.arguments(),
                    callback_on_step_end=on_step_end,
                    callback_on_step_end_tensor_inputs=[],
                    output_type="pt",
                ).images
            return images.float().clamp(0, 1).mul(255).round().to(torch.uint8).numpy()

        starts = range(0, len(prompts), self.batch)
        if self.workers == 1:
            return np.concatenate([draw_part(start) for start in starts])
        with ThreadPoolExecutor(self.workers) as pool:
            return np.concatenate(list(pool.map(draw_part, starts)))

    @torch.no_grad()
    def reconstruct(self, pictures: Pictures) -> Pictures:
        """Pictures (n, 3, size, size) uint8 after encoding (the mean) and decoding."""
        parts = []
        for start in range(0, len(pictures), self.batch):
            images = torch.from_numpy(pictures[start : start + self.batch]).float() / 127.5 - 1
            with self.device.arithmetic():
                latents = self.pipeline.vae.encode(images).latent_dist.mode()
                decoded = self.pipeline.vae.decode(latents).sample
            parts.append(
                ((decoded.float().clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8).numpy()
            )
        return np.concatenate(parts)
