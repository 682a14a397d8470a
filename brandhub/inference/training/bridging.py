# mypy: disable-error-code="attr-defined"
# (diffusers types neither the parts nor the configuration of its models)
"""A UNet taken over into other latents, so that shapes and words are not learnt anew."""

from __future__ import annotations

from pathlib import Path

import torch
import torch.nn.functional as functional
from diffusers import UNet2DConditionModel
from torch import Tensor

from .autoencoder import encode, load_pretrained
from .patches import PatchBasis


@torch.no_grad()
def bridge_unet(folder: Path, basis: PatchBasis, halves: Tensor) -> UNet2DConditionModel:
    """Return the UNet of the diffusers folder at `folder`, its first and last layer refitted.

    They read and write latents of `basis` through the linear maps that fit best between the two
    kinds of latents of `halves` (count, 3, height, width), float32 in -1..1. Raises ``ValueError``
    where the other model cuts such pictures into another number of cells.
    """
    autoencoder = load_pretrained(folder)
    size = autoencoder.config.sample_size
    pictures = functional.interpolate(halves, (size, size), mode="nearest")
    theirs, ours = encode(autoencoder, pictures), basis.encode(halves)
    if theirs.shape[2:] != ours.shape[2:]:
        raise ValueError(f"{folder} has cells {tuple(theirs.shape[2:])}, not {ours.shape[2:]}.")
    theirs, ours = _cells(theirs), _cells(ours)
    reading = torch.linalg.lstsq(ours, theirs).solution
    writing = torch.linalg.lstsq(theirs, ours).solution
    other = UNet2DConditionModel.from_pretrained(
        folder, subfolder="unet", torch_dtype=torch.float32
    )
    channels = {"in_channels": basis.channels, "out_channels": basis.channels}
    unet = UNet2DConditionModel.from_config({**other.config, **channels})
    weights = other.state_dict()
    weights["conv_in.weight"] = torch.einsum(
        "ochw,nc->onhw", weights["conv_in.weight"], reading
    ).contiguous()
    weights["conv_out.weight"] = torch.einsum(
        "cihw,cn->nihw", weights["conv_out.weight"], writing
    ).contiguous()
    weights["conv_out.bias"] = weights["conv_out.bias"] @ writing
    unet.load_state_dict(weights)
    return unet


def _cells(latents: Tensor) -> Tensor:
    """(count, channels, rows, columns) as (cells, channels)."""
    return latents.permute(0, 2, 3, 1).flatten(0, 2)
