"""What colours belong to and what negations reach: the grammar of a requirement.

Both work on the list of words in place. A colour becomes a tag of what it colours, or joins what
cannot wear one as a piece that was not understood; a word that a negation reaches is marked.
"""

from __future__ import annotations

from brandhub import vocabulary
from styles.requirements import words
from styles.requirements.lexicon import Kind, Mention, Token

#: Categories whose values stand side by side after one "no": glasses, hats and beards.
WEARABLE = frozenset({"eyewear", "headwear", "facial_hair", "accessory", "clothing"})
_ADJECTIVES = frozenset({"style", "gender", "age", "expression"})
_HEADS = frozenset({"subject", "gender", "age"})
_LINKS = frozenset({Kind.FILLER, Kind.OF})
# What may stand between a negation and what it negates.
_CARRIERS = frozenset({Kind.FILLER, Kind.VERB, Kind.OF, Kind.GROUND})


def bind_lengths(tokens: list[Token]) -> None:
    """Read "long" and "长" as hair where hair follows, and as unknown elsewhere."""
    for index, token in enumerate(tokens):
        if token.kind is not Kind.LENGTH:
            continue
        follower = _next(tokens, index, skip=_LINKS | {Kind.COLOUR})
        hair = tokens[follower] if follower is not None else None
        if hair and hair.kind is Kind.CONTEXT and hair.detail == "hair":
            token.kind, token.mentions = Kind.TERM, (Mention(f"hair:{token.detail}", rank=1),)
            hair.used = True
        else:
            token.forget()


def bind_colours(tokens: list[Token]) -> None:
    """Turn each colour into a tag of what it colours."""
    index = 0
    while index < len(tokens):
        if tokens[index].kind is not Kind.COLOUR:
            index += 1
            continue
        group = _colour_group(tokens, index)
        first, last = tokens[group[0]], group[-1]
        _bind(tokens, first, group[0], last)
        for other in group[1:]:
            # One thing has one colour here: the others are named.
            tokens[other].forget()
        index = last + 1


def _colour_group(tokens: list[Token], index: int) -> list[int]:
    """The colours of one thing: "blue and white", "红蓝"; only where a noun takes them all."""
    group = [index]
    while (following := _next(tokens, group[-1], skip=frozenset({Kind.AND}))) is not None:
        if tokens[following].kind is not Kind.COLOUR:
            break
        group.append(following)
    if len(group) > 1 and _head(tokens, group[-1]) is None:
        return [index]
    return group


def _head(tokens: list[Token], index: int) -> int | None:
    """The noun that a colour at ``index`` stands before, across other attributes."""
    unknown = False
    for position in range(index + 1, len(tokens)):
        token = tokens[position]
        if token.kind is Kind.TERM:
            if token.category in _ADJECTIVES and _leads_on(tokens, position):
                continue
            return position
        if token.kind is Kind.CONTEXT:
            return position
        if token.kind is Kind.PART:
            return position
        if token.kind is Kind.UNKNOWN:
            unknown = True
            continue
        if token.kind is Kind.OF and unknown:
            # 蓝色眼珠子的机器人: the colour is of the unknown noun, not of the one after 的.
            return position - 1
        if token.kind in _LINKS:
            continue
        break
    return index + 1 if unknown else None


def _leads_on(tokens: list[Token], index: int) -> bool:
    """Whether an attribute is followed by a further noun of the same phrase."""
    following = _next(tokens, index, skip=_LINKS)
    return following is not None and tokens[following].kind in (Kind.TERM, Kind.CONTEXT)


def _bind(tokens: list[Token], colour: Token, first: int, last: int) -> None:
    before = _described_before(tokens, first)
    if before is not None and tokens[before].kind is Kind.CONTEXT:
        _paint(tokens, colour, tokens[before], first)
        return
    head = _head(tokens, last)
    if head is not None:
        _paint(tokens, colour, tokens[head], first, direct=head == last + 1)
    elif before is not None:
        _paint(tokens, colour, tokens[before], first)
    else:
        ground = first > 0 and _previous_kind(tokens, first) is Kind.GROUND
        _say(colour, "background" if ground else "color")


