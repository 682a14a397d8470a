"""Decisions: what a person says, bound to the pixels that were shown, and carried out once it is
final.

Locks are taken in the order bot, request, case, candidate. What belongs to a decision (case,
candidates, request, version, audit, outbox) commits with it or not at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from avatars.locking import lock_candidates
from avatars.models import Candidate, GenerationRequest
from avatars.services import (
    decline_held_request,
    publish_version,
    release_held_request,
    settle_review,
)
from avatars.services.publication import is_withdrawn, refuse_withdrawn_pixels
from avatars.states import CandidateStatus, RequestStatus, Verdict
from brandhub.accounts.models import User
from brandhub.audit.record import SYSTEM, Actor, record
from brandhub.common.errors import Conflict, FieldError, InvalidInput, InvalidTransition, NotFound
from moderation.locking import lock_case_with_request
from moderation.models import Decision, Finding, ReviewCase
from moderation.permissions import Judge, require_judge
from moderation.policies.judging import judge_findings
from moderation.selectors.progress import CaseProgress
from moderation.services.cases import checked_comment, close_case, take_case
from moderation.services.stages import add_approval, write_decision
from moderation.states import CaseKind, CaseStatus, DecisionAction, ReasonCode

_CLOSES_AS = {
    DecisionAction.APPROVE: CaseStatus.APPROVED,
    DecisionAction.REJECT: CaseStatus.REJECTED,
    DecisionAction.REQUEST_CHANGES: CaseStatus.CHANGES_REQUESTED,
}


@transaction.atomic
def approve_case(
    *,
    actor: Actor,
    user: User,
    case_id: UUID,
    candidate_id: UUID | None = None,
    pixel_sha256: str = "",
    comment: str = "",
    override: bool = False,
) -> Decision:
    """Say yes. A prompt case lets its request be rendered; an image case publishes a candidate,
    once the last approval that its stages ask for is there.

    The approval holds for the pixels that were shown: another digest is a ``Conflict``
    (``pixels_changed``), and another picture than the one that a colleague has approved before is
    one, too (``other_picture_approved``). A candidate that the checks blocked needs ``override``
    and a comment (``Conflict`` ``candidate_blocked``, ``InvalidInput`` ``comment_required``).
    Raises further ``InvalidInput`` without a candidate where one is needed or with one where none
    is, ``NotFound`` for a candidate of another request, ``Conflict`` (``candidate_not_reviewable``,
    ``pixels_taken_down``), and what :func:`~moderation.services.cases.claim_case` raises: an open
    case is claimed by the way.
    """
    comment = checked_comment(comment, required=override)
    request, case, judge = _lock_for_decision(actor, user, case_id)
    if case.kind == CaseKind.PROMPT:
        if candidate_id is not None:
            raise _wrong("/candidate_id", "not_applicable", _("A prompt case has no candidates."))
        decision = _decide(
            actor,
            user,
            case,
            DecisionAction.APPROVE,
            comment=comment,
            on_behalf_of=judge.on_behalf_of,
        )
        release_held_request(actor=actor, request_id=request.pk)
        return decision
    candidate = _shown_candidate(request, candidate_id, pixel_sha256)
    _require_nominee(judge.progress, candidate)
    overridden = candidate.verdict == Verdict.BLOCK
    if overridden and not override:
        raise Conflict(
            _("The checks have blocked this picture; approve it against them, or choose another."),
            code="candidate_blocked",
        )
    values = {
        "candidate": candidate,
        "pixel_sha256": candidate.pixel_sha256,
        "override": overridden,
        "comment": comment,
        "on_behalf_of": judge.on_behalf_of,
    }
    if judge.progress.missing > 1:
        refuse_withdrawn_pixels(request.bot, candidate.pixel_sha256)
        return add_approval(actor=actor, user=user, case=case, **values)
    decision = _decide(actor, user, case, DecisionAction.APPROVE, **values)
    _publish(actor, request, candidate, decision)
    return decision


def approve_by_policy(*, request: GenerationRequest, case: ReviewCase) -> Decision | None:
    """Publish the first clean picture of a locked request, where the case's policy says so.

    Clean are a requirement and a picture of which every check that the policy asks for has said
    pass: nothing that was flagged, unknown or never checked goes out without a person. The
    decision is the policy's and names nobody. Returns None where a person has to decide.
    """
    if case.policy is None or not case.rules.auto_approve or case.status != CaseStatus.OPEN:
        return None
    findings: dict[UUID | None, list[Finding]] = {None: []}
    for finding in Finding.objects.filter(request=request):
        findings.setdefault(finding.candidate_id, []).append(finding)
    if judge_findings(case.rules, findings[None], CaseKind.PROMPT).verdict != Verdict.PASS:
        return None
    for candidate in lock_candidates(request, CandidateStatus.SCREENED):
        judged = judge_findings(case.rules, findings.get(candidate.pk, ()), CaseKind.IMAGE)
        if candidate.verdict == judged.verdict == Verdict.PASS and not is_withdrawn(
            request.bot, candidate.pixel_sha256
        ):
            break
    else:
        return None
    decision = _decide(
        SYSTEM,
        None,
        case,
        DecisionAction.APPROVE,
        candidate=candidate,
        pixel_sha256=candidate.pixel_sha256,
    )
    _publish(SYSTEM, request, candidate, decision)
    return decision


@transaction.atomic
def reject_case(
    *,
    actor: Actor,
    user: User,
    case_id: UUID,
    reason_codes: Sequence[str],
    comment: str = "",
) -> Decision:
    """Say no: the request is declined, for at least one of the known reasons.

    Raises ``InvalidInput`` for the reasons or the comment, and what
    :func:`~moderation.services.cases.claim_case` raises.
    """
    reasons = _checked_reasons(reason_codes, required=True)
    comment = checked_comment(comment, required=False)
    request, case, judge = _lock_for_decision(actor, user, case_id)
    decision = _decide(
        actor,
        user,
        case,
        DecisionAction.REJECT,
        reason_codes=reasons,
        comment=comment,
        on_behalf_of=judge.on_behalf_of,
    )
    if case.kind == CaseKind.PROMPT:
        decline_held_request(actor=actor, request_id=request.pk, reason=reasons[0])
    else:
        settle_review(
            actor=actor, request=request, status=RequestStatus.DECLINED, reason=reasons[0]
        )
    return decision


@transaction.atomic
def request_changes(
    *,
    actor: Actor,
    user: User,
    case_id: UUID,
    comment: str,
    reason_codes: Sequence[str] = (),
) -> Decision:
    """Ask for another try: the comment says what should be different.

    Raises ``InvalidInput`` for the comment or the reasons, ``InvalidTransition`` for a prompt case
    and for a request that the checks have declined, where there is nothing to change a picture of,
    and what :func:`~moderation.services.cases.claim_case` raises.
    """
    reasons = _checked_reasons(reason_codes, required=False)
    comment = checked_comment(comment, required=True)
    request, case, judge = _lock_for_decision(actor, user, case_id)
    if case.kind == CaseKind.PROMPT:
        raise InvalidTransition(_("A requirement is let through or declined."))
    decision = _decide(
        actor,
        user,
        case,
        DecisionAction.REQUEST_CHANGES,
        reason_codes=reasons,
        comment=comment,
        on_behalf_of=judge.on_behalf_of,
    )
    settle_review(
        actor=actor,
        request=request,
        status=RequestStatus.CHANGES_REQUESTED,
        reason=reasons[0] if reasons else "",
    )
    return decision


def snapshot_of(decision: Decision) -> dict[str, Any]:
    """A decision as JSON, for the record of what it let out. Without its comment, which is for
    the people of the brand. ``reviewer`` is null where the policy itself decided.
    """
    policy = decision.policy
    return {
        "case_id": str(decision.case_id),
        "action": decision.action,
        "reviewer": person_as_json(decision.reviewer),
        "policy": {"id": str(policy.pk), "number": policy.number} if policy is not None else None,
        "stage": decision.stage,
        "candidate_id": str(decision.candidate_id) if decision.candidate_id else None,
        "pixel_sha256": decision.pixel_sha256,
        "override": decision.override,
        "reason_codes": list(decision.reason_codes),
        "decided_at": decision.created_at.isoformat(),
    }


def person_as_json(person: User | None) -> dict[str, str] | None:
    """Who somebody is, by key and name."""
    if person is None:
        return None
    return {"id": str(person.pk), "name": person.get_full_name() or person.get_username()}


def _lock_for_decision(
    actor: Actor, user: User, case_id: UUID
) -> tuple[GenerationRequest, ReviewCase, Judge]:
    """Lock what a decision changes, and make sure that ``user`` may take it now."""
    request, case = lock_case_with_request(case_id)
    judge = require_judge(user, case)
    take_case(actor, user, case)
    return request, case, judge


def _publish(
    actor: Actor, request: GenerationRequest, candidate: Candidate, decision: Decision
) -> None:
    """Carry a final approval out: the request is approved and the picture is the bot's."""
    settle_review(actor=actor, request=request, status=RequestStatus.APPROVED, chosen=candidate)
    candidate.refresh_from_db()
    publish_version(
        actor=actor,
        bot=request.bot,
        candidate=candidate,
        decision_id=decision.pk,
        decision=snapshot_of(decision),
    )


