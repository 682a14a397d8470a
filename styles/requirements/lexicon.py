"""Every known word with its part in the grammar, and the cutting of a text into such words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cache

from brandhub import vocabulary
from styles.requirements import words
from styles.requirements.ages import age_at

Colour = dict[str, str]

#: The value that stands for a colour of the brand until somebody knows which brand.
BRANDS_OWN = "brand"
BRAND_COLOUR: Colour = {"color": BRANDS_OWN, "background": BRANDS_OWN}
_COLOUR_CATEGORIES = frozenset({"color", "background", "hair_color"})
# Categories whose English nouns people also write in the plural.
_COUNTED = frozenset(
    {"subject", "eyewear", "headwear", "facial_hair", "accessory", "hair", "clothing"}
)
_CJK = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_HEXADECIMAL = re.compile(r"#([0-9a-f]{6}|[0-9a-f]{3})(?![0-9a-z_])")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_APOSTROPHES = dict.fromkeys(map(ord, "‘’ʼ＇`"), "'")
_DASHES = "-‐‑‒–—―_－~～"
_BULLETS = "•●○◦▪■◆►▸‣⁃∙" + "".join(chr(0x2460 + at) for at in range(20))
#: The number of an item, as "1." or 2、.
_NUMBERED = re.compile(r"\(?(\d{1,2})[.)、](?!\d)")
# Fillers of one character that are often the beginning of another word (风车, 图腾, 来自, 上海).
_NOUN_FILLERS = frozenset("风头图色配来上下中里同为以")
# Say of an unknown word which people it is about: 女医生, 男客服.
_OF_PEOPLE = frozenset("男女")
_QUOTES = "\"“”'«»「」『』*#"
#: Behind a heading: "hair: long", 背景：蓝色.
_COLONS = ":="


class Kind(Enum):
    """The part that a word plays."""

    TERM = "term"  # says tags
    COLOUR = "colour"  # says a colour of something
    CONTEXT = "context"  # what a colour may belong to
    LENGTH = "length"  # long, short: only of hair
    PART = "part"  # takes a colour along, and no tag describes it
    NOT = "not"
    NOT_BEFORE = "not before"  # negates what stands before it
    DOUBT = "doubt"  # leaves open whether what follows it shows
    DOUBT_BEFORE = "doubt before"  # or what stands before it
    FILLER = "filler"
    OF = "of"  # 的: joins an attribute to its noun
    VERB = "verb"
    GROUND = "ground"
    AND = "and"
    OR = "or"
    COMMA = "comma"
    STOP = "stop"
    UNKNOWN = "unknown"


_CONTENT = frozenset({Kind.TERM, Kind.COLOUR, Kind.CONTEXT, Kind.LENGTH, Kind.PART})


@dataclass(frozen=True, slots=True)
class Mention:
    """One tag that a word says.

    A lower ``rank`` yields to a higher one within a category, and is named then unless ``quiet``.
    ``absent`` says that the word itself excludes the tag.
    """

    tag: str
    rank: int = 2
    quiet: bool = False
    absent: bool = False

    @property
    def category(self) -> str:
        return self.tag.partition(":")[0]

    @classmethod
    def written(cls, text: str) -> Mention:
        """From the notation of ``words.MENTIONS``."""
        if text.startswith("~~"):
            return cls(text[2:], rank=1, quiet=True)
        if text.startswith("~"):
            return cls(text[1:], rank=1)
        if text.startswith("!"):
            return cls(text[1:], absent=True)
        marks = words.YIELDING.get(text, "")
        return cls(text, rank={"": 2, "-": 0}.get(marks, 1), quiet=marks == "~~")


@dataclass(frozen=True, slots=True)
class Entry:
    """What the lexicon knows of one word; ``detail`` says more than its kind.

    A context's category, a length; of a filler ``thing``, ``body part``, ``exchange``, ``all``,
    ``scheme``, ``range`` or ``of``; of a colour ``shade``; ``brand`` of what may stand before a
    colour; of a negation ``less`` or ``verb``; the sign itself of a stop.
    """

    kind: Kind
    mentions: tuple[Mention, ...] = ()
    colour: Colour = field(default_factory=dict)
    detail: str = ""


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

    @property
    def category(self) -> str:
        """The category of the first tag that the token says, or of the context."""
        return self.mentions[0].category if self.mentions else self.detail

    def forget(self) -> None:
        """Make the token a piece that was not understood."""
        self.kind, self.mentions, self.negated, self.used = Kind.UNKNOWN, (), False, False


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
    return bool(_CJK.match(character))


def normalise(written: str) -> Text:
    """Fold width, case, traditional characters, dashes and blanks; drop invisible characters."""
    characters: list[str] = []
    origins: list[int] = []
    for offset, character in enumerate(written):
        colon = character in _DASHES and _stands_apart(written, offset)
        for folded in ":" if colon else _folded(character):
            if folded == " " and (not characters or characters[-1] == " "):
                continue
            characters.append(folded)
            origins.append(offset)
    normal = "".join(characters)
    if _CJK.search(normal):
        normal = _simplified(normal)
    return Text(written, normal, tuple(origins))


def _stands_apart(written: str, offset: int) -> bool:
    """Whether a dash joins nothing, as in "hair - long": it stands for a colon then."""
    around = written[max(offset - 1, 0) : offset], written[offset + 1 : offset + 2]
    return all(each in (" ", "\u3000") for each in around)


def _folded(character: str) -> str:
    if character in "\r\n" or character in _BULLETS:
        return ";"
    if character in _DASHES or character.isspace():
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


def _spelling(term: str) -> str:
    """A term as it stands in a normalised text, without converting what is simplified already."""
    folded = "".join(f for character in term for f in _folded(character))
    return re.sub(r" +", " ", folded).strip()


def _fill(entries: dict[str, Entry], terms: Iterable[str], entry: Entry) -> None:
    for term in terms:
        entries[_spelling(term)] = entry


def _vocabulary_entries() -> Iterator[tuple[str, Entry]]:
    """The vocabulary's own words; those with a colour among their values are colours."""
    tags: dict[str, list[vocabulary.Value]] = {}
    for language in ("en", "zh"):
        for term, value in vocabulary.phrases(language):
            tags.setdefault(_spelling(term), []).append(value)
    for term, values in tags.items():
        colours = {v.category: v.name for v in values if v.category in _COLOUR_CATEGORIES}
        if colours and not (set(colours) == {"background"} and not values[0].swatch):
            yield term, Entry(Kind.COLOUR, colour=colours)
            continue
        mentions = tuple(Mention.written(value.tag) for value in values)
        yield term, Entry(Kind.TERM, mentions)
        if values[0].category == "subject" and is_chinese(term[0]) and len(term) > 1:
            # 小熊猫 is a small panda, and not a small bear and a cat.
            yield f"小{term}", Entry(Kind.TERM, mentions)
        if term.endswith("风"):
            yield f"{term}格", Entry(Kind.TERM, mentions)
        if term.isascii() and values[0].category in _COUNTED and term[-1].isalpha():
            yield (
                f"{term}es" if term.endswith(("s", "x", "ch")) else f"{term}s",
                Entry(Kind.TERM, mentions),
            )


