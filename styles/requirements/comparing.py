"""What something is likened to, and what is preferred to what.

Works on the list of words in place, before colours are bound and negations applied: what a robot
looks like yields to the robot, and what something is preferred to is said not to be wanted.
"""

from __future__ import annotations

from dataclasses import replace

from styles.requirements.lexicon import Kind
from styles.requirements.tokens import Token

#: Below every word for a subject of its own, above those for a figure of any kind ("a portrait").
_LIKENED = 0
_ENDS = frozenset({Kind.COMMA, Kind.STOP, Kind.VERB, Kind.NOT, Kind.NOT_BEFORE})
_CONTENT = frozenset({Kind.TERM, Kind.COLOUR, Kind.CONTEXT, Kind.LENGTH})
_PARTS = frozenset({Kind.FILLER, Kind.OF, Kind.GROUND, Kind.UNKNOWN})


def settle_likenesses(tokens: list[Token]) -> None:
    """Let the subject that another is likened to yield to that other, wherever one is named.

    "A robot that looks like a cat" is a robot, and the cat is named as not understood; "make it
    look like a cat" is a cat.
    """
    for index, token in enumerate(tokens):
        if token.detail == "likeness":
            _liken_behind(tokens, index)
        elif token.detail == "shape" and _is_attribute(tokens, index):
            token.kind = Kind.FILLER
            _liken(tokens[index - 1])
        elif token.detail == "like" and index:
            if _joins_words(tokens, index):
                _liken(tokens[index - 1])
            elif any(_is_subject(each) for each in tokens[:index]):
                # "I would like a cat" likens nothing to it.
                _liken_behind(tokens, index)


def _is_attribute(tokens: list[Token], index: int) -> bool:
    """Whether a word such as 造型 makes an attribute of a subject: 猫咪造型的, "cat shaped"."""
    return index > 0 and _is_subject(tokens[index - 1])


def _joins_words(tokens: list[Token], index: int) -> bool:
    """Whether "like" is the end of a word: "cat-like robot", and not "a cat like a robot"."""
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    return (
        _is_subject(tokens[index - 1])
        and following is not None
        and following.kind not in (Kind.FILLER, Kind.COMMA, Kind.STOP)
    )


def _liken_behind(tokens: list[Token], index: int) -> None:
    """Liken to the first subject behind ``index``, and to what is joined to it by "or"."""
    joined = True
    for token in tokens[index + 1 :]:
        if _is_subject(token) and joined:
            tokens[index].kind = Kind.FILLER
            _liken(token)
            joined = False
        elif token.kind in (Kind.OR, Kind.AND):
            joined = True
        elif token.kind in _ENDS or token.kind is Kind.OF or _is_subject(token):
            return


def _is_subject(token: Token) -> bool:
    return any(mention.category == "subject" for mention in token.mentions)


def _liken(token: Token) -> None:
    token.mentions = tuple(
        replace(each, rank=min(each.rank, _LIKENED)) if each.category == "subject" else each
        for each in token.mentions
    )


def settle_preferences(tokens: list[Token]) -> None:
    """Make a "no" of what stands between a thing and what it is preferred to: "more X than Y".

    "Prefer X to Y" counts between things of one category only; "to" is too small a word elsewhere.
    """
    preferred: int | None = None
    for index, token in enumerate(tokens):
        if token.kind is Kind.STOP:
            preferred = None
        elif token.detail == "preference":
            preferred = index
        elif preferred is not None and _sets_apart(tokens, preferred, index):
            tokens[preferred].kind = Kind.FILLER
            token.kind, token.detail = Kind.NOT, "instead"
            preferred = None


def _sets_apart(tokens: list[Token], preferred: int, index: int) -> bool:
    if tokens[index].detail not in ("over", "range"):
        return False
    before = [each for each in tokens[preferred + 1 : index] if each.kind in _CONTENT]
    if not before:
        # "More than one", "prefer to".
        return False
    behind = next((each for each in tokens[index + 1 :] if each.kind not in _PARTS), None)
    if behind is None or tokens[index].kind is Kind.UNKNOWN:
        return behind is not None
    # "Prefer a background from blue to red" sets nothing apart.
    return behind.kind is Kind.TERM and behind.category == before[-1].category
