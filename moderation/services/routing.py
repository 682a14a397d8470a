"""Whose case it is: escalated to managers, assigned to a person, duty delegated to a colleague."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from avatars.services.telling import tell_of_request
from brandhub.accounts.models import Brand, Role, User
from brandhub.accounts.permissions import has_role
from brandhub.audit.record import Actor, record
from brandhub.common.errors import Conflict, FieldError, InvalidInput, NotFound, Refused
from brandhub.webhooks.models import EventType
from moderation.locking import lock_case, lock_case_with_request
from moderation.models import Decision, Delegation, ReviewCase
from moderation.permissions import (
    REVIEWERS,
    is_own_request,
    may_judge,
    require_judge,
    require_reviewer,
)
from moderation.selectors.eligible import people_who_may_judge
from moderation.selectors.progress import progress_of
from moderation.services.cases import checked_comment, reopen_case, require_open, take_case
from moderation.services.notices import about_case, notify
from moderation.services.stages import write_decision
from moderation.states import CaseStatus, DecisionAction, NoticeKind

LONGEST_DELEGATION = timedelta(days=90)


@transaction.atomic
def escalate_case(*, actor: Actor, user: User, case_id: UUID, comment: str) -> Decision:
    """Put a case before the managers: the next decision is one of theirs, the stages go on after.

    The reason is needed. Managers who may decide it are written to, the platform is told
    (``review.escalated``). Raises ``InvalidInput`` (``comment_required``), ``Conflict``
    (``escalated_already``; ``no_manager_eligible`` where nobody but ``user`` could answer), and
    what :func:`~moderation.services.cases.claim_case` raises.
    """
    comment = checked_comment(comment, required=True)
    request, case = lock_case_with_request(case_id)
    require_judge(user, case)
    take_case(actor, user, case)
    if case.escalated_at is not None:
        raise Conflict(_("This case is before the managers already."), code="escalated_already")
    managers = [
        each for each in people_who_may_judge(case, roles=[Role.MANAGER]) if each.pk != user.pk
    ]
    if not managers:
        raise Conflict(
            _("The brand has no other manager who may decide this."), code="no_manager_eligible"
        )
    decision = write_decision(user, case, DecisionAction.ESCALATE, is_final=False, comment=comment)
    case.escalated_at = Now()  # type: ignore[assignment]
    case.judged_by = Role.MANAGER
    case.assigned_to = None
    case.save(update_fields=["escalated_at", "judged_by", "assigned_to"])
    case.refresh_from_db(fields=["escalated_at"])
    record(
        actor=actor,
        action="case.escalated",
        of=case,
        brand=case.brand_id,
        texts={"comment": comment},
        decision=str(decision.pk),
        stage=case.stage,
    )
    reopen_case(case, actor=actor, action="case.released")
    tell_of_request(event_type=EventType.REVIEW_ESCALATED, request=request, review=about_case(case))
    notify(case=case, kind=NoticeKind.ESCALATED, people=managers)
    return decision


@transaction.atomic
def assign_case(*, actor: Actor, user: User, case_id: UUID, assignee_id: UUID | None) -> ReviewCase:
    """Make a case one person's, or everybody's again with None: a manager's word.

    No other reviewer takes it then; managers may. A claim of somebody else ends. Raises
    ``Refused`` (``role_required``; ``own_request`` for a request of the manager's own),
    ``InvalidInput`` (``assignee_not_eligible``) for one who may not decide the case now,
    ``Conflict`` (``case_closed``) and ``NotFound``.
    """
    case = lock_case(case_id)
    require_reviewer(user, case)
    if not has_role(user, case.brand_id, Role.MANAGER):
        raise Refused(_("Managers assign cases."), code="role_required")
    if is_own_request(user, case):
        raise Refused(_("Somebody else must review your request."), code="own_request")
    require_open(case)
    assignee = None if assignee_id is None else _assignee(case, assignee_id)
    if case.status == CaseStatus.CLAIMED and assignee and case.claimed_by_id != assignee.pk:
        reopen_case(case, actor=actor, action="case.released")
    case.assigned_to = assignee
    case.save(update_fields=["assigned_to"])
    record(
        actor=actor,
        action="case.assigned" if assignee else "case.unassigned",
        of=case,
        brand=case.brand_id,
        assignee=str(assignee.pk) if assignee else None,
        stage=case.stage,
    )
    if assignee is not None and assignee.pk != user.pk:
        notify(case=case, kind=NoticeKind.ASSIGNED, people=[assignee])
    return case


def _assignee(case: ReviewCase, assignee_id: UUID) -> User:
    person = User.objects.filter(pk=assignee_id, is_active=True).first()
    if (
        person is None
        or not has_role(person, case.brand_id, *REVIEWERS)
        or not may_judge(person, case, progress_of(case))
    ):
        detail = _("This person may not decide the case now.")
        raise InvalidInput(
            detail, errors=[FieldError("/assignee_id", "assignee_not_eligible", detail)]
        )
    return person


@transaction.atomic
def delegate_duty(
    *, actor: Actor, user: User, brand_id: UUID, delegate_id: UUID, until: datetime
) -> Delegation:
    """Hand one's stage duty in a brand to a colleague until a time; the former one ends.

    A manager's delegate may decide where managers must, except what that manager may not decide
    themselves. Raises ``NotFound``, ``Refused`` (``role_required``), and ``InvalidInput`` for a
    colleague who does not review there, for oneself, and for a time that has passed or lies more
    than 90 days ahead.
    """
    brand = Brand.objects.select_for_update(no_key=True).filter(pk=brand_id).first()
    if brand is None or not has_role(user, brand, *Role.values):
        raise NotFound(_("There is no such brand."))
    if not has_role(user, brand, *REVIEWERS):
        raise Refused(_("Only reviewers and managers have a duty."), code="role_required")
    delegate = User.objects.filter(pk=delegate_id, is_active=True).first()
    errors = []
    if delegate is None or delegate.pk == user.pk or not has_role(delegate, brand, *REVIEWERS):
        detail = _("Choose a colleague who reviews in this brand.")
        errors.append(FieldError("/delegate_id", "delegate_not_eligible", detail))
    now = timezone.now()
    if not now < until <= now + LONGEST_DELEGATION:
        detail = _("Choose a time within the next 90 days.")
        errors.append(FieldError("/until", "until_not_possible", detail))
    if errors or delegate is None:
        raise InvalidInput(_("Some values are not valid."), errors=errors)
    Delegation.objects.filter(brand=brand, delegator=user, revoked_at__isnull=True).update(
        revoked_at=Now()
    )
    delegation = Delegation.objects.create(
        brand=brand, delegator=user, delegate=delegate, until=until
    )
    record(
        actor=actor,
        action="review_duty.delegated",
        of=delegation,
        brand=brand,
        delegate=str(delegation.delegate_id),
        until=until.isoformat(),
    )
    return delegation


@transaction.atomic
def end_delegation(*, actor: Actor, user: User, delegation_id: UUID) -> Delegation:
    """Take one's duty back before its time; what has been taken back stays so.

    Raises ``NotFound`` for a delegation that ``user`` has not given.
    """
    delegation = (
        Delegation.objects.select_for_update(no_key=True)
        .filter(pk=delegation_id, delegator=user)
        .first()
    )
    if delegation is None:
        raise NotFound(_("There is no such delegation."))
    if delegation.revoked_at is not None:
        return delegation
    delegation.revoked_at = Now()  # type: ignore[assignment]
    delegation.save(update_fields=["revoked_at"])
    record(actor=actor, action="review_duty.taken_back", of=delegation, brand=delegation.brand_id)
    return delegation
