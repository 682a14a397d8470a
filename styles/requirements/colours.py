"""What colours belong to, and lengths: "blue and white robot", 背景是蓝色, "hair: long".

Works on the list of words in place, before negations do. A colour becomes a tag of what it colours,
or joins what cannot wear one as a piece that was not understood.
"""

from __future__ import annotations

from styles.requirements import colour_words
from styles.requirements.grammar import (
    ADJECTIVES,
    LINKS,
    next_token,
    previous_kind,
)
from styles.requirements.lexicon import BRANDS_OWN, Kind, Mention
from styles.requirements.lists import listed_behind
from styles.requirements.tokens import Token
from styles.requirements.topics import (
    category_taken_over,
    clause_before,
    described_before,
    spoken_of,
)

_HEADS = frozenset({"subject", "gender", "age"})
#: From one colour to another: 到, and 换成.
_TO = frozenset({"range", "exchange"})
_HEADINGS = frozenset({Kind.CONTEXT, Kind.PART, Kind.TERM})
_LISTED = frozenset(
    {
        *(Kind.FILLER, Kind.OF, Kind.COMMA, Kind.STOP, Kind.AND, Kind.OR),
        *(Kind.COLOUR, Kind.LENGTH, Kind.UNKNOWN),
    }
)


def bind_lists(tokens: list[Token]) -> None:
    """Give what is listed behind a heading to it: "hair: long, red", 眼睛：大，蓝色.

    The list may stand in brackets, or on lines of its own. It ends with the next heading, and with
    what the heading can't be said to be. A colour in it that has a noun of its own ("hair: long,
    red background") is that one's.
    """
    for index, heading in enumerate(tokens):
        if heading.kind in _HEADINGS:
            _bind_list(tokens, heading, listed_behind(tokens, index))


def _bind_list(tokens: list[Token], heading: Token, places: list[int]) -> None:
    category, painted = heading.category, False
    for position in places:
        token = tokens[position]
        if token.kind not in _LISTED and token.category != category:
            return
        if token.kind is Kind.LENGTH and category == "hair":
            token.kind, token.mentions = Kind.TERM, (Mention(f"hair:{token.detail}", rank=1),)
            heading.used = heading.kind is Kind.CONTEXT
        elif token.kind is Kind.COLOUR:
            head = _head(tokens, position)
            if head is not None and tokens[head].category != category:
                return
            if painted or _gives_way_to_colour(tokens, position):
                token.forget()
            else:
                _paint(tokens, token, heading, position)
                painted = True


def bind_lengths(tokens: list[Token]) -> None:
    """Read "long" and "长" as hair beside the word hair, and as unknown elsewhere."""
    for index, token in enumerate(tokens):
        if token.kind is not Kind.LENGTH:
            continue
        hair = _hair_of(tokens, index)
        if hair is not None:
            token.kind, token.mentions = Kind.TERM, (Mention(f"hair:{token.detail}", rank=1),)
            hair.used = True
        elif index and tokens[index - 1].mentions == (Mention(f"hair:{token.detail}", rank=1),):
            # Said twice for stress: 头发短短的.
            token.kind = Kind.FILLER
        else:
            token.forget()


def _hair_of(tokens: list[Token], index: int) -> Token | None:
    """The word hair that a length stands before ("long, black hair") or behind (头发很长)."""
    ahead = next_token(tokens, index, skip=LINKS | {Kind.COLOUR, Kind.COMMA})
    behind = next_token(tokens, index, skip=frozenset({Kind.FILLER}), step=-1)
    for position in (ahead, behind):
        if position is None:
            continue
        token = tokens[position]
        if token.kind is Kind.CONTEXT and token.detail == "hair" and not token.used:
            return token
    return None


