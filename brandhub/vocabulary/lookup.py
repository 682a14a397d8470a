"""Finding categories, values and wordings in the vocabulary."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from brandhub.vocabulary.tables import CATEGORIES, TAG_ALIASES
from brandhub.vocabulary.terms import (
    Category,
    Language,
    RepeatedTagError,
    Tags,
    UnknownTagError,
    Value,
)

_BY_NAME = {held.name: held for held in CATEGORIES}


def category(name: str) -> Category:
    """The category of that name; raises ``UnknownTagError`` where there is none."""
    try:
        return _BY_NAME[name]
    except KeyError:
        raise UnknownTagError(name) from None


def parse_tag(text: str) -> Value:
    """The value of a wire tag ``category:value``, aliases resolved (``accessory:glasses``).

    Letter case and blanks around don't matter. Raises ``UnknownTagError``.
    """
    name, _, value = (part.strip().lower().replace(" ", "_") for part in text.partition(":"))
    resolved = TAG_ALIASES.get(f"{name}:{value}", f"{name}:{value}")
    name, _, value = resolved.partition(":")
    return category(name).value(value)


def tag_names(tags: Tags, name: str) -> tuple[str, ...]:
    """The values that ``tags`` give for one category, as a tuple in every case."""
    held = tags.get(name)
    if not held:
        return ()
    return (held,) if isinstance(held, str) else tuple(held)


def collect_tags(items: Iterable[str]) -> dict[str, str | tuple[str, ...]]:
    """Tags of a list of wire tags, in the vocabulary's order.

    Raises ``UnknownTagError``, and ``RepeatedTagError`` for two values where one is taken.
    """
    found: dict[str, list[str]] = {}
    for item in items:
        value = parse_tag(item)
        names = found.setdefault(value.category, [])
        if value.name not in names:
            names.append(value.name)
    tags: dict[str, str | tuple[str, ...]] = {}
    for held in CATEGORIES:
        names = found.get(held.name, [])
        if held.multiple and names:
            tags[held.name] = tuple(names)
        elif len(names) > 1:
            raise RepeatedTagError(held.name, tuple(names))
        elif names:
            tags[held.name] = names[0]
    return tags


def unsupported(tags: Tags) -> tuple[Value, ...]:
    """The values among ``tags`` that the embedded model can't draw, in the vocabulary's order.

    A value also counts when it can't be drawn on the subject asked for.
    """
    subject = tags.get("subject")
    return tuple(
        value
        for held in CATEGORIES
        for value in (held.value(name) for name in tag_names(tags, held.name))
        if not value.supported or (subject and value.subjects and subject not in value.subjects)
    )


@cache
def phrases(language: Language) -> tuple[tuple[str, Value], ...]:
    """Every wording with its value, longest first, for a parser that matches greedily.

    A wording that several values share ("red") appears once for each, in the vocabulary's order.
    """
    pairs = [
        (term, value)
        for held in CATEGORIES
        for value in held.values
        for term in value.wording(language).terms
    ]
    return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))
