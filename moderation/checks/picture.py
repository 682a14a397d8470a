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

from moderation.pdq import BITS as PDQ_BITS
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
class AskedTag:
    """One thing that was asked, and how sure the judge is that the picture agrees, 0 to 1.

    ``tag`` is ``category:value`` or ``category``, asked to be there or to be ``absent``; ``chance``
    is what guessing would score.
    """

    tag: str
    absent: bool
    score: float
    chance: float


@dataclass(frozen=True, slots=True)
class PictureAlignment:
    """What the render worker's judge said of a picture when it was drawn."""

    #: Which weights judged.
    judge: str
    score: float | None
    tags: tuple[AskedTag, ...]
    #: What was asked and the judge was never taught.
    unknown: tuple[str, ...]
    #: A unit vector to recognise the picture by; comparable with the same judge's alone.
    features: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A published picture beside another one: how many bits their hashes differ in, or how like
    their features are (-1 to 1).

    ``bot`` is empty for another brand's: nothing of it is told but that it exists.
    """

    distance: int = PDQ_BITS
    likeness: float = -1.0
    bot: str = ""
    candidate_id: str = ""


class Neighbours(Protocol):
    """Finds the published pictures nearest to one; never those of the picture's own bot."""

    def by_hash(self, bits: str) -> Sequence[Neighbour]:
        """The few whose PDQ hashes differ least from ``bits``, nearest first."""
        ...

    def by_features(self, judge: str, features: Sequence[float]) -> Sequence[Neighbour]:
        """The few whose features, by the same ``judge``, are likest, nearest first."""
        ...


@dataclass(frozen=True)
class Picture:
    """A rendered file as it is stored, with what its record says of it."""

    data: bytes
    #: The digest of the pixels that a person will be asked to approve.
    pixel_sha256: str
    palette: tuple[BrandColour, ...] = ()
    neighbours: Neighbours | None = None
    alignment: PictureAlignment | None = None

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
    def mirrored_hash(self) -> str:
        """The PDQ hash of the mirror image. Raises :class:`UnreadablePicture`."""
        bits, _ = pdq(np.ascontiguousarray(self.rgb[:, ::-1]))
        return _as_text(bits)

    @cached_property
    def fingerprint(self) -> Fingerprint:
        """What the picture is recognised by. Raises :class:`UnreadablePicture`."""
        bits, quality = pdq(self.rgb)
        return Fingerprint(_as_text(bits), quality)


def _as_text(bits: npt.NDArray[np.bool_]) -> str:
    return "".join("1" if bit else "0" for bit in bits)
