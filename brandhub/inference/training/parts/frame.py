"""Where a head and its features lie, so that one part fits every style."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Frame:
    """Geometry of one head on the canvas of 100 units.

    ``top`` and ``chin`` bound the head without hair; ``half`` is half its width at the brow;
    ``brim_y`` and ``brim_half`` are where a hat rests and half as wide as it must be. ``tilt`` is
    the head's turn in degrees, clockwise, around its centre. ``eye_x`` and ``mouth_x`` differ from
    ``cx`` where the face looks aside.
    """

    cx: float
    top: float
    chin: float
    half: float
    eye_y: float
    eye_dx: float
    eye_r: float
    mouth_y: float
    mouth_w: float
    ear_y: float
    neck_y: float
    neck_half: float
    chest: tuple[float, float]
    brim_y: float
    brim_half: float
    eye_x: float | None = None
    mouth_x: float | None = None
    tilt: float = 0.0

    @property
    def eyes(self) -> tuple[float, float]:
        """Centre between the eyes."""
        return (self.cx if self.eye_x is None else self.eye_x), self.eye_y

    @property
    def mouth(self) -> tuple[float, float]:
        """Centre of the mouth."""
        return (self.cx if self.mouth_x is None else self.mouth_x), self.mouth_y

    def moved(self, **changes: float | tuple[float, float]) -> Frame:
        """The same geometry with some of it replaced."""
        return dataclasses.replace(self, **changes)  # type: ignore[arg-type]

    def scaled(self, scale: float, dx: float, dy: float) -> Frame:
        """The geometry after every point p has moved to ``scale * p + (dx, dy)``."""
        lengths = ("half", "eye_dx", "eye_r", "mouth_w", "neck_half", "brim_half")
        heights = ("top", "chin", "eye_y", "mouth_y", "ear_y", "neck_y", "brim_y")
        changes: dict[str, float | tuple[float, float]] = {
            name: getattr(self, name) * scale for name in lengths
        }
        changes.update({name: getattr(self, name) * scale + dy for name in heights})
        changes["cx"] = self.cx * scale + dx
        for name in ("eye_x", "mouth_x"):
            if (held := getattr(self, name)) is not None:
                changes[name] = held * scale + dx
        changes["chest"] = (self.chest[0] * scale + dx, self.chest[1] * scale + dy)
        return self.moved(**changes)

    def turned(self, fragment: str) -> str:
        """A fragment turned with the head."""
        if not self.tilt:
            return fragment
        middle = (self.top + self.chin) / 2
        return f'<g transform="rotate({self.tilt:g} {self.cx:g} {middle:g})">{fragment}</g>'


def placed(x: float, y: float, sx: float, sy: float, fragment: str) -> str:
    """A fragment drawn around the origin in unit size, placed and scaled onto the canvas."""
    return f'<g transform="translate({x:.2f} {y:.2f}) scale({sx:.3f} {sy:.3f})">{fragment}</g>'


def shade(colour: str, factor: float) -> str:
    """``#rrggbb`` darkened (factor below 1) or lightened (above 1, towards white), in sRGB."""
    channels = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    if factor <= 1:
        mixed = [c * factor for c in channels]
    else:
        mixed = [c + (255 - c) * (factor - 1) for c in channels]
    return "#" + "".join(f"{max(0, min(255, round(c))):02x}" for c in mixed)


def luminance(colour: str) -> float:
    """Relative luma of ``#rrggbb`` between 0 and 1 (Rec. 601 weights on sRGB values)."""
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue
