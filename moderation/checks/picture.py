"""The subject of the image checks: a candidate's file, and the palette it should keep to."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from PIL import Image


class UnreadablePicture(Exception):
    """The bytes are no picture, or only a part of one."""


@dataclass(frozen=True, slots=True)
class BrandColour:
    """A colour of the palette: ``hex`` as ``#rrggbb``, ``tolerance`` in ΔE00."""

    name: str
    hex: str
    tolerance: float


@dataclass(frozen=True)
class Picture:
    """A rendered file as it is stored, with what its record says of it."""

    data: bytes
    #: The digest of the pixels that a person will be asked to approve.
    pixel_sha256: str
    palette: tuple[BrandColour, ...] = ()

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
