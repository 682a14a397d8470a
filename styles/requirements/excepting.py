"""What is said of one thing and of all else: 除了帽子都要, "no accessories except a scarf".

Works on the list of words in place, once colours are bound and before negations are applied. What
is excepted is refused where all else is asked for, and wanted where nothing else is, or where it is
asked for, too. Elsewhere nobody knows, and it is named.
"""

from __future__ import annotations

from styles.requirements.grammar import LINKS, drawn_groups
from styles.requirements.lexicon import Kind
from styles.requirements.tokens import Token

_ITEMS = frozenset({Kind.TERM, Kind.CONTEXT})
_BETWEEN = LINKS | {Kind.AND, Kind.OR, Kind.VERB}
_SKIPPED = LINKS | {Kind.COMMA}
_CARRIERS = frozenset({Kind.FILLER, Kind.OF, Kind.VERB, Kind.GROUND, Kind.UNKNOWN})
_AS_SUCH = frozenset({"thing", "colours", "nothing"})


def settle_exceptions(tokens: list[Token]) -> None:
    """Say of what is excepted whether it is refused or wanted, where the text does."""
    for index, token in enumerate(tokens):
        if token.kind is Kind.DOUBT and token.detail == "except":
            _settle(tokens, index)
        elif token.detail == "but" and (refusal := _refusal_of_all(tokens, index)) is not None:
            # "No colour other than black".
            for each in tokens[refusal : index + 1]:
                each.forget()


def _settle(tokens: list[Token], index: int) -> None:
    end, items = index + 1, 0
    while end < len(tokens) and (tokens[end].kind in _ITEMS or tokens[end].kind in _BETWEEN):
        if tokens[end].detail in ("anything", "all", "also"):
            break
        items += tokens[end].kind in _ITEMS
        end += 1
    if not items:
        return
    verdict, rest = _verdict(tokens, end)
    if verdict == "refused":
        tokens[index].kind, tokens[index].detail = Kind.NOT, ""
        for each in tokens[index + 1 : end]:
            # 除了帽子和眼镜都要: of each of them.
            if each.kind is Kind.AND:
                each.kind = Kind.OR
    elif verdict:
        tokens[index].kind = Kind.FILLER
    if verdict == "nothing else":
        for each in tokens[end:rest]:
            if each.kind is not Kind.COMMA:
                each.forget()


def _verdict(tokens: list[Token], start: int) -> tuple[str, int]:
    """What is said of all else from ``start`` on, and where that ends."""
    gathered = False
    for place in range(start, len(tokens)):
        token = tokens[place]
        if token.detail == "anything":
            return "refused", place + 1
        if token.detail == "nothing":
            return "nothing else", place + 1
        if token.kind is Kind.NOT:
            # 都不要, 别的都不要, 不要别的.
            ends = place + 1 if _ends(tokens, place + 1) else _end_of_rest(tokens, place + 1)
            return ("nothing else", ends) if ends else ("", start)
        if token.detail == "also" or token.kind is Kind.AND:
            return "wanted", place
        gathered = gathered or token.detail == "rest"
        of_the_rest = token.detail == "rest" or (gathered and token.kind is Kind.CONTEXT)
        if token.kind not in _SKIPPED and token.detail != "beyond" and not of_the_rest:
            break
    return "", start


def _end_of_rest(tokens: list[Token], index: int) -> int | None:
    """Where all else ends that is spoken of at ``index``: 其他配饰."""
    if index == len(tokens) or tokens[index].detail != "rest":
        return None
    of_what = index + 1 < len(tokens) and tokens[index + 1].kind is Kind.CONTEXT
    end = index + 1 + of_what
    return end if _ends(tokens, end) else None


def _ends(tokens: list[Token], index: int) -> bool:
    """Whether a clause ends at ``index``."""
    while index < len(tokens) and tokens[index].kind is Kind.FILLER:
        index += 1
    return index == len(tokens) or tokens[index].kind in (Kind.COMMA, Kind.STOP)


def _refusal_of_all(tokens: list[Token], index: int) -> int | None:
    """Where it begins to be said that there is to be nothing, but for what stands at ``index``."""
    family: Token | None = None
    as_such = False
    for place in range(index - 1, -1, -1):
        token = tokens[place]
        if token.kind is Kind.NOT:
            return place if as_such or (family and _holds_next(tokens, index, family)) else None
        if token.detail == "nothing":
            return place
        as_such = as_such or token.detail in _AS_SUCH
        if token.kind in _ITEMS and family is None:
            family = token
        elif token.kind not in _CARRIERS:
            return None
    return None


def _holds_next(tokens: list[Token], index: int, family: Token) -> bool:
    """Whether what stands behind ``index`` is one of a family or of a category."""
    one = next((each for each in tokens[index + 1 :] if each.kind not in LINKS), None)
    if one is None or one.kind is not Kind.TERM:
        return False
    if family.kind is Kind.CONTEXT:
        return one.category == family.category or family.category == "accessory"
    return one.mentions[0].tag in drawn_groups(family.mentions[0].tag)
