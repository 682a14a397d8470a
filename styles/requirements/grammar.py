"""What negations reach, what is left open, and what else words say of each other.

Works on the list of words in place: a word that a negation reaches is marked, one that a doubt
reaches becomes a piece that was not understood.
"""

from __future__ import annotations

from brandhub import vocabulary
from styles.requirements.lexicon import Kind
from styles.requirements.lists import listed_behind
from styles.requirements.tokens import Token

#: Categories whose values stand side by side after one "no": glasses, hats and beards.
WEARABLE = frozenset({"eyewear", "headwear", "facial_hair", "accessory", "clothing"})
ADJECTIVES = frozenset({"style", "gender", "age", "expression"})
#: What stands between a thing and what takes its place: "no wait", 还是, 改成, 算了.
CORRECTIONS = frozenset({"correction", "exchange", "still", "never mind"})
LINKS = frozenset({Kind.FILLER, Kind.OF})
# Between what is asked about and the answer: "hat? no", 帽子（否）.
_ASKING = frozenset("?(（")
_BETWEEN_ITEMS = frozenset({Kind.COMMA, Kind.AND, Kind.OR, Kind.STOP})
# What begins a wish of its own.
_ANEW = frozenset({Kind.VERB, Kind.NOT, Kind.NOT_BEFORE, Kind.DOUBT, Kind.DOUBT_BEFORE})
_FIGURES = frozenset({"subject", "gender", "age"})
_THINGS = frozenset({"thing", "body part", "gender", "colours"})
# What may stand between a negation and what it negates.
_CARRIERS = frozenset({Kind.FILLER, Kind.VERB, Kind.OF, Kind.GROUND})


def apply_negations(tokens: list[Token]) -> None:
    """Mark the words that must not show; what a negation can't be matched to is named."""
    index = 0
    while index < len(tokens):
        if tokens[index].kind is Kind.NOT:
            index = _negate_listed(tokens, index) or _negate_from(tokens, index)
        elif tokens[index].kind is Kind.NOT_BEFORE:
            if not (_takes_away(tokens, index) and _negate_before(tokens, index)):
                if tokens[index].detail == "less" and _manner_at(tokens, index + 1):
                    # "less serious": not so serious.
                    tokens[index + 1].negated = True
                elif tokens[index].detail == "never mind":
                    # "Never mind the hat".
                    index = _negate_from(tokens, index)
                    continue
                elif tokens[index].detail == "beyond" and tokens[index - 1].negated:
                    tokens[index].kind = Kind.FILLER
                else:
                    # "off", "free" and their like mean nothing by themselves.
                    tokens[index].forget()
            index += 1
        elif tokens[index].kind in (Kind.DOUBT, Kind.DOUBT_BEFORE):
            index = _leave_open(tokens, index)
        elif tokens[index].detail == "exchange":
            _exchange(tokens, index)
            index += 1
        else:
            index += 1


def _of_something_else(tokens: list[Token], index: int) -> bool:
    """Whether 背景 or its like is but the beginning of a thing: "background noise", 背景音乐."""
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    return (
        tokens[index].kind is Kind.CONTEXT
        and following is not None
        and following.kind is Kind.UNKNOWN
    )


def _exchange(tokens: list[Token], index: int) -> None:
    """Of 眼镜换成墨镜 the first may not show, where it can't together with the second."""
    before = next_token(tokens, index, skip=LINKS, step=-1)
    after = next_token(tokens, index, skip=_CARRIERS)
    if before is not None and after is not None and _can_be_absent(tokens[before]):
        alike = tokens[before].category == tokens[after].category
        # 头发改成短发 refuses no hair.
        alike = alike and tokens[before].kind is Kind.TERM
        if alike and tokens[after].kind is Kind.TERM:
            tokens[before].negated = True


