"""The subject of the image checks: a candidate's file, and the palette it should keep to."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
import numpy.typing as npt
from PIL import Image

from moderation.pdq import pdq


class UnreadablePicture(Exception):
    """The bytes are no picture, or only a part of one."""


@dataclass(frozen=True, slots=True)
class BrandColour:
    """A colour of the palette: ``hex`` as ``#rrggbb``, ``tolerance`` in ΔE00."""

    name: str
    hex: str
    tolerance: float


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What a picture is recognised by: its PDQ hash and how far that can be relied upon."""

    #: 256 characters, 0 or 1, as PostgreSQL writes bits.
    bits: str
    quality: int


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A published picture that looks like another one.

    ``bot`` is empty for another brand's: nothing of it is told but that it exists.
    """

    distance: int
    bot: str = ""
    candidate_id: str = ""


class Neighbours(Protocol):
    """Finds published pictures that look like one."""

    def within(self, fingerprint: Fingerprint, distance: int) -> Sequence[Neighbour]:
        """Those at most ``distance`` bits away, nearest first; none of the picture's own bot."""
        ...


@dataclass(frozen=True)
class Picture:
    """A rendered file as it is stored, with what its record says of it."""

    data: bytes
    #: The digest of the pixels that a person will be asked to approve.
    pixel_sha256: str
    palette: tuple[BrandColour, ...] = ()
    neighbours: Neighbours | None = None

    @cached_property
    def image(self) -> Image.Image:
        """The decoded file. Raises :class:`UnreadablePicture`."""
        try:
            with Image.open(io.BytesIO(self.data)) as image:
                image.load()
                return image.copy()
        except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
            # Pillow raises OSError for truncated data, SyntaxError and ValueError for chunks that
            # make no sense.
            raise UnreadablePicture(type(error).__name__) from error

    @cached_property
    def rgb(self) -> npt.NDArray[np.uint8]:
        """The pixels: height × width × 3, uint8, sRGB, transparency laid on white.

        Raises :class:`UnreadablePicture`.
        """
        rgba = self.image.convert("RGBA")
        white = Image.new("RGBA", rgba.size, "white")
        return np.asarray(Image.alpha_composite(white, rgba).convert("RGB"))

    @cached_property
    def fingerprint(self) -> Fingerprint:
        """What the picture is recognised by. Raises :class:`UnreadablePicture`."""
        bits, quality = pdq(self.rgb)
        return Fingerprint("".join("1" if bit else "0" for bit in bits), quality)
