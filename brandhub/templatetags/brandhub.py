# ruff: noqa: E501 -- outlines read best one a line
"""What every template draws: icons, badges, swatches, relative times."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from django import template
from django.template.context import RequestContext
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.timesince import timesince, timeuntil
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from brandhub.common.listing import between_names

register = template.Library()

#: Outlines on a 24-pixel grid, drawn with a round pen by the class ``icon``.
ICONS = {
    "alert": "M12 9v4.5m0 3v.01M10.3 4.3 2.8 17.400A2 2 0 0 0 4.5 20.400h15a2 2 0 0 0 1.7-3L13.7 4.300a2 2 0 0 0-3.4 0Z",
    "back": "m10 6-6 6 6 6M4 12h16",
    "bot": "M12 4v3M7 7h10a4 4 0 0 1 4 4v5a4 4 0 0 1-4 4H7a4 4 0 0 1-4-4v-5a4 4 0 0 1 4-4Zm2 5.500v2m6-2v2M12 3v.01",
    "check": "m5 12.5 4.5 4.500L19 7.5",
    "clock": "M12 7v5l3 2m6-2a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z",
    "cross": "M6 6l12 12M18 6 6 18",
    "eye": "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12Zm12.5 0a3 3 0 1 1-6 0 3 3 0 0 1 6 0Z",
    "flag": "M6 21V4.500M6 5h11.500l-2.5 4 2.500 4H6",
    "forward": "m14 6 6 6-6 6m6-6H4",
    "gear": "M4 7h9m4 0h3M4 17h3m4 0h9M15 9.500a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Zm-6 10a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z",
    "home": "M4 11 12 4l8 7v8a1.5 1.5 0 0 1-1.5 1.500H15v-6H9v6H5.500A1.5 1.5 0 0 1 4 19v-8Z",
    "info": "M12 11v5m0-8.500v.01M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z",
    "keyboard": "M4.5 6h15A1.5 1.5 0 0 1 21 7.500v9a1.5 1.5 0 0 1-1.5 1.500h-15A1.5 1.5 0 0 1 3 16.500v-9A1.5 1.5 0 0 1 4.5 6ZM7 10v.01M10.5 10v.01M14 10v.01M17 10v.01M7.5 14.500h9",
    "layers": "m12 4 8.5 4.500L12 13 3.500 8.500 12 4ZM4 12.500l8 4.500 8-4.500M4 16.500l8 4.500 8-4.500",
    "leave": "M14 4.500H6.500A1.5 1.5 0 0 0 5 6v12a1.5 1.5 0 0 0 1.5 1.500H14M17 8.500l3.5 3.5-3.5 3.500M20.5 12H10",
    "lock": "M8 10.500V8a4 4 0 1 1 8 0v2.500M6.5 10.500h11A1.5 1.5 0 0 1 19 12v6.500a1.5 1.5 0 0 1-1.5 1.500h-11A1.5 1.5 0 0 1 5 18.500V12a1.5 1.5 0 0 1 1.5-1.500Z",
    "menu": "M4 7h16M4 12h16M4 17h16",
    "moon": "M20 14.500A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.500Z",
    "palette": "M12 3.500a8.5 8.5 0 0 0 0 17c1.4 0 2-.9 2-1.9 0-1.5-1.3-1.8-1.3-3 0-.9.8-1.6 1.8-1.600h1.800c2.3 0 4.2-1.6 4.2-4.200C20.5 6.3 16.7 3.5 12 3.500ZM7.5 12v.01M9.5 8v.01M14.5 8v.01",
    "pen": "M4 20l1-4.500L16.5 4a1.8 1.8 0 0 1 2.5 0l1 1a1.8 1.8 0 0 1 0 2.500L8.5 19 4 20Z",
    "picture": "M5.5 4.500h13A1.5 1.5 0 0 1 20 6v12a1.5 1.5 0 0 1-1.5 1.500h-13A1.5 1.5 0 0 1 4 18V6a1.5 1.5 0 0 1 1.5-1.500ZM4.5 17l4.5-5 4 4 2.5-2.5 4 4M15.5 9v.01",
    "plus": "M12 5v14M5 12h14",
    "scales": "M12 4v16m-4 0h8M5 7.5 12 6l7 1.500M5 7.5 2.5 14a3 3 0 0 0 5 0L5 7.500Zm14 0L16.5 14a3 3 0 0 0 5 0L19 7.500Z",
    "shield": "M12 3.5 19 6v5.500c0 4.3-2.9 7.5-7 9-4.1-1.5-7-4.7-7-9V6l7-2.500ZM9 12l2.2 2.200L15.5 10",
    "spark": "M11 4l1.9 5.100L18 11l-5.1 1.900L11 18l-1.9-5.100L4 11l5.1-1.900L11 4ZM18.5 15.500v4m-2-2h4",
    "trash": "M5 7h14M10 7V4.500h4V7M7 7l.8 12a1.5 1.5 0 0 0 1.5 1.500h5.400a1.5 1.5 0 0 0 1.5-1.500L17 7",
    "undo": "M8.5 5.5 4.5 9.500l4 4M4.5 9.500h9a5.5 5.5 0 0 1 0 11H9",
}  # fmt: skip

_BADGES = {
    "good": {
        "approved",
        "current",
        "published",
        "pass",
        "delivered",
        "done",
        "ready",
        "completed",
    },
    "bad": {
        "declined",
        "failed",
        "rejected",
        "quarantined",
        "taken_down",
        "block",
        "abandoned",
        "refused",
    },
    "warn": {"held", "flag", "changes_requested", "open", "draft", "unknown", "paused"},
    "busy": {"rendering", "screening", "in_review", "claimed", "sending", "running", "checking"},
}
_NOTICES = {"success": "good", "error": "bad", "warning": "warn"}
_HEX = re.compile(r"#[0-9a-fA-F]{6}")


@register.simple_tag
def icon(name: str) -> SafeString:
    """An outline icon, hidden from assistive technology: the text beside it says the same."""
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">'
        '<path d="{}"/></svg>',
        ICONS[name],
    )


@register.filter
def badge_class(status: str) -> str:
    """The badge's colour for a status or a verdict of any of the state machines."""
    return next(
        (f"badge badge-{tone}" for tone, names in _BADGES.items() if status in names), "badge"
    )


