"""What people take back in the same breath: "a red robot, no wait, make it blue".

Works on the list of words in place, once colours are bound and negations applied. Of two things
that can't both be had, the one behind the words of correction holds. Without such words they are a
contradiction, and refused as one.
"""

from __future__ import annotations

from collections import defaultdict

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
    _allow_ones_of_families(tokens)
    if not _TAKES_BACK & {token.detail for token in tokens}:
        return
    before = _Before()
    for index, token in enumerate(tokens):
        if token.detail in _TAKES_BACK:
            for position in _said_anew(tokens, index):
                now = tokens[position]
                for mention in now.mentions:
                    before.take_back(now, mention)
                    if token.kind is Kind.STOP:
                        before.take_back_last(now, mention, token.detail)
        before.add(token)


def _allow_ones_of_families(tokens: list[Token]) -> None:
    """Name a family that one of its own is preferred to: "a cap rather than a hat"."""
    places = [index for index, token in enumerate(tokens) if token.detail == "instead"]
    if not places:
        return
    wanted = {m.tag for each in tokens if not each.negated for m in each.mentions}
    at = 0
    for index in places:
        at = max(at, index + 1)
        while at < len(tokens) and not tokens[at].negated:
            at += 1
        if at == len(tokens):
            return
        if tokens[at].mentions:
            tag = tokens[at].mentions[0].tag
            if wanted & (drawn_groups(tag) - {tag}):
                tokens[at].forget()


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


class _Before:
    """What stands before a place in the text, by what it says.

    Each token is taken back once at most, so that a text of corrections alone is read in as many
    steps as it has words.
    """

    def __init__(self) -> None:
        self._terms: list[Token] = []
        self._wanted: dict[str, dict[str, list[Token]]] = defaultdict(dict)
        self._refused: dict[str, list[Token]] = {}

    def add(self, token: Token) -> None:
        if token.kind is not Kind.TERM or not token.mentions:
            return
        self._terms.append(token)
        if token.negated:
            self._refused.setdefault(token.mentions[0].tag, []).append(token)
        else:
            for said in token.mentions:
                self._wanted[said.category].setdefault(said.tag, []).append(token)

    def take_back(self, now: Token, mention: Mention) -> None:
        """Drop what ``mention`` can't go with: the same refused, or another value."""
        same = self._wanted[mention.category]
        if now.negated:
            for token in same.pop(mention.tag, ()):
                if not token.negated:
                    _drop(token)
            return
        for token in self._refused.pop(mention.tag, ()):
            _drop(token)
        if _go_together(mention):
            return
        for tag in [tag for tag in same if tag != mention.tag]:
            for token in same.pop(tag):
                if token.kind is Kind.TERM and not token.negated:
                    self._give_way(token, tag, mention)

    def _give_way(self, token: Token, tag: str, mention: Mention) -> None:
        """Refuse what another value takes the place of, or drop it where one is of the other."""
        if token.category != mention.category or _one_is_of_the_other(tag, mention.tag):
            _drop(token)
        else:
            token.negated = True
            self._refused.setdefault(token.mentions[0].tag, []).append(token)

    def take_back_last(self, now: Token, mention: Mention, said: str) -> None:
        """Of what may be worn together, the last thing is corrected, and any "never mind"ed."""
        while self._terms and self._terms[-1].kind is not Kind.TERM:
            self._terms.pop()
        if not self._terms or self._terms[-1].negated or now.negated:
            return
        last = self._terms[-1]
        alike = last.category == mention.category and last.mentions != now.mentions
        worn = {last.category, mention.category} <= WEARABLE and not alike
        if (alike and _go_together(mention)) or (worn and said == "never mind"):
            last.negated = True
            self._refused.setdefault(last.mentions[0].tag, []).append(last)


def _go_together(mention: Mention) -> bool:
    return vocabulary.category(mention.category).multiple


def _one_is_of_the_other(said: str, now: str) -> bool:
    """Whether one is a family that the other is of: a hat, and a cap."""
    return said in drawn_groups(now) or now in drawn_groups(said)


def _drop(token: Token) -> None:
    token.kind, token.mentions, token.negated = Kind.FILLER, (), False
