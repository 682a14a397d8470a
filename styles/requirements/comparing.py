"""What something is likened to, what is preferred to what, and what is to be two things at once.

Works on the list of words in place, before colours are bound and negations applied: what a robot
looks like yields to the robot, what something is preferred to is said not to be wanted, and of a
mixture neither part is taken.
"""

from __future__ import annotations

from dataclasses import replace

from brandhub import vocabulary
from styles.requirements.lexicon import Kind
from styles.requirements.tokens import Token

#: Below every word for a subject of its own, above those for a figure of any kind ("a portrait").
LIKENED = 0
#: Words that are looked at on either side of one that compares; a clause is seldom longer.
_NEAR = 24
_ENDS = frozenset({Kind.COMMA, Kind.STOP, Kind.VERB, Kind.NOT, Kind.NOT_BEFORE})
_LIKENESS_ENDS = _ENDS | {Kind.OF}
_CONTENT = frozenset({Kind.TERM, Kind.COLOUR, Kind.CONTEXT, Kind.LENGTH})
_PARTS = frozenset({Kind.FILLER, Kind.OF, Kind.GROUND, Kind.UNKNOWN})


def settle_likenesses(tokens: list[Token]) -> None:
    """Let the subject that another is likened to yield to that other, wherever one is named.

    "A robot that looks like a cat" is a robot, and the cat is named as not understood; "make it
    look like a cat" is a cat.
    """
    subject = looked = manner = False
    for index, token in enumerate(tokens):
        if token.detail in ("likeness", "like") and manner:
            _name_likened(tokens, index)
        elif token.detail == "likeness":
            _liken_behind(tokens, index)
        elif token.detail == "shape" and _is_attribute(tokens, index):
            token.kind = Kind.FILLER
            _liken(tokens, index - 1)
        elif token.detail == "likewise" and _is_attribute(tokens, index):
            _liken(tokens, index - 1)
        elif token.detail == "like" and index:
            if _joins_words(tokens, index):
                _liken(tokens, index - 1)
            elif looked or subject:
                # "I would like a cat" likens nothing to it; "looks kind of like a cat" does.
                _liken_behind(tokens, index)
        subject = subject or _is_subject(token)
        looked = token.detail == "looks" or (looked and token.kind is Kind.FILLER)
        if token.kind is not Kind.FILLER:
            # Of a face it is said what it is like: 笑得像…, "grinning like …".
            manner = token.category == "expression"


def _name_likened(tokens: list[Token], index: int) -> None:
    """Name the first thing behind ``index``: who smiles like a child is none."""
    for token in tokens[index + 1 :]:
        if token.kind is Kind.TERM:
            token.forget()
        if token.kind not in (Kind.FILLER, Kind.OF):
            return


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
    for position in range(index + 1, len(tokens)):
        token = tokens[position]
        if _is_subject(token) and joined:
            tokens[index].kind = Kind.FILLER
            _liken(tokens, position)
            joined = False
        elif token.kind in (Kind.OR, Kind.AND):
            joined = True
        elif (
            token.kind in _LIKENESS_ENDS
            or token.detail in ("likeness", "like")
            or _is_subject(token)
        ):
            return


def _is_subject(token: Token) -> bool:
    return any(mention.category == "subject" for mention in token.mentions)


def _liken(tokens: list[Token], index: int) -> None:
    """Let a subject yield to any other, which a person's gender and age give way to as well."""
    token = tokens[index]
    others = (each for each in tokens if each is not token)
    if token.category != "subject" and any(map(_is_of_its_own, others)):
        token.forget()
        return
    token.mentions = tuple(
        replace(each, rank=min(each.rank, LIKENED)) if each.category == "subject" else each
        for each in token.mentions
    )


