"""Line charts as values: a template draws them as SVG that stretches, with labels that do not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """``points`` is a polyline's attribute, ``dots`` a path's: a stroke of no length per value."""

    name: str
    points: str
    dots: str


@dataclass(frozen=True, slots=True)
class Plot:
    """Lines in a square of 100 by 100; ``upwards`` is read from the top, ``across`` from the left.

    Both lists of labels are evenly spaced from edge to edge.
    """

    lines: tuple[Line, ...]
    upwards: tuple[str, ...]
    across: tuple[str, ...]


def plot_of(
    values: Mapping[str, Sequence[float]],
    *,
    at: Sequence[float],
    low: float,
    high: float,
    upwards: Sequence[str],
    across: Sequence[str],
) -> Plot:
    """Lines of ``values``, by name; ``at`` are their places across, of 0 to 1.

    ``low`` and ``high`` are the values at the lower and the upper edge.
    """
    height = (high - low) or 1.0

    def line(name: str, along: Sequence[float]) -> Line:
        places = [
            (round(100 * x, 2), round(100 * (high - value) / height, 2))
            for x, value in zip(at, along, strict=True)
        ]
        return Line(
            name,
            " ".join(f"{x},{y}" for x, y in places),
            "".join(f"M{x} {y}h0" for x, y in places),
        )

    return Plot(
        tuple(line(name, along) for name, along in values.items()), tuple(upwards), tuple(across)
    )
