"""What of a brief is not about the picture: customers, former drafts, the company, who signs.

Works on the list of words in place, before all else. What is not about the picture becomes a piece
that was not understood, refusals included: nothing of it is drawn, and nothing is kept from being
drawn. A clause is taken for such only by words that say so, or in a text of several sentences by
being made of little else than unknown words.
"""

from __future__ import annotations

from collections.abc import Sequence

from styles.requirements.lexicon import Kind
from styles.requirements.normalising import Text, is_chinese
from styles.requirements.tokens import CONTENT, Token

_BRACKETS = frozenset("()[]{}（）")
#: From how many sentences on a text is prose, of which some may be about other things.
_PROSE = 3
#: How many unknown words a sentence of prose has at least that says nothing of the picture, and
#: how many for each known one.
_STRANGE, _STRANGE_EACH = 4, 2
_CHARACTERS_OF_A_WORD = 2
#: Of how many words a name at the end of a letter is at most.
_NAMES = 3
_PEOPLE = frozenset({"subject", "gender", "age"})
_OTHER_FIGURES = frozenset({"subject:robot", "subject:critter"})
_PHRASE_ENDS = frozenset({Kind.COMMA, Kind.VERB, Kind.OF, Kind.NOT})
_WORN = frozenset({"eyewear", "headwear", "facial_hair", "accessory", "hair"})
#: What a subject of others stands before: "a robot for our customers".
_FOR = frozenset({"for others", "range"})


def name_asides(tokens: list[Token], text: Text) -> None:
    """Make pieces that were not understood of what ``tokens``, cut from ``text``, say of others."""
    short = len(tokens) < _STRANGE * _PROSE
    if short and not any(token.aside or token.detail == "for others" for token in tokens):
        return
    said = {token.aside for token in tokens}
    if "feeling" in said:
        _name_feelings(tokens)
    if "if" in said:
        _name_conditions(tokens)
    if "name" in said:
        _name_names(tokens, text)
    sentences = _parted(tokens, commas=False)
    prose = len(sentences) >= _PROSE
    over = False
    for sentence in sentences:
        over = _name_of_others(sentence, over)
        _name_whom_it_is_for(sentence)
        if prose and _is_strange(sentence, text.normal):
            _name(sentence)
    if said & {"signature", "alone"}:
        _name_signature(tokens, text)


def _parted(tokens: Sequence[Token], *, commas: bool) -> list[list[Token]]:
    """The sentences of a text, or the clauses of one; brackets part nothing."""
    parts: list[list[Token]] = [[]]
    for token in tokens:
        ends = token.kind is Kind.STOP and token.detail not in _BRACKETS
        if ends or (commas and token.kind is Kind.COMMA):
            if parts[-1]:
                parts.append([])
        else:
            parts[-1].append(token)
    return parts if parts[-1] else parts[:-1]


def _name_of_others(sentence: list[Token], over: bool) -> bool:
    """Name the clauses that are about others; returns whether the last one is.

    ``over`` says whether the sentence before ended so, for "they" are whom that one was about.
    """
    aside = False
    for number, clause in enumerate(_parted(sentence, commas=True)):
        cue = _cue(clause)
        if cue == "they":
            aside = aside or (over and number == 0)
        elif cue:
            aside = not _is_wish(clause, cue)
        elif aside:
            aside = not _turns_to_picture(clause)
        if aside:
            _name(clause)
    return aside


def _cue(clause: list[Token]) -> str:
    """What says that a clause is about others: where its subject stands, before all known words."""
    for index, token in enumerate(clause):
        if token.aside in ("others", "backgrounds", "before", "they"):
            return token.aside
        following = clause[index + 1] if index + 1 < len(clause) else None
        if token.aside == "ours" and following is not None and _is_unknown(following):
            return "ours"
        if token.kind in CONTENT or token.kind is Kind.VERB or token.detail in _FOR:
            return ""
    return ""


def _is_unknown(token: Token) -> bool:
    return (
        token.kind is Kind.UNKNOWN
        and token.detail in ("", "brand")
        and not (token.heads or token.aside)
    )


def _is_wish(clause: list[Token], cue: str) -> bool:
    """Whether a clause with such a subject is about the picture all the same."""
    if cue in ("before", "backgrounds"):
        return False
    figure = any(_is_figure(token) for token in clause)
    wished = figure and any(token.aside == "wish" for token in clause)
    if wished or any(token.aside == "picture" for token in clause):
        return True
    worn = any(token.category in _WORN for token in clause)
    dressed = worn and any(token.kind is Kind.VERB for token in clause)
    asked = any(token.aside == "wish" for token in clause)
    return cue == "ours" and (figure or dressed or asked)


def _is_figure(token: Token) -> bool:
    return token.detail == "role" or any(m.category == "subject" for m in token.mentions)


