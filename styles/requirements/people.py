"""Who is seen where no word for a person says so: 他留着大胡子, "a nurse in a mask".

Works on the list of words in place. A role is a person and stays a piece that was not understood,
for no tag says what somebody does; headwear is never concluded from it.
"""

from __future__ import annotations

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
    people = sum(map(_says_who, tokens))
    of_others = unknown = False
    for index, token in enumerate(tokens):
        unknown = unknown or _introduces_unknown(tokens, index - 1)
        if token.detail in _GENDERS and _opens_clause(tokens, index):
            if not people:
                token.kind, people = Kind.TERM, 1
                token.mentions = (Mention(_GENDERS[token.detail]), _PERSON)
        elif token.detail == "role" and not of_others and _is_figure(tokens, index):
            token.implied = (_PERSON,)
        elif token.mentions and token.mentions[0].category == "gender":
            _settle_gender(tokens, index, unknown=unknown)
            people -= not token.mentions
        if token.kind in _ENDS or token.kind is Kind.VERB or token.aside == "wish":
            of_others = False
        elif token.detail in _FOR_OTHERS:
            of_others = True


def _says_who(token: Token) -> bool:
    return any(mention.category in _WHO for mention in token.mentions)


def _settle_gender(tokens: list[Token], index: int, *, unknown: bool) -> None:
    """``unknown`` says whether something was introduced before that no tag is for."""
    token = tokens[index]
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    if following is not None and following.detail == "says":
        token.forget()
    elif _behind_heading(tokens, index):
        token.mentions = token.mentions[:1]
    elif token.detail == "pronoun" and following is not None and following.kind is Kind.UNKNOWN:
        # "He loves dinosaurs": what he does, and not what he looks like.
        token.forget()
    elif token.detail == "pronoun" and unknown:
        # "Leo is a lion. He smiles": no person.
        token.mentions = token.mentions[:1]
    elif len(token.mentions) == 1 and (following is None or following.kind in _ENDS):
        # "Female, in her thirties", and not "a female voice".
        token.mentions = (*token.mentions, _PERSON)


def _introduces_unknown(tokens: list[Token], index: int) -> bool:
    """Whether something that no tag is for stands there behind an article: "a lion"."""
    if index < 1 or tokens[index - 1].detail != "article":
        return False
    return tokens[index].kind is Kind.UNKNOWN and tokens[index].detail != "role"


def _opens_clause(tokens: list[Token], index: int) -> bool:
    """Whether a pronoun is what a clause is about: 他戴着…, and not 给他戴… or 其他…"""
    if index and tokens[index - 1].kind not in _ENDS:
        return False
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    return following is not None and following.kind is not Kind.UNKNOWN


def _is_figure(tokens: list[Token], index: int) -> bool:
    """Whether a role is the figure itself, by what follows it."""
    return index + 1 == len(tokens) or _goes_on(tokens[index + 1])


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