def bind_colours(tokens: list[Token]) -> None:
    """Turn each colour into a tag of what it colours."""
    index, apart = 0, -1
    while index < len(tokens):
        if tokens[index].kind is not Kind.COLOUR:
            index += 1
            continue
        if _is_coded(tokens, index):
            tokens[index + 1].kind = Kind.FILLER
        if _gives_way_to_colour(tokens, index):
            tokens[index].forget()
            index += 1
            continue
        if _is_said_twice(tokens, index):
            tokens[index].kind = Kind.FILLER
            index += 1
            continue
        if tokens[index].detail == "thing's" and _is_thing(tokens, index):
            tokens[index].forget()
            index += 1
            continue
        group = _colour_group(tokens, index) if index > apart else [index]
        if _stand_apart(tokens, group):
            apart, group = group[-1], group[:1]
        last = group[-1]
        if (to := _shading(tokens, group)) is not None:
            _shade(tokens, group, to)
        elif len(group) > 1 and _is_gradient(tokens, last + 1):
            for each in group:
                tokens[each].forget()
        else:
            _bind(tokens, tokens[group[0]], group[0], last)
            for other in group[1:]:
                # One thing has one colour here: the others are named.
                tokens[other].forget()
        index = last + 1


def _shading(tokens: list[Token], group: list[int]) -> int | None:
    """Where "to" stands between the colours of a group: "from red to green"."""
    between = range(group[0] + 1, group[-1])
    return next((at for at in between if tokens[at].detail in _TO), None)


def _is_gradient(tokens: list[Token], index: int) -> bool:
    """Whether colours stand before what they shade in: 蓝紫渐变, "blue and red gradient"."""
    return index < len(tokens) and any(
        mention.tag == "background:gradient" for mention in tokens[index].mentions
    )


def _shade(tokens: list[Token], group: list[int], to: int) -> None:
    """Name colours of which one shades into the other, for neither is the thing's.

    A background that does so is a gradient. What is changed from one to the other is that other.
    """
    start, end = group[0], group[-1]
    first, last = tokens[start], tokens[end]
    said = tokens[to].detail == "exchange"
    if said or any(each.detail == "change" for each in clause_before(tokens, start)):
        _bind(tokens, last, start, end)
        _say(first, last.category)
        first.negated = first.kind is Kind.TERM
        group = group[1:-1]
    else:
        _bind(tokens, first, start, end)
        if first.category == "background" and first.mentions:
            tokens[to].kind = Kind.TERM
            tokens[to].mentions = (Mention.written("background:gradient"),)
    for index in group:
        tokens[index].forget()


def _gives_way_to_colour(tokens: list[Token], index: int) -> bool:
    """Whether a colour is a shade of the one right behind it: "dark blue", "coffee brown"; or the
    brand's own, of which the code says what it is: "brand colour #1f3a6e".
    """
    followed = index + 1 < len(tokens) and tokens[index + 1].kind is Kind.COLOUR
    if followed and _is_the_brands(tokens[index]):
        return tokens[index + 1].detail == "code"
    return followed and tokens[index].detail in ("shade", "thing's")


def _is_the_brands(token: Token) -> bool:
    return token.colour.get("color") == BRANDS_OWN


def _is_coded(tokens: list[Token], index: int) -> bool:
    """Whether the code of a colour stands behind its name: "navy (#1f3a6e)"."""
    followed = index + 1 < len(tokens) and tokens[index + 1].detail == "code"
    return followed and tokens[index].detail != "code" and not _is_the_brands(tokens[index])


def _is_said_twice(tokens: list[Token], index: int) -> bool:
    """Whether a colour is said again at once, for stress: 黑黑的."""
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    return (
        following is not None
        and following.kind is Kind.COLOUR
        and following.start == tokens[index].end
        and following.colour == tokens[index].colour
    )


def _is_thing(tokens: list[Token], index: int) -> bool:
    """Whether a word such as "orange" is said of the thing: "a cup of coffee", "an orange"."""
    before = tokens[index - 1] if index else None
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    if before is None or before.detail not in ("article", "of"):
        return False
    return following is None or following.kind in (Kind.COMMA, Kind.STOP, Kind.GROUND, Kind.VERB)


def _colour_group(tokens: list[Token], index: int) -> list[int]:
    """The colours of one thing: "blue and white", "blue to green", 红蓝, 蓝白配色."""
    group = [index]
    joints = frozenset({Kind.AND, Kind.OR})
    while (following := next_token(tokens, group[-1], skip=joints)) is not None:
        if tokens[following].detail in _TO:
            following += 1
        if following >= len(tokens) or tokens[following].kind is not Kind.COLOUR:
            break
        group.append(following)
    return group


