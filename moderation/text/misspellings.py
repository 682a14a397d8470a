"""Spellings that keep a word readable: letters lost, swapped or masked, characters in parts."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product

from moderation.text.normalisation import is_han

#: Shorter words are too near to other words.
_TYPOS_FROM = 7
#: A mask within a word: asterisks and the like, a low line, or two hyphens or more.
_MASKED = re.compile(
    r"(?<![^\W_])[a-z]+(?:[*#%@$!?~•·×❌✖⭕●○★☆]+|_|-{2,})[a-z]*(?:[*#%@$!_❌✖⭕●○★☆-]*[a-z]+)*"
)
_MASK = re.compile(r"[^a-z]")
_LONGEST_MASKED = 12
#: Of a longer term, not every choice of characters is tried.
_LONGEST_IN_SOME_PARTS = 4


def typos_of(word: str) -> Iterator[str]:
    """``word`` with one inner letter lost or doubled, or two inner neighbours swapped."""
    if len(word) < _TYPOS_FROM or not word.isascii() or not word.isalpha():
        return
    for at in range(1, len(word) - 1):
        yield word[:at] + word[at + 1 :]
        yield word[:at] + word[at] + word[at:]
        if at < len(word) - 2:
            yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]


#: Words that others are when they are read backwards.
_OTHERS_BACKWARDS = frozenset({"lana", "live", "star", "stun", "snug", "strap", "emit", "loop"})


def backwards(word: str) -> str:
    """``word`` from its end, as some write it; empty where that is short or another word."""
    turned = word[::-1]
    if len(word) < 4 or not word.isascii() or not word.isalpha():
        return ""
    return "" if turned == word or turned in _OTHERS_BACKWARDS else turned


def in_parts(term: str, parts: Mapping[str, Sequence[str]]) -> list[str]:
    """``term`` with one of its characters, some, and every one that can be, written otherwise."""
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
    if len(term) <= _LONGEST_IN_SOME_PARTS:
        either = [(each, *parts.get(each, ())[:1]) for each in term]
        written += ["".join(choice) for choice in product(*either)]
    return list(dict.fromkeys(each for each in written if each != term))


class CharacterMaskFinder:
    """Finds Chinese terms with one character masked: ``操*妈``.

    Terms of three characters and more, and those of two in ``pairs``: of most shorter ones too
    little is left to read. ``masks`` are the signs.
    """

    def __init__(self, terms: Iterable[str], masks: frozenset[str], pairs: frozenset[str]) -> None:
        self.masks = masks
        self._by_rest: dict[str, str] = {}
        self._lengths: set[int] = set()
        for term in terms:
            if not all(is_han(each) for each in term) or (len(term) < 3 and term not in pairs):
                continue
            self._lengths.add(len(term))
            for at in range(len(term)):
                self._by_rest.setdefault(f"{term[:at]}\0{term[at + 1 :]}", term)

    def find(self, normalised: str) -> Iterator[tuple[str, int, int]]:
        """Each masked term with its span; the term is the first of those that it may be."""
        for at, sign in enumerate(normalised):
            if sign not in self.masks:
                continue
            for length in self._lengths:
                for start in range(max(0, at - length + 1), at + 1):
                    seen = normalised[start : start + length]
                    rest = f"{seen[: at - start]}\0{seen[at - start + 1 :]}"
                    if len(seen) == length and rest in self._by_rest:
                        yield self._by_rest[rest], start, start + length


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