def _described_before(tokens: list[Token], index: int) -> int | None:
    """The noun that a colour at ``index`` describes from behind: 背景是蓝色, "hat: red"."""
    position = index - 1
    while position >= 0 and tokens[position].kind in (Kind.FILLER, Kind.GROUND):
        position -= 1
    if position < 0:
        return None
    token = tokens[position]
    if token.kind is Kind.CONTEXT and not token.used and token.detail != "expression":
        return position
    dressed = token.kind is Kind.TERM and token.category in WEARABLE | {"hair"}
    return position if dressed else None


def _paint(
    tokens: list[Token], colour: Token, noun: Token, index: int, *, direct: bool = False
) -> None:
    """Bind ``colour`` to ``noun``, or make a piece of it that no tag can say."""
    if noun.kind in (Kind.PART, Kind.UNKNOWN):
        colour.forget()
        noun.forget()
        return
    category = noun.category
    if category == "background":
        noun.used = True
        _say(colour, "background")
    elif category == "hair":
        noun.used = True
        _say(colour, "hair_color")
    elif category == "skin":
        noun.used = True
        _say_skin(colour)
    elif category == "clothing":
        noun.used = noun.kind is Kind.CONTEXT
        _say(colour, "color")
        colour.detail = "clothing"
    elif category in _HEADS | _ADJECTIVES:
        person = any(m.tag == "subject:person" for m in noun.mentions)
        if direct and person and colour.colour.get("color") in ("black", "white", "brown"):
            _say_skin(colour)
        else:
            _say(colour, "color")
    else:
        colour.forget()


def _say(colour: Token, category: str) -> None:
    """Make a tag of a colour; one that only hair can have is hair's, wherever it stands."""
    if category == "color" and "color" not in colour.colour:
        category = "hair_color"
    if (name := colour.colour.get(category)) is None:
        colour.forget()
    else:
        colour.kind, colour.mentions = Kind.TERM, (Mention(f"{category}:{name}"),)


def _say_skin(colour: Token) -> None:
    tone = words.SKIN_TONES.get(colour.colour.get("color", ""))
    if tone is None:
        colour.forget()
    else:
        colour.kind, colour.mentions = Kind.TERM, (Mention(f"skin:{tone}"),)


def apply_negations(tokens: list[Token]) -> None:
    """Mark the words that must not show; what a negation can't be matched to is named."""
    index = 0
    while index < len(tokens):
        if tokens[index].kind is Kind.NOT:
            index = _negate_from(tokens, index)
        elif tokens[index].kind is Kind.NOT_BEFORE:
            if not _negate_before(tokens, index):
                # "off", "free" and their like mean nothing by themselves.
                tokens[index].forget()
            index += 1
        else:
            index += 1


def _negate_from(tokens: list[Token], start: int) -> int:
    """Apply the negation at ``start``; returns the index to go on from."""
    index, count, strange = start, 0, False
    while index < len(tokens):
        token = tokens[index]
        if token.kind is Kind.NOT:
            count += 1
        elif token.kind is Kind.UNKNOWN:
            strange = True
        elif token.kind not in _CARRIERS:
            break
        index += 1
    if index == len(tokens) or not _can_be_absent(tokens[index]):
        if not strange and _negate_before(tokens, start):
            return index
        _name(tokens, start, index)
        return index
    if strange:
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
    while True:
        listed = _is_list_with_or(tokens, index + 1)
        joint, position, verb = None, index + 1, False
        while position < len(tokens) and not _can_be_absent(tokens[position]):
            kind = tokens[position].kind
            if kind in (Kind.AND, Kind.OR) or (kind is Kind.COMMA and listed):
                joint = Kind.OR if listed else (joint or kind)
            elif kind is Kind.VERB:
                verb = True
            elif kind is not Kind.FILLER:
                return index + 1
            position += 1
        if position == len(tokens):
            return index + 1
        token = tokens[position]
        alike = token.category == first.category or {token.category, first.category} <= WEARABLE
        side_by_side = position == index + 1 and {token.category, first.category} <= WEARABLE
        carried = (joint is Kind.OR) or (joint is Kind.AND and alike and not verb) or side_by_side
        if not carried:
            return index + 1
        token.negated = True
        index = position


