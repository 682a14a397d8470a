"""Pictures in a terminal: two pixels to a character, as coloured half blocks."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image
from rich.color import Color
from rich.style import Style
from rich.text import Text

_GAP = "  "


def side_by_side(pictures: Sequence[Image.Image], *, side: int) -> Text:
    """``pictures`` next to each other, each ``side`` characters wide and half as many high."""
    small = [
        picture.convert("RGB").resize((side, side), Image.Resampling.BOX) for picture in pictures
    ]
    text = Text(no_wrap=True)
    for row in range(0, side - 1, 2):
        for picture in small:
            for column in range(side):
                text.append("▀", _style(picture, column, row))
            text.append(_GAP)
        text.append("\n")
    return text


def _style(picture: Image.Image, column: int, row: int) -> Style:
    above, below = (picture.getpixel((column, row + offset)) for offset in (0, 1))
    return Style(color=_colour(above), bgcolor=_colour(below))


def _colour(pixel: object) -> Color:
    if not isinstance(pixel, tuple):
        raise TypeError("a pixel of an RGB picture is a tuple")
    red, green, blue = (int(value) for value in pixel[:3])
    return Color.from_rgb(red, green, blue)
