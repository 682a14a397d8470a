"""Any colour as the one of the vocabulary that people would call it by."""

from __future__ import annotations

from functools import cache
from math import hypot

from brandhub.vocabulary.lookup import category

Lab = tuple[float, float, float]

#: Chroma in Oklab from which a colour is seen as one; below it is white, grey or black.
_COLOURED = 0.035
#: How much more a difference in hue counts than the same one in lightness or chroma: a dark green
#: is called green and not brown, though brown is nearer. Chosen by eye on some fifty colours.
_HUE = 13.0


def nearest_colour(colour: str, *, of: str) -> str:
    """The value of the category ``of`` that comes nearest to ``colour``, an sRGB ``#rrggbb``.

    Raises ``ValueError`` for a category without colours.
    """
    wanted, swatches = _oklab(colour), _swatches(of)
    alike = [each for each in swatches if _is_coloured(each[1]) == _is_coloured(wanted)]
    return min(alike or swatches, key=lambda each: _difference(wanted, each[1]))[0]


@cache
def _swatches(name: str) -> tuple[tuple[str, Lab], ...]:
    values = category(name).values
    return tuple((value.name, _oklab(value.swatch)) for value in values if value.swatch)


def _is_coloured(lab: Lab) -> bool:
    return hypot(*lab[1:]) >= _COLOURED


def _difference(one: Lab, other: Lab) -> float:
    in_lightness = (one[0] - other[0]) ** 2
    in_chroma = (hypot(*one[1:]) - hypot(*other[1:])) ** 2
    in_hue = (one[1] - other[1]) ** 2 + (one[2] - other[2]) ** 2 - in_chroma
    return in_lightness + in_chroma + _HUE * in_hue


def _oklab(colour: str) -> Lab:
    """An sRGB colour ``#rrggbb`` where distances are as they look (Ottosson's Oklab)."""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in channels
    )
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )
