"""How well colours stand out from each other, by the Web Content Accessibility Guidelines 2.2.

https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio and #dfn-relative-luminance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from styles.models import PaletteColour

#: Success criterion 1.4.3: text of normal size.
TEXT = 4.5
#: Success criterion 1.4.11: shapes that carry meaning, such as an avatar's eyes.
SHAPES = 3.0


@dataclass(frozen=True, slots=True)
class Contrast:
    """A colour before a ground: the ratio, 1 to 21, and what it is enough for."""

    ground: PaletteColour
    ratio: float

    @property
    def is_enough_for_text(self) -> bool:
        return self.ratio >= TEXT

    @property
    def is_enough_for_shapes(self) -> bool:
        return self.ratio >= SHAPES


def relative_luminance(colour: str) -> float:
    """Of an sRGB colour ``#rrggbb``, from 0 (black) to 1 (white)."""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast_ratio(first: str, second: str) -> float:
    """Of two sRGB colours, from 1 (the same) to 21 (black and white)."""
    lighter, darker = sorted((relative_luminance(first), relative_luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def contrasts_of(
    palette: Sequence[PaletteColour],
) -> list[tuple[PaletteColour, list[Contrast]]]:
    """Every colour with its contrast before each of the palette's backgrounds; those have none."""
    role = PaletteColour.ColourRole.BACKGROUND
    grounds = [colour for colour in palette if colour.role == role]
    return [
        (
            colour,
            [
                # Rounded down: 2.996 is not enough for what asks for 3.
                Contrast(ground, int(contrast_ratio(colour.hex, ground.hex) * 100) / 100)
                for ground in grounds
                if colour.role != role
            ],
        )
        for colour in palette
    ]
