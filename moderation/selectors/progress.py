"""How far a case has come through its stages: kept apart from its state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from moderation.models import Decision, ReviewCase
from moderation.policies.rules import Stage
from moderation.states import DecisionAction


@dataclass(frozen=True, slots=True)
class StageProgress:
    """One stage and the approvals that stand in it."""

    number: int
    stage: Stage
    approvals: tuple[Decision, ...]

    @property
    def missing(self) -> int:
        """How many approvals are still needed here."""
        return max(self.stage.approvals - len(self.approvals), 0)


@dataclass(frozen=True, slots=True)
class CaseProgress:
    """The stages of a case in order, with what stands."""

    stages: tuple[StageProgress, ...]

    @property
    def current(self) -> StageProgress:
        """The first stage that lacks an approval; the last one where none does."""
        return next((each for each in self.stages if each.missing), self.stages[-1])

    @property
    def missing(self) -> int:
        """How many approvals are still needed in all."""
        return sum(each.missing for each in self.stages)

    @property
    def standing(self) -> tuple[Decision, ...]:
        """Every approval that was not taken back, in the order of the stages."""
        return tuple(decision for each in self.stages for decision in each.approvals)

    @property
    def nominee(self) -> Decision | None:
        """The approval that names the picture which all others must approve, too."""
        return self.standing[0] if self.standing else None

    def approval_of(self, user_id: UUID) -> Decision | None:
        """The standing approval of one person, who has one at most."""
        return next((each for each in self.standing if each.reviewer_id == user_id), None)

    def has_spoken(self, user_id: UUID) -> bool:
        """Whether an approval stands that is this person's, or was given on their behalf."""
        return any(user_id in {each.reviewer_id, each.on_behalf_of_id} for each in self.standing)


def standing_approvals() -> QuerySet[Decision]:
    """Approvals that nobody has taken back, oldest first."""
    return (
        Decision.objects.filter(action=DecisionAction.APPROVE, undone_by__isnull=True)
        .select_related("reviewer")
        .order_by("pk")
    )


def progress_of(case: ReviewCase, standing: Sequence[Decision] | None = None) -> CaseProgress:
    """The progress of a case; one query, none where ``standing`` was read along."""
    if standing is None:
        standing = list(standing_approvals().filter(case=case))
    return CaseProgress(
        tuple(
            StageProgress(number, stage, tuple(each for each in standing if each.stage == number))
            for number, stage in enumerate(case.stages, start=1)
        )
    )
