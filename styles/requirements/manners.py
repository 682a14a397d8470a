"""What words for moods are said of: too much of one, or a background's rather than a face's.

Works on the list of words in place, before colours are bound and negations applied.
"""

from __future__ import annotations

from styles.requirements.grammar import LINKS, next_token
from styles.requirements.lexicon import Kind
from styles.requirements.tokens import Token

_REFUSING = frozenset({Kind.NOT, Kind.NOT_BEFORE})
#: Of what there may be too much.
_MANNERS = frozenset({"expression", "age", "style", "gender"})
_COLOURED = frozenset({"background", "colours"})


def settle_manners(tokens: list[Token]) -> None:
    """Name what there was too much of ("too blue"), moods of colours ("neutral background"), and
    ages of things ("our old provider").

    "Not too serious" stays a refusal, and "a hat, too" a hat.
    """
    for index, token in enumerate(tokens):
        if token.detail == "too":
            _name_excess(tokens, index)
        elif token.category == "age" and _is_of_what_is_ours(tokens, index):
            token.forget()
        elif token.category == "expression" and token.kind is Kind.TERM:
            following = next_token(tokens, index, skip=LINKS - {Kind.FILLER})
            if following is not None and tokens[following].detail in _COLOURED:
                token.forget()


def _is_of_what_is_ours(tokens: list[Token], index: int) -> bool:
    """Whether an age is said of an unknown thing of somebody's: "our old provider"."""
    if index == 0 or index + 1 == len(tokens) or len(tokens[index].mentions) > 1:
        return False
    return tokens[index - 1].detail == "whose" and tokens[index + 1].kind is Kind.UNKNOWN


def _name_excess(tokens: list[Token], index: int) -> None:
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    if following is None or not (
        following.kind is Kind.COLOUR or (following.mentions and following.category in _MANNERS)
    ):
        return
    before = next_token(tokens, index, skip=frozenset({Kind.FILLER, Kind.VERB}), step=-1)
    if before is None or tokens[before].kind not in _REFUSING:
        following.forget()
