"""From a requirement and a style revision to the prompt that the model reads.

The model is told tags, never a person's words: the prompt is composed from the vocabulary, put
into the revision's template, and equal tags give equal prompts whatever they were written in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from brandhub import vocabulary
from brandhub.common.errors import FieldError, InvalidInput, pointer_part
from styles.brand_colours import brand_colour_tag
from styles.models import StyleRevision
from styles.requirements import Requirement, contradictions
from styles.requirements.parsing import contradiction, parse_exclusions

#: What every template holds beside plain text; replaced as text, so braces have no other meaning.
CAPTION = "{caption}"
#: A place for one category, such as ``{background}``. What stands there leaves the caption.
_PLACE = re.compile(r"\{([a-z_]+)\}")
#: Categories that a caption words together with others; a place for one holds its bare noun.
_BARE = frozenset({"style", "subject", "gender", "age", "color", "hair_color"})

Tags = dict[str, str | list[str]]


@dataclass(frozen=True, slots=True)
class ComposedPrompt:
    """What the model is told, and what became of each wish.

    ``tags`` are those of the request and, where it was silent, of the style. ``unsupported`` are
    the tags (``category:value``) that the base model can't draw; they stay in ``tags`` and are
    left out of the prompt.
    """

    prompt: str
    negative_prompt: str
    tags: Tags
    absent: tuple[str, ...]
    not_understood: tuple[str, ...]
    unsupported: tuple[str, ...]
    #: Misspelt words as they were written, and what they were read as.
    read_as: Mapping[str, str]


def compose_prompt(
    *,
    revision: StyleRevision,
    requirement: Requirement,
    tags: Mapping[str, Any] | Sequence[str] | None = None,
    negative_prompt: str = "",
) -> ComposedPrompt:
    """Join text, explicit tags, negative prompt and style into one prompt.

    What :func:`join_wishes` makes of text and tags; a colour of the brand's own is the nearest to
    the one in its palette. The style's default tags fill what the request leaves open. Raises
    ``InvalidInput`` with a pointer: ``unknown_tag``, ``invalid_tag`` or ``repeated_tag`` for a tag,
    ``too_long`` or ``contradictory_requirement`` for the negative prompt.
    """
    explicit = resolve_tags(tags or {})
    exclusions = parse_exclusions(negative_prompt)
    own, nameless = _brands_own(requirement, revision, exclusions.absent)
    wanted, absent = join_wishes(replace(requirement, tags={**requirement.tags, **own}), explicit)
    if clashes := contradictions(wanted, exclusions.absent):
        raise contradiction("/negative_prompt", clashes, exclusions.absent)
    absent = tuple(dict.fromkeys((*absent, *exclusions.absent)))
    wanted = _with_defaults(wanted, absent, revision.default_tags)
    unsupported = unsupported_tags(wanted, revision.base_model.unsupported_tags)
    drawn = _with_defaults(_without(wanted, unsupported), absent, revision.default_tags)
    drawn = _without(drawn, unsupported_tags(drawn, revision.base_model.unsupported_tags))
    drawable = tuple(a for a in absent if a not in revision.base_model.unsupported_tags)
    placed = places_in(revision.prompt_template)
    caption = vocabulary.compose_caption(
        {name: held for name, held in drawn.items() if name not in placed}, absent=drawable
    )
    negatives = (revision.negative_prompt.strip(), vocabulary.compose_negative(drawable))
    return ComposedPrompt(
        prompt=fill_template(
            revision.prompt_template, caption, {name: _worded(drawn, name) for name in placed}
        ),
        negative_prompt=", ".join(part for part in negatives if part),
        tags=wanted,
        absent=absent,
        not_understood=tuple(
            dict.fromkeys((*requirement.not_understood, *nameless, *exclusions.not_understood))
        ),
        unsupported=unsupported,
        read_as=requirement.read_as | exclusions.read_as,
    )


def join_wishes(requirement: Requirement, explicit: Tags) -> tuple[Tags, tuple[str, ...]]:
    """What is wanted and what may not show, by a text and by tags that are valid.

    Explicit tags win over the text's and over a "no" in it; in a category of several values both
    are kept.
    """
    overridden = contradictions(explicit, requirement.absent)
    absent = tuple(a for a in requirement.absent if not contradictions(_as_tags(overridden), [a]))
    return _joined(requirement.tags, explicit), absent


def _brands_own(
    requirement: Requirement, revision: StyleRevision, excluded: Sequence[str]
) -> tuple[dict[str, str], tuple[str, ...]]:
    """The brand's own colours as tags, and the words for those that nobody knows or may show."""
    if not requirement.brand_colours:
        return {}, ()
    palette = list(revision.style.brand.palette.all())
    own: dict[str, str] = {}
    nameless = []
    for category, words in requirement.brand_colours.items():
        name = brand_colour_tag(palette, category)
        if name is None or contradictions({category: name}, (*requirement.absent, *excluded)):
            nameless.append(words)
        else:
            own[category] = name
    return own, tuple(nameless)


