"""Chinese terms out of shape: backwards (因洛海), parted (裸a体, 吸过毒), doubled (傻傻逼逼)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from moderation.text.normalisation import is_han
from moderation.text.words import Text

_HAN = "\u3400-\u9fff"
_RUN = re.compile(rf"[{_HAN}]{{2,}}")
#: One Latin letter, digit or stroke after each character but the last.
_INTERRUPTED = re.compile(rf"[{_HAN}](?:[a-z0-9のノ丶丨丿乀][{_HAN}])+")
#: One and the same character after each but the last.
_FILLED = re.compile(rf"[{_HAN}]([{_HAN}])(?:[{_HAN}]\1)+[{_HAN}]?")
#: A verb and its object, with what says that it was done.
_DONE = re.compile(rf"(?=([{_HAN}])[了过着]([{_HAN}]))")
_DOUBLED = re.compile(rf"(?:([{_HAN}])\1+){{2,}}")
_SAME = re.compile(r"(.)\1*")
#: Words that stand anywhere: a term that holds one is not looked for backwards.
_PARTICLES = frozenset("的了着在是有不没")
#: Nobody writes a longer term so that it must be put into shape.
_LONGEST = 8


@dataclass(frozen=True, slots=True)
class _Chain:
    """Characters to be read one after the other, each with where it stands."""

    characters: str
    spans: tuple[tuple[int, int], ...]


class ReshapedFinder:
    """Finds terms of three Chinese characters and more, and those of two in ``pairs``.

    Backwards are found those of two in ``turned`` alone: others are words that way, too. Those of
    ``deeds`` are a verb and its object, which 了 and the like part.
    """

    def __init__(
        self,
        terms: Iterable[str],
        pairs: frozenset[str],
        turned: frozenset[str],
        deeds: frozenset[str],
    ) -> None:
        self.deeds = deeds
        self._terms = frozenset(
            term
            for term in terms
            if len(term) <= _LONGEST
            and all(is_han(each) for each in term)
            and (len(term) > 2 or term in pairs)
        )
        self._backwards = frozenset(
            term
            for term in self._terms
            if len(term) > 2
            and term != term[::-1]
            and (len(term) > 3 or not _PARTICLES & set(term))
        ) | (turned & self._terms)

    def find(self, text: Text) -> Iterator[tuple[str, int, int]]:
        """Each term with its span in the normalised text."""
        normalised = text.normalised
        for match in _RUN.finditer(normalised):
            for term, start, end in _within(_backwards(match), self._backwards):
                if not text.cuts_a_word(start, end) and (
                    text.stand_alone(start, end) if len(term) == 2 else True
                ):
                    yield term, start, end
        for pattern in (_INTERRUPTED, _FILLED):
            for match in pattern.finditer(normalised):
                yield from _within(_interrupted(match), self._terms)
        for match in _DONE.finditer(normalised):
            deed, start = match[1] + match[2], match.start()
            if deed in self.deeds and not text.cuts_a_word(start, start + 3):
                yield deed, start, start + 3
        for match in _DOUBLED.finditer(normalised):
            yield from _within(_doubled(match), self._terms)


def _within(chain: _Chain, terms: frozenset[str]) -> Iterator[tuple[str, int, int]]:
    for at in range(len(chain.characters) - 1):
        for end in range(at + 2, min(at + _LONGEST, len(chain.characters)) + 1):
            term = chain.characters[at:end]
            if term in terms:
                covered = chain.spans[at:end]
                yield term, min(covered)[0], max(covered)[1]


def _backwards(match: re.Match[str]) -> _Chain:
    places = range(match.end() - 1, match.start() - 1, -1)
    return _Chain(match.group()[::-1], tuple((at, at + 1) for at in places))


def _interrupted(match: re.Match[str]) -> _Chain:
    places = range(match.start(), match.end(), 2)
    return _Chain(match.group()[::2], tuple((at, at + 1) for at in places))


def _doubled(match: re.Match[str]) -> _Chain:
    runs = list(_SAME.finditer(match.group()))
    return _Chain(
        "".join(run[1] for run in runs),
        tuple((match.start() + run.start(), match.start() + run.end()) for run in runs),
    )