def _is_list_with_or(tokens: list[Token], index: int) -> bool:
    """Whether a list goes on as ", b, c or d": bare wearables and commas up to an "or"."""
    for token in tokens[index:]:
        if token.kind is Kind.OR:
            return True
        wearable = _can_be_absent(token) and token.category in WEARABLE
        if token.kind not in (Kind.COMMA, Kind.FILLER) and not wearable:
            return False
    return False


def _negate_before(tokens: list[Token], index: int) -> bool:
    """Apply a negation that stands behind its noun (帽子不要, "hat: no"), if one is there."""
    position = index - 1
    while position >= 0 and tokens[position].kind in (Kind.FILLER, Kind.VERB):
        position -= 1
    if position < 0 or not _can_be_absent(tokens[position]) or tokens[position].negated:
        return False
    tokens[position].negated = True
    first = tokens[position]
    while (
        position >= 2
        and tokens[position - 1].kind in (Kind.AND, Kind.OR)
        and tokens[position - 2].category in WEARABLE
        and first.category in WEARABLE
    ):
        position -= 2
        tokens[position].negated = True
    return True


def _can_be_absent(token: Token) -> bool:
    return token.kind is Kind.TERM or (token.kind is Kind.CONTEXT and not token.used)


def _name(tokens: list[Token], start: int, end: int) -> None:
    """Make one piece of the words from ``start`` up to ``end``."""
    for token in tokens[start:end]:
        token.forget()


def settle_contexts(tokens: list[Token]) -> None:
    """Give words such as 表情 and "beard area" their meaning where nothing was bound to them."""
    for index, token in enumerate(tokens):
        if token.kind is not Kind.CONTEXT or token.used:
            continue
        if token.detail == "expression" and _beside_expression(tokens, index):
            token.kind = Kind.FILLER
        elif token.negated:
            meant = words.CONTEXT_ABSENT.get(token.detail)
            token.mentions = (Mention(meant or token.detail),)
            token.negated = meant is None
            token.kind = Kind.TERM
        elif token.detail in words.CONTEXT_ALONE:
            token.kind, token.mentions = (
                Kind.TERM,
                (Mention(words.CONTEXT_ALONE[token.detail]),),
            )
        elif _beside_category(tokens, index):
            token.kind = Kind.FILLER
        else:
            token.forget()


def _beside_expression(tokens: list[Token], index: int) -> bool:
    for neighbour in (
        _next(tokens, index, skip=_LINKS),
        _next(tokens, index, skip=_LINKS, step=-1),
    ):
        if neighbour is not None and tokens[neighbour].category == "expression":
            return tokens[neighbour].kind is Kind.TERM
    return False


def _beside_category(tokens: list[Token], index: int) -> bool:
    """Whether a value of the word's own category stands beside it: 背景透明, 长发发色…"""
    wanted = tokens[index].detail
    for step in (1, -1):
        neighbour = _next(tokens, index, skip=_LINKS, step=step)
        if neighbour is None or tokens[neighbour].kind is not Kind.TERM:
            continue
        if any(m.category == wanted for m in tokens[neighbour].mentions):
            return True
    return False


def _next(tokens: list[Token], index: int, *, skip: frozenset[Kind], step: int = 1) -> int | None:
    """The nearest word after (or before) ``index`` that is not of a kind to skip."""
    position = index + step
    while 0 <= position < len(tokens) and tokens[position].kind in skip:
        position += step
    return position if 0 <= position < len(tokens) else None


def _previous_kind(tokens: list[Token], index: int) -> Kind | None:
    previous = _next(tokens, index, skip=frozenset({Kind.FILLER}), step=-1)
    return tokens[previous].kind if previous is not None else None


def drawn_groups(tag: str) -> frozenset[str]:
    """The tags that would show what ``tag`` names: itself, and for a family its members."""
    category, _, name = tag.partition(":")
    value = vocabulary.category(category).value(name)
    return frozenset({tag, *(f"{category}:{member}" for member in value.group)})
