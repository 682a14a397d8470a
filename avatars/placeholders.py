"""Stand-ins for a bot without an avatar: its initials, a pattern of its own, or its brand's mark.

Drawn from geometry and the one font that comes with Pillow, so that nothing is loaded and nothing
of a person's text is interpreted.
"""

from __future__ import annotations

import functools
import hashlib
import unicodedata
from typing import Literal

from PIL import Image, ImageDraw, ImageFont

from avatars.renditions import RenditionSpec, encode, render
from styles.workspace.contrast import contrast_ratio

Kind = Literal["initials", "identicon", "brand"]
KINDS: tuple[Kind, ...] = ("initials", "identicon", "brand")

#: Drawn once at this size and scaled down like any original.
_CANVAS = 512
_PALE = "#f2f4f7"
#: Where a brand has no palette: blue, teal, violet, amber, red of medium lightness.
_COLOURS = ("#3b6fb6", "#2f8f83", "#7656b0", "#b7791f", "#b84a4a")
_GRID = 5


@functools.lru_cache(maxsize=256)
def placeholder(
    kind: Kind, *, bot_name: str, brand_name: str, seed: str, colours: tuple[str, ...], spec: str
) -> bytes:
    """An image file as ``spec`` (``256-webp-circle``) says; equal arguments give equal bytes.

    ``seed`` picks the pattern and, unless the brand has exactly one, the colour (``#rrggbb``).
    Names without a letter that the font has (Chinese ones) get the pattern instead of initials.
    """
    size, format_, shape = spec.split("-")
    digest = hashlib.sha256(seed.encode()).digest()
    palette = colours or _COLOURS
    if kind == "brand":
        image = _lettered(initials_of(brand_name), palette[0])
    elif kind == "initials":
        image = _lettered(initials_of(bot_name), palette[digest[0] % len(palette)])
    else:
        image = None
    if image is None:
        image = _pattern(digest, palette[digest[0] % len(palette)])
    return render(encode(image, "png"), RenditionSpec.parse(size, format_, shape))[0]


def initials_of(name: str) -> str:
    """The first letters of the first and the last word, as A–Z and digits; else an empty string."""
    plain = unicodedata.normalize("NFKD", name).upper()
    words = [
        "".join(letter for letter in word if letter.isascii() and letter.isalnum())
        for word in plain.replace("-", " ").replace("_", " ").split()
    ]
    letters = [word[0] for word in words if word]
    return letters[0] + letters[-1] if len(letters) > 1 else "".join(letters)


def _lettered(letters: str, colour: str) -> Image.Image | None:
    if not letters:
        return None
    image = Image.new("RGB", (_CANVAS, _CANVAS), colour)
    ImageDraw.Draw(image).text(
        (_CANVAS / 2, _CANVAS / 2),
        letters,
        fill=_readable_on(colour),
        font=ImageFont.load_default(_CANVAS * (0.42 if len(letters) > 1 else 0.52)),
        anchor="mm",
    )
    return image


def _pattern(digest: bytes, colour: str) -> Image.Image:
    """A grid of cells, mirrored so that it has a face's symmetry."""
    image = Image.new("RGB", (_CANVAS, _CANVAS), _PALE)
    draw = ImageDraw.Draw(image)
    # Three cells of margin keep the corners inside a circle.
    cell = _CANVAS // (_GRID + 3)
    margin = (_CANVAS - cell * _GRID) // 2
    for row in range(_GRID):
        for column in range((_GRID + 1) // 2):
            # The middle cell is always filled, so that no digest gives an empty picture.
            filled = digest[1 + row * 3 + column] & 1 or (row, column) == (2, 2)
            for x in {column, _GRID - 1 - column} if filled else ():
                left, top = margin + x * cell, margin + row * cell
                draw.rectangle((left, top, left + cell - 1, top + cell - 1), fill=colour)
    return image


def _readable_on(colour: str) -> str:
    """Black or white, whichever contrasts more."""
    white, black = (contrast_ratio(colour, each) for each in ("#ffffff", "#000000"))
    return "#ffffff" if white >= black else "#101418"
