"""What of a brief is not about the picture: customers, former drafts, the company.

Works on the list of words in place, before all else. What is not about the picture becomes a piece
that was not understood. A clause is taken for such only where its words leave no doubt, where the
text would contradict itself, or in a text of several sentences where it is made of little else
than unknown words: a wish that is lost is worse than a customer that is drawn. A refusal is kept
out of what was before, for it holds still.
"""

from __future__ import annotations

from collections.abc import Sequence

from styles.requirements import names, trades
from styles.requirements.clauses import (
    FORMER,
    PEOPLE,
    WORN,
    cue_of,
    is_wish,
    parted_at_colon,
    says_something,
    takes_back,
    turns_to_picture,
    without_what_holds,
)
from styles.requirements.elsewhere import Elsewhere
from styles.requirements.figures import is_creature, is_figure, is_other_figure
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
_PHRASE_ENDS = frozenset({Kind.COMMA, Kind.VERB, Kind.OF, Kind.NOT})


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
        names.name_names(tokens, text)
    sentences = _parted(tokens, commas=False)
    prose = len(sentences) >= _PROSE
    over, elsewhere = False, Elsewhere(tokens)
    for sentence in sentences:
        over = _name_of_others(sentence, over, tokens, elsewhere, text)
        with elsewhere.apart_from(sentence):
            _name_whom_it_is_for(sentence)
            if prose and _is_strange(sentence, text.normal):
                _name(sentence)
    trades.name_trades(tokens, text)
    if said & {"signature", "alone"}:
        names.name_signature(tokens, text)


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


def _name_of_others(
    sentence: list[Token], over: bool, tokens: list[Token], elsewhere: Elsewhere, text: Text
) -> bool:
    """Name the clauses that are about others; returns whether the last one is.

    ``over`` says whether the sentence before ended so, for "they" are whom that one was about.
    """
    aside, begun = False, ""
    parted = [parted_at_colon(clause, text) for clause in _parted(sentence, commas=True)]
    clauses = [part for parts in parted for part in parts]
    begins_anew = {part[0].start for parts in parted for part in parts[1:]}
    figures = False
    for number, clause in enumerate(clauses):
        aside = aside and clause[0].start not in begins_anew
        with elsewhere.apart_from(clause):
            cue = cue_of(clause, elsewhere, text)
            if cue == "they":
                aside = aside or (over and number == 0)
            elif cue:
                aside, begun = not is_wish(clause, cue, elsewhere, text), cue
                following = clauses[number + 1] if number + 1 < len(clauses) else []
                aside = aside or (cue in FORMER and takes_back(following, clause, text))
                figures = any(map(is_figure, clause))
            elif aside:
                aside = not turns_to_picture(clause, begun, text, figures=figures)
            if not aside:
                if cue == "before":
                    _leave_to_the_rest(clause, elsewhere)
                continue
            trade = trades.trade_of(clause, tokens, text) if cue == "statement" else None
            drawn = trade.mentions if trade is not None else ()
            # Of 客户经理 nothing is said yet, and what follows the comma is said of the figure.
            begins = cue in ("others", "backgrounds") and not says_something(clause, text)
            _name(without_what_holds(clause, begun, elsewhere, text))
            if trade is not None:
                trade.implied = drawn
            aside = not begins or number == len(clauses) - 1
    return aside


def _leave_to_the_rest(clause: list[Token], elsewhere: Elsewhere) -> None:
    """Name what is worn in a clause about what was before and said elsewhere, wanted or not."""
    for token in clause:
        if token.category in WORN and elsewhere.says(mention.tag for mention in token.mentions):
            token.forget()


def _is_strange(sentence: list[Token], text: str) -> bool:
    """Whether a sentence of prose is made of little else than unknown words."""
    if sentence[-1].kind is Kind.TERM and sentence[-1].category in WORN:
        return False
    refused = strange = content = characters = 0
    for index, token in enumerate(sentence):
        if token.heads or token.aside in ("wish", "picture") or token.kind is Kind.VERB:
            return False
        refused += token.kind is Kind.NOT
        if token.kind in CONTENT:
            if refused and (token.category in WORN or is_creature(token)):
                return False
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
    figure = pleased = False
    for token in sentence:
        if token.kind in _PHRASE_ENDS:
            pleased = False
        elif token.aside == "audience" or (figure and token.detail == "for others"):
            pleased = True
        if pleased and token.category in PEOPLE and not is_other_figure(token):
            token.forget()
        figure = figure or is_figure(token)


def _name_feelings(tokens: list[Token]) -> None:
    for index, token in enumerate(tokens):
        if token.aside == "feeling":
            position = index + 1
            while position < len(tokens) and _is_between_feelings(tokens[position]):
                position += 1
            if position < len(tokens) and tokens[position].category == "expression":
                tokens[position].forget()


def _name_conditions(tokens: list[Token]) -> None:
    """Name a clause that begins with "if", but for "if you can" and its like."""
    for clause in _parted(tokens, commas=True):
        if clause[0].aside == "if" and not any(token.aside == "able" for token in clause):
            _name(clause)


def _is_between_feelings(token: Token) -> bool:
    return token.kind is Kind.FILLER and token.aside != "wish" and token.detail != "article"


def _name(part: list[Token]) -> None:
    """Make one piece of a part of the text."""
    for token in part:
        token.forget()
        token.detail, token.aside, token.heads = "", "", False
