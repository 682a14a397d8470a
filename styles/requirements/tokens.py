"""The cutting of a text into words, each with its part in the grammar."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache

from styles.requirements.ages import AGE_BEGINNINGS, age_at
from styles.requirements.lexicon import Colour, Entry, Kind, Mention, entries, nearest_colours
from styles.requirements.normalising import BULLET, is_chinese

_HEXADECIMAL = re.compile(r"\(?#([0-9a-f]{6}|[0-9a-f]{3})(?![0-9a-z_])\)?")
_RGB = re.compile(r"rgb ?\( ?(\d{1,3}) ?[, ] ?(\d{1,3}) ?[, ] ?(\d{1,3}) ?\)")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
#: What the number of an item begins with, and such numbers, as "1." or 2、.
_NUMBERS = frozenset("(0123456789")
_NUMBERED = re.compile(r"\(?(\d{1,2})[.)、](?!\d)")
# Fillers of one character that are often the beginning of another word (风车, 图腾, 来自, 上海).
_NOUN_FILLERS = frozenset("风头图色配来上下中里同为以偏")
# Say of an unknown word which people it is about: 女医生, 男客服.
_OF_PEOPLE = frozenset("男女")
_STOPS = "\n.。;!?()[]{}<>《》【】|…\\" + BULLET
#: Behind these a list's number begins an item.
_BEFORE_ITEMS = frozenset({";", "\n", BULLET})
_QUOTES = "\"“”'«»「」『』*#"
#: Behind a heading: "hair: long", 背景：蓝色.
_COLONS = ":="
#: What flags say behind a heading: "hat: false".
_ANSWERS = {"denied": Kind.NOT_BEFORE, "affirmed": Kind.FILLER}
#: What a text can be about.
_HEADINGS = frozenset({"thing", "colours", "gender"})
CONTENT = frozenset({Kind.TERM, Kind.COLOUR, Kind.CONTEXT, Kind.LENGTH, Kind.PART})


@dataclass(slots=True)
class Token:
    """A word in its place; ``start`` and ``end`` are offsets in the normalised text."""

    kind: Kind
    start: int
    end: int
    mentions: tuple[Mention, ...] = ()
    colour: Colour = field(default_factory=dict)
    detail: str = ""
    #: Whether a colon stands behind it.
    heads: bool = False
    #: Decided by the grammar.
    negated: bool = False
    used: bool = False
    #: What follows from the word though it was not understood, where nothing else says so.
    implied: tuple[Mention, ...] = ()
    #: What the word says of its clause being about the picture.
    aside: str = ""

    @property
    def category(self) -> str:
        """The category of the first tag that the token says, or of the context."""
        return self.mentions[0].category if self.mentions else self.detail

    def forget(self) -> None:
        """Make the token a piece that was not understood."""
        self.kind, self.mentions, self.implied = Kind.UNKNOWN, (), ()
        self.negated = self.used = False


@cache
def _lengths() -> dict[str, tuple[int, ...]]:
    """For the first two characters, the lengths of the words that begin so, longest first.

    A word of one character stands under it, and under every two that begin with it.
    """
    lengths: dict[str, set[int]] = {}
    single = {term for term in entries() if len(term) == 1}
    for term in entries():
        lengths.setdefault(term[:2], set()).add(len(term))
    for beginning, found in lengths.items():
        if beginning[0] in single:
            found.add(1)
    return {beginning: tuple(sorted(found, reverse=True)) for beginning, found in lengths.items()}


def _cuts_a_word(text: str, start: int, end: int) -> bool:
    """Whether a match begins or ends in the middle of a word of letters."""
    return (start > 0 and _joined(text[start - 1], text[start])) or (
        end < len(text) and _joined(text[end - 1], text[end])
    )


def _joined(left: str, right: str) -> bool:
    return left.isalnum() and right.isalnum() and not (is_chinese(left) or is_chinese(right))


def _match(text: str, start: int) -> tuple[int, Entry] | None:
    known, lengths = entries(), _lengths()
    found = lengths.get(text[start : start + 2]) or lengths.get(text[start], ())
    for length in found:
        end = start + length
        entry = known.get(text[start:end])
        if entry is not None and end <= len(text) and not _cuts_a_word(text, start, end):
            return end, entry
    return None


def tokens_of(text: str) -> list[Token]:
    """Cut a normalised text into words, the longest known one first; unknown ones whole."""
    found: list[Token] = []
    position = items = 0
    while position < len(text):
        character = text[position]
        if character == " ":
            # No word begins with one.
            position += 1
            continue
        begins = character in _NUMBERS
        if begins and (number := _number_of_item(text, position, found, items)):
            items, end = int(number[1]), number.end()
            found.append(Token(Kind.STOP, position, end, detail=BULLET))
        elif character in AGE_BEGINNINGS and (age := age_at(text, position)):
            end, tag = age
            kind = Kind.TERM if tag else Kind.UNKNOWN
            found.append(Token(kind, position, end, (Mention(tag, rank=1),) if tag else ()))
        elif match := _match(text, position):
            end, entry = match
            found.append(
                Token(
                    entry.kind,
                    position,
                    end,
                    entry.mentions,
                    entry.colour,
                    entry.detail,
                    aside=entry.aside,
                )
            )
            if len(found) > 1 and found[-2].heads:
                found[-1].kind = _ANSWERS.get(entry.detail, entry.kind)
        elif code := _code_at(text, position):
            end, hexadecimal = code
            colour = nearest_colours(hexadecimal)
            found.append(Token(Kind.COLOUR, position, end, colour=colour, detail="code"))
        elif character in _QUOTES:
            end = position + 1
        elif character in _COLONS:
            end = position + 1
            if found:
                found[-1].heads = True
                if found[-1].detail == "refused":
                    found[-1].kind = Kind.NOT
        elif character == ",":
            end = position + 1
            found.append(Token(Kind.COMMA, position, end))
        elif _ends_heading(character, found):
            end = position + 1
            found[-1].heads = True
        elif character in _STOPS:
            end = position + 1
            found.append(Token(Kind.STOP, position, end, detail=character))
        else:
            word = None if is_chinese(character) else _WORD.match(text, position)
            end = _end_of_unknown(text, position, word)
            found.append(Token(Kind.UNKNOWN, position, end))
        position = end
    return _whole_words(text, found)


def _ends_heading(character: str, before: list[Token]) -> bool:
    """Whether a sign stands for a colon: the bar behind a row's first cell, or 】 of 【背景】."""
    if character == "|":
        return _ends_first_cell(before)
    return character in "】]" and _is_bracketed_heading(before)


