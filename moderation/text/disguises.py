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
_MOST_PIECES = 6
#: Pieces of a word that was cut at blanks; two longer ones are two words.
_LONGEST_PIECE = 8
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


def pieced_together(text: Text, listed: Mapping[str, object]) -> Iterator[Piecing]:
    """Every word of ``listed`` whose letters or parts stand apart in ``text``."""
    for run in _runs(text, text.words, _SPELLED, longest=1):
        yield from _spelled_out(text, run, listed)
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


def _spelled_out(text: Text, run: list[Word], listed: Mapping[str, object]) -> Iterator[Piecing]:
    """Listed words in a run of single letters: the whole of it, a part set off by wider gaps, or
    somewhere inside, which then is not certain.
    """
    if len(run) < 3:
        return
    parts = _parts_between_wider_gaps(run)
    for part in parts if len(parts) == 1 else [run, *parts]:
        for reading in _spelled_readings(part):
            if reading in listed:
                yield Piecing(reading, part[0].start, part[-1].end, certain=True)
    for reading in _spelled_readings(run):
        for word in listed:
            at = reading.find(word) if len(word) >= _SHORTEST else -1
            if at >= 0 and len(word) < len(reading):
                last = run[at + len(word) - 1]
                yield Piecing(word, run[at].start, last.end, certain=False)


def _parts_between_wider_gaps(run: list[Word]) -> list[list[Word]]:
    """``a b  c d`` as ``a b`` and ``c d``."""
    gaps = [after.start - before.end for before, after in pairwise(run)]
    narrow = min(gaps)
    parts, part = [], [run[0]]
    for gap, word in zip(gaps, run[1:], strict=True):
        if gap > narrow:
            parts.append(part)
            part = []
        part.append(word)
    return [each for each in [*parts, part] if len(each) >= 3] or [run]


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
