"""What a text says outside of the clause that is looked at.

Counted once and kept while clause after clause is looked at and named: to look at the whole text
for each clause would take as many steps as there are pairs of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from styles.requirements.lexicon import Kind
from styles.requirements.tokens import Token

_WHO = frozenset({"subject", "gender"})
#: Beside what a figure is another's company, or a likeness, and how near.
_BESIDES = frozenset({"hold", "likeness", "like", "shape"})
_NEAR = 3


class Elsewhere:
    """The tags that the words of a text say, apart from those of one clause at a time."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._said: Counter[str] = Counter()
        self._figures: Counter[str] = Counter()
        self._company = _company(tokens)
        self._add(tokens)

    @contextmanager
    def apart_from(self, clause: Sequence[Token]) -> Iterator[None]:
        """Leave ``clause`` out meanwhile; whatever of it is left then counts again."""
        for token in clause:
            for mention in token.mentions:
                self._said[mention.tag] -= 1
                self._figures[mention.tag] -= token.start not in self._company
        yield
        self._add(clause)

    def says(self, tags: Iterable[str], besides: Sequence[Token] = ()) -> bool:
        """Whether one of ``tags`` is said, wanted or not, there or by ``besides``."""
        near = {mention.tag for token in besides for mention in token.mentions}
        return any(self._said[tag] > 0 or tag in near for tag in tags)

    def replaces(self, clause: Sequence[Token], besides: Sequence[Token] = ()) -> bool:
        """Whether another figure than that of ``clause`` is named, there or by ``besides``."""
        drawn = (token for token in besides if token.start not in self._company)
        outside = _figures(drawn)
        for tag, times in self._figures.items():
            if times > 0:
                outside.setdefault(tag.partition(":")[0], set()).add(tag)
        inside = _figures(clause)
        return any(inside[name] != outside[name] for name in inside.keys() & outside.keys())

    def _add(self, tokens: Iterable[Token]) -> None:
        for token in tokens:
            for mention in token.mentions:
                self._said[mention.tag] += 1
                self._figures[mention.tag] += token.start not in self._company


def _figures(tokens: Iterable[Token]) -> dict[str, set[str]]:
    """For subject and gender the tags that tokens say."""
    found: dict[str, set[str]] = {}
    for token in tokens:
        for mention in token.mentions:
            if mention.category in _WHO:
                found.setdefault(mention.category, set()).add(mention.tag)
    return found


def _company(tokens: Sequence[Token]) -> set[int]:
    """Where a figure begins that isn't drawn: held by another, or what one is likened to."""
    found: set[int] = set()
    for index, token in enumerate(tokens):
        if token.kind is Kind.VERB or token.detail in _BESIDES:
            found.update(each.start for each in tokens[index + 1 : index + 1 + _NEAR])
        if token.detail in _BESIDES:
            found.update(each.start for each in tokens[max(index - _NEAR, 0) : index])
    return found
