"""Chinese terms written by their sound: ``luoti``, ``裸ti``, ``草尼马``."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from moderation.text.chinese_words import (
    of_bopomofo,
    spelled,
    syllable_of,
    syllables_of,
    tone_of,
)
from moderation.text.matching import Match, Term
from moderation.text.normalisation import is_han
from moderation.text.words import Text

_LATIN = re.compile(r"[a-z]{1,24}")
#: What may stand between two syllables, the number of the first one's tone and a sign among it:
#: ``luo3ti3``, ``luo3 ti3``.
_BETWEEN = re.compile(r"[1-5]?[ \-.*']?")
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


@lru_cache(maxsize=8192)
def _heard(syllable: str) -> str:
    """``syllable`` as many say it: the flat and the curled initials alike, and -n and -ng."""
    return re.sub(r"(?<=[aei])ng$", "n", re.sub(r"^([zcs])h", r"\1", _typed(syllable)))


def _typed(syllable: str) -> str:
    """``nve`` as ``nue``: what is an ü is typed as either."""
    return syllable.replace("v", "u")


@dataclass
class SoundFinder:
    """Finds terms by their sound. What it finds is never certain.

    ``loose`` terms of two characters are also found where one of them is another character of the
    same sound (``涩情``), or of nearly the same (``色琴``); longer terms always are. Both may be
    other ones where the tones are the term's (``瑟晴``) and neither is among ``words``.
    """

    terms: Iterable[Term]
    loose: frozenset[str] = frozenset()
    #: Latin words, and Chinese ones, that mean something else.
    harmless: frozenset[str] = frozenset()
    #: Characters that are words by themselves, and often.
    words: frozenset[str] = frozenset()
    #: By the first syllable as it is heard: the second one so, all as they are written, the term.
    _by_first: dict[str, list[tuple[str, tuple[str, ...], Term]]] = field(init=False)

    def __post_init__(self) -> None:
        self._by_first = defaultdict(list)
        for term in self.terms:
            if len(term.text) > 1 and all(is_han(each) for each in term.text):
                syllables = syllables_of(term.text)
                if len(syllables) == len(term.text):
                    self._by_first[_heard(syllables[0])].append(
                        (_heard(syllables[1]), syllables, term)
                    )

    def find(self, text: Text) -> Iterator[Match]:
        """Every term that sounds out of ``text`` without standing there."""
        sounds = list(_sounds(text.normalised))
        heard = [_heard(each.syllable) for each in sounds]
        for at in range(len(sounds) - 1):
            for second, syllables, term in self._by_first.get(heard[at], ()):
                # Most part here, before anything is compared at length.
                if second != heard[at + 1] and term.text[1] != sounds[at + 1].han:
                    continue
                window = sounds[at : at + len(syllables)]
                if self._is_heard(term, syllables, window) and self._is_meant(text, term, window):
                    yield Match(
                        term, window[0].start, window[-1].end, disguised=True, certain=False
                    )

    @staticmethod
    def _is_heard(term: Term, syllables: tuple[str, ...], window: list[_Sound]) -> bool:
        """Whether ``window`` sounds like ``term``. Of a longer one, only one character may sound
        a little otherwise, and the rest must stand there as it is; none that ends in 人, before
        which anything may stand.
        """
        if len(window) < len(syllables):
            return False
        if all(
            _typed(each.syllable) == _typed(wanted)
            for each, wanted in zip(window, syllables, strict=False)
        ):
            return True
        if term.text.endswith("人"):
            return False
        others = [
            (each, wanted)
            for each, wanted, character in zip(window, syllables, term.text, strict=True)
            if each.han != character
        ]
        # Of two that are both others, their tones must tell that they are meant.
        most = 2 if len(syllables) == 2 else 1
        return 0 < len(others) <= most and all(
            each.han and _heard(each.syllable) == _heard(wanted) for each, wanted in others
        )

    def _has_its_tones(self, term: Term, window: list[_Sound]) -> bool:
        """Whether ``window``, of which no character is the term's, has its tones, too, and no
        character that often is a word.
        """
        return all(
            each.han not in self.words and tone_of(each.han) == tone_of(wanted)
            for each, wanted in zip(window, term.text, strict=True)
        )

    def _is_meant(self, text: Text, term: Term, window: list[_Sound]) -> bool:
        if not all(
            _BETWEEN.fullmatch(text.normalised, a.end, b.start) for a, b in pairwise(window)
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
        if text.cuts_a_word(window[0].start, window[-1].end):
            return False
        if "".join(each.han for each in window) in self.harmless:
            return False
        if len(window) == 2:
            return (
                term.text in self.loose
                and (same == 1 or self._has_its_tones(term, window))
                and text.stand_alone(window[0].start, window[-1].end)
            )
        if not same:
            return False
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
        if "\u3105" <= character <= "\u312f":
            syllable, end = of_bopomofo(normalised, at)
            if syllable:
                yield _Sound(syllable, at, end, "", True, True)
            at = max(end, at + 1)
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
