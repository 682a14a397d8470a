"""English words that are more than a slip of the finger away from a known word: "eyeglases".

Only what can hardly be anything else is read: one letter added, left out, replaced or swapped in a
word of six letters, two in one of nine; never the first letter, and never a word that refuses or
leaves open, for a wish that is turned around is worse than one that is named. Which words are asked
about, ``spelling`` says: none that is English itself (``near_words``) or may be a name.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache

from styles.requirements.lexicon import Entry, Kind, entries

#: Written for what has another length, and is no English word.
_AS_WRITTEN = {"rebot": "robot", "robt": "robot", "robto": "robot"}
#: A carton is a thing, and its style is none: "in carton style", and not "a milk carton".
OF_STYLE = "cartoon"
_OF_STYLE = re.compile(r"(?:^|(?<=\bin )|(?<=\ba )|(?<=, ))carton(?= styled?\b)")
#: From how many letters on a word is known with one wrong, and with two.
_ONE, _TWO = 6, 9
_SHOWN = frozenset({Kind.TERM, Kind.COLOUR, Kind.CONTEXT, Kind.PART})


def meant_by(word: str) -> str | None:
    """The one known word that ``word`` is a misspelling of; None where there is none, or several.

    Of several that say the same, the nearest and first.
    """
    if word in _AS_WRITTEN:
        return _AS_WRITTEN[word]
    near: defaultdict[int, list[str]] = defaultdict(list)
    most = 2 if len(word) >= _TWO - 2 else 1
    candidates = {known for form in _shortened(word, most) for known in _forms().get(form, ())}
    for known in candidates:
        wrong = _distance(word, known)
        if wrong <= _allowed(known):
            near[wrong].append(known)
    if not near:
        return None
    nearest = sorted(near[min(near)])
    said = _said()
    alike = all(said[known] == said[nearest[0]] for known in nearest)
    return nearest[0] if alike else None


def is_of_style(text: str, start: int) -> bool:
    """Whether the word at ``start`` is a style's where it would be English as it is."""
    return _OF_STYLE.match(text, start) is not None


def _allowed(known: str) -> int:
    return 2 if len(known) >= _TWO else 1


def _distance(word: str, known: str) -> int:
    """Letters added, left out or replaced, and neighbours swapped, from ``word`` to ``known``."""
    before: list[int] = []
    last = list(range(len(known) + 1))
    for i, letter in enumerate(word, 1):
        row = [i]
        for j, other in enumerate(known, 1):
            steps = min(row[-1] + 1, last[j] + 1, last[j - 1] + (letter != other))
            if i > 1 and j > 1 and (letter, word[i - 2]) == (known[j - 2], other):
                steps = min(steps, before[j - 2] + 1)
            row.append(steps)
        before, last = last, row
    return last[-1]


def _shortened(word: str, most: int) -> Iterator[str]:
    """``word``, and what is left of it without one letter, or up to ``most``.

    The first letter stays, and so is the same in all that have a form in common.
    """
    yield word
    for i in range(1, len(word)):
        yield word[:i] + word[i + 1 :]
        if most > 1:
            for j in range(i + 1, len(word)):
                yield word[:i] + word[i + 1 : j] + word[j + 1 :]


@cache
def _said() -> dict[str, tuple[Entry, ...]]:
    """The words that may be meant, each with what it says by itself and in which phrases."""
    found: defaultdict[str, list[Entry]] = defaultdict(list)
    for term, entry in entries().items():
        if entry.kind in _SHOWN or entry.detail == "role":
            for word in re.findall(r"[a-z]+", term):
                if len(word) >= _ONE:
                    found[word].append(entry)
    return {word: tuple(said) for word, said in found.items()}


@cache
def _forms() -> dict[str, tuple[str, ...]]:
    """For each word that may be meant, and for it without some letters, the words it comes from.

    Two words so many letters apart have a form in common that lacks as many in each.
    """
    found: defaultdict[str, set[str]] = defaultdict(set)
    for word in _said():
        for form in _shortened(word, _allowed(word)):
            found[form].add(word)
    return {form: tuple(sorted(from_words)) for form, from_words in found.items()}
