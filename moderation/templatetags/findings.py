"""What templates draw of findings and decisions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from moderation.states import DecisionAction, FindingVerdict
from moderation.wordings import (
    BODY_PARTS,
    CATEGORIES,
    CHECKS,
    LEGIBLE,
    MEASURES,
    in_words,
    reason_in_words,
)
from styles.tag_labels import tag_in_words

register = template.Library()

_TONES = {"pass": "good", "flag": "warn", "unknown": "warn", "block": "bad"}


@register.filter
def check_label(code: str) -> str:
    return in_words(CHECKS, code)


@register.filter
def category_label(code: str) -> str:
    return in_words(CATEGORIES, code)


@register.filter
def measure_label(code: str) -> str:
    return in_words(MEASURES, code)


@register.filter
def body_part_label(code: str) -> str:
    """The wording of a body part; text that was read in a picture is shown as it is."""
    return str(BODY_PARTS.get(code, code))


@register.simple_tag
def legible_rows(evidence: dict[str, Any]) -> list[dict[str, Any]]:
    """What ``legibility`` measured, each with its least value and whether that is kept."""
    return [
        {
            "label": in_words(LEGIBLE, name),
            "value": value,
            "least": evidence["least"][name],
            "kept": value >= evidence["least"][name],
        }
        for name, value in evidence["legible"].items()
    ]


@register.simple_tag
def asked_label(asked: dict[str, Any]) -> str:
    """One asked thing in the reader's language: “Eyewear: glasses”, “no headwear”."""
    return tag_in_words(asked["tag"], absent=asked["absent"])


@register.simple_tag
def untaught_label(tag: str) -> str:
    """The same for a tag that the judge does not know."""
    absent = tag.startswith("no ")
    return tag_in_words(tag.removeprefix("no "), absent=absent)


@register.filter
def percent(share: float) -> str:
    """A share of 0 to 1 in per cent."""
    return f"{100 * share:.0f}\u00a0%"


@register.filter
def reason_label(code: str) -> str:
    return reason_in_words(code)


@register.filter
def action_label(code: str) -> str:
    return in_words(dict(DecisionAction.choices), code or "approve")


@register.filter
def verdict_label(code: str) -> str:
    return in_words(dict(FindingVerdict.choices), code)


@register.filter
def measure(value: float) -> str:
    """A score in three digits: more than that no check can vouch for."""
    return f"{value:.3g}"


@register.filter
def matched(findings: Iterable[Any]) -> list[Any]:
    """The findings that point at a span of what was written."""
    return [finding for finding in findings or () if "start" in finding.evidence]


@register.simple_tag
def marked(text: str, findings: Iterable[Any], field: str = "prompt") -> SafeString:
    """``text`` with the spans that findings point at in ``<mark>``, overlapping ones joined."""
    text = text or ""
    spans = sorted(
        (max(0, finding.evidence["start"]), min(len(text), finding.evidence["end"]))
        for finding in matched(findings)
        if finding.evidence.get("field", "prompt") == field
    )
    pieces: list[SafeString] = []
    at = 0
    for start, end in spans:
        if end <= at:
            continue
        start = max(start, at)
        pieces += [
            conditional_escape(text[at:start]),
            format_html("<mark>{}</mark>", text[start:end]),
        ]
        at = end
    pieces.append(conditional_escape(text[at:]))
    return format_html_join("", "{}", ((piece,) for piece in pieces))


@register.simple_tag
def outlined(boxes: Iterable[dict[str, Any]]) -> SafeString:
    """Boxes (shares of the sides) as outlines to lay over a picture, each with its number."""
    drawn = format_html_join(
        "",
        '<rect x="{}" y="{}" width="{}" height="{}"/><text x="{}" y="{}">{}</text>',
        (
            (
                100 * box["left"],
                100 * box["top"],
                100 * box["width"],
                100 * box["height"],
                100 * box["left"] + 2,
                100 * box["top"] + 11,
                number,
            )
            for number, box in enumerate(boxes, start=1)
        ),
    )
    return format_html(
        '<svg class="outlines" viewBox="0 0 100 100" aria-hidden="true" focusable="false">{}</svg>',
        drawn,
    )


@register.simple_tag
def gauge(finding: Any) -> SafeString:
    """A score against its threshold as a bar with a notch; empty where there is no score."""
    score, threshold = finding.score, finding.threshold
    if score is None or threshold is None:
        return mark_safe("")
    scale = max(score, threshold) * 1.25 or 1.0
    return format_html(
        '<svg class="gauge" viewBox="0 0 100 14" preserveAspectRatio="none"'
        ' aria-hidden="true" focusable="false">'
        '<rect class="gauge-ground" y="4" width="100" height="6" rx="1"/>'
        '<rect class="gauge-{}" y="4" width="{}" height="6" rx="1"/>'
        '<rect class="gauge-limit" x="{}" width="0.6" height="14"/></svg>',
        _TONES.get(finding.verdict, "warn"),
        round(max(0.0, score) / scale * 100, 2),
        round(threshold / scale * 100, 2),
    )
