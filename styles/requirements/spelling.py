"""English words that are one slip of the finger away from a word that is known, a blank included.

A misspelt word is otherwise only left out, but a misspelt "without" turns a wish around. Only slips
that hardly lead to another English word are mended: two letters swapped, or in a longer word one
missing, one too many, or in a long one one replaced; never the first letter, and never where two
known words are as near. Words that were run together are parted where known words are all that they
are made of ("robotwith", "noglasses"). What is misspelt more heavily is left to ``misspelling``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from functools import cache

from styles.requirements import misspelling, words
from styles.requirements.lexicon import Kind, entries
from styles.requirements.near_words import ENGLISH
from styles.requirements.normalising import Text, spelling

_STRETCHED = re.compile(r"(.)\1{2,}")
_SHORTEST = 4
#: From this length on a letter may be missing or too many; nine and more, a wrong one, too.
_LONGER = 6
_LONG = 9
_LITTLE = frozenset({Kind.FILLER, Kind.STOP, Kind.AND, Kind.OR, Kind.UNKNOWN, Kind.PART})
_WORD = re.compile(r"(?<![^\W_]|')[a-z]{4,30}(?![^\W_]|')")
_LONGEST = 20
#: Right before or behind letters these make an address of them: "robotcs.io", "@anntena".
_BEFORE_PART, _BEHIND_PART = re.compile(r"[@/_.]"), re.compile(r"[@/_]|\.(?=[a-z])")
#: The word right before, where only blanks part it from the next one.
_LAST_WORD = re.compile(r"[A-Za-z]+(?=\s+$)")
#: What a word that was run together with others has at least, and one of them.
_PART, _MAIN_PART = 4, 5
_MOST_PARTS = 4
_SAYING = frozenset({Kind.TERM, Kind.COLOUR, Kind.CONTEXT})
# Little words that others are run together with, at the beginning and further on.
_FIRST = ("no", "with", "without", "and", "the", "wearing")
_FURTHER = (*_FIRST, "a", "an", "on", "in", "or", "art")


def mended(text: Text, *, never: Collection[str] = ()) -> tuple[Text, dict[str, str]]:
    """``text`` with its misspelt words as they are meant, and what was read as what.

    What was written stays reachable. Nothing is read as one of ``never``, or with one in it: who
    forbids a word has it found in what was written, and not in what that is read as.
    """
    normal, position = "", 0
    origins: list[int] = []
    read_as: dict[str, str] = {}
    forbidden = frozenset(map(spelling, never))
    for found in _WORD.finditer(text.normal):
        start, end = found.span()
        meant = _read_as(found[0], text, start)
        if meant is None or forbidden & {meant, meant.removesuffix("s"), *meant.split()}:
            continue
        read_as[text.piece(start, end)] = meant
        normal += text.normal[position:start] + meant
        origins += text.origins[position:start]
        last = end - start - 1
        origins += [text.origins[start + min(i, last)] for i in range(len(meant) - 1)]
        origins.append(text.origins[end - 1])
        position = end
    if not position:
        return text, {}
    normal, origins = normal + text.normal[position:], [*origins, *text.origins[position:]]
    return Text(text.written, normal, tuple(origins)), read_as


def _read_as(word: str, text: Text, start: int) -> str | None:
    """What ``word`` is meant to be, or its parts; None where it is known, or nobody can tell."""
    if misspelling.is_of_style(text.normal, start):
        return misspelling.OF_STYLE
    if _is_spelled_so(word):
        return None
    meant = _meant(word) if len(word) <= _LONGEST else None
    meant = meant or _parted(word)
    if meant is not None or len(word) > _LONGEST or _may_be_name(text, start, start + len(word)):
        return meant
    return misspelling.meant_by(word)


def _is_spelled_so(word: str) -> bool:
    return word in _known() or word in words.SPELLED_SO or word in ENGLISH


def _may_be_name(text: Text, start: int, end: int) -> bool:
    """Whether a word is part of an address, or has a capital among words that have none."""
    normal = text.normal
    if _BEHIND_PART.match(normal, end) or (start and _BEFORE_PART.match(normal[start - 1])):
        return True
    if not text.written[text.origins[start]].isupper():
        return False
    before = text.written[: text.origins[start]]
    word = _LAST_WORD.search(before)
    return word is not None and word[0][0].islower()


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
        if len(known) == _LONGER and _doubles(known, word)
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
        if entry.kind not in _LITTLE and len(term) >= _SHORTEST and re.fullmatch("[a-z]+", term)
    )


@cache
def _shortened() -> dict[str, tuple[str, ...]]:
    """For each meaningful word without one of its letters, the words that it comes from."""
    found: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)
    for word in _meaningful():
        for shorter in {word[:i] + word[i + 1 :] for i in range(1, len(word))}:
            found[shorter] += (word,)
    return dict(found)