def _turns_to_picture(clause: list[Token]) -> bool:
    """Whether a clause behind one about others begins a wish."""
    return any(
        token.kind in (Kind.VERB, Kind.NOT)
        or token.aside in ("wish", "picture")
        or any(mention.tag in _OTHER_FIGURES for mention in token.mentions)
        or (token.kind is Kind.CONTEXT and token.detail == "background")
        for token in clause
    )


def _is_strange(sentence: list[Token], text: str) -> bool:
    """Whether a sentence of prose is made of little else than unknown words."""
    strange = content = characters = 0
    for index, token in enumerate(sentence):
        if token.heads or token.aside in ("wish", "picture") or token.kind is Kind.VERB:
            return False
        if token.kind in CONTENT:
            content += 1
            if token.category == "subject" and not _acts(sentence, index, text):
                return False
        elif token.kind is Kind.UNKNOWN:
            if is_chinese(text[token.start]):
                characters += token.end - token.start
            else:
                strange += 1
    strange += characters // _CHARACTERS_OF_A_WORD
    return strange >= _STRANGE and strange >= _STRANGE_EACH * content > 0


def _acts(sentence: list[Token], index: int, text: str) -> bool:
    """Whether it is said what a subject does rather than what it looks like: "the bot answers"."""
    following = sentence[index + 1] if index + 1 < len(sentence) else None
    if following is None or following.kind is not Kind.UNKNOWN:
        return False
    word = text[following.start : following.end]
    return word.isascii() and word.endswith("s")


def _name_whom_it_is_for(sentence: list[Token]) -> None:
    """Name the people whom a figure is to please: "a robot for young women"."""
    figure = False
    for index, token in enumerate(sentence):
        if token.aside == "audience" or (figure and token.detail == "for others"):
            ends = (at for at in range(index, len(sentence)) if sentence[at].kind in _PHRASE_ENDS)
            _name_people(sentence[index : next(ends, len(sentence))])
        figure = figure or _is_figure(token)


def _name_people(phrase: list[Token]) -> None:
    for token in phrase:
        if token.category in _PEOPLE and not any(m.tag in _OTHER_FIGURES for m in token.mentions):
            token.forget()


def _name_feelings(tokens: list[Token]) -> None:
    for index, token in enumerate(tokens):
        if token.aside == "feeling":
            position = index + 1
            while position < len(tokens) and tokens[position].kind is Kind.FILLER:
                position += 1
            if position < len(tokens) and tokens[position].category == "expression":
                tokens[position].forget()


def _name_conditions(tokens: list[Token]) -> None:
    """Name a clause that begins with "if", but for "if you can" and its like."""
    for clause in _parted(tokens, commas=True):
        if clause[0].aside == "if" and not any(token.aside == "able" for token in clause):
            _name(clause)


def _name_names(tokens: list[Token], text: Text) -> None:
    """Name what somebody is called, and the same word with its capital wherever it stands."""
    names: set[str] = set()
    for index, token in enumerate(tokens):
        if token.aside == "name":
            for named in tokens[index + 1 :]:
                if named.kind not in (Kind.TERM, Kind.COLOUR, Kind.LENGTH, Kind.UNKNOWN):
                    break
                named.forget()
                names.add(text.piece(named.start, named.end))
        elif names and token.kind in CONTENT:
            written = text.piece(token.start, token.end)
            if written in names and written.istitle():
                token.forget()


def _name_signature(tokens: list[Token], text: Text) -> None:
    """Name what stands behind the end of a letter."""
    content = False
    for index, token in enumerate(tokens):
        content = content or token.kind in CONTENT
        alone = token.aside == "alone" and content
        alone = alone and (_ends_line(tokens, index) or _is_signed(tokens, index, text))
        if token.aside == "signature" or alone:
            _name([each for each in tokens[index:] if each.kind is not Kind.STOP])
            return


def _is_signed(tokens: list[Token], index: int, text: Text) -> bool:
    """Whether only a comma and a name follow to the end: "Cheers, Grace Black"."""
    comma, *named = tokens[index + 1 :] or [tokens[index]]
    names = [text.piece(each.start, each.end) for each in named if each.kind is not Kind.STOP]
    titled = all(name.istitle() for name in names)
    return comma.kind is Kind.COMMA and 0 < len(names) <= _NAMES and titled


def _ends_line(tokens: list[Token], index: int) -> bool:
    begins = index == 0 or tokens[index - 1].detail == "\n"
    behind = tokens[index + 1 : index + 3]
    ends = next((at for at, each in enumerate(behind) if each.kind is not Kind.COMMA), None)
    return begins and ends is not None and behind[ends].detail == "\n"


def _name(part: list[Token]) -> None:
    """Make one piece of a part of the text."""
    for token in part:
        token.forget()
        token.detail, token.aside, token.heads = "", "", False
