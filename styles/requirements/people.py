"""Who is seen where no word for a person says so: 他留着大胡子, "a nurse in a mask".

Works on the list of words in place. A role is a person and stays a piece that was not understood,
for no tag says what somebody does; headwear is never concluded from it.
"""

from __future__ import annotations

from itertools import pairwise

from styles.requirements.lexicon import Kind, Mention
from styles.requirements.tokens import Token

_GENDERS = {"he": "gender:male", "she": "gender:female"}
_PERSON = Mention("subject:person", rank=1, quiet=True)
_WHO = frozenset({"subject", "gender"})
_ENDS = frozenset({Kind.COMMA, Kind.STOP})
#: What a role is followed by where it is the figure itself, and not "nurse app" or 医生的.
_GOES_ON = _ENDS | {Kind.VERB, Kind.AND, Kind.OR, Kind.NOT, Kind.GROUND}
_FOR_OTHERS = frozenset({"for others", "whose", "of", "range", "he", "she"})


def settle_people(tokens: list[Token]) -> None:
    """Read pronouns, roles and bare genders as people, and the gender in a form as no more."""
    for index, token in enumerate(tokens):
        if token.detail in _GENDERS and _opens_clause(tokens, index):
            if not any(_WHO & {m.category for m in each.mentions} for each in tokens):
                token.kind = Kind.TERM
                token.mentions = (Mention(_GENDERS[token.detail]), _PERSON)
        elif token.detail == "role" and _is_figure(tokens, index):
            token.implied = (_PERSON,)
        elif token.mentions and token.mentions[0].category == "gender":
            _settle_gender(tokens, index)


def _settle_gender(tokens: list[Token], index: int) -> None:
    token = tokens[index]
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    if following is not None and following.detail == "says":
        token.forget()
    elif _behind_heading(tokens, index):
        token.mentions = token.mentions[:1]
    elif token.detail == "pronoun" and following is not None and following.kind is Kind.UNKNOWN:
        # "He loves dinosaurs": what he does, and not what he looks like.
        token.forget()
    elif token.detail == "pronoun" and _is_of_something_unknown(tokens[:index]):
        # "Leo is a lion. He smiles": no person.
        token.mentions = token.mentions[:1]
    elif len(token.mentions) == 1 and (following is None or following.kind in _ENDS):
        # "Female, in her thirties", and not "a female voice".
        token.mentions = (*token.mentions, _PERSON)


def _is_of_something_unknown(before: list[Token]) -> bool:
    """Whether something was introduced that no tag is for: "a lion"."""
    return any(
        article.detail == "article" and noun.kind is Kind.UNKNOWN and noun.detail != "role"
        for article, noun in pairwise(before)
    )


def _opens_clause(tokens: list[Token], index: int) -> bool:
    """Whether a pronoun is what a clause is about: 他戴着…, and not 给他戴… or 其他…"""
    if index and tokens[index - 1].kind not in _ENDS:
        return False
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    return following is not None and following.kind is not Kind.UNKNOWN


def _is_figure(tokens: list[Token], index: int) -> bool:
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    if following is not None and not _goes_on(following):
        return False
    for before in reversed(tokens[:index]):
        if before.kind in _ENDS or before.kind is Kind.VERB or before.aside == "wish":
            break
        if before.detail in _FOR_OTHERS:
            return False
    return True


def _goes_on(token: Token) -> bool:
    little = token.kind is Kind.FILLER and token.detail not in ("thing", "colours", "apostrophe")
    return little or token.kind in _GOES_ON


def _behind_heading(tokens: list[Token], index: int) -> bool:
    """Whether a gender answers a form's question for it: "gender: female", 性别为女."""
    for before in reversed(tokens[:index]):
        if before.kind is not Kind.FILLER:
            return False
        if before.detail == "gender":
            return True
    return False
