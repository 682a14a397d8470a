# mypy: disable-error-code="attr-defined"
# (diffusers types neither the parts nor the configuration of its models)
"""Training an adapter from a brand's pictures, step by step, so that it can be watched and resumed.

A LoRA (PEFT) on the denoiser's attention, feed-forward and convolutions: a style lies in all of
them. All randomness of a step comes from the seed and the step's number, so a training that goes
on from a checkpoint draws what the uninterrupted one would have drawn.
"""

from __future__ import annotations

import hashlib
import io
import json
import random
import time
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import safetensors.torch
import torch
from diffusers.models.attention_processor import AttnProcessor
from diffusers.training_utils import cast_training_params
from numpy.typing import NDArray
from peft import LoraConfig
from PIL import Image
from torch import Tensor

from brandhub.inference.adapter_recipes import (
    AdapterRecipe,
    TrainedAdapter,
    TrainingFollower,
    TrainingSpec,
)
from brandhub.inference.diffusers_backend.conditioning import TextConditioner
from brandhub.inference.diffusers_backend.configuration import Configuration
from brandhub.inference.diffusers_backend.conversion import Pair, canonical_bytes
from brandhub.inference.diffusers_backend.device import Device, open_device
from brandhub.inference.diffusers_backend.loading import load_pipeline
from brandhub.inference.diffusers_backend.pipeline import Pipeline
from brandhub.inference.diffusers_backend.rendering import decode_latent
from brandhub.inference.errors import InvalidSpec

from .crew import Crew, Examples, gathered
from .face_placing import FacePlacer
from .loop import step_generator
from .norms import speed_up_norms

TARGETS: Final = [
    *("to_q", "to_k", "to_v", "to_out.0", "ff.net.0.proj", "ff.net.2"),
    *("conv1", "conv2", "conv_shortcut", "conv_in", "conv_out"),
]
#: One prompt in ten is left empty, so that guidance knows the style too.
EMPTY_SHARE: Final = 0.1
#: Of the steps: a linear rise at the start, a linear fall at the end.
WARM_UP: Final = 0.05
DECAY: Final = 0.4
CLIP_NORM: Final = 1.0
#: Weight decay and the moments' decays of AdamW.
WEIGHT_DECAY: Final = 0.01
BETAS: Final = (0.9, 0.99)
PREVIEW_STEPS: Final = 15
#: Raised with every change that makes other numbers of the same recipe.
_VERSION: Final = "3"
#: Side of the pictures that are shown as they are learnt from, and how many of them at most.
_SHOWN_SIDE, _SHOWN = 128, 12


class DiffusersTrainer:
    """`adapter_recipes.AdapterTrainer` on a Stable Diffusion pipeline.

    Each training loads the model anew and lets go of it at the end: between trainings nothing but
    the libraries stays in memory.
    """

    def __init__(self, configuration: Configuration) -> None:
        self._device = open_device(configuration)

    def train(
        self, spec: TrainingSpec, follower: TrainingFollower, *, resume: bytes | None = None
    ) -> TrainedAdapter:
        """See `adapter_recipes.AdapterTrainer.train`."""
        began = time.monotonic()
        pipeline = load_pipeline(spec.model, self._device)
        follower.on_stage("loaded")
        training = _Training(spec, pipeline, self._device, follower)
        if resume is not None:
            training.restore(resume)
        elif training.faces_placed:
            follower.on_preview(0, training.shown)
        training.run(follower)
        facts = self._device.facts() | {
            "seconds": round(time.monotonic() - began, 1),
            "faces_placed": training.faces_placed,
            "eyes_sha256": training.eyes_sha256,
        }
        return TrainedAdapter(data=training.adapter(), environment=facts)


