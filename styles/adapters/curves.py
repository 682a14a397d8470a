"""A loss curve as points of an SVG: drawn by the server, for pages run no scripts of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 600
HEIGHT = 180


@dataclass(frozen=True, slots=True)
class Curve:
    """``points`` is a polyline's attribute; ``low`` and ``high`` are the values at its edges."""

    points: str
    low: float
    high: float
    last: float


def curve_of(losses: Sequence[Sequence[float]], steps: int) -> Curve | None:
    """The curve of ``[[step, loss], …]`` over all ``steps``; None with fewer than two points."""
    if len(losses) < 2:
        return None
    values = [loss for _step, loss in losses]
    low, high = min(values), max(values)
    span = (high - low) or 1.0
    points = " ".join(
        f"{WIDTH * step / max(1, steps):.1f},{HEIGHT * (high - loss) / span:.1f}"
        for step, loss in losses
    )
    return Curve(points, low, high, values[-1])
