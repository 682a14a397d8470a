"""Names of people and figures, and who signs: words that may be known ones and say nothing then.

Works on the list of words in place. A name is short: what follows it is read.
"""

from __future__ import annotations

from collections.abc import Sequence

from styles.requirements.lexicon import Kind
from styles.requirements.normalising import Text, is_chinese
from styles.requirements.tokens import CONTENT, Token

_NAMED = frozenset({Kind.TERM, Kind.COLOUR, Kind.LENGTH, Kind.UNKNOWN})
#: How many words a name has at most, and how many characters where they are Chinese.
_WORDS, _CHARACTERS = 2, 4
_LINES_OF_A_NAME = 2
_TITLES = frozenset({"mr", "mrs", "ms", "dr", "dear"})
_READ_ON = CONTENT | {Kind.NOT, Kind.NOT_BEFORE, Kind.VERB}
_CLOTHES = frozenset({"eyewear", "headwear", "facial_hair", "accessory"})


def name_names(tokens: list[Token], text: Text) -> None:
    """Name what somebody is called, and the same word with its capital wherever it stands."""
    names: set[str] = set()
    for index, token in enumerate(tokens):
        if token.aside == "name":
            for named in tokens[index + 1 : _end_of_name(tokens, index, text)]:
                named.forget()
                names.add(text.piece(named.start, named.end))
        elif names and token.kind in CONTENT and not _describes(tokens, index):
            written = text.piece(token.start, token.end)
            if written in names and written.istitle():
                token.forget()


def _end_of_name(tokens: list[Token], index: int, text: Text) -> int:
    """Where a name ends that begins behind ``index``: before what describes or is the figure."""
    title = text.normal[tokens[index].start : tokens[index].end] in _TITLES
    first = position = index + 1
    while position < len(tokens) and position - first < _WORDS:
        token = tokens[position]
        if token.kind not in _NAMED or token.aside or _describes(tokens, position):
            break
        if token.kind is not Kind.UNKNOWN:
            if _is_figure(token) and not any(
                _is_figure(each) for each in (*tokens[:position], *tokens[position + 1 :])
            ):
                break
            if (title or position > first) and not _may_be_name(token, text):
                break
        position += 1
    return position


def _describes(tokens: list[Token], index: int) -> bool:
    """Whether a known word belongs to the one behind it: "red hat"."""
    if tokens[index].kind not in CONTENT or index + 1 >= len(tokens):
        return False
    return tokens[index + 1].kind in (Kind.TERM, Kind.CONTEXT, Kind.PART)


def _is_figure(token: Token) -> bool:
    return any(mention.category == "subject" for mention in token.mentions)


def _may_be_name(token: Token, text: Text) -> bool:
    """Whether a word is written as names are, with a capital or in Chinese."""
    written = text.piece(token.start, token.end)
    return bool(written) and (written[0].isupper() or is_chinese(text.normal[token.start]))


def name_signature(tokens: list[Token], text: Text) -> None:
    """Name the end of a letter and who signs, up to what is wished or refused behind it."""
    content = False
    for index, token in enumerate(tokens):
        content = content or token.kind in CONTENT
        alone = token.aside == "alone" and content
        alone = alone and (_ends_line(tokens, index) or _is_signed(tokens, index, text))
        if token.aside == "signature" or alone:
            for each in tokens[index : _end_of_signature(tokens, index, text)]:
                if each.kind is not Kind.STOP:
                    each.forget()
                    each.detail, each.aside, each.heads = "", "", False
            return


def _is_signed(tokens: list[Token], index: int, text: Text) -> bool:
    """Whether only a comma and a name follow to the end: "Cheers, Grace Black"."""
    comma, *named = tokens[index + 1 :] or [tokens[index]]
    named = [each for each in named if each.kind is not Kind.STOP]
    return comma.kind is Kind.COMMA and bool(named) and _is_name(named, text)


def _ends_line(tokens: list[Token], index: int) -> bool:
    begins = index == 0 or tokens[index - 1].detail == "\n"
    behind = tokens[index + 1 : index + 3]
    ends = next((at for at, each in enumerate(behind) if each.kind is not Kind.COMMA), None)
    return begins and ends is not None and behind[ends].detail == "\n"


def _end_of_signature(tokens: list[Token], index: int, text: Text) -> int:
    """Where a wish begins behind the end of a letter, or where the text ends."""
    end, lines, start = index + 1, 0, index + 1
    for position in range(index + 1, len(tokens) + 1):
        if position < len(tokens) and tokens[position].kind not in (Kind.STOP, Kind.COMMA):
            continue
        part = tokens[start:position]
        lines += bool(part)
        if any(token.kind in _READ_ON for token in part) and not (
            lines <= _LINES_OF_A_NAME and _is_name(part, text)
        ):
            return end
        end, start = position, position + 1
    return len(tokens)


def _is_name(part: Sequence[Token], text: Text) -> bool:
    """Whether a line is a name that is made of known words: "Rose White", 王小红."""
    if is_chinese(text.normal[part[0].start]):
        characters = part[-1].end - part[0].start
        colours = all(token.kind in (Kind.UNKNOWN, Kind.FILLER, Kind.COLOUR) for token in part)
        return part[0].kind is Kind.UNKNOWN and characters <= _CHARACTERS and colours
    strange = any(token.kind is Kind.UNKNOWN for token in part)
    return len(part) <= _WORDS + 1 and all(
        _may_be_name(token, text)
        and (
            token.kind in (Kind.UNKNOWN, Kind.COLOUR)
            or token.category == "hair"
            or (strange and token.kind is Kind.TERM and token.category not in _CLOTHES)
        )
        for token in part
    )