def _takes_away(tokens: list[Token], index: int) -> bool:
    """Whether "less" ends a word ("glass-less"), and is not said of what follows ("look less …").

    And whether "out" stands behind "leave" or its like.
    """
    if tokens[index].detail == "out":
        return any(each.detail == "leave" for each in _since_stop(tokens, index))
    if tokens[index].detail != "less":
        return True
    return index > 0 and tokens[index - 1].kind in (Kind.TERM, Kind.CONTEXT)


def _since_stop(tokens: list[Token], index: int) -> list[Token]:
    stops = (at for at in range(index - 1, -1, -1) if tokens[at].kind is Kind.STOP)
    return tokens[next(stops, -1) + 1 : index]


def _manner_at(tokens: list[Token], index: int) -> bool:
    return index < len(tokens) and tokens[index].category in ADJECTIVES


def _leave_open(tokens: list[Token], start: int) -> int:
    """Name what the doubt at ``start`` is about; returns the index to go on from."""
    if tokens[start].kind is Kind.DOUBT_BEFORE:
        before = next_token(tokens, start, skip=frozenset({Kind.FILLER}), step=-1)
        if before is not None and _can_be_absent(tokens[before]):
            _name(tokens, before, start + 1)
            return start + 1
    end = start + 1
    while (following := next_token(tokens, end - 1, skip=_CARRIERS)) is not None:
        joined = end == start + 1 or tokens[following - 1].kind in (Kind.AND, Kind.OR)
        if tokens[following].kind in (Kind.AND, Kind.OR) and end > start + 1:
            end = following + 1
            continue
        if not joined or not _can_be_absent(tokens[following]):
            break
        end = following + 1
    _name(tokens, start, end)
    return end


def _negate_listed(tokens: list[Token], start: int) -> int | None:
    """Apply a negation that heads a list ("avoid: hats, glasses"); returns the index to go on from,
    or None where it heads none.
    """
    heading, count = start, 1
    while not tokens[heading].heads and heading + 1 < len(tokens):
        following = tokens[heading + 1].kind
        if following is not Kind.NOT and following not in _CARRIERS:
            break
        count += following is Kind.NOT
        heading += 1
    if count % 2 == 0 or not (tokens[heading].heads or _begins_wish(tokens, start)):
        return None
    places = listed_behind(tokens, heading)
    if not places:
        return None
    places += _further_items(tokens, places[-1] + 1)
    item: list[int] = []
    for place in places:
        kind = tokens[place].kind
        if kind in _ANEW and place != places[0]:
            _negate_item(tokens, item)
            return place
        if kind in _BETWEEN_ITEMS:
            _negate_item(tokens, item)
            item = []
        else:
            item.append(place)
    _negate_item(tokens, item)
    return places[-1] + 1


def _further_items(tokens: list[Token], index: int) -> list[int]:
    """The places of bare things to wear that a list goes on with behind a semicolon."""
    found: list[int] = []
    while index < len(tokens) and tokens[index].detail == ";":
        end = index + 1
        while end < len(tokens) and tokens[end].kind not in (Kind.STOP, Kind.COMMA):
            end += 1
        item = tokens[index + 1 : end]
        said = [each for each in item if each.kind is not Kind.FILLER or each.heads]
        if len(said) != 1 or not _can_be_absent(said[0]) or said[0].category not in WEARABLE:
            break
        found += range(index, end)
        index = end
    return found


def _begins_wish(tokens: list[Token], index: int) -> bool:
    """Whether nothing stands before that the word at ``index`` could be the answer to."""
    before = next_token(tokens, index, skip=LINKS, step=-1)
    if before is None:
        return True
    ends = tokens[before].kind is Kind.STOP and tokens[before].detail not in _ASKING
    return ends or tokens[before].kind in (Kind.COMMA, Kind.AND)


def _negate_item(tokens: list[Token], item: list[int]) -> None:
    """Negate what is listed, where it is one thing that is known; else name it."""
    aimed = [place for place in item if _can_be_absent(tokens[place])]
    strange = any(tokens[place].kind is Kind.UNKNOWN for place in item)
    if len(aimed) == 1 and not strange:
        tokens[aimed[0]].negated = True
    elif aimed:
        _name(tokens, item[0], item[-1] + 1)


