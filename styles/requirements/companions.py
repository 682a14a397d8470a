"""Figures that are not the one to be drawn: its companions, and the bot that a picture is for.

Works on the list of words in place, before colours are bound.
"""

from __future__ import annotations

from dataclasses import replace

from styles.requirements.grammar import next_token
from styles.requirements.lexicon import Kind
from styles.requirements.tokens import Token

_ENDS = frozenset({Kind.COMMA, Kind.STOP})
_ATTRIBUTES = frozenset({Kind.FILLER, Kind.UNKNOWN, Kind.OF, Kind.COLOUR, Kind.LENGTH})
# Between what is held and 的: 机器人面具的.
_OF_THE_SAME = frozenset({Kind.UNKNOWN, Kind.PART})
_YIELDING = 0


def settle_companions(tokens: list[Token]) -> None:
    """Name what a figure has with it: "a robot holding a cat", "a girl and her dog".

    And let a bot yield for which, or of which, something is asked: "for our bot, a bear".
    """
    figure = False
    for index, token in enumerate(tokens):
        if token.kind is Kind.STOP:
            figure = False
        elif _is_figure(token):
            if figure and _is_held(tokens, index):
                token.forget()
            elif _is_whom_it_is_for(tokens, index):
                token.mentions = tuple(replace(m, rank=_YIELDING) for m in token.mentions)
            figure = figure or bool(token.mentions)
        elif not figure and (token.kind is Kind.VERB or token.detail == "hold"):
            _name_held(tokens, index)


def _is_held(tokens: list[Token], index: int) -> bool:
    """Whether a figure stands right behind "with" or "and its", attributes apart."""
    possessive = False
    for token in reversed(tokens[:index]):
        if token.kind is Kind.VERB or token.detail == "hold":
            return True
        if token.kind is Kind.AND:
            return possessive
        if token.kind not in _ATTRIBUTES and token.category not in ("age", "expression"):
            return False
        possessive = possessive or token.detail in ("whose", "he", "she")
    return False


def _name_held(tokens: list[Token], index: int) -> None:
    """Of 抱着猫的女孩 the cat: it stands before 的, and whom it is said of behind."""
    held = next_token(tokens, index, skip=_ATTRIBUTES)
    if held is None or not _is_figure(tokens[held]):
        return
    of = next_token(tokens, held, skip=_OF_THE_SAME)
    if of is not None and tokens[of].kind is Kind.OF and any(map(_is_figure, tokens[of:])):
        tokens[held].forget()


def _is_figure(token: Token) -> bool:
    return any(mention.category == "subject" for mention in token.mentions)


def _is_whom_it_is_for(tokens: list[Token], index: int) -> bool:
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    if following is not None and following.detail == "apostrophe":
        return True
    for token in reversed(tokens[:index]):
        if token.detail == "for others":
            return True
        if token.kind not in (Kind.FILLER, Kind.UNKNOWN):
            return False
    return False