def _stand_apart(tokens: list[Token], group: list[int]) -> bool:
    """Whether colours side by side are said one by one, for nothing is named behind them."""
    if len(group) == 1 or group[-1] - group[0] >= len(group):
        return False
    together = any(each.detail == "scheme" for each in tokens[group[-1] + 1 : group[-1] + 2])
    return not together and _head(tokens, group[-1]) is None


def _head(tokens: list[Token], index: int) -> int | None:
    """The noun that a colour at ``index`` stands before, across other attributes."""
    unknown = likened = False
    for position in range(index + 1, len(tokens)):
        token = tokens[position]
        if token.kind is Kind.TERM:
            if token.category in ADJECTIVES and _leads_on(tokens, position):
                continue
            return position
        if token.kind is Kind.CONTEXT:
            return position
        if token.kind is Kind.PART or (token.detail == "body part" and position == index + 1):
            return position
        if token.kind is Kind.UNKNOWN:
            if likened:
                # "As blue as the sea".
                return None
            unknown = True
            continue
        if token.kind is Kind.OF and unknown:
            # 蓝色眼珠子的机器人: the colour is of the unknown noun, not of the one after 的.
            return position - 1
        if token.kind in LINKS:
            likened = likened or token.detail == "as"
            continue
        break
    return index + 1 if unknown else None


def _leads_on(tokens: list[Token], index: int) -> bool:
    """Whether an attribute is followed by a further noun of the same phrase."""
    following = next_token(tokens, index, skip=LINKS)
    return following is not None and tokens[following].kind in (Kind.TERM, Kind.CONTEXT)


def _bind(tokens: list[Token], colour: Token, first: int, last: int) -> None:
    if first and tokens[first - 1].detail == "brand":
        # 品牌蓝: a blue, and the brand's at that.
        tokens[first - 1].kind = Kind.FILLER
    before = described_before(tokens, first)
    if before is not None and tokens[before].heads and _stands_before_its_own(tokens, last):
        # "Clothes: red hat": of the hat.
        before = None
    if before is not None and (
        tokens[before].kind is Kind.CONTEXT
        # 眼睛绿色的机器人, and not "big eyes, blue background".
        or (tokens[before].kind is Kind.PART and _closes(tokens, last))
    ):
        _paint(tokens, colour, tokens[before], first)
        return
    head = _head(tokens, last)
    if head is not None:
        _paint(tokens, colour, tokens[head], first, direct=head == last + 1)
    elif (noun := before if before is not None else spoken_of(tokens, first)) is not None:
        _paint(tokens, colour, tokens[noun], first)
    elif first > 0 and previous_kind(tokens, first) is Kind.GROUND:
        _say(colour, "background")
    else:
        _say(colour, category_taken_over(tokens, first) or "color")


def _stands_before_its_own(tokens: list[Token], index: int) -> bool:
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    named = following is not None and following.kind in _HEADINGS
    return named and not tokens[index + 1].heads


def _closes(tokens: list[Token], index: int) -> bool:
    """Whether a description ends with the colour at ``index``: before 的, a comma, or nothing."""
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    return following is None or following.kind in (Kind.OF, Kind.COMMA, Kind.STOP)


def _paint(
    tokens: list[Token], colour: Token, noun: Token, index: int, *, direct: bool = False
) -> None:
    """Bind ``colour`` to ``noun``, or make a piece of it that no tag can say."""
    if noun.implied:
        # A role's clothes or skin: nobody knows which.
        colour.forget()
        return
    if noun.kind in (Kind.PART, Kind.UNKNOWN, Kind.FILLER):
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
    elif category in _HEADS | ADJECTIVES:
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
        # A colour that is named is meant before "our colours".
        rank = 1 if name == BRANDS_OWN else 2
        colour.kind, colour.mentions = Kind.TERM, (Mention(f"{category}:{name}", rank=rank),)


def _say_skin(colour: Token) -> None:
    tone = colour_words.SKIN_TONES.get(colour.colour.get("color", ""))
    if tone is None:
        colour.forget()
    else:
        colour.kind, colour.mentions = Kind.TERM, (Mention(f"skin:{tone}"),)
