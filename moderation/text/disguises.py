"""Words taken apart: ``n u d e``, ``po-rn``, ``na ked``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from moderation.text.words import STANDS_FOR, Text, Word

#: What joins the parts of one word within a token.
_JOINER = re.compile(r"[-_.·•~/\\'’`\"^=]{1,2}")
_BLANK = re.compile(r" {1,2}")
#: What separates the letters of a word that is spelled out.
_SPELLED = re.compile(r"[\W_]{1,3}")
#: Ties a word to the next one, so that it is no loose piece.
_TIES = ("-", "_", "'", "’", "/", "&")
#: Before a word that is spelled out these may be words of their own: ``a n u d e robot``.
_ONE_LETTER_WORDS = frozenset("ai")
_MOST_PIECES = 6
#: Pieces of a word that was cut at blanks; two longer ones are two words.
_LONGEST_PIECE = 8
#: Nobody spells out a longer word.
_LONGEST_SPELLED = 16
#: A shorter word put together from pieces is more likely an accident.
_SHORTEST = 4


@dataclass(frozen=True, slots=True)
class Piecing:
    """A listed word put together again from ``start:end`` of the normalised text.

    ``certain`` where hardly anything else can be meant. Words cut at blanks (``pen is``) and words
    inside longer spellings are not: a person must look.
    """

    word: str
    start: int
    end: int
    certain: bool


def respelled(text: Text) -> Iterator[tuple[Word, ...]]:
    """The words of ``text`` with those that are spelled out put together, in up to three ways.

    All letters of a run, those between wider gaps (``n u d e  b o t``), and those after a word of
    one letter (``a n u d e bot``). Nothing where nothing is spelled out.
    """
    runs = [run for run in _runs(text, text.words, _SPELLED, longest=1) if len(run) >= 3]
    if not runs:
        return
    for cut in (_whole, _between_wider_gaps, _after_a_word):
        parts = {run[0].start: cut(run) for run in runs}
        inside = {word.start for run in runs for word in run}
        words: list[Word] = []
        for word in text.words:
            if word.start in parts:
                words += [_merged(part) for part in parts[word.start]]
            elif word.start not in inside:
                words.append(word)
        yield tuple(words)


def pieced_together(text: Text, listed: Mapping[str, object]) -> Iterator[Piecing]:
    """Every word of ``listed`` whose parts stand apart in ``text``, or whose letters do as a part
    of a longer spelling.
    """
    for run in _runs(text, text.words, _SPELLED, longest=1):
        yield from _within_spelling(run, listed)
    for run in _runs(text, text.words, _JOINER, longest=None):
        yield from _split(run, listed, certain=True)
    for run in _runs(text, text.words, _BLANK, longest=_LONGEST_PIECE):
        yield from _split(_loose(text, run), listed, certain=False)


def _runs(
    text: Text, words: Sequence[Word], separator: re.Pattern[str], *, longest: int | None
) -> Iterator[list[Word]]:
    """Neighbouring words of at most ``longest`` letters with only ``separator`` in between."""
    run: list[Word] = []
    for word in words:
        fits = longest is None or len(word.plain) <= longest
        joined = run and separator.fullmatch(text.normalised, run[-1].end, word.start)
        if run and not (fits and joined):
            if len(run) > 1:
                yield run
            run = []
        if fits:
            run.append(word)
    if len(run) > 1:
        yield run


def _loose(text: Text, run: list[Word]) -> list[Word]:
    """``run`` without a first or last word that is tied to something else: ``e-guitar``."""
    start = 1 if text.normalised[: run[0].start].endswith(_TIES) else 0
    stop = -1 if text.normalised.startswith(_TIES, run[-1].end) else None
    return run[start:stop]


def _split(
    run: Sequence[Word], listed: Mapping[str, object], *, certain: bool
) -> Iterator[Piecing]:
    """Listed words made of two to six neighbours. A piece cut at a blank is letters only."""
    for first in range(len(run) - 1):
        joined = run[first].plain
        for last in range(first + 1, min(first + _MOST_PIECES, len(run))):
            joined += run[last].plain
            if len(joined) < _SHORTEST or joined not in listed:
                continue
            if certain or joined.isalpha():
                yield Piecing(joined, run[first].start, run[last].end, certain)


def _within_spelling(run: list[Word], listed: Mapping[str, object]) -> Iterator[Piecing]:
    """Listed words somewhere in a run of single letters; that may be an accident.

    Each stretch of the run is looked up among the words, and not each word in the run: there are
    thousands of words, and a text may be hundreds of short runs.
    """
    for reading in _spelled_readings(run):
        for at in range(len(reading) - _SHORTEST + 1):
            for end in range(at + _SHORTEST, min(at + _LONGEST_SPELLED, len(reading)) + 1):
                word = reading[at:end]
                if word in listed:
                    yield Piecing(word, run[at].start, run[end - 1].end, certain=False)


def _whole(run: list[Word]) -> list[list[Word]]:
    return [run]


def _between_wider_gaps(run: list[Word]) -> list[list[Word]]:
    """``a b  c d`` as ``a b`` and ``c d``."""
    gaps = [after.start - before.end for before, after in pairwise(run)]
    narrow = min(gaps)
    parts = [[run[0]]]
    for gap, word in zip(gaps, run[1:], strict=True):
        if gap > narrow:
            parts.append([])
        parts[-1].append(word)
    return parts


def _after_a_word(run: list[Word]) -> list[list[Word]]:
    return [run[:1], run[1:]] if run[0].plain in _ONE_LETTER_WORDS else [run]


def _merged(part: list[Word]) -> Word:
    """Letters as one word, read every way that the signs among them can be."""
    raw = "".join(word.plain for word in part)
    return Word(raw, part[0].start, part[-1].end, tuple(_spelled_readings(part)))


def _spelled_readings(run: list[Word]) -> list[str]:
    """The letters in a row; where a sign stands for either of two, all signs for the one or the
    other, which keeps long runs cheap.
    """
    raw = [word.plain for word in run]
    if sum(not each.isdigit() for each in raw) < 2:
        return []
    return list(
        dict.fromkeys(
            "".join(STANDS_FOR.get(each, each)[choice] for each in raw) for choice in (0, -1)
        )
    )
