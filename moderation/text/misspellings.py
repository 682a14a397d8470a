"""Spellings that keep a word readable: letters lost, swapped or masked, characters in parts."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

#: Shorter words are too near to other words.
_TYPOS_FROM = 7
#: A mask within a word: asterisks and the like, a low line, or two hyphens or more.
_MASKED = re.compile(r"(?<![^\W_])[a-z]+(?:[*#%@$!?~•·×]+|_|-{2,})[a-z]*(?:[*#%@$!_-]*[a-z]+)*")
_MASK = re.compile(r"[^a-z]")
_LONGEST_MASKED = 12


def typos_of(word: str) -> Iterator[str]:
    """``word`` with one inner letter lost or doubled, or two inner neighbours swapped."""
    if len(word) < _TYPOS_FROM or not word.isascii() or not word.isalpha():
        return
    for at in range(1, len(word) - 1):
        yield word[:at] + word[at + 1 :]
        yield word[:at] + word[at] + word[at:]
        if at < len(word) - 2:
            yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def in_parts(term: str, parts: Mapping[str, Sequence[str]]) -> list[str]:
    """``term`` with one of its characters, and with every one that can be, written otherwise."""
    written: list[str] = []
    if len(term) < 2:
        return written
    for at, character in enumerate(term):
        written += [term[:at] + other + term[at + 1 :] for other in parts.get(character, ())]
    most = max((len(parts.get(each, ())) for each in term), default=0)
    for choice in range(most):
        written.append(
            "".join(
                options[min(choice, len(options) - 1)] if (options := parts.get(each)) else each
                for each in term
            )
        )
    return list(dict.fromkeys(each for each in written if each != term))


class MaskFinder:
    """Finds words some of whose letters are masked: ``f**k``, ``d_ck``, ``p--n``."""

    def __init__(self, words: Iterable[str]) -> None:
        self._by_shape: dict[tuple[str, int], list[str]] = defaultdict(list)
        for word in words:
            if 3 < len(word) <= _LONGEST_MASKED and word.isascii() and word.isalpha():
                self._by_shape[word[0], len(word)].append(word)

    def find(self, normalised: str) -> Iterator[tuple[str, int, int]]:
        """Each masked word with its span; a mask stands for as many letters as it has signs."""
        for match in _MASKED.finditer(normalised):
            token = match.group()
            letters = len(_MASK.sub("", token))
            # Half of it at least must be there to read.
            if letters < 2 or letters * 2 < len(token) or len(token) > _LONGEST_MASKED:
                continue
            pattern = re.compile(_MASK.sub("[a-z]", token))
            for word in self._by_shape.get((token[0], len(token)), ()):
                if pattern.fullmatch(word):
                    yield word, match.start(), match.end()
                    break
