"""What templates draw of audit events."""

from __future__ import annotations

import json

from django import template

register = template.Library()


@register.filter
def pretty_json(data: object) -> str:
    """``data`` as indented JSON, letters of every script as they are."""
    return json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True)
