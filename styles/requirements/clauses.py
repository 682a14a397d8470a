"""What a clause is about: others, what was before, or the picture.

A clause is taken to be about others only where nothing of it can be the figure's, or where the text
would name two figures else.
"""

from __future__ import annotations

from itertools import pairwise

from styles.requirements.aside_words import ASKING, COPULAS, NOWS, SAID_OF_OTHERS, USING
from styles.requirements.elsewhere import Elsewhere
from styles.requirements.figures import is_creature, is_figure, is_other_figure
from styles.requirements.lexicon import BRANDS_OWN, Kind
from styles.requirements.normalising import Text
from styles.requirements.tokens import CONTENT, Token
from styles.requirements.trades import has_trade

PEOPLE = frozenset({"subject", "gender", "age"})
WORN = frozenset({"eyewear", "headwear", "facial_hair", "accessory", "hair"})
#: Say of a clause that it is about what was before, and what is to be changed.
FORMER = frozenset({"before", "tried", "present"})
_SAID_OF_PEOPLE = PEOPLE | {"expression"}
_REFUSALS = frozenset({Kind.NOT, Kind.NOT_BEFORE})
_CUES = FORMER | {"nobody", "statement", "self", "they"}
#: What a subject of others stands before: "a robot for our customers".
_FOR = frozenset({"for others", "range"})


def cue_of(clause: list[Token], elsewhere: Elsewhere, text: Text) -> str:
    """What says that a clause is about others: where its subject stands, before all known words."""
    for index, token in enumerate(clause):
        if token.aside in ("others", "backgrounds"):
            certain = _is_said_of_others if token.aside == "others" else _is_heading
            return token.aside if certain(clause, index, elsewhere, text) else ""
        if token.aside in _CUES:
            return token.aside
        following = clause[index + 1] if index + 1 < len(clause) else None
        if token.aside == "ours" and following is not None and _is_unknown(following):
            return "ours"
        if token.kind in CONTENT or token.kind is Kind.VERB or token.kind in _REFUSALS:
            return ""
        if token.detail in _FOR or token.detail == "role" or _word(token, text) in ASKING:
            return ""
    return ""


def _word(token: Token, text: Text) -> str:
    return text.normal[token.start : token.end]


def _is_said_of_others(clause: list[Token], index: int, elsewhere: Elsewhere, text: Text) -> bool:
    """Whether it is said what others are or have, so that nothing of it is the figure's.

    Not of "members only robot" or 客户经理戴眼镜.
    """
    behind = clause[index + 1 :]
    content = [token for token in behind if token.kind in CONTENT]
    if not content:
        return True
    if clause[index].heads:
        return False
    for position, token in enumerate(behind):
        if _word(token, text) in SAID_OF_OTHERS:
            if all(each.kind is Kind.FILLER for each in behind[:position]):
                return not any(map(is_creature, content)) or elsewhere.replaces(clause)
            return all(each.category in PEOPLE for each in content)
        if token.kind not in (Kind.FILLER, Kind.UNKNOWN):
            return False
    return False


def _refuses(clause: list[Token]) -> bool:
    return any(token.kind in _REFUSALS for token in clause)


def _is_heading(clause: list[Token], index: int, elsewhere: Elsewhere, text: Text) -> bool:
    """Whether such words head what follows or are what a sentence is about: "values: warm".

    Not where nothing but a figure follows: "brand personality: a robot".
    """
    behind = clause[index + 1 :]
    if not _refuses(clause) and elsewhere.replaces(clause):
        return True
    if clause[index].heads:
        strange = any(token.kind is Kind.UNKNOWN for token in behind)
        return strange or not any(map(is_creature, behind))
    if behind and _word(behind[0], text) in SAID_OF_OTHERS:
        return not any(map(is_other_figure, behind))
    return not any(is_figure(token) or token.category in WORN for token in behind)


def says_something(clause: list[Token], text: Text) -> bool:
    return any(
        token.heads or token.kind in CONTENT or _word(token, text) in SAID_OF_OTHERS
        for token in clause
    )


def _is_unknown(token: Token) -> bool:
    return (
        token.kind is Kind.UNKNOWN
        and token.detail in ("", "brand")
        and not (token.heads or token.aside)
    )


def is_wish(clause: list[Token], cue: str, elsewhere: Elsewhere, text: Text) -> bool:
    """Whether a clause with such a subject is about the picture all the same."""
    figure = any(map(is_figure, clause))
    worn = any(token.category in WORN for token in clause)
    if cue in ("nobody", "tried"):
        return False
    if cue == "before":
        former = _until_now(clause, text)
        besides = clause[len(former) :]
        return _is_bare(former, text) and not elsewhere.replaces(former, besides)
    described = figure and _is_described(clause, worn=worn, text=text)
    if cue == "statement" and described and not has_trade(clause, text):
        return not elsewhere.replaces(clause)
    if cue in ("self", "present"):
        return not elsewhere.replaces(clause)
    dressed = worn and any(token.kind is Kind.VERB for token in clause)
    if cue == "backgrounds":
        return dressed and any(map(is_creature, clause))
    asked = any(token.aside == "wish" for token in clause)
    if ((figure or worn) and asked) or any(token.aside == "picture" for token in clause):
        return True
    return cue == "ours" and (figure or dressed or asked)


