"""A brand's own colours as the vocabulary's: what "in our brand colours" is drawn as."""

from __future__ import annotations

from collections.abc import Sequence

from brandhub import vocabulary
from styles.models import PaletteColour

_Role = PaletteColour.ColourRole
#: The roles whose colours are meant, the nearest first.
_MEANT: dict[str, tuple[str, ...]] = {
    "color": (_Role.PRIMARY, _Role.SECONDARY, _Role.ACCENT),
    "background": (_Role.BACKGROUND, _Role.PRIMARY, _Role.SECONDARY),
}


def brand_colour_tag(palette: Sequence[PaletteColour], category: str) -> str | None:
    """The vocabulary's colour nearest to the one that ``palette`` has for ``category``.

    ``category`` is ``color`` or ``background``. None for a palette without a colour that is meant.
    """
    for role in _MEANT[category]:
        for colour in palette:
            if colour.role == role:
                return _nearest(colour.hex)
    return None


def _nearest(colour: str) -> str:
    wanted = _oklab(colour)

    def distance(name: str) -> float:
        swatch = _oklab(vocabulary.COLOURS[name][0])
        return sum((a - b) ** 2 for a, b in zip(wanted, swatch, strict=True))

    return min(vocabulary.COLOURS, key=distance)


def _oklab(colour: str) -> tuple[float, float, float]:
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
