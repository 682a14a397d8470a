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
                return vocabulary.nearest_colour(colour.hex, of=category)
    return None
