"""English words that are one slip of the finger away from a word that is known, a blank included.

A misspelt word is otherwise only left out, but a misspelt "without" turns a wish around. Only slips
that hardly lead to another English word are mended: two letters swapped, or in a longer word one
missing, one too many, or in a long one one replaced; never the first letter, and never where two
known words are as near. Words that were run together are parted where known words are all that they
are made of ("robotwith", "noglasses"). What is misspelt more heavily is left to ``misspelling``,
and only where it can be no name.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from styles.requirements import forbidden, misspelling, words
from styles.requirements.lexicon import Kind, entries
from styles.requirements.near_words import ENGLISH
from styles.requirements.normalising import DASHES, Text

_STRETCHED = re.compile(r"(.)\1{2,}")
_SHORTEST = 4
#: From this length on a letter may be missing or too many; nine and more, a wrong one, too.
_LONGER = 6
_LONG = 9
_LITTLE = frozenset({Kind.FILLER, Kind.STOP, Kind.AND, Kind.OR, Kind.UNKNOWN, Kind.PART})
_WORD = re.compile(r"(?<![^\W_]|')[a-z]{4,30}(?![^\W_]|')")
_LONGEST = 20
#: What stands between quotation marks, and what right before or behind a word makes it part of a
#: name or of an address: "robotcs.io", "@anntena", "dragen-bank".
_QUOTED = re.compile("\"[^\"\n]*\"|“[^”\n]*”|«[^»\n]*»|「[^」\n]*」|『[^』\n]*』|\\B'[^'\n]*'\\B")
_BEFORE_PART = re.compile(rf"[@#/.'’{re.escape(DASHES)}]")
_BEHIND_PART = re.compile(rf"[@#/'’{re.escape(DASHES)}]|\.(?=[^\W_])")
#: What a word that was run together with others has at least, and one of them.
_PART, _MAIN_PART = 4, 5
_MOST_PARTS = 4
_SAYING = frozenset({Kind.TERM, Kind.COLOUR, Kind.CONTEXT})
# Little words that others are run together with, at the beginning and further on.
_FIRST = ("no", "with", "without", "and", "the", "wearing")
_FURTHER = (*_FIRST, "a", "an", "on", "in", "or", "art")


@dataclass(frozen=True, slots=True)
class Mend:
    """A misspelt word as it was written, and what stands for it in the mended text, and where."""

    written: str
    meant: str
    start: int
    end: int
    #: Whether it is further off than a slip, and so the first to be given up.
    heavy: bool

    @property
    def term(self) -> str:
        """What it was read as, by the word that is listed: of a plural the singular."""
        listed = entries()
        for ending in ("s", "es"):
            single = self.meant.removesuffix(ending)
            if single in words.OTHER_FORMS or single == self.meant:
                continue
            if single in listed and listed[single] == listed.get(self.meant):
                return single
        return words.OTHER_FORMS.get(self.meant, self.meant)


def mended(
    text: Text, *, never: Collection[str] = (), heavily: bool = True
) -> tuple[Text, tuple[Mend, ...]]:
    """``text`` with its misspelt words as they are meant, and what was read as what.

    What was written stays reachable. Nothing is read as one of ``never``, as another word for it,
    or as a part of it: who forbids a word has it found in what was written, and not in what that
    is read as. Only slips are mended unless ``heavily``.
    """
    readings = _readings(text, heavily=heavily)
    whole, mends = _with(text, readings)
    if not never or not mends:
        return whole, mends
    hit = forbidden.hits([(mend.start, mend.end) for mend in mends], whole.normal, never)
    if not hit:
        return whole, mends
    whole, mends = _with(text, [each for at, each in enumerate(readings) if at not in hit])
    if forbidden.hits([(mend.start, mend.end) for mend in mends], whole.normal, never):
        # What is left stands for other phrases than before.
        return text, ()
    return whole, mends


def _readings(text: Text, *, heavily: bool) -> list[tuple[int, int, str, bool]]:
    """Where misspelt words begin and end, what each is meant to be, and whether it is heavy."""
    found = []
    quotes = _QUOTED.finditer(text.normal) if heavily else ()
    quoted = {offset for part in quotes for offset in range(*part.span())}
    for word in _WORD.finditer(text.normal):
        start, end = word.span()
        meant, heavy = _slip(word[0]), False
        if meant is None and heavily and not _may_be_name(text, start, end, quoted):
            meant, heavy = _heavily_meant(word[0], text, start), True
        if meant is not None:
            found.append((start, end, meant, heavy))
    return found


def _with(
    text: Text, readings: Sequence[tuple[int, int, str, bool]]
) -> tuple[Text, tuple[Mend, ...]]:
    """``text`` with what was read in the place of what was written."""
    if not readings:
        return text, ()
    normal, position = "", 0
    origins: list[int] = []
    mends = []
    for start, end, meant, heavy in readings:
        normal += text.normal[position:start]
        mends.append(
            Mend(text.piece(start, end), meant, len(normal), len(normal) + len(meant), heavy)
        )
        normal += meant
        origins += text.origins[position:start]
        last = end - start - 1
        origins += [text.origins[start + min(i, last)] for i in range(len(meant) - 1)]
        origins.append(text.origins[end - 1])
        position = end
    normal, origins = normal + text.normal[position:], [*origins, *text.origins[position:]]
    return Text(text.written, normal, tuple(origins)), tuple(mends)


def _slip(word: str) -> str | None:
    """What ``word`` is a slip of, or its parts; None where it is known, or nobody can tell."""
    if word in _known() or word in words.SPELLED_SO:
        return None
    meant = _meant(word) if len(word) <= _LONGEST else None
    return meant or _parted(word)


def _heavily_meant(word: str, text: Text, start: int) -> str | None:
    if misspelling.is_of_style(text.normal, start):
        return misspelling.OF_STYLE
    if len(word) > _LONGEST or word in _known() or word in words.SPELLED_SO or word in ENGLISH:
        return None
    return misspelling.meant_by(word)


def _may_be_name(text: Text, start: int, end: int, quoted: Collection[int]) -> bool:
    """Whether a word has a capital, is quoted, or is a part of something longer."""
    first, last = text.origins[start], text.origins[end - 1]
    written = text.written
    return (
        written[first : last + 1] != text.normal[start:end]
        or (first > 0 and _BEFORE_PART.match(written[first - 1]) is not None)
        or _BEHIND_PART.match(written, last + 1) is not None
        or start in quoted
    )


def _meant(word: str) -> str | None:
    """The one known word that ``word`` is a slip of; None where there is none, or several."""
    if _STRETCHED.search(word):
        # "Robottttt": with one or two of the letter.
        forms = (_STRETCHED.sub(r"\1" * count, word) for count in (1, 2))
        return next((form for form in forms if form in _known()), None)
    near = {known for known in _neighbours(word) if known in _meaningful()}
    return near.pop() if len(near) == 1 else None


def _neighbours(word: str) -> Iterator[str]:
    for i in range(1, len(word) - 1):
        if word[i] != word[i + 1]:
            yield word[:i] + word[i + 1] + word[i] + word[i + 2 :]
    yield from (
        known
        for known in _shortened().get(word, ())
        if len(known) <= _LONGER and _doubles(known, word)
    )
    if len(word) < _LONGER:
        return
    yield from (known for known in _shortened().get(word, ()) if len(known) > _LONGER)
    for i in range(1, len(word)):
        # An ending makes another word of it ("robotics"); a letter struck twice does not.
        if i < len(word) - 1 or word[i] == word[i - 1]:
            shorter = word[:i] + word[i + 1 :]
            if len(shorter) >= _LONGER or word[i] == word[i - 1]:
                yield shorter
    if len(word) < _LONG:
        return
    for i in range(1, len(word) - 1):
        for known in _shortened().get(word[:i] + word[i + 1 :], ()):
            if (known[:i], known[i + 1 :]) == (word[:i], word[i + 1 :]):
                yield known


def _doubles(known: str, word: str) -> bool:
    """Whether ``word`` is ``known`` with one of two equal letters: "yelow"."""
    return any(
        known[i] == known[i - 1] and known[:i] + known[i + 1 :] == word
        for i in range(1, len(known))
    )


def _parted(word: str) -> str | None:
    """The known words that ``word`` is made of; None where it is made of others, too."""
    if len(word) < _PART + 2 or word[:3] not in _beginnings():
        return None
    parts = _cut(word, _MOST_PARTS, first=True)
    if (
        parts is None
        or len(parts) < 2
        or not any(len(p) >= _MAIN_PART and p in _parts() for p in parts)
    ):
        return None
    return " ".join(parts)


def _cut(word: str, most: int, *, first: bool) -> list[str] | None:
    if not word:
        return []
    if not most:
        return None
    for end in range(len(word), 0, -1):
        part = word[:end]
        if part in _parts() or part in (_FIRST if first else _FURTHER):
            rest = _cut(word[end:], most - 1, first=False)
            if rest is not None:
                return [part, *rest]
    return None


@cache
def _parts() -> frozenset[str]:
    """The single words that say something, and are long enough to stand out of others."""
    return frozenset(
        term
        for term, entry in entries().items()
        if entry.kind in _SAYING and len(term) >= _PART and re.fullmatch("[a-z]+", term)
    )


@cache
def _beginnings() -> frozenset[str]:
    """The first three letters of words that may be made of known ones."""
    longer = {part[:3] for part in (*_parts(), *_FIRST) if len(part) > 2}
    return frozenset(longer | {f"no{part[0]}" for part in _parts()})


@cache
def _known() -> frozenset[str]:
    """The English words of the lexicon, those of its phrases included."""
    return frozenset(word for term in entries() for word in re.findall(r"[a-z]+", term))


@cache
def _meaningful() -> frozenset[str]:
    """The single words that say something: the others go without a trace when they are known."""
    return frozenset(
        term
        for term, entry in entries().items()
        if entry.kind not in _LITTLE
        and len(term) >= _SHORTEST
        and term not in words.OTHER_FORMS
        and re.fullmatch("[a-z]+", term)
    )


@cache
def _shortened() -> dict[str, tuple[str, ...]]:
    """For each meaningful word without one of its letters, the words that it comes from."""
    found: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)
    for word in _meaningful():
        for shorter in {word[:i] + word[i + 1 :] for i in range(1, len(word))}:
            found[shorter] += (word,)
    return dict(found)
