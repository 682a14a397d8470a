"""What a web process does once, before its first request."""

from __future__ import annotations

import gc

from django.urls import get_resolver

from moderation.checks.contract import run_check
from moderation.checks.requirement import Requirement
from moderation.services.prompts import PROMPT_CHECKS
from styles.requirements import parse_requirement

#: Latin alone: what cuts Chinese into words is loaded with the first Chinese requirement. A word
#: that nobody knows is held against all that it could be a misspelling of.
_SOME_WORDS = "a friendly robot with a xylophone"


def warm_up() -> None:
    """Load addresses, views and word lists, and put what is there out of the collector's sight.

    Those who come together each began to read the word lists: a second of processor for one, and
    with a connection in hand, so that after a start under load nobody got one for many seconds.
    Python's collector looks through all that lives, 400,000 objects, whenever a quarter as many
    have come; a request in which it did so waited an eighth of a second. What is frozen it skips.
    """
    _ = get_resolver().reverse_dict
    parse_requirement(_SOME_WORDS)
    requirement = Requirement.of(prompt=_SOME_WORDS)
    for check in PROMPT_CHECKS:
        run_check(check, requirement)
    gc.collect()
    gc.freeze()
