"""Which words are figures: someone or something that can be drawn."""

from __future__ import annotations

from styles.requirements.tokens import Token

_OTHER_FIGURES = frozenset({"subject:robot", "subject:critter"})


def is_figure(token: Token) -> bool:
    """Whether a token is a figure of any kind, by its name or by what it does."""
    return token.detail == "role" or any(m.category == "subject" for m in token.mentions)


def is_other_figure(token: Token) -> bool:
    """Whether a token is a figure that is neither a person nor an animal."""
    return any(mention.tag in _OTHER_FIGURES for mention in token.mentions)


def is_creature(token: Token) -> bool:
    """Whether a token is a figure that is no person."""
    return any(m.category == "subject" and m.tag != "subject:person" for m in token.mentions)
