"""What screening and review do to a request; moderation calls these under the chain's locks."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from avatars.events import append_candidate_event
from avatars.locking import lock_candidates
from avatars.models import Candidate, GenerationRequest
from avatars.services.request_status import move_request
from avatars.services.telling import tell_of_request
from avatars.states import CANDIDATE, CandidateStatus, RequestStatus, Verdict
from brandhub.audit.record import SYSTEM, Actor, record
from brandhub.common.errors import Conflict, NotFound
from brandhub.webhooks.models import EventType

_TOLD = {
    RequestStatus.APPROVED: EventType.REQUEST_COMPLETED,
    RequestStatus.DECLINED: EventType.REQUEST_DECLINED,
    RequestStatus.CHANGES_REQUESTED: EventType.REQUEST_CHANGES_REQUESTED,
}


def _lock_candidate(request: GenerationRequest, candidate_id: UUID) -> Candidate:
    candidate = (
        Candidate.objects.select_for_update(no_key=True)
        .filter(pk=candidate_id, request=request)
        .first()
    )
    if candidate is None:
        raise NotFound(_("This request has no such candidate."))
    return candidate


def _move_candidate(candidate: Candidate, status: CandidateStatus, **values: str) -> None:
    CANDIDATE.check(candidate.status, status)
    candidate.status = status
    for name, value in values.items():
        setattr(candidate, name, value)
    candidate.save(update_fields=["status", *values])


def record_screening(
    *, request: GenerationRequest, candidate_id: UUID, verdict: Verdict
) -> Candidate:
    """Record the checks' verdict on a rendered candidate of a locked request.

    Raises ``InvalidTransition`` unless the candidate is rendered.
    """
    candidate = _lock_candidate(request, candidate_id)
    _move_candidate(candidate, CandidateStatus.SCREENED, verdict=verdict)
    record(
        actor=SYSTEM,
        action="candidate.screened",
        of=candidate,
        brand=request.brand_id,
        sandbox=request.sandbox,
        verdict=verdict,
        pixel_sha256=candidate.pixel_sha256,
    )
    append_candidate_event(request, candidate)
    return candidate


def fail_screening(*, request: GenerationRequest, candidate_id: UUID, reason: str) -> Candidate:
    """Take a candidate out that could not be looked at, such as one whose file is unreadable."""
    candidate = _lock_candidate(request, candidate_id)
    _move_candidate(candidate, CandidateStatus.FAILED, last_error=reason[:64])
    record(
        actor=SYSTEM,
        action="candidate.failed",
        of=candidate,
        brand=request.brand_id,
        sandbox=request.sandbox,
        error=reason[:64],
    )
    append_candidate_event(request, candidate)
    return candidate


def advance_after_screening(*, request: GenerationRequest) -> RequestStatus:
    """Move a locked request on once none of its candidates waits for the checks. Idempotent.

    It goes to review; a preview is over; where every picture is blocked, it is declined and a
    reviewer may still override; where none can be looked at, it has failed. Returns the status it
    is in afterwards.
    """
    if request.status != RequestStatus.SCREENING:
        return RequestStatus(request.status)
    candidates = list(request.candidates.values_list("status", "verdict"))
    if any(status == CandidateStatus.RENDERED for status, _checked in candidates):
        return RequestStatus.SCREENING
    verdicts = {verdict for status, verdict in candidates if status == CandidateStatus.SCREENED}
    if not verdicts:
        move_request(request, RequestStatus.FAILED, reason="screening_failed")
        told = EventType.REQUEST_FAILED
    elif request.is_preview:
        # Whatever the checks said: nobody decides on it, and blocked pictures stay veiled.
        move_request(request, RequestStatus.PREVIEWED)
        record(
            actor=SYSTEM,
            action="request.previewed",
            of=request,
            brand=request.brand_id,
            sandbox=request.sandbox,
        )
        return RequestStatus.PREVIEWED
    elif verdicts == {Verdict.BLOCK}:
        move_request(request, RequestStatus.DECLINED, reason="all_candidates_blocked")
        told = EventType.REQUEST_DECLINED
    else:
        move_request(request, RequestStatus.IN_REVIEW)
        told = EventType.REQUEST_IN_REVIEW
    record(
        actor=SYSTEM,
        action=f"request.{request.status}",
        of=request,
        brand=request.brand_id,
        sandbox=request.sandbox,
    )
    tell_of_request(event_type=told, request=request)
    return RequestStatus(request.status)


def settle_review(
    *,
    actor: Actor,
    request: GenerationRequest,
    status: RequestStatus,
    chosen: Candidate | None = None,
    reason: str = "",
) -> GenerationRequest:
    """Carry a person's final decision into a locked request and its candidates.

    ``APPROVED`` needs the chosen candidate: it becomes approved and the other checked ones not
    selected. ``DECLINED`` and ``CHANGES_REQUESTED`` reject all checked ones. Rejecting what the
    checks had declined already only closes the candidates. Raises ``InvalidTransition``, and
    ``Conflict`` (``candidate_not_reviewable``) for a chosen candidate that is not a checked one.
    """
    candidates = lock_candidates(request, CandidateStatus.SCREENED)
    if status == RequestStatus.APPROVED and (
        chosen is None or chosen.pk not in {candidate.pk for candidate in candidates}
    ):
        raise Conflict(_("This picture cannot be approved now."), code="candidate_not_reviewable")
    already_declined = request.status == status == RequestStatus.DECLINED
    for candidate in candidates:
        if status != RequestStatus.APPROVED:
            target = CandidateStatus.REJECTED
        elif chosen is not None and candidate.pk == chosen.pk:
            target = CandidateStatus.APPROVED
        else:
            target = CandidateStatus.NOT_SELECTED
        _move_candidate(candidate, target)
        append_candidate_event(request, candidate)
    if already_declined:
        return request
    move_request(request, status, reason=reason)
    record(
        actor=actor,
        action=f"request.{status}",
        of=request,
        brand=request.brand_id,
        sandbox=request.sandbox,
    )
    tell_of_request(event_type=_TOLD[status], request=request)
    return request
