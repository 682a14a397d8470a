"""A brand by what it makes: "we are a robot company", 我们是做机器人的.

Works on the list of words in place. The trade is not what is to be drawn; but where nothing else is
named, it is a fair thing to draw.
"""

from __future__ import annotations

from collections.abc import Sequence

from styles.requirements.aside_words import COMPANIES, MAKERS_DO, MAKING
from styles.requirements.figures import is_creature, is_figure
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


def has_trade(clause: Sequence[Token], text: Text) -> bool:
    """Whether a figure in a statement about the company is what it is in the trade of."""
    return any(_is_trade(clause, at, text) for at in range(len(clause)))


def name_trades(tokens: list[Token], text: Text) -> None:
    """Name what a company is in the trade of where another figure is named, too: "our robot
    company needs a cat".
    """
    trades = [at for at in range(len(tokens)) if _is_of_company(tokens, at, text)]
    if sum(map(is_figure, tokens)) > len(trades):
        for trade in trades:
            tokens[trade].forget()


def _is_trade(clause: Sequence[Token], index: int, text: Text) -> bool:
    if not is_creature(clause[index]):
        return False
    if _is_of_company(clause, index, text):
        return True
    before = [_word(each, text) for each in clause[:index]]
    making = any(word in MAKING for word in before) or (before and before[-1] in MAKERS_DO)
    return bool(making) and all(each.kind in _LITTLE for each in clause[index + 1 :])


def _is_of_company(tokens: Sequence[Token], index: int, text: Text) -> bool:
    """Whether a figure is a company's: "robot company", 做机器人的公司, "maker of robots"."""
    if not is_creature(tokens[index]):
        return False
    behind = [each for each in tokens[index + 1 : index + 3] if each.kind is not Kind.OF]
    if behind and _word(behind[0], text) in COMPANIES:
        return True
    before = [_word(each, text) for each in tokens[max(index - 2, 0) : index]]
    return len(before) == 2 and before[0] in COMPANIES and before[1] == "of"


def _word(token: Token, text: Text) -> str:
    return text.normal[token.start : token.end]


def _is_thing(tokens: Sequence[Token], index: int) -> bool:
    """Whether an unknown word there is a thing, and not what something is like: "a dragonfly"."""
    if tokens[index].kind is not Kind.UNKNOWN or tokens[index].aside or tokens[index].detail:
        return False
    behind = tokens[index + 1] if index + 1 < len(tokens) else None
    if behind is None or behind.kind in _ENDS:
        return True
    described = behind.kind in CONTENT or behind.kind in (Kind.OF, Kind.UNKNOWN)
    return not (described or behind.kind is Kind.FILLER)
