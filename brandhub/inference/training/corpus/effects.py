"""Styles that are made of a finished picture: pixels and inked lines."""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter
from scipy import ndimage

Picture = NDArray[np.uint8]


def pixelate(picture: Picture, rng: random.Random) -> Picture:
    """A picture of 32 × 32 blocks in few colours, same size, dtype and colour space."""
    size = picture.shape[0]
    grid = 32
    small = Image.fromarray(picture).resize((grid * 2, grid * 2), Image.Resampling.BOX)
    # The median of each block's four cells keeps thin lines that a mean would wash out.
    cells = (
        np.asarray(small)
        .reshape(grid, 2, grid, 2, 3)
        .transpose(0, 2, 1, 3, 4)
        .reshape(grid, grid, 4, 3)
    )
    darkest = cells.sum(-1).argmin(-1)
    spread = cells.max(2).astype(int) - cells.min(2)
    edge = np.take_along_axis(cells, darkest[..., None, None], 2)[:, :, 0]
    mean = np.median(cells, axis=2).astype(np.uint8)
    blocks = np.where((spread.max(-1) > 90)[..., None], edge, mean).astype(np.uint8)
    few = Image.fromarray(blocks).quantize(rng.choice((14, 18, 24)), dither=Image.Dither.NONE)
    return np.asarray(few.convert("RGB").resize((size, size), Image.Resampling.NEAREST))


def ink(picture: Picture, rng: random.Random) -> Picture:
    """Dark contours around every area, the fills paled towards white; background unchanged."""
    size = picture.shape[0]
    colour = picture.astype(np.float32)
    smooth = np.asarray(Image.fromarray(picture).filter(ImageFilter.MedianFilter(5)), np.int16)
    steps = np.zeros(picture.shape[:2], np.int16)
    steps[:-1] = np.abs(np.diff(smooth, axis=0)).max(-1)
    steps[:, :-1] = np.maximum(steps[:, :-1], np.abs(np.diff(smooth, axis=1)).max(-1))
    lines = steps > 24
    if rng.random() < 0.5:
        lines = ndimage.binary_dilation(lines)
    dark = colour.max(-1) < 70
    outside = np.abs(colour - colour[2, 2]).max(-1) < 3
    paled = colour + (255 - colour) * rng.choice((0.0, 0.25, 0.5))
    result = np.where((outside | dark)[..., None], colour, paled)
    weight = ndimage.gaussian_filter(lines.astype(np.float32), 0.6 * size / 256)[..., None]
    result = result * (1 - weight) + np.array([24, 24, 28], np.float32) * weight
    return result.clip(0, 255).astype(np.uint8)


EFFECTS: dict[str, Callable[[Picture, random.Random], Picture]] = {"pixel": pixelate, "line": ink}
