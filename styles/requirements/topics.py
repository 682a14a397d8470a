"""What a colour is said of that has no noun of its own behind it: "the background is blue".

Looks back from the colour over the list of words, and changes nothing.
"""

from __future__ import annotations

from styles.requirements.corrections import corrected_colour
from styles.requirements.grammar import WEARABLE, next_token, previous_kind
from styles.requirements.lexicon import Kind
from styles.requirements.tokens import Token

_STRAYED = frozenset({Kind.FILLER, Kind.OF, Kind.GROUND, Kind.NOT, Kind.AND, Kind.UNKNOWN})
_OF_COLOUR = frozenset({Kind.COLOUR, Kind.FILLER, Kind.OF})
_TOPICS = frozenset({"hair", "background"})
_CLAUSE_ENDS = frozenset({Kind.COMMA, Kind.STOP})
#: Words that are looked back over; a clause is seldom longer.
_NEAR = 24
_BETWEEN_WISHES = frozenset({Kind.FILLER, Kind.VERB, Kind.OF, Kind.COMMA, Kind.STOP})


def described_before(tokens: list[Token], index: int) -> int | None:
    """The noun that a colour at ``index`` describes from behind: 背景是蓝色, "hat: red"."""
    position, grounded = index - 1, False
    while position >= 0 and tokens[position].kind in (Kind.FILLER, Kind.GROUND):
        grounded = grounded or tokens[position].kind is Kind.GROUND
        position -= 1
    if position < 0:
        return None
    token = tokens[position]
    if token.kind is Kind.PART and not grounded:
        return position
    if token.kind is Kind.CONTEXT and not token.used and token.detail != "expression":
        return position
    # "A hat on white": the ground is white.
    dressed = not grounded and token.kind is Kind.TERM and token.category in WEARABLE | {"hair"}
    return position if dressed else None


def spoken_of(tokens: list[Token], index: int) -> int | None:
    """The background, hair, skin or clothes that a colour without a noun of its own is said of.

    Across words that were not understood and a "no": 背景不要蓝色, 背景是干净的蓝色, and across a
    joint after hair ("hair is long and black"), but not across too many. A colour that strays from
    these would paint the whole figure.
    """
    position, first = index - 1, max(index - _NEAR, 0)
    while position >= first and tokens[position].kind in _STRAYED:
        position -= 1
    if position < first:
        return None
    token = tokens[position]
    if token.kind is Kind.CONTEXT and token.detail != "expression" and not token.used:
        return position
    if token.kind is Kind.TERM and token.category == "background":
        # "A gradient from blue to purple".
        return position
    if token.kind is Kind.COMMA:
        return _still_spoken_of(tokens, position, index)
    joined = position < index - 1 and tokens[position + 1].kind is Kind.AND
    return position if joined and token.kind is Kind.TERM and token.category == "hair" else None


def _still_spoken_of(tokens: list[Token], comma: int, index: int) -> int | None:
    """The hair or background that the clause before is about, where a colour is a clause by itself:
    头发长长的，黑黑的.
    """
    own = next((each for each in tokens[index:] if each.kind not in _OF_COLOUR), None)
    between = tokens[comma + 1 : index]
    if any(each.kind not in (Kind.FILLER, Kind.UNKNOWN) for each in between) or (
        own is not None and own.kind not in (Kind.COMMA, Kind.STOP)
    ):
        return None
    clause = clause_before(tokens, comma)
    about = next((at for at, each in enumerate(clause) if each.kind is not Kind.FILLER), None)
    if (
        about is None
        or clause[about].kind is not Kind.CONTEXT
        or any(each.colour for each in clause)
    ):
        return None
    spoken = clause[about].kind is Kind.CONTEXT and clause[about].detail in _TOPICS
    return comma - len(clause) + about if spoken else None


def category_taken_over(tokens: list[Token], index: int) -> str | None:
    """What a colour is of that stands for another one: for one refused, or one corrected."""
    return (
        _said_instead_of(tokens, index)
        or _put_in_place_of(tokens, index)
        or corrected_colour(tokens, index)
    )


def _said_instead_of(tokens: list[Token], index: int) -> str | None:
    """The category of the colour that one is refused for: "blue hair rather than red"."""
    refusal = next_token(tokens, index, skip=frozenset({Kind.FILLER}), step=-1)
    if refusal is None or tokens[refusal].detail != "instead":
        return None
    for token in reversed(tokens[:refusal]):
        if token.kind is Kind.TERM:
            return token.category if token.category in ("background", "hair_color") else None
        if token.kind not in (Kind.FILLER, Kind.COMMA) and not token.used:
            return None
    return None


def _put_in_place_of(tokens: list[Token], index: int) -> str | None:
    """The category of a colour that is refused right before: 不要红色背景，要蓝色."""
    position = index - 1
    while position >= 0 and (
        tokens[position].kind in _BETWEEN_WISHES
        or (tokens[position].kind is Kind.CONTEXT and tokens[position].used)
    ):
        position -= 1
    if position < 1 or tokens[position].kind is not Kind.TERM:
        return None
    category = tokens[position].category
    refused = previous_kind(tokens, position) is Kind.NOT
    return category if refused and category in ("background", "hair_color") else None


def clause_before(tokens: list[Token], index: int) -> list[Token]:
    """The words of a clause up to ``index``, the nearest of them; a clause is seldom longer."""
    first = max(index - _NEAR, 0)
    ends = (at for at in range(index - 1, first - 1, -1) if tokens[at].kind in _CLAUSE_ENDS)
    return tokens[next(ends, first - 1) + 1 : index]
