"""Chinese terms written by their sound: ``luoti``, ``裸ti``, ``草尼马``."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from moderation.text.chinese_words import spelled, syllable_of, syllables_of
from moderation.text.matching import Match, Term
from moderation.text.normalisation import is_han
from moderation.text.words import Text

_LATIN = re.compile(r"[a-z]{1,24}")
#: Letters of a term written in Latin alone; shorter ones are too often something else.
_LETTERS = 5
_LETTERS_WITHIN = 7


@dataclass(frozen=True, slots=True)
class _Sound:
    syllable: str
    start: int
    end: int
    #: The character, if it is written as one.
    han: str
    #: Whether a Latin word begins, and ends, with it.
    begins: bool
    ends: bool


@dataclass
class SoundFinder:
    """Finds terms by their sound. What it finds is never certain.

    ``loose`` terms of two characters are also found where one of them is another character of the
    same sound (``涩情``); longer terms always are.
    """

    terms: Iterable[Term]
    loose: frozenset[str] = frozenset()
    #: Latin words that mean something else.
    harmless: frozenset[str] = frozenset()
    _by_first: dict[str, list[tuple[tuple[str, ...], Term]]] = field(init=False)

    def __post_init__(self) -> None:
        self._by_first = defaultdict(list)
        for term in self.terms:
            if len(term.text) > 1 and all(is_han(each) for each in term.text):
                syllables = syllables_of(term.text)
                if len(syllables) == len(term.text):
                    self._by_first[syllables[0]].append((syllables, term))

    def find(self, text: Text) -> Iterator[Match]:
        """Every term that sounds out of ``text`` without standing there."""
        sounds = list(_sounds(text.normalised))
        for at, sound in enumerate(sounds):
            for syllables, term in self._by_first.get(sound.syllable, ()):
                window = sounds[at : at + len(syllables)]
                if tuple(each.syllable for each in window) != syllables:
                    continue
                if self._is_meant(text, term, window):
                    yield Match(
                        term, window[0].start, window[-1].end, disguised=True, certain=False
                    )

    def _is_meant(self, text: Text, term: Term, window: list[_Sound]) -> bool:
        if any(
            text.normalised[a.end : b.start].strip(" -.*'") or b.start - a.end > 1
            for a, b in pairwise(window)
        ):
            return False
        same = sum(each.han == wanted for each, wanted in zip(window, term.text, strict=True))
        written = sum(bool(each.han) for each in window)
        if same == len(window):
            return False
        if not written:
            latin = "".join(each.syllable for each in window)
            whole = window[0].begins and window[-1].ends
            if latin in self.harmless:
                return False
            # A long one is no accident even within more pinyin: ``wocaonima``.
            return len(latin) >= (_LETTERS if whole else _LETTERS_WITHIN)
        if written < len(window):
            return same == written and not _inside_latin(window)
        if not same or text.cuts_a_word(window[0].start, window[-1].end):
            return False
        if len(window) == 2:
            return term.text in self.loose and text.stand_alone(window[0].start, window[-1].end)
        return not text.is_a_word(window[0].start, window[-1].end)


def _inside_latin(window: list[_Sound]) -> bool:
    first, last = window[0], window[-1]
    return (not first.han and not first.begins) or (not last.han and not last.ends)


def _sounds(normalised: str) -> Iterator[_Sound]:
    at = 0
    while at < len(normalised):
        character = normalised[at]
        if is_han(character):
            yield _Sound(syllable_of(character), at, at + 1, character, True, True)
            at += 1
            continue
        latin = _LATIN.match(normalised, at)
        if latin is None:
            at += 1
            continue
        syllables = spelled(latin.group())
        start = at
        for number, syllable in enumerate(syllables):
            end = start + len(syllable)
            yield _Sound(syllable, start, end, "", number == 0, number == len(syllables) - 1)
            start = end
        at = latin.end()
