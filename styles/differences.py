"""What became different from one revision to another, in words that a person reads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from django.utils.translation import gettext as _

from brandhub.vocabulary.lookup import tag_names
from brandhub.vocabulary.terms import Language
from styles.models import ReferenceImage, StyleRevision
from styles.tag_labels import TagLabel, wire_labels

#: A word, a blank, a sign, or one Chinese character: what a reader sees change as a whole.
_WORDS = re.compile(r"[A-Za-z0-9_'-]+|\s+|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that stayed, went or came."""

    kind: Literal["same", "gone", "new"]
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """One field: as ``pieces`` of a text, as tags or pictures that went and came, or as values."""

    label: str
    pieces: tuple[Piece, ...] = ()
    gone: tuple[TagLabel, ...] = ()
    new: tuple[TagLabel, ...] = ()
    before: str = ""
    after: str = ""
    pictures_gone: tuple[ReferenceImage, ...] = ()
    pictures_new: tuple[ReferenceImage, ...] = ()


def changes_between(older: StyleRevision, newer: StyleRevision, language: Language) -> list[Change]:
    """Every field in which ``newer`` differs from ``older``, in the order of the form."""
    return [
        *_values(older, newer, [("base_model", _("Base model"))]),
        *_texts(older, newer),
        *_tags(older, newer, language),
        *_references(older, newer),
        *_adapters(older, newer),
        *_badge(older, newer),
        *_values(
            older,
            newer,
            [
                ("steps", _("Steps")),
                ("guidance_scale", _("Guidance scale")),
                ("guidance_schedule", _("Guidance schedule")),
                ("scheduler", _("Scheduler")),
                ("tier", _("Routing tier")),
                ("image_size", _("Size in pixels")),
            ],
        ),
    ]


def text_pieces(before: str, after: str) -> tuple[Piece, ...]:
    """``before`` and ``after`` word by word; the pieces that are not new make up ``before``."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    pieces: list[Piece] = []
    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(Piece("same", "".join(old[i:j])))
            continue
        if i < j:
            pieces.append(Piece("gone", "".join(old[i:j])))
        if k < m:
            pieces.append(Piece("new", "".join(new[k:m])))
    return tuple(pieces)


def _texts(older: StyleRevision, newer: StyleRevision) -> Iterator[Change]:
    for name, label in (
        ("prompt_template", _("Prompt template")),
        ("negative_prompt", _("Negative prompt")),
    ):
        before, after = getattr(older, name), getattr(newer, name)
        if before != after:
            yield Change(label, pieces=text_pieces(before, after))


def _tags(older: StyleRevision, newer: StyleRevision, language: Language) -> Iterator[Change]:
    before, after = _wire(older.default_tags), _wire(newer.default_tags)
    if before != after:
        yield Change(
            _("Sets by itself"),
            gone=tuple(wire_labels([tag for tag in before if tag not in after], language)),
            new=tuple(wire_labels([tag for tag in after if tag not in before], language)),
        )


def _references(older: StyleRevision, newer: StyleRevision) -> Iterator[Change]:
    before = [pin.reference for pin in older.pinned_references.all()]
    after = [pin.reference for pin in newer.pinned_references.all()]
    gone = tuple(image for image in before if image not in after)
    new = tuple(image for image in after if image not in before)
    if gone or new:
        yield Change(_("References"), pictures_gone=gone, pictures_new=new)


def _badge(older: StyleRevision, newer: StyleRevision) -> Iterator[Change]:
    before, after = _badge_in_words(older), _badge_in_words(newer)
    if before != after:
        yield Change(_("Logo badge"), before=before, after=after)


def _badge_in_words(revision: StyleRevision) -> str:
    if not revision.badge_corner:
        return _("none")
    return f"{revision.get_badge_corner_display()}, {revision.badge_size} %"


def _wire(tags: dict[str, Any]) -> list[str]:
    return [f"{name}:{value}" for name in tags for value in tag_names(tags, name)]


def _adapters(older: StyleRevision, newer: StyleRevision) -> Iterator[Change]:
    before, after = (
        ", ".join(f"{pin.adapter_revision} × {pin.weight:g}" for pin in each.pinned_adapters.all())
        for each in (older, newer)
    )
    if before != after:
        yield Change(_("Adapters"), before=before or "–", after=after or "–")


def _values(
    older: StyleRevision, newer: StyleRevision, fields: Sequence[tuple[str, str]]
) -> Iterator[Change]:
    for name, label in fields:
        before, after = getattr(older, name), getattr(newer, name)
        if before != after:
            yield Change(label, before=str(before), after=str(after))
