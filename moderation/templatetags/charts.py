"""Charts as SVG drawn by the server; each stands beside the table of its numbers, which screen
readers read instead."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import template
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from brandhub.common.plots import plot_of
from moderation.statistics.agreement import Judged
from moderation.statistics.figures import CheckAgreement, Day

register = template.Library()

#: What the axis of times may end at, in seconds: the next of these above the longest.
_ROUND_TIMES = (
    *(60 * minutes for minutes in (1, 2, 4, 10, 20, 30, 60)),
    *(3600 * hours for hours in (2, 4, 6, 12, 24, 48)),
)
_DAY = 86400
#: Bars of a check's scores.
_BINS = 24


@register.filter
def span_of(seconds: float | None) -> str:
    """A duration as people say it: “40 seconds”, “12 minutes”, “3.5 hours”, “2.1 days”."""
    if seconds is None:
        return "–"
    if seconds < 90:
        count = round(seconds)
        return ngettext("%(count)d second", "%(count)d seconds", count) % {"count": count}
    if seconds < 90 * 60:
        count = round(seconds / 60)
        return ngettext("%(count)d minute", "%(count)d minutes", count) % {"count": count}
    if seconds < 48 * 3600:
        return _("%(count)s hours") % {"count": f"{seconds / 3600:.1f}".removesuffix(".0")}
    return _("%(count)s days") % {"count": f"{seconds / _DAY:.1f}".removesuffix(".0")}


@register.simple_tag
def rate_bar(share: float) -> SafeString:
    """A share of 0 to 1 as a bar."""
    return format_html(
        '<svg class="rate-bar" viewBox="0 0 100 10" preserveAspectRatio="none"'
        ' aria-hidden="true" focusable="false"><rect class="gauge-ground" width="100" height="10"/>'
        '<rect class="bar" width="{}" height="10"/></svg>',
        round(100 * share, 2),
    )


@register.simple_tag
def count_bar(count: int, most: int) -> SafeString:
    """A count beside the largest of its column as a bar."""
    return rate_bar(count / most if most else 0.0)


@register.inclusion_tag("includes/plot.html")
def time_chart(days: Sequence[Day]) -> dict[str, Any]:
    """Median and slowest tenth of the time to decision by day, on one axis from zero."""
    first, last = days[0].day, days[-1].day
    width = (last - first).days
    top = _round_time(max(day.slow_seconds for day in days))
    plot = plot_of(
        {
            "slow": [day.slow_seconds for day in days],
            "median": [day.median_seconds for day in days],
        },
        at=[(day.day - first).days / width if width else 0.5 for day in days],
        low=0.0,
        high=top,
        upwards=[span_of(top), span_of(top / 2), "0"],
        across=[
            date_format(day, "MONTH_DAY_FORMAT")
            for day in sorted({first, first + timedelta(days=width // 2), last})
        ],
    )
    return {"plot": plot, "dotted": True}


def _round_time(longest: float) -> float:
    """The end of an axis that reaches ``longest`` seconds and is halved to a round time, too."""
    above = next((time for time in _ROUND_TIMES if time >= longest), None)
    return float(above or 2 * _DAY * math.ceil(longest / (2 * _DAY)))


@register.simple_tag
def score_chart(found: CheckAgreement) -> SafeString:
    """How often each score was given to pictures that people approved (above the line) and
    objected to (below), with the threshold as it is and as it is suggested."""
    scored = [each for each in found.judged if each.score is not None]
    marks = [found.threshold, found.suggestion.threshold if found.suggestion else None]
    values = [each.score or 0.0 for each in scored] + [mark for mark in marks if mark is not None]
    if not scored:
        return mark_safe("")
    low, high = min(values), max(values)
    width = (high - low) or 1.0
    good, bad = _bins(scored, low, width)
    most = max(max(good), max(bad), 1)

    def bars(counts: Sequence[int], tone: str, *, up: bool) -> SafeString:
        return format_html_join(
            "",
            '<rect class="bar bar-{}" x="{}" y="{}" width="{}" height="{}"/>',
            (
                (
                    tone,
                    round(at * 240 / _BINS + 0.5, 2),
                    round(40 - 38 * count / most, 2) if up else 40,
                    round(240 / _BINS - 1, 2),
                    round(38 * count / most, 2),
                )
                for at, count in enumerate(counts)
                if count
            ),
        )

    def mark(value: float | None, name: str) -> SafeString:
        if value is None:
            return mark_safe("")
        at = round(240 * (value - low) / width, 2)
        return format_html('<path class="mark mark-{}" d="M{} 0V80"/>', name, at)

    return format_html(
        '<svg class="score-chart" viewBox="-2 0 244 80" aria-hidden="true" focusable="false">'
        '<path class="axis" d="M0 40H240"/>{}{}{}{}</svg>'
        '<p class="score-range" aria-hidden="true"><span>{}</span><span>{}</span></p>',
        bars(good, "good", up=True),
        bars(bad, "bad", up=False),
        mark(marks[0], "now"),
        mark(marks[1], "suggested"),
        f"{low:.3g}",
        f"{high:.3g}",
    )


def _bins(scored: Sequence[Judged], low: float, width: float) -> tuple[list[int], list[int]]:
    good, bad = [0] * _BINS, [0] * _BINS
    for each in scored:
        at = min(_BINS - 1, int(_BINS * ((each.score or 0.0) - low) / width))
        (bad if each.objected else good)[at] += 1
    return good, bad


@register.filter
def largest(rows: Sequence[tuple[Any, int]]) -> int:
    """The largest count of ``(name, count)`` pairs."""
    return max((count for _name, count in rows), default=0)
