"""What words such as 表情 and "beard area" mean where nothing was bound to them."""

from __future__ import annotations

from styles.requirements import words
from styles.requirements.grammar import LINKS, WEARABLE, next_token
from styles.requirements.lexicon import Kind, Mention
from styles.requirements.tokens import Token


def settle_contexts(tokens: list[Token]) -> None:
    """Give words such as 表情 and "beard area" their meaning where nothing was bound to them."""
    for index, token in enumerate(tokens):
        if token.kind is Kind.PART:
            token.forget()
        if token.kind is not Kind.CONTEXT or token.used:
            continue
        if token.detail == "expression" and _beside_expression(tokens, index):
            token.kind = Kind.FILLER
        elif token.detail == "expression" and _is_described(tokens, index):
            token.forget()
        elif token.negated:
            meant = words.CONTEXT_ABSENT.get(token.detail)
            token.mentions = (Mention(meant or token.detail),)
            token.negated = meant is None
            token.kind = Kind.TERM
        elif token.detail in words.CONTEXT_ALONE:
            token.kind, token.mentions = (
                Kind.TERM,
                (Mention.written(words.CONTEXT_ALONE[token.detail]),),
            )
        elif _beside_category(tokens, index):
            token.kind = Kind.FILLER
        else:
            token.forget()


def _beside_expression(tokens: list[Token], index: int) -> bool:
    around = LINKS | {Kind.NOT}
    for neighbour in (
        next_token(tokens, index, skip=around),
        next_token(tokens, index, skip=around, step=-1),
    ):
        if neighbour is not None and tokens[neighbour].category == "expression":
            return tokens[neighbour].kind is Kind.TERM
    return False


def _is_described(tokens: list[Token], index: int) -> bool:
    """Whether it is said of an expression how it is, in words that no tag is for: 表情自然."""
    following = next_token(tokens, index, skip=LINKS)
    if following is None or tokens[following].kind is not Kind.UNKNOWN:
        return False
    return all(each.detail != "thing" for each in tokens[index + 1 : following])


def _beside_category(tokens: list[Token], index: int) -> bool:
    """Whether a value of the word's own category stands beside it: 背景透明, 长发发色…

    Or right behind it something else that is worn: "accessory: glasses".
    """
    wanted = tokens[index].detail
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    if following and following.kind is Kind.TERM and {wanted, following.category} <= WEARABLE:
        return True
    for step in (1, -1):
        neighbour = next_token(tokens, index, skip=LINKS, step=step)
        if neighbour is None or tokens[neighbour].kind is not Kind.TERM:
            continue
        if any(m.category == wanted for m in tokens[neighbour].mentions):
            return True
    return False
