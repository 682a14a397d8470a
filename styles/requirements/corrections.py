"""What people take back in the same breath: "a red robot, no wait, make it blue".

Works on the list of words in place, once colours are bound and negations applied. Of two things
that can't both be had, the one behind the words of correction holds. Without such words they are a
contradiction, and refused as one.
"""

from __future__ import annotations

from brandhub import vocabulary
from styles.requirements.grammar import CORRECTIONS, WEARABLE, drawn_groups, next_token
from styles.requirements.lexicon import Kind, Mention
from styles.requirements.tokens import CONTENT, Token

_TAKES_BACK = CORRECTIONS | {"forget"}
_LITTLE = frozenset(
    {Kind.FILLER, Kind.OF, Kind.COMMA, Kind.STOP, Kind.VERB, Kind.GROUND, Kind.NOT, Kind.NOT_BEFORE}
)
_AROUND_STILL = frozenset({Kind.FILLER, Kind.VERB})
_SAYS_NOTHING = frozenset({Kind.FILLER})
_CLAUSE_ENDS = frozenset({Kind.COMMA, Kind.STOP})
_GOES_ON = CONTENT | {Kind.NOT, Kind.NOT_BEFORE}
#: Behind such a "no"; brackets and lines would list what is refused.
_ENDINGS = frozenset({*".。!…", "correction"})
_ANSWERED = frozenset("?(（")


def mark_corrections(tokens: list[Token]) -> None:
    """Tell the "no" that takes something back from the one that refuses: "a cat, no, a robot".

    Before negations are applied, which would look for what is refused.
    """
    for index, token in enumerate(tokens):
        if token.detail == "still" and _is_alternative(tokens, index):
            token.kind = Kind.OR
        if token.detail not in ("interjection", "never mind") or not _stands_alone(tokens, index):
            continue
        if any(each.kind in _GOES_ON for each in tokens[index + 1 :]):
            token.kind = Kind.STOP
            token.detail = "correction" if token.detail == "interjection" else token.detail


def _is_alternative(tokens: list[Token], index: int) -> bool:
    """Whether 还是 stands between two things of a kind: 眼镜还是墨镜."""
    behind = next_token(tokens, index, skip=_AROUND_STILL)
    if index == 0 or behind is None:
        return False
    one, other = tokens[index - 1], tokens[behind]
    alike = one.kind is other.kind and one.category == other.category
    return alike and one.kind in (Kind.TERM, Kind.COLOUR)


def _stands_alone(tokens: list[Token], index: int) -> bool:
    """Whether commas part a word from what stands around it, and it answers no question."""
    behind = next_token(tokens, index, skip=_SAYS_NOTHING, step=-1)
    if behind is None or index + 1 == len(tokens) or tokens[index].heads:
        return False
    before, after = tokens[behind], tokens[index + 1]
    if before.heads or before.detail in _ANSWERED:
        return False
    if tokens[index].detail == "never mind":
        return before.kind in _CLAUSE_ENDS
    return before.kind in _CLAUSE_ENDS and (after.kind is Kind.COMMA or after.detail in _ENDINGS)


def corrected_colour(tokens: list[Token], index: int) -> str | None:
    """What a colour right behind words of correction is of: of what the colour before them is."""
    for position in range(index - 1, -1, -1):
        if tokens[position].detail in CORRECTIONS:
            break
        if tokens[position].kind not in _LITTLE:
            return None
    else:
        return None
    for token in reversed(tokens[:position]):
        if token.kind is Kind.TERM and token.colour:
            return token.category
    return None


def settle_corrections(tokens: list[Token]) -> None:
    """Let what stands behind words of correction take the place of what it can't go with."""
    for index, token in enumerate(tokens):
        if token.detail == "instead":
            _allow_one_of_the_family(tokens, index)
        if token.detail in _TAKES_BACK:
            for position in _said_anew(tokens, index):
                for mention in tokens[position].mentions:
                    _take_back(tokens[:index], tokens[position], mention)
                    if token.kind is Kind.STOP:
                        _take_back_one(tokens[:index], tokens[position], mention, token.detail)


def _allow_one_of_the_family(tokens: list[Token], index: int) -> None:
    """Name the family that one of its own is preferred to: "a cap rather than a hat"."""
    refused = next((each for each in tokens[index + 1 :] if each.negated), None)
    if refused is None or not refused.mentions:
        return
    members = drawn_groups(refused.mentions[0].tag) - {refused.mentions[0].tag}
    wanted = (m.tag for each in tokens if not each.negated for m in each.mentions)
    if members.intersection(wanted):
        refused.forget()


def _said_anew(tokens: list[Token], index: int) -> list[int]:
    """The places of what is said right behind words of correction, up to a comma or a stop."""
    if tokens[index].detail == "still" and not _begins_clause(tokens, index):
        return []
    found: list[int] = []
    for position in range(index + 1, len(tokens)):
        token = tokens[position]
        if token.kind is Kind.TERM:
            found.append(position)
        elif token.detail in _TAKES_BACK or (found and token.kind in _CLAUSE_ENDS):
            break
    return found


def _begins_clause(tokens: list[Token], index: int) -> bool:
    return index == 0 or tokens[index - 1].kind in _CLAUSE_ENDS


def _take_back(before: list[Token], now: Token, mention: Mention) -> None:
    """Drop from ``before`` what ``mention`` can't go with: the same refused, or another value."""
    for token in before:
        if token.kind is not Kind.TERM:
            continue
        for said in token.mentions[:1] if token.negated else token.mentions:
            if said.category != mention.category:
                continue
            if said.tag == mention.tag:
                if token.negated != now.negated:
                    _drop(token)
            elif not (token.negated or now.negated or _go_together(said)):
                if token.category != said.category or _one_is_of_the_other(said, mention):
                    _drop(token)
                else:
                    token.negated = True


def _take_back_one(before: list[Token], now: Token, mention: Mention, said: str) -> None:
    """Of what may be worn together, the last thing is corrected, and any thing "never mind"ed."""
    last = next((each for each in reversed(before) if each.kind is Kind.TERM), None)
    if last is None or last.negated or now.negated:
        return
    alike = last.category == mention.category and last.mentions != now.mentions
    worn = {last.category, mention.category} <= WEARABLE and not alike
    if (alike and _go_together(mention)) or (worn and said == "never mind"):
        last.negated = True


def _go_together(mention: Mention) -> bool:
    return vocabulary.category(mention.category).multiple


def _one_is_of_the_other(said: Mention, now: Mention) -> bool:
    """Whether one is a family that the other is of: a hat, and a cap."""
    return said.tag in drawn_groups(now.tag) or now.tag in drawn_groups(said.tag)


def _drop(token: Token) -> None:
    token.kind, token.mentions, token.negated = Kind.FILLER, (), False
