"""Of alternatives the first: "a cap or a beanie", 眼镜还是墨镜."""

from __future__ import annotations

from brandhub import vocabulary
from styles.requirements.grammar import next_token
from styles.requirements.lexicon import Kind
from styles.requirements.tokens import Token

_AROUND_OR = frozenset({Kind.FILLER, Kind.VERB, Kind.OF})


def settle_alternatives(tokens: list[Token]) -> None:
    """Of "a cap or a beanie" the first is taken, one being as good as the other; the rest is named.

    Only among values of a category that takes one, where both could not be had.
    """
    given_way: dict[int, str] = {}
    for index, token in enumerate(tokens):
        if token.kind is not Kind.OR:
            continue
        before = next_token(tokens, index, skip=_AROUND_OR, step=-1)
        after = next_token(tokens, index, skip=_AROUND_OR)
        if after is not None and tokens[after].detail == "perhaps":
            after = next_token(tokens, after, skip=_AROUND_OR)
        if before is None or after is None or tokens[after].kind is not Kind.TERM:
            continue
        category = given_way.get(before, tokens[before].category)
        wanted = before in given_way or tokens[before].kind is Kind.TERM
        if (
            wanted
            and category == tokens[after].category
            and not vocabulary.category(category).multiple
            and not (tokens[before].negated or tokens[after].negated)
            and tokens[before].mentions != tokens[after].mentions
        ):
            given_way[after] = category
            tokens[after].forget()
