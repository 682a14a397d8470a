# mypy: disable-error-code="attr-defined, call-overload"
# (diffusers types neither the parts nor the configuration of its models)
"""The autoencoder's decoder: from latents of 16 × 16 cells to pictures of 256 px.

The encoder is linear and known from the start (`patches`), so that the decoder can learn beside
the UNet, before it or after it: latents never change.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import torch
from diffusers import AutoencoderKL
from torch import Tensor, nn

from brandhub.inference.diffusers_backend.device import bfloat16_if_fast

from .corpus.store import CorpusDataset
from .loop import LoopSettings, Training, pick_device, run_loop, step_generator
from .optimizers import build_optimizer
from .patches import LinearDecoder

_SWAP_SHARE = 0.2
_GRADIENT_WEIGHT = 0.5
_SQUARE_WEIGHT = 1.0
# Latents that a UNet draws are never quite right; a decoder that has seen latents a little off, by
# up to this deviation, draws clean shapes from them all the same.
_LATENT_NOISE = 0.12

Images = Callable[[torch.Generator, int], Tensor]
"""Draws a batch: (generator, count) → float32 (count, 3, 256, 256) in -1..1, sRGB."""


def reconstruction_loss(output: Tensor, target: Tensor) -> Tensor:
    """L1 for edges, squares for fidelity, and L1 of gradients for clean lines."""
    difference = output - target
    across = difference[..., 1:] - difference[..., :-1]
    down = difference[..., 1:, :] - difference[..., :-1, :]
    gradients = across.abs().mean() + down.abs().mean()
    return (
        difference.abs().mean()
        + _SQUARE_WEIGHT * difference.square().mean()
        + _GRADIENT_WEIGHT * gradients
    )


def psnr(output: Tensor, target: Tensor) -> Tensor:
    """Peak signal-to-noise ratio in dB of each picture; both (count, 3, height, width), -1..1."""
    error = (output.clamp(-1, 1) - target).square().mean((1, 2, 3))
    return 10 * torch.log10(4 / error.clamp_min(1e-10))


def train_decoder(
    model: AutoencoderKL,
    images: Images,
    settings: LoopSettings,
    *,
    encode_images: Callable[[Tensor], Tensor],
    batch: int,
    lr: float,
    seed: int,
) -> AutoencoderKL:
    """Learn the decoder alone from latents that `encode_images` gives for full-size pictures."""
    device = pick_device()
    model.to(device, memory_format=torch.channels_last).train()
    for module in (model.encoder, model.quant_conv):
        module.requires_grad_(False)

    def loss(
        modules: Mapping[str, nn.Module], step: int, part: int, parts: int
    ) -> tuple[Tensor, dict[str, float]]:
        generator = step_generator(seed, step, part)
        target = images(generator, batch // parts)
        latents = encode_images(target)
        strengths = torch.rand(len(latents), 1, 1, 1, generator=generator) * _LATENT_NOISE
        latents = latents + strengths * torch.randn(latents.shape, generator=generator)
        latents, target = latents.to(device), target.to(device, memory_format=torch.channels_last)
        with bfloat16_if_fast(device.type):
            latents = modules["post_quant_conv"](latents.to(memory_format=torch.channels_last))
            output = modules["decoder"](latents).float()
        return reconstruction_loss(output, target), {
            "psnr": psnr(output.detach(), target).mean().item()
        }

    trained = {"decoder": model.decoder, "post_quant_conv": model.post_quant_conv}
    optimizer = build_optimizer(trained.values(), lr=lr, except_in=("quant_conv",))
    run_loop(Training(trained, optimizer, loss, batch), settings)
    return model


def train_linear(
    model: LinearDecoder,
    images: Images,
    settings: LoopSettings,
    *,
    encode_images: Callable[[Tensor], Tensor],
    batch: int,
    lr: float,
    seed: int,
) -> LinearDecoder:
    """Learn the linear part of the decoder, which costs a tenth of the whole."""
    device = pick_device()
    model.to(device, memory_format=torch.channels_last).train()

    def loss(
        modules: Mapping[str, nn.Module], step: int, part: int, parts: int
    ) -> tuple[Tensor, dict[str, float]]:
        target = images(step_generator(seed, step, part), batch // parts).to(device)
        latents = encode_images(target).to(memory_format=torch.channels_last)
        with bfloat16_if_fast(device.type):
            output = modules["linear"](latents).float()
        return (output - target).square().mean(), {
            "psnr": psnr(output.detach(), target).mean().item()
        }

    optimizer = build_optimizer([model], lr=lr)
    run_loop(Training({"linear": model}, optimizer, loss, batch), settings)
    return model


@torch.no_grad()
def encode(model: AutoencoderKL, images: Tensor) -> Tensor:
    """Latents (posterior means, float32) of `images` (count, 3, size, size) in -1..1."""
    device = pick_device()
    images = images.to(device, memory_format=torch.channels_last)
    with bfloat16_if_fast(device.type):
        return model.encode(images).latent_dist.mean.float().cpu()


@torch.no_grad()
def decode(model: AutoencoderKL, latents: Tensor) -> Tensor:
    """Pictures (count, 3, size, size), float32 in -1..1, of `latents`."""
    device = pick_device()
    latents = latents.to(device, memory_format=torch.channels_last)
    with bfloat16_if_fast(device.type):
        return model.decode(latents).sample.float().clamp(-1, 1).cpu()


def dataset_images(dataset: CorpusDataset) -> Images:
    """Draw full-size pictures from `dataset`, half of them mirrored, a fifth in swapped colours."""

    def draw(generator: torch.Generator, count: int) -> Tensor:
        chosen = torch.randint(0, len(dataset), (count,), generator=generator)
        pixels = np.stack([dataset.image(index) for index in chosen.tolist()])
        batch = torch.from_numpy(pixels).float() / 127.5 - 1
        for index in range(count):
            flip, swap = torch.rand(2, generator=generator).tolist()
            if flip < 0.5:
                batch[index] = batch[index].flip(-1)
            if swap < _SWAP_SHARE:
                batch[index] = batch[index][torch.randperm(3, generator=generator)]
        return batch

    return draw