@register.filter
def counted(number: int) -> str:
    """A count that stops at a hundred; beyond that nobody needs the exact number, nor its cost."""
    return str(number) if number < 100 else "99+"


@register.filter
def notice_class(level_tag: str) -> str:
    tone = _NOTICES.get(level_tag)
    return f"notice-{tone}" if tone else ""


@register.simple_tag
def notice_icon(level_tag: str) -> SafeString:
    return icon({"success": "check", "error": "alert", "warning": "alert"}.get(level_tag, "info"))


@register.simple_tag
def swatch(colour: str) -> SafeString:
    """A dot in ``#rrggbb``, drawn as SVG for the policy allows no style attributes."""
    if not _HEX.fullmatch(colour):
        return mark_safe("")
    return format_html(
        '<svg class="swatch" viewBox="0 0 20 20" aria-hidden="true" focusable="false">'
        '<circle cx="10" cy="10" r="9.5" fill="{}"/></svg>',
        colour,
    )


@register.simple_tag
def ribbon(colours: Any) -> SafeString:
    """The brand's palette as a thin band of equal stripes."""
    shown = [colour.hex for colour in colours if _HEX.fullmatch(colour.hex)]
    if not shown:
        return mark_safe("")
    stripes = format_html_join(
        "",
        '<rect x="{}" width="1" height="1" fill="{}"/>',
        ((position, colour) for position, colour in enumerate(shown)),
    )
    return format_html(
        '<svg class="ribbon" viewBox="0 0 {} 1" preserveAspectRatio="none"'
        ' aria-hidden="true" focusable="false">{}</svg>',
        len(shown),
        stripes,
    )


@register.simple_tag
def ago(at: datetime | None) -> SafeString:
    """“5 minutes ago” with the exact time behind it, in the reader's own zone by script."""
    if at is None:
        return mark_safe("–")
    if timezone.now() - at < timedelta(minutes=1):
        text = _("just now")
    else:
        text = _("%(time)s ago") % {"time": timesince(at, depth=1)}
    return format_html('<time datetime="{}" data-local="title">{}</time>', at.isoformat(), text)


@register.simple_tag
def duration(seconds: float) -> str:
    """“12 seconds” or “3 minutes”, rounded up: a wait that ends early disappoints nobody."""
    if seconds < 90:
        count = max(1, math.ceil(seconds))
        return ngettext("%(count)d second", "%(count)d seconds", count) % {"count": count}
    count = math.ceil(seconds / 60)
    return ngettext("%(count)d minute", "%(count)d minutes", count) % {"count": count}


@register.simple_tag
def until(at: datetime) -> SafeString:
    """“14 minutes” for a moment to come, counted down by script where a page does so."""
    text = timeuntil(at, depth=1) if at > timezone.now() else _("over")
    return format_html('<time datetime="{}" data-local="title">{}</time>', at.isoformat(), text)


@register.simple_tag
def moment(at: datetime | None) -> SafeString:
    """The exact time, in the reader's own zone by script and in UTC without."""
    if at is None:
        return mark_safe("–")
    return format_html(
        '<time datetime="{}" data-local="text">{} UTC</time>',
        at.isoformat(),
        date_format(at.astimezone(UTC), "DATETIME_FORMAT"),
    )


@register.simple_tag
def dated(at: datetime) -> SafeString:
    """The exact time of something past, and how long ago that is."""
    return format_html('{} <span class="sep"></span> {}', moment(at), ago(at))


#: “Ada, Grace”, with what the reader's language puts between names.
register.simple_tag(between_names)


@register.simple_tag(takes_context=True)
def with_query(context: RequestContext, **changes: Any) -> str:
    """The page's own query with ``changes``; an empty value removes the parameter."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        if value in (None, ""):
            query.pop(name, None)
        else:
            query[name] = value
    return f"?{query.urlencode()}"
