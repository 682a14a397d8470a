"""A text in the form in which words are looked up in it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

_CJK = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_APOSTROPHES = dict.fromkeys(map(ord, "‘’ʼ＇`"), "'")
#: Every sign that joins words, or parts them.
DASHES = "-‐‑‒–—―_－~～"
#: For every sign that items of a list begin with.
BULLET = "•"
#: For the marks around what is struck through: ~~hat~~.
STRUCK = "⊘"
_STRUCK_THROUGH = re.compile(r"~~(?=\S)([^~\n]+)~~")
#: A plus and a minus right before a word, and both between blanks: "robot + glasses - hat".
_SIGNS = (
    (
        re.compile(r"(?<![^\s,，])\+(?=[^\W\d_])"),
        re.compile(r"(?<=[^\W_])[ ,，]+([-−–])(?=[^\W\d_])"),
    ),
    (
        re.compile(r"(?<=[^\W_]) \+ (?=[^\W\d_])"),
        re.compile(r"(?<=[^\W_]) ([-−–]) (?=[^\W\d_])"),
    ),
)
_BULLETS = "•●○◦▪■◆►▸‣⁃∙" + "".join(chr(0x2460 + at) for at in range(20))


@dataclass(frozen=True, slots=True)
class Text:
    """A text in the form in which words are looked up, with the way back to what was written."""

    written: str
    normal: str
    #: For each character of ``normal``, the offset in ``written`` that it came from.
    origins: tuple[int, ...]

    def piece(self, start: int, end: int) -> str:
        """What was written between two offsets of ``normal``."""
        if start >= end:
            return ""
        return self.written[self.origins[start] : self.origins[end - 1] + 1].strip()


def is_chinese(character: str) -> bool:
    """Whether a character is a Chinese one."""
    return "\u3400" <= character <= "\u9fff" or "\uf900" <= character <= "\ufaff"


def count_chinese(text: str) -> int:
    """How many of its characters are Chinese."""
    return len(_CJK.findall(text))


def normalise(written: str) -> Text:
    """Fold width, case, traditional characters, dashes and blanks; drop invisible characters."""
    characters: list[str] = []
    origins: list[int] = []
    struck = _struck_through(written)
    for offset, character in enumerate(written):
        if offset in struck:
            characters.append(struck[offset])
            origins.append(offset)
            continue
        colon = character in DASHES and _stands_apart(written, offset)
        for folded in ":" if colon else _folded(character):
            if folded == " " and (not characters or characters[-1] == " "):
                continue
            characters.append(folded)
            origins.append(offset)
    normal = "".join(characters)
    if _CJK.search(normal):
        normal = _simplified(normal)
    return Text(written, normal, tuple(origins))


def _struck_through(written: str) -> dict[int, str]:
    """What signs are read as that strike words out: the marks around them, and a minus before.

    A dash is a minus in "robot +glasses -hat", and where both signs stand between blanks behind a
    plus: not in "Ages 18+, robot - hat".
    """
    found: dict[int, str] = {}
    if "+" in written:
        found.update((minus, STRUCK) for minus in _minuses(written))
    if "~~" not in written:
        return found
    for struck in _STRUCK_THROUGH.finditer(written):
        found[struck.start()], found[struck.end() - 2] = STRUCK, ";"
    return found


def _minuses(written: str) -> Iterator[int]:
    tight, apart = _SIGNS
    if tight[0].search(written):
        yield from (minus.start(1) for minus in tight[1].finditer(written))
    if plus := apart[0].search(written):
        yield from (minus.start(1) for minus in apart[1].finditer(written, plus.end()))


def _stands_apart(written: str, offset: int) -> bool:
    """Whether a dash joins nothing, as in "hair - long": it stands for a colon then."""
    around = written[max(offset - 1, 0) : offset], written[offset + 1 : offset + 2]
    return all(each in (" ", "\u3000") for each in around)


@lru_cache(maxsize=4096)
def _folded(character: str) -> str:
    if character == "\n":
        return "\n"
    if character in _BULLETS:
        return BULLET
    if character in DASHES or character.isspace():
        return " "
    if unicodedata.category(character) in ("Cf", "Cc", "Mn"):
        return ""
    if character.isascii():
        return character.lower()
    return unicodedata.normalize("NFKC", character).translate(_APOSTROPHES).lower()


def _simplified(text: str) -> str:
    """Traditional characters in simplified form, character for character."""
    converted = _converter().convert(text)
    if len(converted) == len(text):
        return converted
    single = [_converter().convert(character) for character in text]
    return "".join(s if len(s) == 1 else c for s, c in zip(single, text, strict=True))


@cache
def _converter():  # type: ignore[no-untyped-def]
    # Its dictionaries take memory and time to load: not before somebody writes Chinese.
    import opencc

    return opencc.OpenCC("t2s")


def spelling(term: str) -> str:
    """A term as it stands in a normalised text, without converting what is simplified already."""
    folded = "".join(f for character in term for f in _folded(character))
    return re.sub(r" +", " ", folded).strip()
