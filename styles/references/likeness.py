"""Telling whether two pictures look the same, whatever their size, format and compression.

A perceptual hash of 256 bits: the signs of a picture's lowest 16 × 16 frequencies. Of 70 drawn
avatars of seven kinds, copies as JPEG of quality 60, at half and three eighths of the size or
brightened differed in 20 bits at most, 7 at the 95th percentile; different avatars in 26 at least.
(PDQ, tried beside it, kept 92 bits of a scaled copy apart from its original.)
"""

from __future__ import annotations

import io
from collections.abc import Iterable

import imagehash
import numpy as np
from PIL import Image

#: Up to so many differing bits two pictures are the same one.
ALIKE = 16
#: Below this range of grey levels there is nothing to see, and the bits would be noise.
LEAST_CONTRAST = 12
_HASH_SIDE = 16


def likeness_of(png: bytes) -> str:
    """The picture's hash as 64 hex digits; empty where it is too plain to have one.

    ``png`` is 8-bit sRGB with or without alpha; what is transparent counts as white.
    """
    with Image.open(io.BytesIO(png)) as opened:
        picture = opened.convert("RGBA")
    ground = Image.new("RGBA", picture.size, (255, 255, 255, 255))
    grey = Image.alpha_composite(ground, picture).convert("L")
    levels = np.asarray(grey)
    if int(levels.max()) - int(levels.min()) < LEAST_CONTRAST:
        return ""
    bits = imagehash.phash(grey, hash_size=_HASH_SIDE).hash
    return np.packbits(bits.ravel()).tobytes().hex()


def differing_bits(first: str, second: str) -> int:
    """How many of the 256 bits of two hashes differ."""
    return (int(first, 16) ^ int(second, 16)).bit_count()


def nearest(likeness: str, others: Iterable[str]) -> tuple[int, int] | None:
    """Place and distance of the one among ``others`` that looks most alike; None without any."""
    found = [
        (differing_bits(likeness, other), place)
        for place, other in enumerate(others)
        if likeness and other
    ]
    if not found:
        return None
    distance, place = min(found)
    return place, distance
