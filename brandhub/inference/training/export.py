# mypy: disable-error-code="attr-defined"
# (diffusers types neither the parts nor the configuration of its models)
"""Writing the trained parts as one diffusers folder that the stock pipeline loads."""

from __future__ import annotations

import shutil
from pathlib import Path

import torch
from diffusers import AutoencoderKL, StableDiffusionPipeline, UNet2DConditionModel
from transformers import CLIPTextModel, CLIPTokenizer

from .diffusion import build_scheduler

MAX_BYTES = 60 * 10**6


class ExportTooLargeError(Exception):
    """The folder would be larger than what the project may ship."""


def export_pipeline(
    folder: Path,
    *,
    vae: AutoencoderKL,
    unet: UNet2DConditionModel,
    text_encoder: CLIPTextModel,
    tokenizer: CLIPTokenizer,
    max_bytes: int = MAX_BYTES,
) -> int:
    """Write a half-precision `StableDiffusionPipeline` to `folder`, replacing it at once.

    Returns its size in bytes; raises `ExportTooLargeError` past `max_bytes`, leaving what was
    there.
    """
    pipeline = StableDiffusionPipeline(
        vae=vae,
        text_encoder=text_encoder,
        tokenizer=tokenizer,
        unet=unet,
        scheduler=build_scheduler(),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    new = folder.with_name(folder.name + ".new")
    shutil.rmtree(new, ignore_errors=True)
    pipeline.to(torch.float16).save_pretrained(new, safe_serialization=True)
    size = sum(path.stat().st_size for path in new.rglob("*") if path.is_file())
    if size > max_bytes:
        shutil.rmtree(new)
        raise ExportTooLargeError(f"{size} bytes are more than {max_bytes}.")
    old = folder.with_name(folder.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    new.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
    return size
