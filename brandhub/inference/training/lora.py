# mypy: disable-error-code="attr-defined"
# (diffusers types neither the parts nor the configuration of its models)
"""Adapters: a few pictures of a style never seen, taught to the model in minutes (PEFT LoRA)."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from diffusers import StableDiffusionPipeline
from peft import LoraConfig
from peft.utils import get_peft_model_state_dict
from torch import Tensor, nn

from brandhub.vocabulary import Language, compose_caption

from .autoencoder import encode
from .captioning import TagSet
from .corpus.unseen import draw_unseen
from .diffusion import encode_text
from .loop import LoopSettings, Training, pick_device, run_loop, step_generator
from .optimizers import build_optimizer

WEIGHTS = "pytorch_lora_weights.safetensors"
RANK = 16
# Attention, feed-forward and convolutions: a style lies in all of them.
TARGETS = ("to_q", "to_k", "to_v", "to_out.0", "ff.net.0.proj", "ff.net.2", "conv1", "conv2",
           "conv_shortcut", "conv_in", "conv_out")  # fmt: skip
# Out of ten prompts one is left empty, so that guidance knows the style too.
_EMPTY_SHARE = 0.1


def train_lora(
    pipeline: StableDiffusionPipeline,
    pictures: Tensor,
    tags: Sequence[TagSet],
    *,
    trigger: str,
    folder: Path,
    settings: LoopSettings,
    batch: int = 16,
    lr: float = 2e-3,
    seed: int = 1,
) -> Path:
    """Train an adapter for the UNet of `pipeline` on `pictures`; return the weights' file.

    `pictures`: (count, 3, size, size), float32 in -1..1, sRGB, at the autoencoder's own size;
    `tags` say what varies from one to the next, and `trigger` stands for what they share. The
    pipeline's UNet carries the adapter afterwards.
    """
    device = pick_device()
    unet = pipeline.unet.to(device, memory_format=torch.channels_last).requires_grad_(False)
    text_encoder = pipeline.text_encoder.to(device).requires_grad_(False)
    latents = encode(pipeline.vae.to(device), pictures)
    mirrored = encode(pipeline.vae, pictures.flip(-1))
    unet.add_adapter(
        LoraConfig(r=RANK, lora_alpha=RANK, init_lora_weights=True, target_modules=list(TARGETS))
    )
    unet.train()
    signal = pipeline.scheduler.alphas_cumprod
    steps = pipeline.scheduler.config.num_train_timesteps

    def loss(
        modules: Mapping[str, nn.Module], step: int, part: int, parts: int
    ) -> tuple[Tensor, dict[str, float]]:
        generator = step_generator(seed, step, part)
        words = random.Random(f"{seed}:{step}:{part}")
        chosen = torch.randint(0, len(latents), (batch // parts,), generator=generator)
        clean = latents[chosen]
        turned = torch.rand(len(clean), 1, 1, 1, generator=generator) < 0.5
        clean = torch.where(turned, mirrored[chosen], clean)
        timesteps = torch.randint(0, steps, (len(clean),), generator=generator)
        kept = signal[timesteps].view(-1, 1, 1, 1)
        noise = torch.randn(clean.shape, generator=generator)
        noisy = kept.sqrt() * clean + (1 - kept).sqrt() * noise
        target = kept.sqrt() * noise - (1 - kept).sqrt() * clean
        prompts = [caption(tags[index], trigger, words) for index in chosen.tolist()]
        with torch.autocast(device.type, dtype=torch.bfloat16):
            with torch.no_grad():
                states = encode_text(pipeline.tokenizer, text_encoder, prompts)
            output = modules["unet"](
                noisy.to(device, memory_format=torch.channels_last), timesteps.to(device), states
            ).sample
        return (output.float() - target.to(device)).square().mean(), {}

    optimizer = build_optimizer([unet], lr=lr, except_in=("lora_",))
    run_loop(Training({"unet": unet}, optimizer, loss, batch), settings)
    folder.mkdir(parents=True, exist_ok=True)
    state = get_peft_model_state_dict(unet)
    StableDiffusionPipeline.save_lora_weights(
        folder, unet_lora_layers=state, safe_serialization=True, weight_name=WEIGHTS
    )
    return folder / WEIGHTS


def caption(tags: TagSet, trigger: str, rng: random.Random) -> str:
    """The trigger with what is known of one picture, in either language; at times empty."""
    if rng.random() < _EMPTY_SHARE:
        return ""
    language: Language = "en" if rng.random() < 0.5 else "zh"
    text = compose_caption(tags, language=language, rng=rng)
    return f"{trigger}, {text}"


def train_family(
    model: Path,
    *,
    family: str,
    folder: Path,
    minutes: float,
    count: int = 12,
    seed: int = 1,
    workers: int = 1,
) -> None:
    """Train an adapter for the model at `model` on `count` pictures of a held-out `family`.

    Beside the weights, ``training.json`` says of what they were made. Raises ``ValueError`` for a
    family that isn't held out.
    """
    pipeline = StableDiffusionPipeline.from_pretrained(model, dtype=torch.float32)
    size = pipeline.vae.config.sample_size
    drawn = [draw_unseen(family, random.Random(f"{seed}:{i}"), size=size) for i in range(count)]
    pixels = np.stack([picture for picture, _ in drawn]).transpose(0, 3, 1, 2)
    trigger = f"{family} brand"
    settings = LoopSettings(
        folder / "state.pt",
        steps=1_000_000,
        minutes=minutes,
        warmup_steps=10,
        workers=workers,
        parts=2 * workers if workers > 1 else 1,
    )
    began = time.monotonic()
    train_lora(
        pipeline,
        torch.from_numpy(pixels).float() / 127.5 - 1,
        [tags for _, tags in drawn],
        trigger=trigger,
        folder=folder,
        settings=settings,
        seed=seed,
    )
    about = {
        "family": family,
        "trigger": trigger,
        "images": count,
        "seconds": time.monotonic() - began,
    }
    (folder / "training.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
