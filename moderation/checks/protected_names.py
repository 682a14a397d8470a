"""Names and marks of others, which a brand knows it must be careful with."""

from __future__ import annotations

from collections.abc import Sequence

from moderation.checks.contract import CheckResult
from moderation.checks.forbidden_terms import named_by_brand
from moderation.checks.requirement import Requirement, TextCheck, brand_terms
from moderation.states import FindingVerdict


class ProtectedNames(TextCheck):
    """Flags a requirement that asks for a protected name: it waits for a person.

    A negative requirement that names one keeps it out of the picture and passes.
    """

    name = "protected_names"
    version = "1"
    category = "protected_name"

    def run(self, subject: Requirement) -> Sequence[CheckResult]:
        lexicon = named_by_brand(brand_terms(subject.protected_names))
        return self.all_of(
            [
                self.found(field, match, FindingVerdict.FLAG)
                for field in subject.fields
                if not field.excluded
                for match in lexicon.find(field.text)
            ]
        )
