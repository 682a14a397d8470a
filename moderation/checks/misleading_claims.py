"""Requests for pictures that mislead: signs of office, approval, and faces of real people."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from moderation.checks.contract import CheckResult
from moderation.checks.requirement import Requirement, TextCheck
from moderation.lexicons import claims
from moderation.states import FindingVerdict
from moderation.text.matching import Lexicon


@cache
def _claims() -> Lexicon:
    return Lexicon(claims.TERMS, harmless=claims.HARMLESS)


class MisleadingClaims(TextCheck):
    """Flags claims of office or approval and named people. Never blocks: a brand may be entitled
    to its seal, and a person may have agreed.
    """

    name = "misleading_claims"
    version = "1"
    category = "misleading"

    def run(self, subject: Requirement) -> Sequence[CheckResult]:
        return self.all_of(
            [
                self.found(field, match, FindingVerdict.FLAG, category=match.term.category)
                for field in subject.fields
                if not field.excluded
                for match in _claims().find(field.text)
            ]
        )
