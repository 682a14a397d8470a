"""A case on its way through the stages: approvals that others must join, and taking one back.

Nothing here closes a case; the last approval and every no do, in ``decisions``.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from brandhub.accounts.models import Role, User
from brandhub.audit.record import Actor, record
from brandhub.common.errors import Conflict
from moderation.locking import lock_case_with_request
from moderation.models import Decision, ReviewCase
from moderation.permissions import require_reviewer
from moderation.selectors.progress import progress_of
from moderation.services.cases import checked_comment, due_time, reopen_case, require_open
from moderation.states import CaseStatus, DecisionAction


def write_decision(
    user: User | None, case: ReviewCase, action: DecisionAction, **values: Any
) -> Decision:
    """Write down what was decided about a locked case, in its stage and under its policy."""
    return Decision.objects.create(
        brand_id=case.brand_id,
        case=case,
        policy=case.policy,
        stage=case.stage,
        reviewer=user,
        action=action,
        **values,
    )


def add_approval(*, actor: Actor, user: User, case: ReviewCase, **values: Any) -> Decision:
    """Write an approval that others must join; the case goes on to whoever is next.

    ``case`` is locked and claimed by ``user``, who may decide it; at least one further approval is
    missing after this one.
    """
    answers = case.escalated_at is not None
    decision = write_decision(
        user, case, DecisionAction.APPROVE, is_final=False, answers_escalation=answers, **values
    )
    record(
        actor=actor,
        action="case.approval_given",
        of=case,
        brand=case.brand_id,
        decision=str(decision.pk),
        candidate=str(decision.candidate_id),
        pixel_sha256=decision.pixel_sha256,
        override=decision.override,
        texts={"comment": decision.comment},
        stage=decision.stage,
        missing=progress_of(case).missing,
    )
    reopen_case(case, actor=actor, action="case.released")
    case.escalated_at = None
    case.assigned_to = None
    _settle_stage(case)
    return decision


@transaction.atomic
def undo_decision(*, actor: Actor, user: User, case_id: UUID, comment: str = "") -> Decision:
    """Take back one's own approval, while it is neither final nor built upon.

    The case goes back to the stage that now lacks an approval, and to everybody if that is another
    stage. Raises ``Conflict``: ``case_closed``; ``nothing_to_undo`` for one who has no approval
    standing; ``stage_passed`` once somebody has approved in a later stage. Raises ``InvalidInput``
    for the comment, ``Refused`` and ``NotFound`` as
    :func:`~moderation.permissions.require_reviewer`.
    """
    comment = checked_comment(comment, required=False)
    _request, case = lock_case_with_request(case_id)
    require_reviewer(user, case)
    require_open(case)
    progress = progress_of(case)
    approval = progress.approval_of(user.pk)
    if approval is None:
        raise Conflict(_("You have no approval to take back here."), code="nothing_to_undo")
    if any(later.stage > approval.stage for later in progress.standing):
        raise Conflict(_("The next stage has built upon your approval."), code="stage_passed")
    undo = write_decision(
        user, case, DecisionAction.UNDO, is_final=False, undoes=approval, comment=comment
    )
    record(
        actor=actor,
        action="case.approval_undone",
        of=case,
        brand=case.brand_id,
        decision=str(undo.pk),
        texts={"comment": undo.comment},
        undoes=str(approval.pk),
        stage=approval.stage,
    )
    if approval.answers_escalation:
        case.escalated_at = Now()  # type: ignore[assignment]
    if _settle_stage(case) and case.status == CaseStatus.CLAIMED:
        # Whoever holds it looked at another stage, and may not be one who decides in this one.
        reopen_case(case, actor=actor, action="case.released")
    return undo


def _settle_stage(case: ReviewCase) -> bool:
    """Put a locked case into the stage that its standing approvals make; say if that is another.

    Keeps what the caller has set of escalation and assignment. Another stage has a time of its own.
    """
    stage = progress_of(case).current.number
    moved = stage != case.stage
    case.stage = stage
    case.judged_by = Role.MANAGER if case.escalated_at is not None else case.stage_rule.role
    if moved:
        case.assigned_to = None
        case.stage_entered_at = Now()  # type: ignore[assignment]
        case.due_at = due_time(case.stage_rule)
        case.overdue_at = None
    case.save(
        update_fields=[
            "stage",
            "judged_by",
            "escalated_at",
            "assigned_to",
            "stage_entered_at",
            "due_at",
            "overdue_at",
        ]
    )
    case.refresh_from_db(fields=["stage_entered_at", "due_at", "escalated_at"])
    return moved
