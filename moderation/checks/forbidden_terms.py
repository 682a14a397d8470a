"""Words that a brand has forbidden to its own requests."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from moderation.checks.contract import CheckResult
from moderation.checks.requirement import Requirement, TextCheck, brand_terms
from moderation.states import FindingVerdict
from moderation.text.matching import Lexicon, Term


@lru_cache(maxsize=256)
def named_by_brand(words: tuple[str, ...]) -> Lexicon:
    """The lexicon of a brand's list; a word ending in a letter is found with a plural s, too."""
    plurals = [f"{word}s" for word in words if word[-1].isascii() and word[-1].isalpha()]
    return Lexicon([*(Term(word) for word in words), *(Term(plural) for plural in plurals)])


class ForbiddenTerms(TextCheck):
    """Blocks a requirement that asks for a brand's forbidden term, in either language.

    In a negative requirement the term is asked to be absent, which is what the brand wants. A term
    that is cut by blanks may be two words: a person looks.
    """

    name = "forbidden_terms"
    version = "1"
    category = "forbidden_term"

    def run(self, subject: Requirement) -> Sequence[CheckResult]:
        lexicon = named_by_brand(brand_terms(subject.forbidden_terms))
        return self.all_of(
            [
                self.found(
                    field, match, FindingVerdict.BLOCK if match.certain else FindingVerdict.FLAG
                )
                for field in subject.fields
                if not field.excluded
                for match in lexicon.find(field.text)
            ]
        )