@cache
def entries() -> dict[str, Entry]:
    """Every known word in its normal spelling. Later tables take precedence over earlier ones."""
    found: dict[str, Entry] = {}
    _fill(found, words.FILLERS, Entry(Kind.FILLER))
    _fill(found, words.THINGS, Entry(Kind.FILLER, detail="thing"))
    _fill(found, words.BODY_PARTS, Entry(Kind.FILLER, detail="body part"))
    _fill(found, words.EXCHANGES, Entry(Kind.FILLER, detail="exchange"))
    _fill(found, words.ALL, Entry(Kind.FILLER, detail="all"))
    _fill(found, words.SCHEMES, Entry(Kind.FILLER, detail="scheme"))
    _fill(found, words.RANGES, Entry(Kind.FILLER, detail="range"))
    _fill(found, ("of",), Entry(Kind.FILLER, detail="of"))
    _fill(found, words.VERBS, Entry(Kind.VERB))
    _fill(found, words.GROUNDS, Entry(Kind.GROUND))
    _fill(found, words.CONJUNCTIONS, Entry(Kind.AND))
    _fill(found, words.ALTERNATIVES, Entry(Kind.OR))
    _fill(found, words.TURNS, Entry(Kind.STOP))
    _fill(found, words.AFTER_NEGATIONS, Entry(Kind.NOT_BEFORE))
    _fill(found, ("less",), Entry(Kind.NOT_BEFORE, detail="less"))
    for negations in (*vocabulary.NEGATIONS.values(), words.NEGATIONS):
        for term in negations:
            # 不戴, "not wearing": the verb is in it.
            worn = term.endswith(words.WORN)
            _fill(found, (term,), Entry(Kind.NOT, detail="verb" if worn else ""))
    _fill(found, ("nor",), Entry(Kind.OR))
    _fill(found, words.DOUBTS, Entry(Kind.DOUBT))
    _fill(found, words.AFTER_DOUBTS, Entry(Kind.DOUBT_BEFORE))
    _fill(found, words.BRAND, Entry(Kind.UNKNOWN, detail="brand"))
    _fill(found, words.PARTS, Entry(Kind.PART))
    _fill(found, words.WHOLE, Entry(Kind.UNKNOWN))
    for length, name in words.HAIR_LENGTHS.items():
        _fill(found, (length,), Entry(Kind.LENGTH, detail=name))
    found.update(_vocabulary_entries())
    for term, colour in words.COLOURS_BESIDES.items():
        _fill(
            found, (term,), Entry(Kind.COLOUR, colour={**found[_spelling(term)].colour, **colour})
        )
    for hexadecimal, terms in words.NAMED_COLOURS.items():
        _fill(found, terms, Entry(Kind.COLOUR, colour=_nearest(hexadecimal), detail="shade"))
    for term in words.SHADES:
        _fill(found, (term,), replace(found[_spelling(term)], detail="shade"))
    _fill(found, words.BRAND_COLOURS, Entry(Kind.COLOUR, colour=BRAND_COLOUR))
    for category, terms in words.CONTEXTS.items():
        _fill(found, terms, Entry(Kind.CONTEXT, detail=category))
    for term, mentions in words.MENTIONS.items():
        entry = Entry(Kind.TERM, tuple(Mention.written(m) for m in mentions))
        _fill(found, (term,), entry)
    for emoji, mentions in words.EMOJI.items():
        _fill(found, emoji, Entry(Kind.TERM, tuple(Mention.written(m) for m in mentions)))
    found["的"] = Entry(Kind.OF)
    return found


