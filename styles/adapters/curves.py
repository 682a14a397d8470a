"""A training's loss as a chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from brandhub.common.plots import Plot, plot_of


@dataclass(frozen=True, slots=True)
class Curve:
    """``last`` is the loss now."""

    plot: Plot
    last: float


def curve_of(losses: Sequence[Sequence[float]], steps: int) -> Curve | None:
    """The curve of ``[[step, loss], …]`` over all ``steps``; None with fewer than two points."""
    if len(losses) < 2:
        return None
    values = [loss for _step, loss in losses]
    low, high = min(values), max(values)
    plot = plot_of(
        {"loss": values},
        at=[step / max(1, steps) for step, _loss in losses],
        low=low,
        high=high,
        upwards=[f"{value:.3g}" for value in (high, (high + low) / 2, low)],
        across=["0", _("step %(step)s") % {"step": steps}],
    )
    return Curve(plot, values[-1])