def _require_nominee(progress: CaseProgress, candidate: Candidate) -> None:
    """Several approvals are of one picture: the one that was approved first."""
    nominee = progress.nominee
    if nominee is not None and nominee.pixel_sha256 != candidate.pixel_sha256:
        raise Conflict(
            _("A colleague has approved another picture. Approve that one, or reject the case."),
            code="other_picture_approved",
            candidate_id=str(nominee.candidate_id),
        )


def _shown_candidate(
    request: GenerationRequest, candidate_id: UUID | None, pixel_sha256: str
) -> Candidate:
    """Lock the candidate and make sure that it is the picture that was shown."""
    if candidate_id is None:
        raise _wrong("/candidate_id", "required", _("Say which picture is approved."))
    candidate = (
        Candidate.objects.select_for_update(no_key=True)
        .filter(pk=candidate_id, request=request)
        .first()
    )
    if candidate is None:
        raise NotFound(_("This request has no such candidate."))
    if candidate.status != CandidateStatus.SCREENED:
        raise Conflict(_("This picture cannot be approved now."), code="candidate_not_reviewable")
    if candidate.pixel_sha256 != pixel_sha256:
        raise Conflict(
            _("This is not the picture that was shown; look at it again."), code="pixels_changed"
        )
    return candidate


def _decide(
    actor: Actor, user: User | None, case: ReviewCase, action: DecisionAction, **values: Any
) -> Decision:
    """Write the decision and close the case with it."""
    answers = case.escalated_at is not None
    decision = write_decision(user, case, action, answers_escalation=answers, **values)
    close_case(case, _CLOSES_AS[action])
    record(
        actor=actor,
        action=f"case.{case.status}",
        of=case,
        brand=case.brand_id,
        texts={"comment": decision.comment},
        decision=str(decision.pk),
        candidate=str(decision.candidate_id) if decision.candidate_id else None,
        pixel_sha256=decision.pixel_sha256,
        override=decision.override,
        reason_codes=list(decision.reason_codes),
        stage=decision.stage,
        policy=case.policy.number if case.policy is not None else None,
    )
    return decision


def _checked_reasons(codes: Sequence[str], *, required: bool) -> list[str]:
    unknown = [code for code in codes if code not in ReasonCode.values]
    if unknown:
        raise _wrong(
            "/reason_codes",
            "unknown_reason",
            _("Known are: %(codes)s.") % {"codes": ", ".join(ReasonCode.values)},
        )
    if required and not codes:
        raise _wrong("/reason_codes", "required", _("Give at least one reason."))
    return list(dict.fromkeys(codes))


def _wrong(pointer: str, code: str, detail: str) -> InvalidInput:
    return InvalidInput(detail, errors=[FieldError(pointer, code, detail)])
