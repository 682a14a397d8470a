"""How far a check and people agree, and the threshold at which they would agree best.

No ORM: numbers in, numbers out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from moderation.policies.catalogue import CATALOGUE
from moderation.states import ReasonCode

#: Fewer pictures than these of either kind say nothing about a threshold.
LEAST_OF_A_KIND = 20
#: Checks whose score is good when it is high.
HIGH_IS_GOOD = frozenset(check.name for check in CATALOGUE if check.low_is_bad)
#: The reasons by which a person objects to what a check looks for. Who rejects a picture for
#: another reason has said nothing about the check.
OBJECTIONS: dict[str, frozenset[str]] = {
    "palette_distance": frozenset({ReasonCode.OFF_BRAND}),
    "legibility": frozenset({ReasonCode.UNREADABLE, ReasonCode.LOW_QUALITY}),
    "broken_image": frozenset({ReasonCode.LOW_QUALITY}),
    "near_duplicate": frozenset({ReasonCode.INFRINGING, ReasonCode.OFF_BRAND}),
    "picture_agreement": frozenset({ReasonCode.WRONG_FEATURES}),
    "nudity": frozenset({ReasonCode.INAPPROPRIATE}),
    "text_in_picture": frozenset(
        {ReasonCode.MISLEADING, ReasonCode.INAPPROPRIATE, ReasonCode.INFRINGING}
    ),
}


@dataclass(frozen=True, slots=True)
class Judged:
    """One picture as a check and a person saw it."""

    flagged: bool
    objected: bool
    score: float | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """Pictures by what the check and the people said of them."""

    both: int
    check_alone: int
    people_alone: int
    neither: int

    @property
    def count(self) -> int:
        return self.both + self.check_alone + self.people_alone + self.neither

    @property
    def share(self) -> float:
        """The share of pictures on which they agree; 0 without pictures."""
        return (self.both + self.neither) / self.count if self.count else 0.0

    @property
    def kappa(self) -> float | None:
        """Agreement beyond chance, 1 at best and 0 at chance; None where chance alone is sure.

        Cohen, J. (1960). A coefficient of agreement for nominal scales. Educational and
        Psychological Measurement 20(1).
        """
        if not self.count:
            return None
        flagged = (self.both + self.check_alone) / self.count
        objected = (self.both + self.people_alone) / self.count
        by_chance = flagged * objected + (1 - flagged) * (1 - objected)
        return None if by_chance == 1 else (self.share - by_chance) / (1 - by_chance)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A threshold with the shares that it would get right."""

    threshold: float
    #: Of the pictures that people objected to, the share that would be flagged.
    caught: float
    #: Of the pictures that people approved, the share that would pass.
    let_through: float


def agreement_of(judged: Sequence[Judged]) -> Agreement:
    """Count ``judged`` by what the two said."""
    counts = {(flagged, objected): 0 for flagged in (True, False) for objected in (True, False)}
    for each in judged:
        counts[each.flagged, each.objected] += 1
    return Agreement(
        both=counts[True, True],
        check_alone=counts[True, False],
        people_alone=counts[False, True],
        neither=counts[False, False],
    )


def suggested_threshold(judged: Sequence[Judged], *, high_is_good: bool) -> Suggestion | None:
    """The threshold that tells best what people object to from what they approve.

    It maximises caught + let through - 1 (Youden, W. J. (1950). Index for rating diagnostic tests.
    Cancer 3(1)) over the middles between neighbouring scores. None where either kind has fewer
    than :data:`LEAST_OF_A_KIND` pictures or where no threshold is better than none.
    """
    scored = [each for each in judged if each.score is not None]
    objected = sum(each.objected for each in scored)
    approved = len(scored) - objected
    if min(objected, approved) < LEAST_OF_A_KIND:
        return None
    sign = -1.0 if high_is_good else 1.0
    # From the worst score to the best: what lies before the cut would be flagged.
    ranked = sorted(scored, key=lambda each: -sign * (each.score or 0.0))
    best: Suggestion | None = None
    caught = wrong = 0
    for each, following in pairwise(ranked):
        caught += each.objected
        wrong += not each.objected
        if each.score == following.score:
            continue
        found = Suggestion(
            threshold=((each.score or 0.0) + (following.score or 0.0)) / 2,
            caught=caught / objected,
            let_through=1 - wrong / approved,
        )
        if best is None or _worth(found) > _worth(best):
            best = found
    return best if best is not None and _worth(best) > 0 else None


def _worth(suggestion: Suggestion) -> float:
    return suggestion.caught + suggestion.let_through - 1
