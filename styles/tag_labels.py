"""Tags in a reader's words: what the vocabulary calls them in the page's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from brandhub.vocabulary.lookup import category, parse_tag, tag_names
from brandhub.vocabulary.tables import CATEGORIES
from brandhub.vocabulary.terms import Language, UnknownTagError, Value


@dataclass(frozen=True, slots=True)
class TagLabel:
    """One tag as it is shown; ``value`` is empty where a whole category is meant."""

    tag: str
    category: str
    value: str
    swatch: str = ""


def language_of(code: str | None) -> Language:
    """The vocabulary's language for a page's language code."""
    return "zh" if code and code.startswith("zh") else "en"


def label_of(value: Value, language: Language) -> TagLabel:
    return TagLabel(
        tag=value.tag,
        category=category(value.category).wording(language).label,
        value=value.wording(language).label,
        swatch=value.swatch,
    )


def tag_labels(
    tags: Mapping[str, str | list[str] | tuple[str, ...]], language: Language
) -> list[TagLabel]:
    """Labels of ``tags`` in the vocabulary's order. A stored tag that the vocabulary has since
    lost is shown as it was stored."""
    labels = [
        label
        for held in CATEGORIES
        for name in tag_names(tags, held.name)
        for label in wire_labels([f"{held.name}:{name}"], language)
    ]
    known = {held.name for held in CATEGORIES}
    return labels + [
        TagLabel(f"{name}:{value}", name, str(value))
        for name, value in tags.items()
        if name not in known
    ]


def wire_labels(items: Iterable[str], language: Language) -> list[TagLabel]:
    """Labels of wire forms, ``category:value`` or ``category`` alone."""
    labels = []
    for item in items:
        try:
            if ":" in item:
                labels.append(label_of(parse_tag(item), language))
            else:
                labels.append(TagLabel(item, category(item).wording(language).label, ""))
        except UnknownTagError:
            name, _, value = item.partition(":")
            labels.append(TagLabel(item, name, value))
    return labels


def tag_in_words(tag: str, *, absent: bool = False) -> str:
    """A wire form in the reader's language: “Eyewear: glasses”, “no headwear”."""
    [label] = wire_labels([tag], language_of(get_language()))
    if absent:
        return _("no %(thing)s") % {"thing": label.value or label.category}
    if not label.value:
        return label.category
    return _("%(category)s: %(value)s") % {"category": label.category, "value": label.value}
