"""Cases: opened for a person, claimed by one at a time, withdrawn with their request."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from avatars.models import GenerationRequest
from avatars.states import Verdict
from brandhub.accounts.models import Role, User
from brandhub.accounts.permissions import has_role
from brandhub.audit.record import SYSTEM, Actor, record
from brandhub.common.errors import Conflict, FieldError, InvalidInput
from moderation.locking import claim_is_over, lock_case
from moderation.locking_to_claim import lock_case_to_claim
from moderation.models import CaseComment, ReviewCase
from moderation.permissions import require_judge, require_reviewer
from moderation.policies.rules import Stage
from moderation.selectors.delegations import delegation_of
from moderation.services.policies import policy_in_force
from moderation.states import CASE, OPEN_CASES, CaseKind, CaseStatus

MAX_COMMENT = 2000

#: The time is the database's, and is told in the same breath.
_CLAIM_SQL = """
UPDATE moderation_reviewcase
SET status = %(status)s, claimed_by_id = %(user)s,
    claimed_until = statement_timestamp() + %(lasts)s
WHERE id = %(case)s
RETURNING claimed_until
"""


def open_case(*, request: GenerationRequest, kind: CaseKind) -> ReviewCase:
    """Put a locked request before the reviewers; the open case of that kind if there is one.

    A new case follows the policy that is in force now, to its end.
    """
    case = ReviewCase.objects.filter(
        request=request, kind=kind, status__in=sorted(OPEN_CASES)
    ).first()
    if case is not None:
        return case
    policy = policy_in_force(request.brand_id)
    case = ReviewCase(
        brand_id=request.brand_id,
        request=request,
        style_id=request.style_revision.style_id,
        kind=kind,
        policy=policy,
        verdict=_verdict_of(request, kind),
    )
    case.judged_by = case.stage_rule.role
    case.due_at = due_time(case.stage_rule)
    case.save(force_insert=True)
    if case.due_at is not None:
        case.refresh_from_db(fields=["due_at"])
    record(
        actor=SYSTEM,
        action="case.opened",
        of=case,
        brand=case.brand_id,
        kind=kind,
        policy=policy.number,
    )
    return case


def due_time(stage: Stage) -> Any:
    """When a case that enters ``stage`` now will be overdue; None without an age limit."""
    if stage.age_limit_hours is None:
        return None
    return Now() + timedelta(hours=stage.age_limit_hours)


def _verdict_of(request: GenerationRequest, kind: CaseKind) -> str:
    """The worst of what the checks say; empty where none has looked."""
    if kind == CaseKind.PROMPT:
        # A requirement in doubt is what such a case is about.
        return Verdict.FLAG
    said = set(request.candidates.values_list("verdict", flat=True))
    return next((each for each in (Verdict.BLOCK, Verdict.FLAG, Verdict.PASS) if each in said), "")


@transaction.atomic
def claim_case(*, actor: Actor, user: User, case_id: UUID) -> ReviewCase:
    """Reserve a case for ``user``, for as long as its stage says; claiming it again extends that.

    Raises ``Conflict``: ``case_claimed`` while it is another one's, ``case_assigned`` where a
    manager gave it to another one, ``case_closed`` when it is over. Raises ``Refused`` and
    ``NotFound`` as :func:`~moderation.permissions.require_judge`.
    """
    case = lock_case_to_claim(case_id)
    require_judge(user, case)
    take_case(actor, user, case)
    return case


def take_case(actor: Actor, user: User, case: ReviewCase) -> None:
    """Claim a locked case for ``user``, who may judge it. Raises as :func:`claim_case`."""
    require_open(case)
    _require_unassigned(user, case)
    if case.status == CaseStatus.CLAIMED and case.claimed_by_id != user.pk:
        if not claim_is_over(case):
            raise Conflict(
                _("Somebody else is reviewing this case."),
                code="case_claimed",
                claimed_until=case.claimed_until.isoformat() if case.claimed_until else None,
            )
        reopen_case(case, actor=SYSTEM, action="case.claim_expired")
    renewed = case.status == CaseStatus.CLAIMED
    if not renewed:
        _move(case, CaseStatus.CLAIMED)
    case.claimed_by = user
    lasts = timedelta(minutes=case.stage_rule.claim_minutes)
    with connection.cursor() as cursor:
        values: dict[str, Any] = {"status": case.status, "user": user.pk, "case": case.pk}
        cursor.execute(_CLAIM_SQL, values | {"lasts": lasts})
        (case.claimed_until,) = cursor.fetchone()
    if not renewed:
        record(actor=actor, action="case.claimed", of=case, brand=case.brand_id)


def _require_unassigned(user: User, case: ReviewCase) -> None:
    """Raise ``Conflict`` (``case_assigned``) unless it is everybody's or ``user``'s.

    Managers, who assign, may take it; so may who does the assignee's duty.
    """
    if case.assigned_to is None or case.assigned_to_id == user.pk:
        return
    if has_role(user, case.brand_id, Role.MANAGER):
        return
    standing_in = delegation_of(case.assigned_to, case.brand_id)
    if standing_in is None or standing_in.delegate_id != user.pk:
        raise Conflict(_("This case was assigned to somebody else."), code="case_assigned")


@transaction.atomic
def release_case(*, actor: Actor, user: User, case_id: UUID) -> ReviewCase:
    """Give a claimed case back to everybody.

    Releasing what is open changes nothing. Raises ``Conflict``: ``case_claimed`` where another
    one holds it, ``case_closed``; ``Refused`` and ``NotFound`` as
    :func:`~moderation.permissions.require_reviewer`.
    """
    case = lock_case(case_id)
    require_reviewer(user, case)
    require_open(case)
    if case.status == CaseStatus.OPEN:
        return case
    if case.claimed_by_id != user.pk and not claim_is_over(case):
        raise Conflict(_("Somebody else is reviewing this case."), code="case_claimed")
    reopen_case(case, actor=actor, action="case.released")
    return case


@transaction.atomic
def comment_on_case(*, actor: Actor, user: User, case_id: UUID, text: str) -> CaseComment:
    """Add a comment, whatever the case's state. Nobody can change it later.

    Raises ``InvalidInput`` for an empty or too long text; ``Refused`` and ``NotFound`` as
    :func:`~moderation.permissions.require_reviewer`.
    """
    case = lock_case(case_id)
    require_reviewer(user, case)
    comment = CaseComment.objects.create(
        brand_id=case.brand_id, case=case, author=user, text=checked_comment(text, required=True)
    )
    record(
        actor=actor,
        action="case.commented",
        of=case,
        brand=case.brand_id,
        texts={"comment": comment.text},
        comment=str(comment.pk),
    )
    return comment


@transaction.atomic
def expire_claim(*, case_id: UUID) -> bool:
    """Give a case back whose claim has run out. Returns whether it had."""
    case = lock_case(case_id)
    if not claim_is_over(case):
        return False
    reopen_case(case, actor=SYSTEM, action="case.claim_expired")
    return True


def withdraw_cases(*, request: GenerationRequest, actor: Actor) -> list[ReviewCase]:
    """Close the open cases of a locked request that was cancelled."""
    cases = list(
        ReviewCase.objects.select_for_update(no_key=True, of=("self",))
        .filter(request=request, status__in=sorted(OPEN_CASES))
        .order_by("pk")
    )
    for case in cases:
        close_case(case, CaseStatus.WITHDRAWN)
        record(actor=actor, action="case.withdrawn", of=case, brand=case.brand_id)
    return cases


def close_case(case: ReviewCase, status: CaseStatus) -> None:
    """Move a locked case to a final status; who had claimed it stays readable."""
    _move(case, status)
    case.claimed_until = None
    case.closed_at = Now()  # type: ignore[assignment]
    case.save(update_fields=["status", "claimed_until", "closed_at"])


def require_open(case: ReviewCase) -> None:
    """Raise ``Conflict`` (``case_closed``) for a case that is over."""
    if case.status not in OPEN_CASES:
        raise Conflict(
            _("This case is over: %(status)s.") % {"status": case.get_status_display()},
            code="case_closed",
            status=case.status,
        )


def checked_comment(text: str, *, required: bool) -> str:
    """The comment without blanks around it. Raises ``InvalidInput``."""
    text = text.strip()
    if required and not text:
        raise InvalidInput(
            _("Say it in words."),
            code="comment_required",
            errors=[FieldError("/comment", "comment_required", _("A comment is needed here."))],
        )
    if len(text) > MAX_COMMENT:
        raise InvalidInput(
            errors=[
                FieldError(
                    "/comment",
                    "too_long",
                    _("At most %(count)d characters.") % {"count": MAX_COMMENT},
                )
            ]
        )
    return text


def reopen_case(case: ReviewCase, *, actor: Actor, action: str) -> None:
    """Give a locked, claimed case back to everybody, for the reason that ``action`` names."""
    _move(case, CaseStatus.OPEN)
    former = case.claimed_by_id
    case.claimed_by = None
    case.claimed_until = None
    case.save(update_fields=["status", "claimed_by", "claimed_until"])
    record(actor=actor, action=action, of=case, brand=case.brand_id, claimed_by=str(former))


def _move(case: ReviewCase, status: CaseStatus) -> None:
    CASE.check(case.status, status)
    case.status = status