def _is_bracketed_heading(before: list[Token]) -> bool:
    """Whether what stands in brackets is a heading: 【背景】白色."""
    if len(before) < 2 or before[-2].detail not in ("【", "["):
        return False
    return before[-1].kind is Kind.CONTEXT or before[-1].detail in _HEADINGS


def _ends_first_cell(before: list[Token]) -> bool:
    """Whether a bar stands behind the first cell of a table's row, which is a heading."""
    bar = len(before) - 1
    while bar >= 0 and before[bar].kind is not Kind.STOP:
        bar -= 1
    if bar < 0 or bar == len(before) - 1 or before[bar].detail != "|":
        return False
    return bar == 0 or before[bar - 1].detail == "\n"


def _code_at(text: str, position: int) -> tuple[int, str] | None:
    """Where a colour's code ends that begins at ``position``, and its six digits: #0af, rgb(…)."""
    if text[position] in "#(" and (code := _HEXADECIMAL.match(text, position)):
        digits = code[1] if len(code[1]) == 6 else "".join(digit * 2 for digit in code[1])
        return code.end(), f"#{digits}"
    if text[position] == "r" and (code := _RGB.match(text, position)):
        parts = [min(int(part), 255) for part in code.groups()]
        return code.end(), "#{:02x}{:02x}{:02x}".format(*parts)
    return None


def _number_of_item(text: str, start: int, before: list[Token], items: int) -> re.Match[str] | None:
    """The number of a list's item: of the first in a line or behind a heading, or the next one."""
    number = _NUMBERED.match(text, start)
    if number is None or (start and text[start - 1].isalnum()):
        return None
    begins = not before or before[-1].detail in _BEFORE_ITEMS or before[-1].heads
    return number if begins or (items and int(number[1]) == items + 1) else None


def _end_of_unknown(text: str, start: int, word: re.Match[str] | None) -> int:
    """The end of an unknown word: of letters up to a Chinese character, else one character."""
    if word is None:
        return start + 1
    end = start + 1
    while end < word.end() and not is_chinese(text[end]):
        end += 1
    return end


def _whole_words(text: str, tokens: list[Token]) -> list[Token]:
    """Put back what was cut out of an unknown Chinese word: 人 of 人工, 金 of 金属, 人 of 商人.

    A single character is a word by itself only before something known or at the end, 底 and 发
    only after their colour.
    """

    for index in range(len(tokens) - 2, -1, -1):
        splits = text[tokens[index].start] == "不" and _splits_unknown_word(tokens, index)
        if splits or _begins_unknown_word(text, tokens, index):
            tokens[index].forget()
    for index, token in enumerate(tokens):
        if text[token.start : token.end] == "人" and _ends_unknown_word(tokens, index):
            token.forget()
    return tokens


def _ends_unknown_word(tokens: list[Token], index: int) -> bool:
    before = tokens[index - 1] if index else None
    return before is not None and before.kind is Kind.UNKNOWN and before.end == tokens[index].start


def _splits_unknown_word(tokens: list[Token], index: int) -> bool:
    """Whether a 不 stands within an unknown word, and refuses nothing: 睁不开."""
    token, following = tokens[index], tokens[index + 1]
    within = token.end == token.start + 1 and _ends_unknown_word(tokens, index)
    return within and following.kind is Kind.UNKNOWN and following.start == token.end


def _begins_unknown_word(text: str, tokens: list[Token], index: int) -> bool:
    token, following = tokens[index], tokens[index + 1]
    character = text[token.start]
    if token.end - token.start != 1 or not is_chinese(character):
        return False
    if token.kind not in CONTENT and character not in _NOUN_FILLERS:
        return False
    if token.kind is Kind.CONTEXT and index and tokens[index - 1].kind is Kind.COLOUR:
        return False
    if following.detail == "brand" or (
        character in _OF_PEOPLE and not _ends_unknown_word(tokens, index)
    ):
        return False
    return (
        following.kind is Kind.UNKNOWN
        and following.start == token.end
        and is_chinese(text[following.start])
    )