def _negate_from(tokens: list[Token], start: int) -> int:
    """Apply the negation at ``start``; returns the index to go on from."""
    index, count, strange, thing, attribute = start, 0, False, start, start
    verb = worn = False
    while index < len(tokens):
        token = tokens[index]
        if token.kind is Kind.NOT or (index == start and token.detail == "never mind"):
            count += 1
            verb = verb or token.detail == "verb"
            worn = worn or token.detail in ("verb", "lack")
        elif token.kind is Kind.UNKNOWN:
            strange = True
            if token.heads:
                # "Not an animal: a monster".
                _name(tokens, start, index + 1)
                return index + 1
        elif token.kind not in _CARRIERS:
            break
        if token.detail == "too":
            # 不要太老的男士: a man all the same.
            worn = True
        if token.kind is Kind.OF:
            attribute = index
        if token.detail in _THINGS:
            thing = index
        elif token.kind is Kind.VERB or token.detail == "of":
            thing, verb = start, token.kind is Kind.VERB
            worn = worn or verb
        index += 1
    if index < len(tokens) and tokens[index].kind is Kind.PART:
        # 机器人去掉天线: of a part, which no tag is for, and not of what it is a part of.
        end = _carry_on(tokens, index)
        _name(tokens, start, index + 1)
        return end
    aimed = index < len(tokens) and _can_be_absent(tokens[index])
    if thing > start and not strange and not (verb and aimed):
        # 没有性别的机器人, "a robot with no face": the thing is not there, whatever follows is.
        _name(tokens, start, thing + 1)
        return thing + 1
    if not aimed:
        if not strange and _negate_before(tokens, start):
            return index
        _name(tokens, start, index)
        return index
    if attribute > start and worn and tokens[index].category in _FIGURES:
        # 没戴首饰的女士: what she doesn't wear is unknown, and she is not.
        _name(tokens, start, attribute + 1)
        return attribute + 1
    if strange or _of_something_else(tokens, index):
        # "no fancy hat": neither a hat nor none was asked for. Nothing is guessed.
        _name(tokens, start, index + 1)
        return index + 1
    if count % 2 == 0:
        return index + 1
    return _carry_on(tokens, index)


def _carry_on(tokens: list[Token], index: int) -> int:
    """Negate ``index`` and what is listed with it; returns the index to go on from."""
    first = tokens[index]
    first.negated = True
    worn = first.category in WEARABLE or first.kind is Kind.PART
    end, listed, closely = index, False, False
    while True:
        if index >= end:
            end, listed = _list_with_or(tokens, index + 1)
        joint, position, verb = None, index + 1, False
        while position < len(tokens) and not _can_be_absent(tokens[position]):
            kind = tokens[position].kind
            if kind in (Kind.AND, Kind.OR) or (kind is Kind.COMMA and (listed or closely)):
                joint = Kind.OR if listed or closely else (joint or kind)
            elif kind is Kind.VERB or tokens[position].aside == "wish":
                verb = True
            elif kind is not Kind.FILLER:
                return index + 1
            position += 1
        if position == len(tokens):
            return index + 1
        token = tokens[position]
        closely = closely or any(each.heads for each in tokens[index:position])
        if closely and not _is_one_of(token, first):
            # "Everything but a hat: glasses, a scarf".
            return index + 1
        both_worn = worn and token.category in WEARABLE
        alike = token.category == first.category or both_worn
        side_by_side = position == index + 1 and both_worn
        carried = (joint is Kind.OR) or (joint is Kind.AND and alike and not verb) or side_by_side
        if not carried:
            return index + 1
        token.negated = True
        index = position


def _is_one_of(token: Token, refused: Token) -> bool:
    """Whether ``token`` says more closely what is refused: "no hats: caps, beanies"."""
    if refused.kind is Kind.CONTEXT:
        return {token.category, refused.category} <= WEARABLE or token.category == refused.category
    family = drawn_groups(refused.mentions[0].tag)
    return any(mention.tag in family for mention in token.mentions)


