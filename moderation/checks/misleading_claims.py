"""Requests for pictures that mislead: signs of office, approval, and faces of real people."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from moderation.checks.contract import CheckResult
from moderation.checks.negation import Absence, absence_of
from moderation.checks.prohibited_content import pairs_in
from moderation.checks.requirement import Requirement, TextCheck, WrittenField
from moderation.lexicons import claims, english_wider, marks
from moderation.lexicons.cues import Pairing
from moderation.states import FindingVerdict
from moderation.text.matching import Lexicon, Match, Term
from moderation.text.pairs import PairFinder

_NAME = r"(?:[A-Z][a-z'’]+ ){1,2}[A-Z][a-z'’]+"
#: "Portrait of Anna Example", "actress Anna Example", "Senator Example": a likeness of somebody,
#: whoever it is.
_LIKENESS = re.compile(
    r"\b(?:(?:portrait|photo|picture|face|caricature|likeness|lookalike|deepfake|selfie|clone"
    r"|spitting image|doppelganger|double)s? of"
    r"|looks? (?:exactly|just) like|(?:modelled|modeled|based) (?:on|after)|resembl(?:es|ing)"
    r"|(?:actor|actress|singer|rapper|footballer|influencer|politician|youtuber|billionaire)) "
    rf"{_NAME}|\b(?:President|Senator|Prime Minister|Chancellor|Congress(?:man|woman)|Governor) "
    r"[A-Z][a-z'’]+"
)


@cache
def _claims() -> Lexicon:
    return Lexicon(claims.TERMS, harmless=claims.HARMLESS)


@cache
def _marks() -> tuple[PairFinder, PairFinder]:
    """Words that are marks beside a word for the mark itself: ``apple logo``."""
    return (
        PairFinder(
            {
                "mark": english_wider.listed(marks.AMBIGUOUS_ENGLISH),
                "sign": english_wider.listed(marks.MARK_WORDS_ENGLISH),
            },
            (Pairing("protected_mark", "mark", "sign", 8, ordered=True),),
        ),
        PairFinder(
            {
                "mark": marks.AMBIGUOUS_CHINESE.split(),
                "sign": marks.MARK_WORDS_CHINESE.split(),
            },
            (Pairing("protected_mark", "mark", "sign", 3, ordered=True),),
        ),
    )


class MisleadingClaims(TextCheck):
    """Flags claims of office or approval and named people. Never blocks: a brand may be entitled
    to its seal, and a person may have agreed.
    """

    name = "misleading_claims"
    version = "4"
    category = "misleading"

    def run(self, subject: Requirement) -> Sequence[CheckResult]:
        results: list[CheckResult] = []
        for field in subject.fields:
            if field.excluded:
                continue
            named = _claims().find(field.text)
            together = (
                match
                for match in _claimed_together(field)
                if not any(match.says_the_same(each) for each in named)
            )
            results += (
                self.found(field, match, FindingVerdict.FLAG, category=match.term.category)
                for match in (*named, *together)
                if absence_of(field.text, match) != Absence.SURE
            )
        return self.all_of(results)


def _claimed_together(field: WrittenField) -> Iterator[Match]:
    """Offices and marks beside a word that makes them a claim, and likenesses of somebody."""
    pairs = [each for each in pairs_in(field.text) if each.category == "official_claim"]
    for finder in _marks():
        pairs += finder.find(field.text)
    for pair in pairs:
        term = Term(f"{pair.first} … {pair.second}", pair.category, blocks=False)
        yield Match(term, pair.start, pair.end)
    mapped = field.text.mapped
    for found in _LIKENESS.finditer(field.text.written):
        places = [at for at, start in enumerate(mapped.starts) if start in range(*found.span())]
        if places:
            yield Match(Term("somebody", "real_person", False), places[0], places[-1] + 1)