def places_in(template: str) -> tuple[str, ...]:
    """The categories that ``template`` gives a place of their own, in the vocabulary's order."""
    named = set(_PLACE.findall(template))
    return tuple(held.name for held in vocabulary.CATEGORIES if held.name in named)


def fill_template(template: str, caption: str, words: Mapping[str, str] | None = None) -> str:
    """``template`` with ``{caption}`` and the places in ``words`` replaced, once.

    A place without a word goes, and the comma beside it. Nothing else has a meaning. No
    ``str.format``: its fields reach attributes and items of what they are given.
    """
    words = {**(words or {}), "caption": caption}
    filled = _PLACE.sub(lambda place: words.get(place[1], place[0]), template)
    if all(words.values()):
        return filled.strip()
    parts = (" ".join(part.split()) for part in filled.split(","))
    return ", ".join(part for part in parts if part)


def _worded(tags: Tags, name: str) -> str:
    """What stands in a place for the category ``name``; empty where ``tags`` don't speak of it."""
    held = {name: tags[name]} if name in tags else {}
    if name not in _BARE:
        return vocabulary.compose_caption(held)
    values = (vocabulary.category(name).value(each) for each in vocabulary.tag_names(held, name))
    return " ".join(value.wording("en").noun for value in values)


def check_template(template: str, *, pointer: str = "/prompt_template") -> None:
    """Raise ``InvalidInput`` unless ``template`` has a place for the caption, and none twice."""
    repeated = [name for name in places_in(template) if template.count(f"{{{name}}}") > 1]
    if template.count(CAPTION) != 1:
        detail = _("A prompt template holds %(caption)s once.") % {"caption": CAPTION}
    elif repeated:
        detail = _("A prompt template holds %(place)s once at most.") % {
            "place": f"{{{repeated[0]}}}"
        }
    else:
        return
    raise InvalidInput(
        detail,
        code="invalid_template",
        errors=[FieldError(pointer, "invalid_template", detail)],
    )


def resolve_tags(tags: Mapping[str, Any] | Sequence[str], *, pointer: str = "/tags") -> Tags:
    """Check a caller's tags, aliases resolved, in the vocabulary's order.

    Takes ``{"eyewear": "glasses", "accessory": ["bow", "badge"]}`` or ``["eyewear:glasses", …]``.
    Raises ``InvalidInput`` that names every wrong tag by its pointer, with the code
    ``unknown_tag``, ``invalid_tag`` (not text) or ``repeated_tag``.
    """
    errors: list[FieldError] = []
    found: dict[str, tuple[vocabulary.Value, str]] = {}
    for place, wire in _wire_tags(tags, pointer, errors):
        try:
            value = vocabulary.parse_tag(wire)
        except vocabulary.UnknownTagError:
            errors.append(FieldError(place, "unknown_tag", _unknown(wire)))
        else:
            found.setdefault(value.tag, (value, place))
    resolved: Tags = {}
    for held in vocabulary.CATEGORIES:
        values = [(v.name, place) for v, place in found.values() if v.category == held.name]
        if held.multiple and values:
            resolved[held.name] = [name for name, _place in values]
        elif values:
            resolved[held.name] = values[0][0]
            errors.extend(
                FieldError(place, "repeated_tag", _repeated(held.name)) for _n, place in values[1:]
            )
    if errors:
        raise InvalidInput(_("Some tags are not valid."), code=errors[0].code, errors=errors)
    return resolved


