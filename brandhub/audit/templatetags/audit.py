"""What templates draw of audit events."""

from __future__ import annotations

import json

from django import template
from django.apps import apps

from brandhub.audit.wordings import ACTIONS

register = template.Library()


@register.filter
def pretty_json(data: object) -> str:
    """``data`` as indented JSON, letters of every script as they are."""
    return json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True)


@register.filter
def action_label(code: str) -> str:
    """What happened, in words; an action of another release is told by its code."""
    return str(ACTIONS.get(code, code))


@register.filter
def kind_label(object_type: str) -> str:
    """What an event is about, such as “review case”."""
    try:
        return str(apps.get_model(object_type)._meta.verbose_name)
    except LookupError:
        return object_type