def _list_with_or(tokens: list[Token], index: int) -> tuple[int, bool]:
    """How far a list goes on as ", b, c or d", and whether an "or" is what it goes on to.

    Bare wearables and commas make it up.
    """
    for place in range(index, len(tokens)):
        token = tokens[place]
        if token.kind is Kind.OR:
            return place, True
        wearable = _can_be_absent(token) and token.category in WEARABLE
        if token.kind not in (Kind.COMMA, Kind.FILLER) and not wearable:
            return place, False
    return len(tokens), False


def _negate_before(tokens: list[Token], index: int) -> bool:
    """Apply a negation that stands behind its noun (帽子不要, "hat: no"), if one is there."""
    position, each = index - 1, False
    while position >= 0 and (
        tokens[position].kind in (Kind.FILLER, Kind.VERB)
        or tokens[position].detail in _ASKING
        or _takes_back(tokens, position)
    ):
        each = each or tokens[position].detail == "all"
        position -= 1
    if position < 0 or not _can_be_absent(tokens[position]) or tokens[position].negated:
        return False
    first = tokens[position]
    first.negated = True
    while (before := _listed_before(tokens, position, each=each)) is not None:
        categories = {first.category, tokens[before].category}
        if not (categories <= WEARABLE or (each and len(categories) == 1)):
            break
        position = before
        tokens[position].negated = True
    return True


def _takes_back(tokens: list[Token], position: int) -> bool:
    """Whether words of correction stand at ``position``, or beside the comma that does.

    What they take back is refused across them: 戴帽子吧，还是别戴了.
    """
    if tokens[position].kind is Kind.COMMA:
        around = tokens[max(position - 1, 0) : position + 2]
        return any(each.detail in CORRECTIONS for each in around)
    return tokens[position].detail in CORRECTIONS


def _listed_before(tokens: list[Token], index: int, *, each: bool) -> int | None:
    """What is listed before ``index``: "hats and glasses"; where ``each`` is meant, 帽子、眼镜 too.

    Something with a verb of its own begins a wish of its own: 戴眼镜，帽子耳机都不要.
    """
    position = index - 1
    while position >= 0 and tokens[position].kind is Kind.FILLER:
        position -= 1
    joints = (Kind.AND, Kind.OR, Kind.COMMA) if each else (Kind.AND, Kind.OR)
    joined = position >= 0 and tokens[position].kind in joints
    if joined:
        position -= 1
    if position < 0 or not (joined or each) or not _can_be_absent(tokens[position]):
        return None
    own_verb = each and position > 0 and tokens[position - 1].kind is Kind.VERB
    return None if own_verb or tokens[position].negated else position


def _can_be_absent(token: Token) -> bool:
    return token.kind is Kind.TERM or (token.kind is Kind.CONTEXT and not token.used)


def _name(tokens: list[Token], start: int, end: int) -> None:
    """Make one piece of the words from ``start`` up to ``end``."""
    for token in tokens[start:end]:
        token.forget()


def next_token(
    tokens: list[Token], index: int, *, skip: frozenset[Kind], step: int = 1
) -> int | None:
    """The nearest word after (or before) ``index`` that is not of a kind to skip."""
    position = index + step
    while 0 <= position < len(tokens) and tokens[position].kind in skip:
        position += step
    return position if 0 <= position < len(tokens) else None


def previous_kind(tokens: list[Token], index: int) -> Kind | None:
    previous = next_token(tokens, index, skip=frozenset({Kind.FILLER}), step=-1)
    return tokens[previous].kind if previous is not None else None


def drawn_groups(tag: str) -> frozenset[str]:
    """The tags that would show what ``tag`` names: itself, and for a family its members.

    A whole category, and the brand's own colour, have none but themselves.
    """
    category, _, name = tag.partition(":")
    held = vocabulary.category(category)
    group = held.value(name).group if name in held else ()
    return frozenset({tag, *(f"{category}:{member}" for member in group)})