def unsupported_tags(tags: Tags, cannot_draw: Iterable[str]) -> tuple[str, ...]:
    """The tags that a base model can't draw, or that make no sense on the subject asked for."""
    excluded = set(cannot_draw)
    subject = tags.get("subject")
    found = []
    for held in vocabulary.CATEGORIES:
        for name in vocabulary.tag_names(tags, held.name):
            value = held.value(name)
            misplaced = subject and value.subjects and subject not in value.subjects
            if value.tag in excluded or misplaced:
                found.append(value.tag)
    return tuple(found)


def _wire_tags(
    tags: Mapping[str, Any] | Sequence[str], pointer: str, errors: list[FieldError]
) -> list[tuple[str, str]]:
    """(pointer, ``category:value``) of each tag; what is no text is put into ``errors``."""
    items: list[tuple[str, str, Any]] = []
    if isinstance(tags, Mapping):
        for name, held in tags.items():
            place = f"{pointer}/{pointer_part(name)}"
            if isinstance(held, list | tuple):
                items.extend((f"{place}/{i}", f"{name}:", item) for i, item in enumerate(held))
            else:
                items.append((place, f"{name}:", held))
    elif isinstance(tags, str):
        items.append((pointer, "", None))
    else:
        items.extend((f"{pointer}/{i}", "", item) for i, item in enumerate(tags))
    found = []
    for place, prefix, item in items:
        if isinstance(item, str):
            found.append((place, prefix + item))
        else:
            errors.append(FieldError(place, "invalid_tag", _("A tag's value is text.")))
    return found


def _unknown(wire: str) -> str:
    return _("The vocabulary has no tag “%(tag)s”.") % {"tag": wire[:80]}


def _repeated(category: str) -> str:
    return _("%(category)s takes one value.") % {"category": category}


def _joined(text: Mapping[str, str | list[str]], explicit: Tags) -> Tags:
    joined: Tags = {}
    for held in vocabulary.CATEGORIES:
        ours, theirs = explicit.get(held.name), text.get(held.name)
        if held.multiple and (ours or theirs):
            names = (
                *vocabulary.tag_names(text, held.name),
                *vocabulary.tag_names(explicit, held.name),
            )
            joined[held.name] = list(dict.fromkeys(names))
        elif chosen := ours or theirs:
            joined[held.name] = chosen
    return joined


def _with_defaults(tags: Tags, absent: Sequence[str], defaults: Mapping[str, Any]) -> Tags:
    """The style's tags where the request says neither what it wants nor what it doesn't."""
    filled = dict(tags)
    for name in defaults:
        if name not in filled and not contradictions({name: defaults[name]}, absent):
            filled[name] = defaults[name]
    return {held.name: filled[held.name] for held in vocabulary.CATEGORIES if held.name in filled}


def _without(tags: Tags, dropped: Iterable[str]) -> Tags:
    excluded = set(dropped)
    kept: Tags = {}
    for name, held in tags.items():
        if isinstance(held, str):
            if f"{name}:{held}" not in excluded:
                kept[name] = held
        elif names := [item for item in held if f"{name}:{item}" not in excluded]:
            kept[name] = names
    return kept


def _as_tags(wire: Iterable[str]) -> Tags:
    tags: dict[str, list[str]] = {}
    for item in wire:
        name, _sep, value = item.partition(":")
        tags.setdefault(name, []).append(value)
    return dict(tags)
