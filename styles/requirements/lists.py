"""What is listed behind a heading, however the list is written."""

from __future__ import annotations

from styles.requirements.lexicon import Kind
from styles.requirements.tokens import Token

_OPENING = frozenset("([{")
#: Between the items of a list that has lines of its own: their ends, their bullets and numbers.
_LINES = frozenset("\n•")


def listed_behind(tokens: list[Token], index: int) -> list[int]:
    """The places of what is listed behind a heading: after its colon, in brackets, or line by line.

    A list ends with the next heading; in brackets with these, on lines with an empty one, and else
    with a stop.
    """
    heading, position = tokens[index], index + 1
    bracketed = in_lines = False
    while position < len(tokens) and tokens[position].kind is Kind.STOP:
        opens = tokens[position].detail in _OPENING
        if not (opens or (heading.heads and tokens[position].detail in _LINES)):
            break
        bracketed, in_lines = bracketed or opens, in_lines or not opens
        position += 1
    found: list[int] = []
    if not (heading.heads or bracketed):
        return found
    for place in range(position, len(tokens)):
        token = tokens[place]
        if token.kind is Kind.STOP:
            empty = token.detail == tokens[place - 1].detail == "\n"
            if token.detail not in _LINES or not (bracketed or (in_lines and not empty)):
                break
        elif token.heads and not (bracketed and token.kind in (Kind.FILLER, Kind.UNKNOWN)):
            break
        found.append(place)
    return found