def _is_of_its_own(token: Token) -> bool:
    return any(m.category == "subject" and m.rank > LIKENED for m in token.mentions)


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
            if _sets_above(tokens, index):
                token.kind = Kind.FILLER
                tokens[index + 1].kind, tokens[index + 1].detail = Kind.NOT, "instead"
                preferred = None
        elif token.detail == "beside":
            _settle_verdict(tokens, index)
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


def _sets_above(tokens: list[Token], index: int) -> bool:
    """Whether "more" and its like stand between two things of a kind: "glasses more than a hat"."""
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    return following is not None and following.detail == "over" and _same_kind(tokens, index)


def _settle_verdict(tokens: list[Token], index: int) -> None:
    """Of 长发比短发好 the second is what is not wanted; any other 比 is named."""
    verdict = any(each.detail == "verdict" for each in _clause_behind(tokens, index))
    if verdict and _same_kind(tokens, index):
        tokens[index].kind, tokens[index].detail = Kind.NOT, "instead"


def _same_kind(tokens: list[Token], index: int) -> bool:
    """Whether what stands before ``index`` in its clause and what stands behind are alike."""
    before = [each for each in _clause_ahead(tokens, index) if each.kind in _CONTENT]
    behind = [each for each in _clause_behind(tokens, index) if each.kind in _CONTENT]
    if not before or not behind:
        return False
    if Kind.COLOUR in (before[0].kind, behind[-1].kind):
        return before[-1].kind is behind[0].kind
    return before[0].category == behind[-1].category != ""


def _clause_behind(tokens: list[Token], index: int) -> list[Token]:
    return _up_to_its_end(tokens[index + 1 : index + 1 + _NEAR])


def _clause_ahead(tokens: list[Token], index: int) -> list[Token]:
    """The words before ``index``, the nearest first."""
    return _up_to_its_end(tokens[max(index - _NEAR, 0) : index][::-1])


def _up_to_its_end(tokens: list[Token]) -> list[Token]:
    ends = (at for at, each in enumerate(tokens) if each.kind in (Kind.COMMA, Kind.STOP))
    return tokens[: next(ends, len(tokens))]


def settle_mixtures(tokens: list[Token]) -> None:
    """Name what is to be of two kinds at once: "something between a cat and a robot".

    Two values of a category that takes one are neither the one nor the other. What can be had
    together ("a combination of glasses and a hat") is no mixture.
    """
    for index, token in enumerate(tokens):
        if token.detail == "mixture of":
            _mix(tokens, index, 1)
        elif token.detail == "mixture":
            _mix(tokens, index, -1)
        elif token.detail == "half" and (other := _halved(tokens, index)) is not None:
            _name(tokens[index : other + 1])


def _mix(tokens: list[Token], index: int, step: int) -> None:
    parts: list[int] = []
    position = index + step
    while 0 <= position < len(tokens) and len(parts) < 2 and abs(position - index) <= _NEAR:
        token = tokens[position]
        if token.kind in (Kind.TERM, Kind.COLOUR):
            parts.append(position)
        elif token.kind in _ENDS:
            break
        position += step
    if len(parts) < 2:
        return
    one, other = (tokens[part] for part in parts)
    if one.kind is Kind.COLOUR or other.kind is Kind.COLOUR:
        mixed = one.kind is other.kind and tokens[index].kind is Kind.UNKNOWN
    else:
        mixed = one.category == other.category and not vocabulary.category(one.category).multiple
    if mixed:
        first, last = sorted((index, parts[-1]))
        _name(tokens[first : last + 1])
    elif step > 0:
        tokens[index].kind = Kind.FILLER


def _halved(tokens: list[Token], index: int) -> int | None:
    """The subject or the colour that something has but half: "half robot", 半机器人, 一半红."""
    for position in range(index + 1, min(index + 3, len(tokens))):
        if _is_subject(tokens[position]) or tokens[position].kind is Kind.COLOUR:
            return position
        if tokens[position].kind is not Kind.FILLER:
            return None
    return None


def _name(tokens: list[Token]) -> None:
    for token in tokens:
        token.forget()
