"""Filters that word tags in the page's language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.translation import get_language

from styles import tag_labels
from styles.routing import tier_name

register = template.Library()
register.filter("tier_name", tier_name)


@register.filter
def labelled(tags: dict[str, Any]) -> list[tag_labels.TagLabel]:
    """``{"eyewear": "glasses"}`` as labels."""
    return tag_labels.tag_labels(tags or {}, tag_labels.language_of(get_language()))


@register.filter
def labelled_wire(items: Iterable[str]) -> list[tag_labels.TagLabel]:
    """``["eyewear:glasses", "headwear"]`` as labels."""
    return tag_labels.wire_labels(items or (), tag_labels.language_of(get_language()))