def _nearest(hexadecimal: str) -> Colour:
    return {name: vocabulary.nearest_colour(hexadecimal, of=name) for name in _COLOUR_CATEGORIES}


@cache
def _lengths() -> dict[str, tuple[int, ...]]:
    """For each first character, the lengths of the words that begin with it, longest first."""
    lengths: dict[str, set[int]] = {}
    for term in entries():
        lengths.setdefault(term[0], set()).add(len(term))
    return {first: tuple(sorted(found, reverse=True)) for first, found in lengths.items()}


def _cuts_a_word(text: str, start: int, end: int) -> bool:
    """Whether a match begins or ends in the middle of a word of letters."""

    def joined(left: str, right: str) -> bool:
        return left.isalnum() and right.isalnum() and not (is_chinese(left) or is_chinese(right))

    return (start > 0 and joined(text[start - 1], text[start])) or (
        end < len(text) and joined(text[end - 1], text[end])
    )


def _match(text: str, start: int) -> tuple[int, Entry] | None:
    known = entries()
    for length in _lengths().get(text[start], ()):
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
        if number := _number_of_item(text, position, found, items):
            items, end = int(number[1]), number.end()
            found.append(Token(Kind.STOP, position, end))
        elif age := age_at(text, position):
            end, tag = age
            kind = Kind.TERM if tag else Kind.UNKNOWN
            found.append(Token(kind, position, end, (Mention(tag, rank=1),) if tag else ()))
        elif match := _match(text, position):
            end, entry = match
            found.append(
                Token(entry.kind, position, end, entry.mentions, entry.colour, entry.detail)
            )
        elif code := _HEXADECIMAL.match(text, position):
            end = code.end()
            found.append(Token(Kind.COLOUR, position, end, colour=_nearest(_six_digits(code[1]))))
        elif character == " " or character in _QUOTES:
            end = position + 1
        elif character in _COLONS:
            end = position + 1
            if found:
                found[-1].heads = True
        elif character == ",":
            end = position + 1
            found.append(Token(Kind.COMMA, position, end))
        elif character in ".。;!?()[]{}<>《》【】|…\\":
            end = position + 1
            found.append(Token(Kind.STOP, position, end, detail=character))
        else:
            word = None if is_chinese(character) else _WORD.match(text, position)
            end = _end_of_unknown(text, position, word)
            found.append(Token(Kind.UNKNOWN, position, end))
        position = end
    return _whole_words(text, found)


def _six_digits(code: str) -> str:
    return "#" + (code if len(code) == 6 else "".join(digit * 2 for digit in code))


def _number_of_item(text: str, start: int, before: list[Token], items: int) -> re.Match[str] | None:
    """The number of a list's item: of the first in a line or behind a heading, or the next one."""
    number = _NUMBERED.match(text, start)
    if number is None or (start and text[start - 1].isalnum()):
        return None
    begins = not before or before[-1].detail == ";" or before[-1].heads
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
        if _begins_unknown_word(text, tokens, index):
            tokens[index].forget()
    for index, token in enumerate(tokens):
        if text[token.start : token.end] == "人" and _ends_unknown_word(tokens, index):
            token.forget()
    return tokens


def _ends_unknown_word(tokens: list[Token], index: int) -> bool:
    before = tokens[index - 1] if index else None
    return before is not None and before.kind is Kind.UNKNOWN and before.end == tokens[index].start


def _begins_unknown_word(text: str, tokens: list[Token], index: int) -> bool:
    token, following = tokens[index], tokens[index + 1]
    character = text[token.start]
    if token.end - token.start != 1 or not is_chinese(character):
        return False
    if token.kind not in _CONTENT and character not in _NOUN_FILLERS:
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
