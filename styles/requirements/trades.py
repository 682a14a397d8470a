"""A brand by what it makes: "we are a robot company", 我们是做机器人的.

Works on the list of words in place. The trade is not what is to be drawn; but where nothing else is
named, it is a fair thing to draw.
"""

from __future__ import annotations

from collections.abc import Sequence

from styles.requirements.aside_words import COMPANIES, MAKING
from styles.requirements.clauses import is_creature, is_figure
from styles.requirements.lexicon import Kind
from styles.requirements.normalising import Text
from styles.requirements.tokens import CONTENT, Token

_ENDS = frozenset({Kind.COMMA, Kind.STOP})
_LITTLE = frozenset({Kind.FILLER, Kind.OF})


def trade_of(clause: Sequence[Token], tokens: Sequence[Token], text: Text) -> Token | None:
    """The figure that ``clause``, a statement about the company, is in the trade of.

    None where it is in the trade of several, or something else, known or not, is named outside of
    the clause.
    """
    trade = next((each for at, each in enumerate(clause) if _is_trade(clause, at, text)), None)
    if trade is None or sum(map(is_creature, clause)) > 1:
        return None
    start, end = clause[0].start, clause[-1].end
    outside = [each for each in tokens if not start <= each.start < end]
    named = any(is_figure(each) or _is_thing(outside, at) for at, each in enumerate(outside))
    return None if named else trade


def name_trades(tokens: list[Token], text: Text) -> None:
    """Name what a company is in the trade of where another figure is named, too: "our robot
    company needs a cat".
    """
    trades = [at for at in range(len(tokens)) if _is_of_company(tokens, at, text)]
    if sum(map(is_figure, tokens)) > len(trades):
        for trade in trades:
            tokens[trade].forget()


def _is_trade(clause: Sequence[Token], index: int, text: Text) -> bool:
    if _is_of_company(clause, index, text):
        return True
    making = any(text.normal[each.start : each.end] in MAKING for each in clause[:index])
    behind = clause[index + 1 :]
    return making and is_creature(clause[index]) and all(each.kind in _LITTLE for each in behind)


def _is_of_company(tokens: Sequence[Token], index: int, text: Text) -> bool:
    """Whether a figure stands right before a company: "robot company"."""
    if index + 1 >= len(tokens) or not is_creature(tokens[index]):
        return False
    behind = tokens[index + 1]
    return text.normal[behind.start : behind.end] in COMPANIES


def _is_thing(tokens: Sequence[Token], index: int) -> bool:
    """Whether an unknown word there is a thing, and not what something is like: "a dragonfly"."""
    if tokens[index].kind is not Kind.UNKNOWN or tokens[index].aside or tokens[index].detail:
        return False
    behind = tokens[index + 1] if index + 1 < len(tokens) else None
    if behind is None or behind.kind in _ENDS:
        return True
    described = behind.kind in CONTENT or behind.kind in (Kind.OF, Kind.UNKNOWN)
    return not (described or behind.kind is Kind.FILLER)