class _Training:
    """One training: the latents and texts that it draws from, the layers and their optimiser."""

    def __init__(
        self, spec: TrainingSpec, pipeline: Pipeline, device: Device, follower: TrainingFollower
    ) -> None:
        self._spec = spec
        self._recipe: AdapterRecipe = spec.recipe
        self._pipeline = pipeline
        self._device = device
        self._step = 0
        for part in (pipeline.unet, pipeline.vae, pipeline.text_encoder):
            part.requires_grad_(False)
        texts = TextConditioner(pipeline)
        words = [_with_trigger(spec.trigger_words, each.caption) for each in spec.pictures]
        with torch.no_grad(), device.arithmetic():
            self._texts = torch.cat([texts.encode(text).embedding for text in words])
            self._empty = texts.encode("").embedding
            bare = [each.caption for each in spec.pictures]
            self._bare = torch.cat([texts.encode(text).embedding for text in bare])
            asked = [_with_trigger(spec.trigger_words, prompt) for prompt in spec.previews]
            self._asked = [texts.encode(text).embedding for text in asked]
        self._prior = self._draw_prior(follower)
        placer = FacePlacer.of_model(spec.model.path) if spec.recipe.place_faces else None
        self.eyes_sha256 = placer.digest if placer else ""
        squares, self.faces_placed = self._squares(placer, follower)
        self.shown = [
            Image.fromarray(each).resize((_SHOWN_SIDE, _SHOWN_SIDE), Image.Resampling.BOX)
            for each in squares[:_SHOWN]
        ]
        self._latents = self._encode(squares, follower)
        follower.on_stage("encoded")
        self._add_layers()

    def _draw_prior(self, follower: TrainingFollower) -> Tensor | None:
        """Latents of what the base model makes of the captions, without the trigger words."""
        drawn = []
        for index in range(self._recipe.prior_pictures):
            text = self._bare[index % len(self._bare)][None]
            drawn.append(self._sample(text, seed=self._recipe.seed + index))
            follower.on_stage("prior")
        return torch.cat(drawn) if drawn else None

    def _squares(
        self, placer: FacePlacer | None, follower: TrainingFollower
    ) -> tuple[list[NDArray[np.uint8]], int]:
        """The pictures as they are learnt from, and how many of them had their face moved."""
        squares = []
        for each in self._spec.pictures:
            squares.append(_square(each.data, self._side()))
            follower.on_stage("read")
        if placer is None:
            return squares, 0
        moved = placer.place(squares)
        whole = [
            square if each is None else each for square, each in zip(squares, moved, strict=True)
        ]
        return whole, sum(each is not None for each in moved)

    @torch.no_grad()
    def _encode(
        self, squares: Sequence[NDArray[np.uint8]], follower: TrainingFollower
    ) -> tuple[Tensor, Tensor]:
        """Latents of the pictures, and of the same mirrored."""
        vae = self._pipeline.vae
        both: tuple[list[Tensor], list[Tensor]] = ([], [])
        for square in squares:
            pixels = _to_input(square).to(self._device.torch_device)
            for held, turned in zip(both, (pixels, pixels.flip(-1)), strict=True):
                with self._device.arithmetic():
                    latent = vae.encode(turned).latent_dist.mean
                held.append(latent.float() * vae.config.scaling_factor)
            follower.on_stage("encoded")
        return torch.cat(both[0]), torch.cat(both[1])

    def _side(self) -> int:
        return int(self._pipeline.unet.config.sample_size * self._pipeline.vae_scale_factor)

    def _add_layers(self) -> None:
        unet = self._pipeline.unet
        if not self._device.is_cuda:
            _speed_up(unet)
        with torch.random.fork_rng():
            torch.manual_seed(self._recipe.seed)
            rank = self._recipe.rank
            unet.add_adapter(LoraConfig(r=rank, lora_alpha=rank, target_modules=TARGETS))
        cast_training_params(unet, dtype=torch.float32)
        self._named = {
            name: parameter
            for name, parameter in unet.named_parameters()
            if parameter.requires_grad
        }
        self._optimizer = torch.optim.AdamW(
            self._named.values(),
            lr=self._recipe.learning_rate,
            betas=BETAS,
            weight_decay=WEIGHT_DECAY,
        )

    def run(self, follower: TrainingFollower) -> None:
        """Train to the last step."""
        with gathered(self._pipeline.unet, self._device) as crew:
            while self._step < self._recipe.steps:
                self._advance(follower, crew)

    def _advance(self, follower: TrainingFollower, crew: Crew) -> None:
        """One step and what is due after it."""
        steps = self._recipe.steps
        loss = self._one_step(crew)
        self._step += 1
        if self._step < steps and self._step % self._spec.checkpoint_every == 0:
            follower.on_checkpoint(self._step, self.checkpoint)
        if self._asked and (self._step % self._spec.preview_every == 0 or self._step == steps):
            follower.on_preview(self._step, self._preview())
        follower.on_step(self._step, steps, loss)

    def _one_step(self, crew: Crew) -> float:
        for group in self._optimizer.param_groups:
            group["lr"] = self._recipe.learning_rate * _rate(self._step, self._recipe.steps)
        loss = crew.accumulate(self._draw())
        norm = torch.nn.utils.clip_grad_norm_(list(self._named.values()), CLIP_NORM)
        if bool(torch.isfinite(norm)):
            self._optimizer.step()
        self._optimizer.zero_grad(set_to_none=True)
        return loss

    def _draw(self) -> Examples:
        """The examples of this step."""
        recipe = self._recipe
        generator = step_generator(recipe.seed, self._step)
        plain, mirrored = self._latents
        chosen = torch.randint(0, len(plain), (recipe.batch,), generator=generator)
        clean = plain[chosen]
        if recipe.mirrored:
            turned = torch.rand(recipe.batch, 1, 1, 1, generator=generator) < 0.5
            clean = torch.where(turned.to(clean.device), mirrored[chosen], clean)
        words = random.Random(f"{recipe.seed}:{self._step}")
        texts = torch.cat(
            [
                self._empty if words.random() < EMPTY_SHARE else self._texts[index][None]
                for index in chosen.tolist()
            ]
        )
        weights = torch.ones(recipe.batch)
        if self._prior is not None:
            count = max(1, recipe.batch // 4)
            kept = torch.randint(0, len(self._prior), (count,), generator=generator)
            clean = torch.cat([clean, self._prior[kept]])
            texts = torch.cat([texts, self._bare[kept % len(self._bare)]])
            weights = torch.cat([weights, torch.full((count,), recipe.prior_weight)])
        return self._noised(clean, texts, weights / weights.sum(), generator)

    def _noised(
        self, clean: Tensor, texts: Tensor, weights: Tensor, generator: torch.Generator
    ) -> Examples:
        """Latents (count, channels, h, w) at times and with noise drawn for each."""
        scheduler = self._pipeline.scheduler
        where = clean.device
        times = torch.randint(
            0, scheduler.config.num_train_timesteps, (len(clean),), generator=generator
        )
        noise = torch.randn(clean.shape, generator=generator).to(where)
        kept = scheduler.alphas_cumprod[times].view(-1, 1, 1, 1).to(where)
        noisy = kept.sqrt() * clean + (1 - kept).sqrt() * noise
        target = noise
        if scheduler.config.prediction_type == "v_prediction":
            target = kept.sqrt() * noise - (1 - kept).sqrt() * clean
        return Examples(noisy, times.to(where), texts, target, weights.to(where))

    @torch.no_grad()
    def _preview(self) -> list[Image.Image]:
        self._pipeline.unet.eval()
        pictures = []
        for place, text in enumerate(self._asked):
            latent = self._sample(text, seed=self._recipe.seed + place, steps=PREVIEW_STEPS)
            picture = decode_latent(self._pipeline.vae, self._device, latent[0])
            if picture is not None:
                pictures.append(Image.fromarray(picture.numpy()))
        self._pipeline.unet.train()
        return pictures

    @torch.no_grad()
    def _sample(self, text: Tensor, *, seed: int, steps: int = 25) -> Tensor:
        """Latents (1, channels, h, w) of one text (1, tokens, width), float32."""
        side = self._side()
        with self._device.arithmetic():
            latent: Tensor = self._pipeline(
                prompt_embeds=text,
                negative_prompt_embeds=self._empty,
                generator=[torch.Generator("cpu").manual_seed(seed)],
                width=side,
                height=side,
                num_inference_steps=steps,
                guidance_scale=4.0,
                output_type="latent",
            ).images
        return latent.float()

    def checkpoint(self) -> bytes:
        """Layers, moments and the step, as a safetensors file."""
        held: dict[str, Tensor] = {}
        for name, parameter in self._named.items():
            held[f"weight.{name}"] = parameter.detach()
            for moment in ("exp_avg", "exp_avg_sq"):
                held[f"{moment}.{name}"] = self._optimizer.state[parameter][moment]
        whole = {name: tensor.cpu().contiguous() for name, tensor in held.items()}
        first = next(iter(self._named.values()))
        # Fewer than the steps where a gradient was no number and its update was left out.
        updates = int(self._optimizer.state[first]["step"].item())
        about = json.dumps({"step": self._step, "updates": updates, "training": self._identity()})
        return safetensors.torch.save(whole, metadata={"brandhub": about})

    def restore(self, checkpoint: bytes) -> None:
        """Go on from a checkpoint of the same training. Raises `InvalidSpec` for another one's."""
        length = int.from_bytes(checkpoint[:8], "little")
        about = json.loads(json.loads(checkpoint[8 : 8 + length])["__metadata__"]["brandhub"])
        if about["training"] != self._identity():
            raise InvalidSpec("This checkpoint is of another training.")
        held = safetensors.torch.load(checkpoint)
        self._step = int(about["step"])
        with torch.no_grad():
            for name, parameter in self._named.items():
                parameter.copy_(held[f"weight.{name}"])
                self._optimizer.state[parameter] = {
                    "step": torch.tensor(float(about["updates"])),
                    "exp_avg": held[f"exp_avg.{name}"].to(parameter.device),
                    "exp_avg_sq": held[f"exp_avg_sq.{name}"].to(parameter.device),
                }

    def _identity(self) -> str:
        """A hash of all that decides what comes out, the machine apart."""
        digest = hashlib.sha256()
        spec = self._spec
        numbers = spec.recipe.as_dict()
        # What places faces counts by what it is; without it the switch changes nothing.
        del numbers["place_faces"]
        lines: list[Any] = [
            _VERSION,
            spec.model.content_hash,
            spec.trigger_words,
            sorted(numbers.items()),
            *([self.eyes_sha256] if self.eyes_sha256 else []),
        ]
        digest.update(repr(lines).encode())
        for picture in spec.pictures:
            digest.update(hashlib.sha256(picture.data).digest())
            digest.update(picture.caption.encode() + b"\x00")
        return digest.hexdigest()

    def adapter(self) -> bytes:
        """The trained layers in the canonical layout; alpha is the rank, so nothing is scaled."""
        halves: dict[str, dict[str, Tensor]] = {}
        for name, parameter in self._named.items():
            module, _, matrix = name.removesuffix(".default.weight").rpartition(".lora_")
            halves.setdefault(module, {})[matrix] = parameter.detach().cpu()
        pairs: dict[tuple[str, str], Pair] = {
            ("unet", module): (pair["A"], pair["B"]) for module, pair in halves.items()
        }
        return canonical_bytes(pairs)


def _speed_up(unet: Any) -> None:
    """What a small UNet trains faster with on a CPU; names, weights and, up to rounding, results
    stay as they are.
    """
    unet.to(memory_format=torch.channels_last)
    # Over so few cells the plain product is faster than the fused kernel.
    unet.set_attn_processor(AttnProcessor())
    speed_up_norms(unet)


def _with_trigger(trigger: str, caption: str) -> str:
    return ", ".join(words for words in (trigger.strip(), caption.strip()) if words)


def _rate(step: int, steps: int) -> float:
    """Share of the learning rate at a step: a rise, a plateau, a fall to nearly nothing."""
    warm = min(1.0, (step + 1) / max(1, round(WARM_UP * steps)))
    fall = min(1.0, (steps - step) / max(1, DECAY * steps))
    return warm * max(0.02, fall)


def _square(data: bytes, side: int) -> NDArray[np.uint8]:
    """Pixels (side, side, 3), uint8 sRGB: the picture's middle square, on white."""
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "WEBP")) as opened:
            picture = opened.convert("RGBA")
    except (OSError, ValueError, SyntaxError) as error:
        raise InvalidSpec("A picture can't be read.") from error
    white = Image.new("RGBA", picture.size, "white")
    picture = Image.alpha_composite(white, picture).convert("RGB")
    shorter = min(picture.size)
    left, top = (picture.width - shorter) // 2, (picture.height - shorter) // 2
    square = picture.crop((left, top, left + shorter, top + shorter))
    return np.asarray(square.resize((side, side), Image.Resampling.LANCZOS))


def _to_input(square: NDArray[np.uint8]) -> Tensor:
    """(1, 3, side, side), float32 in -1..1."""
    values = square.astype(np.float32).transpose(2, 0, 1)[None] / 127.5 - 1
    return torch.from_numpy(values.copy())
