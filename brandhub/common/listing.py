"""Several things in one line, with what a language puts between them."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import pgettext


def phrases(parts: Iterable[str]) -> str:
    """Phrases that belong to one statement: “Flag, below 0.25”."""
    return pgettext("between phrases", ", ").join(parts)


def between_names() -> str:
    """What stands between names of the same kind: “Ada, Grace”."""
    return pgettext("between names", ", ")


def names(named: Iterable[object]) -> str:
    """Names of the same kind in a row."""
    return between_names().join(str(each) for each in named)
