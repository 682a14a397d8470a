"""Charts as SVG drawn by the server; each stands beside the table of its numbers, which screen
readers read instead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from moderation.statistics.agreement import Judged
from moderation.statistics.figures import CheckAgreement, Day

register = template.Library()

_WIDTH, _HEIGHT = 640, 180
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
        return _("%(count)s hours") % {"count": f"{seconds / 3600:.1f}"}
    return _("%(count)s days") % {"count": f"{seconds / 86400:.1f}"}


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


@register.simple_tag
def time_chart(days: Sequence[Day]) -> SafeString:
    """Median and slowest tenth of the time to decision by day, on one axis from zero."""
    if not days:
        return mark_safe("")
    top = max(day.slow_seconds for day in days) or 1.0
    first, last = days[0].day.toordinal(), days[-1].day.toordinal()

    def points(values: Sequence[float]) -> list[tuple[float, float]]:
        return [
            (
                round(_WIDTH * (day.day.toordinal() - first) / max(1, last - first), 1),
                round(_HEIGHT - _HEIGHT * value / top, 1),
            )
            for day, value in zip(days, values, strict=True)
        ]

    def line(name: str, values: Sequence[float]) -> SafeString:
        found = points(values)
        return format_html(
            '<polyline class="line line-{}" points="{}"/>{}',
            name,
            " ".join(f"{x},{y}" for x, y in found),
            format_html_join(
                "",
                '<circle class="dot dot-{}" cx="{}" cy="{}" r="3"/>',
                ((name, x, y) for x, y in found),
            ),
        )

    return format_html(
        '<svg class="chart" viewBox="-8 -8 {} {}" aria-hidden="true" focusable="false">'
        '<path class="axis" d="M0 0V{}H{}"/>{}{}'
        '<text class="chart-label" x="4" y="8">{}</text></svg>',
        _WIDTH + 16,
        _HEIGHT + 16,
        _HEIGHT,
        _WIDTH,
        line("slow", [day.slow_seconds for day in days]),
        line("median", [day.median_seconds for day in days]),
        span_of(top),
    )


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
        '<path class="axis" d="M0 40H240"/>{}{}{}{}</svg>',
        bars(good, "good", up=True),
        bars(bad, "bad", up=False),
        mark(marks[0], "now"),
        mark(marks[1], "suggested"),
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
