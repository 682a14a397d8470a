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
    figure, held = False, 0
    before = _Before()
    for index, token in enumerate(tokens):
        if token.kind is Kind.STOP:
            figure = False
        elif _is_figure(token):
            if figure and before.holds:
                token.forget()
            elif before.asks_for_others or _has_something(tokens, index):
                token.mentions = tuple(replace(m, rank=_YIELDING) for m in token.mentions)
            figure = figure or bool(token.mentions)
        elif not figure and index >= held and (token.kind is Kind.VERB or token.detail == "hold"):
            held = _name_held(tokens, index)
        before.add(token)


class _Before:
    """What the words right before a figure make of it."""

    def __init__(self) -> None:
        #: Whether it stands right behind "with" or "and its", attributes apart.
        self.holds = False
        #: Whether it stands behind "for" or its like.
        self.asks_for_others = False
        self._joined = False

    def add(self, token: Token) -> None:
        if token.detail == "for others":
            self.asks_for_others = True
        elif token.kind not in (Kind.FILLER, Kind.UNKNOWN):
            self.asks_for_others = False
        if token.kind is Kind.VERB or token.detail == "hold":
            self.holds, self._joined = True, False
        elif token.kind is Kind.AND:
            self.holds, self._joined = False, True
        elif token.kind not in _ATTRIBUTES and token.category not in ("age", "expression"):
            self.holds = self._joined = False
        elif self._joined and token.detail in ("whose", "he", "she"):
            self.holds = True


def _name_held(tokens: list[Token], index: int) -> int:
    """Of 抱着猫的女孩 the cat: it stands before 的, and whom it is said of behind.

    Returns the place of what is held, up to which nothing else is.
    """
    held = next_token(tokens, index, skip=_ATTRIBUTES)
    if held is None:
        return len(tokens)
    if _is_figure(tokens[held]):
        of = next_token(tokens, held, skip=_OF_THE_SAME)
        if of is not None and tokens[of].kind is Kind.OF and any(map(_is_figure, tokens[of:])):
            tokens[held].forget()
    return held


def _is_figure(token: Token) -> bool:
    return any(mention.category == "subject" for mention in token.mentions)


def _has_something(tokens: list[Token], index: int) -> bool:
    """Whether it is said whose something is: "our bot's avatar"."""
    return index + 1 < len(tokens) and tokens[index + 1].detail == "apostrophe"
