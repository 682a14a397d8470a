"""The subject of the prompt checks: what was written, field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from moderation.checks.contract import CheckResult
from moderation.states import FindingVerdict
from moderation.text.matching import Match
from moderation.text.words import Text

#: Scores of text checks: what blocks, what a person must look at, and from where on that is so.
BLOCKS = 1.0
FLAGS = 0.5
TEXT_THRESHOLD = 0.5


@dataclass(frozen=True, slots=True)
class WrittenField:
    """One text of a requirement. ``excluded`` where it names what must not be in the picture."""

    name: str
    text: Text
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a caller wrote, and the words their brand keeps for itself or forbids (as JSON)."""

    fields: tuple[WrittenField, ...]
    forbidden_terms: object = ()
    protected_names: object = ()

    @classmethod
    def of(
        cls,
        *,
        prompt: str,
        negative_prompt: str = "",
        tags: Mapping[str, Any] | None = None,
        forbidden_terms: object = (),
        protected_names: object = (),
    ) -> Requirement:
        """Every text a caller may have put somewhere: prompts, and the values of tags."""
        fields = [
            WrittenField("prompt", Text.of(prompt)),
            WrittenField("negative_prompt", Text.of(negative_prompt), excluded=True),
        ]
        for category, value in (tags or {}).items():
            values = value if isinstance(value, list | tuple) else [value]
            fields += [
                WrittenField(f"tags.{category}", Text.of(each))
                for each in values
                if isinstance(each, str)
            ]
        return cls(
            fields=tuple(each for each in fields if each.text.written),
            forbidden_terms=forbidden_terms,
            protected_names=protected_names,
        )


#: Findings of one check on one requirement; a text made of nothing else needs no more.
MOST_FINDINGS = 20


class TextCheck:
    """Base of the prompt checks: how a match becomes a result."""

    name: ClassVar[str]
    version: ClassVar[str]
    category: ClassVar[str]

    def found(
        self,
        field: WrittenField,
        match: Match,
        verdict: FindingVerdict,
        *,
        category: str = "",
        **evidence: Any,
    ) -> CheckResult:
        """The result for ``match``, with its span in what the caller wrote."""
        start, end = field.text.mapped.span(match.start, match.end)
        return CheckResult(
            check=self.name,
            version=self.version,
            category=category or self.category,
            verdict=verdict,
            score=BLOCKS if verdict == FindingVerdict.BLOCK else FLAGS,
            threshold=TEXT_THRESHOLD,
            evidence={
                "field": field.name,
                "start": start,
                "end": end,
                "text": field.text.written[start:end],
                "term": match.term.text,
                "disguised": match.disguised,
                **evidence,
            },
        )

    def all_of(self, results: list[CheckResult]) -> list[CheckResult]:
        """The worst of ``results``, or a pass where there are none."""
        if results:
            return sorted(results, key=lambda each: -(each.score or 0))[:MOST_FINDINGS]
        return [
            CheckResult(
                check=self.name,
                version=self.version,
                category=self.category,
                verdict=FindingVerdict.PASS,
                score=0.0,
                threshold=TEXT_THRESHOLD,
            )
        ]


def brand_terms(value: object) -> tuple[str, ...]:
    """The words in a brand's list. Raises ``TypeError`` for what is no list of texts.

    A list that cannot be read must not pass for an empty one.
    """
    if not isinstance(value, list | tuple) or not all(isinstance(each, str) for each in value):
        raise TypeError("a brand's words are a list of texts")
    return tuple(each for each in value if each.strip())
