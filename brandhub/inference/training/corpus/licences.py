"""Whose art the corpus is made of, and on which terms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from brandhub.inference.training.corpus.library import definition

# Terms that allow commercial use and derived works; those that ask for it get attribution.
FREE_TERMS = frozenset({"CC0 1.0", "CC BY 4.0", "Free for personal and commercial use", "MIT"})


class LicenceError(ValueError):
    """A style whose terms don't allow what the corpus is for."""


@dataclass(frozen=True, slots=True)
class Licence:
    """One style's origin and terms, as its definition states them."""

    style: str
    title: str
    creator: str
    terms: str
    url: str
    attribution: str


def licence_of(style: str) -> Licence:
    """The licence of a library style; raises ``LicenceError`` unless commercial use is free."""
    meta = definition(style)["meta"]
    terms = meta["license"]["name"].rstrip(".")
    if terms not in FREE_TERMS:
        raise LicenceError(f"{style} is licensed {terms!r}, which is not known to be free")
    return Licence(
        style,
        meta.get("source", {}).get("name", style),
        meta["creator"]["name"],
        terms,
        meta["license"]["url"],
        meta["license"].get("text", ""),
    )


def licences_of(styles: Iterable[str]) -> tuple[Licence, ...]:
    """The licences of several styles, by name; raises as ``licence_of`` does."""
    return tuple(licence_of(style) for style in sorted(styles))
