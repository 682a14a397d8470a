"""Cutting normalised text into words, and undoing the disguises of one word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, product

from moderation.text.chinese_words import words_of
from moderation.text.normalisation import MappedText, is_unspaced, normalise

#: What stands for which letter: leetspeak, symbols that look like one, and the signs that hide a
#: vowel (``p*rn``: only a vowel, so that the word stays readable).
STANDS_FOR = {
    "0": "o",
    "1": "il",
    "3": "e",
    "4": "a",
    "5": "s",
    "6": "gb",
    "7": "t",
    "8": "b",
    "9": "g",
    "@": "a",
    "$": "s",
    "!": "il",
    "|": "il",
    "+": "t",
    "€": "e",
    "£": "l",
    "¥": "y",
    "¢": "c",
    "*": "aeiou",
    "#": "aeiou",
}
#: Symbols that mostly are punctuation: dropped at a word's ends, and tried as mere separators.
_OFTEN_PUNCTUATION = "!|+*#"
_SYMBOLS = "".join(symbol for symbol in STANDS_FOR if not symbol.isdigit())

# Han and kana write no spaces and are searched as running text instead.
_WORD = re.compile(
    rf"(?:[^\W_\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
    rf"|[{re.escape(_SYMBOLS)}])+"
)
_CROSSES = frozenset("×✕✖⨯╳")
#: What follows an apostrophe and is no word of its own.
_CLITICS = frozenset({"s", "re", "ve", "ll", "d", "m", "t"})
#: A word with more readings than this is noise; the likeliest come first.
_MOST_READINGS = 48
_REPEATED = re.compile(r"(.)\1{2,}")
_RUN = re.compile(r"(.)\1+")
#: A word of which every letter stands there twice: ``nnuuddee``.
_ALL_REPEATED = re.compile(r"(?:(.)\1+){3,}")
#: Repetitions in one word of which each is tried as one letter and as two.
_MOST_REPETITIONS = 4


@dataclass(frozen=True, slots=True)
class Word:
    """A word at ``start:end`` of a normalised text: as it stands, and as it may be meant."""

    plain: str
    start: int
    end: int
    #: What it says once disguises are undone; ``plain`` is not among these.
    readings: tuple[str, ...]


@dataclass(frozen=True)
class Text:
    """A caller's text, normalised once for every word list that is held against it."""

    written: str
    mapped: MappedText

    @classmethod
    def of(cls, written: str) -> Text:
        return cls(written, normalise(written))

    @property
    def normalised(self) -> str:
        return self.mapped.text

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """Words of the scripts that put spaces between them, in order."""
        return tuple(
            _word(match.group(), match.start())
            for match in _WORD.finditer(self.normalised)
            if match.group().strip(_OFTEN_PUNCTUATION) and not self._is_clitic(match)
        )

    def _is_clitic(self, match: re.Match[str]) -> bool:
        before = self.normalised[: match.start()]
        return match.group() in _CLITICS and before.endswith(("'", "’"))

    @cached_property
    def running(self) -> tuple[str, tuple[int, ...]]:
        """The letters and digits alone, and where in the normalised text each stands."""
        kept = [
            (each, at)
            for at, each in enumerate(self.normalised)
            if each.isalnum() and not self._is_cross(at)
        ]
        return "".join(each for each, _ in kept), tuple(at for _, at in kept)

    def _is_cross(self, at: int) -> bool:
        """Whether a sign of multiplication, read as an ``x`` elsewhere, stands between Chinese."""
        if self.normalised[at] != "x" or self.written[self.mapped.starts[at]] not in _CROSSES:
            return False
        return is_unspaced(self.normalised[at - 1 : at] or " ") and is_unspaced(
            self.normalised[at + 1 : at + 2] or " "
        )

    def is_restyled(self, start: int, end: int) -> bool:
        """Whether a Latin letter of ``start:end`` was written as another that looks like it."""
        return any(
            self.normalised[at].isascii() and not self.written[self.mapped.starts[at]].isascii()
            for at in range(start, end)
        )

    @cached_property
    def has_running_script(self) -> bool:
        """Whether any of it is in a script without spaces."""
        return any(is_unspaced(each) for each in self.normalised)

    @cached_property
    def _dictionary_words(self) -> tuple[dict[int, int], dict[int, tuple[int, int]]]:
        """Ends of dictionary words by their starts, and for each place within a longer one it."""
        spans = words_of(self.normalised)
        inner = {at: (start, end) for start, end in spans for at in range(start + 1, end)}
        return dict(spans), inner

    def cuts_a_word(self, start: int, end: int) -> bool:
        """Whether an edge of ``start:end`` lies inside a Chinese word that reaches beyond it.

        ``公鸡巴士`` is 公鸡 and 巴士, and nothing in between.
        """
        _, inner = self._dictionary_words
        for edge in (start, end):
            first, last = inner.get(edge, (edge, edge))
            if first < last and not (first <= start and end <= last):
                return True
        return False

    def is_a_word(self, start: int, end: int) -> bool:
        """Whether ``start:end`` is one word of the Chinese dictionary, or within one."""
        starts, inner = self._dictionary_words
        return starts.get(start) == end or inner.get(start, (0, 0))[1] >= end

    def is_within_a_word(self, start: int, end: int) -> bool:
        """Whether ``start:end`` is only a part of one longer word of the Chinese dictionary."""
        starts, inner = self._dictionary_words
        return starts.get(start, end) > end or inner.get(start, (0, 0))[1] >= end

    def stand_alone(self, start: int, end: int) -> bool:
        """Whether every character of ``start:end`` is a word of its own there."""
        starts, _ = self._dictionary_words
        return all(starts.get(at) == at + 1 for at in range(start, end))


def _word(raw: str, start: int) -> Word:
    core = raw.strip(_OFTEN_PUNCTUATION)
    readings = dict.fromkeys(readings_of(core))
    if core != raw:
        readings |= dict.fromkeys(readings_of(raw))
    readings.pop(core, None)
    lead = raw.index(core)
    return Word(core, start + lead, start + lead + len(core), tuple(readings))


def readings_of(raw: str) -> list[str]:
    """What ``raw`` may be meant to say: symbols and digits as letters, long repetitions cut.

    A number is a number: with fewer than two characters that are no digits there is no reading.
    """
    if raw.isalpha():
        return _shortened(raw)
    if sum(not character.isdigit() for character in raw) < 2:
        return []
    letters = [STANDS_FOR.get(character, character) for character in raw]
    readings = ["".join(each) for each in islice(product(*letters), _MOST_READINGS)]
    readings.append(re.sub(f"[{re.escape(_OFTEN_PUNCTUATION)}]", "", raw))
    return [each for reading in readings for each in (reading, *_shortened(reading))]


def _shortened(word: str) -> list[str]:
    """``seeexx`` as ``sex``, ``seex``, ``sexx`` and ``seexx``; nothing for a word without a letter
    three times, unless all of its letters are there more than once.
    """
    if not _REPEATED.search(word) and not _ALL_REPEATED.fullmatch(word):
        return []
    runs = list(_RUN.finditer(word))
    if len(runs) > _MOST_REPETITIONS:
        return [_RUN.sub(r"\1", word), _RUN.sub(r"\1\1", word)]
    pieces: list[tuple[str, ...]] = []
    at = 0
    for run in runs:
        pieces += [(word[at : run.start()],), (run[1], run[1] * 2)]
        at = run.end()
    return ["".join(each) for each in product(*pieces, (word[at:],))]