def _is_bare(clause: list[Token], text: Text) -> bool:
    """Whether nothing is said of what was before but what it looked like: 之前说的机器人."""
    begins = next((at for at in range(1, len(clause)) if _is_described_at(clause, at)), 0)
    return not any(token.aside == "tried" for token in clause) and not any(
        (token.kind is Kind.UNKNOWN and not token.aside) or _word(token, text) in SAID_OF_OTHERS
        for token in clause[begins:]
    )


def _is_described_at(clause: list[Token], index: int) -> bool:
    """Whether a figure with an attribute stands there: 说好的机器人."""
    return is_figure(clause[index]) and clause[index - 1].kind is Kind.OF


def _is_one(clause: list[Token], index: int) -> bool:
    """Whether a figure stands there that is one of many: "we make the robot blue"."""
    before = clause[index - 1]
    return is_figure(clause[index]) and before.kind is Kind.FILLER and not before.aside


def _is_described(clause: list[Token], *, worn: bool, text: Text) -> bool:
    """Whether a clause about the company says what a figure looks like."""
    dressed = worn and any(token.kind is Kind.VERB for token in clause)
    shown = any(_word(token, text).endswith("logo is") for token in clause)
    return (
        dressed
        or shown
        or any(_is_described_at(clause, at) or _is_one(clause, at) for at in range(1, len(clause)))
    )


def _until_now(clause: list[Token], text: Text) -> list[Token]:
    """A clause about what was before, up to where it turns to what is to be."""
    turns = (at for at in range(1, len(clause)) if _word(clause[at], text) in NOWS)
    return clause[: next(turns, len(clause))]


def without_what_holds(
    clause: list[Token], cue: str, elsewhere: Elsewhere, text: Text
) -> list[Token]:
    """A clause about what was before, up to what is to be, and up to what is refused in it."""
    if cue not in FORMER:
        return clause
    former = _until_now(clause, text)
    besides = clause[len(former) :]
    for index, token in enumerate(former):
        if token.kind not in _REFUSALS:
            continue
        refused = _refused(former, index)
        if refused is None:
            continue
        # Refused for good, and not named elsewhere in the text, too.
        if not elsewhere.says((mention.tag for mention in refused.mentions), besides):
            return former[: min(index, former.index(refused))]
    return former


def _refused(clause: list[Token], index: int) -> Token | None:
    """What the refusal at ``index`` is of: what stands behind it, or before it where it ends."""
    behind = clause[index + 1 :]
    if clause[index].kind is Kind.NOT and any(each.kind is not Kind.FILLER for each in behind):
        said = [each for each in behind if each.kind in CONTENT]
    else:
        said = [each for each in reversed(clause[:index]) if each.kind in CONTENT]
    return said[0] if said else None


def parted_at_colon(clause: list[Token], text: Text) -> list[list[Token]]:
    """A statement about the company, and what is asked for behind its colon, if it ends with one.

    Not a list of what the company makes: "we sell toys: robots, cats".
    """
    cue = next((at for at, token in enumerate(clause) if token.aside == "statement"), None)
    if cue is None or clause[cue].heads:
        return [clause]
    ends = (at for at in range(cue + 1, len(clause) - 1) if clause[at].heads)
    colon = next(ends, None)
    if colon is None:
        return [clause]
    stated = clause[cue : colon + 1]
    if not _states_what_it_is(stated, text) and not any(map(is_figure, stated)):
        return [clause]
    return [clause[: colon + 1], clause[colon + 1 :]]


def _states_what_it_is(stated: list[Token], text: Text) -> bool:
    return _word(stated[0], text).endswith(COPULAS)


def turns_to_picture(clause: list[Token], begun: str, text: Text, *, figures: bool) -> bool:
    """Whether a clause behind one about others begins a wish.

    A list goes on: of what people are, of clothes, and of figures where there were ``figures``
    before. "Our customers are old people, blue, glasses" does not.
    """
    if _word(clause[0], text) in USING or _shows_a_face(clause):
        return True
    if any(
        token.kind in (Kind.VERB, Kind.NOT)
        or token.aside in ("wish", "picture")
        or is_other_figure(token)
        or (token.kind is Kind.CONTEXT and token.detail == "background")
        or BRANDS_OWN in token.colour.values()
        for token in clause
    ):
        return True
    creature = any(map(is_creature, clause))
    if begun == "others":
        known = (token for token in clause if token.kind in CONTENT)
        return creature or not all(token.category in _SAID_OF_PEOPLE for token in known)
    return creature and not figures


def _shows_a_face(clause: list[Token]) -> bool:
    """Whether a mood is a face's, and so nobody's but the figure's: "a friendly face"."""
    return any(
        mood.category == "expression" and thing.detail == "body part"
        for mood, thing in pairwise(clause)
    )


def takes_back(clause: list[Token], before: list[Token], text: Text) -> bool:
    """Whether a clause says how it is now what the one before names: 以前戴眼镜，现在不戴."""
    if _refuses(clause) and not any(token.kind in CONTENT for token in clause):
        return True
    worn = any(token.kind is Kind.VERB for token in before) and not any(map(is_figure, before))
    return worn and any(_word(token, text) in NOWS for token in clause)
