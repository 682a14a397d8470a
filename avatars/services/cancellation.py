"""Cancelling a request, and giving a failed one another turn."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from avatars.events import append_candidate_event
from avatars.hooks import moderation
from avatars.locking import lock_candidates, lock_request
from avatars.models import Attempt, Candidate, GenerationRequest
from avatars.queue import join_turns, render_queue
from avatars.services.enqueueing import wake_renderers
from avatars.services.request_status import move_request
from avatars.services.telling import tell_of_request
from avatars.states import AttemptOutcome, CandidateStatus, RequestStatus
from brandhub.audit.record import Actor, record
from brandhub.common.errors import InvalidTransition
from brandhub.webhooks.models import EventType

_CANCELLABLE = (
    CandidateStatus.QUEUED,
    CandidateStatus.RENDERING,
    CandidateStatus.RENDERED,
    CandidateStatus.SCREENED,
)
_RETRIABLE = (CandidateStatus.FAILED, CandidateStatus.QUARANTINED)


@transaction.atomic
def cancel_request(*, actor: Actor, request_id: UUID) -> GenerationRequest:
    """Stop a request for good. Work in a worker's hands is voided: it can no longer be completed.

    Cancelling what is cancelled changes nothing. Raises ``InvalidTransition`` for one that is over.
    """
    request = lock_request(request_id)
    if request.status == RequestStatus.CANCELLED:
        return request
    move_request(request, RequestStatus.CANCELLED)
    # The hook locks cases, which come before candidates in the order of locks.
    moderation().request_cancelled(request=request, actor=actor)
    queue = render_queue()
    for candidate in lock_candidates(request, *_CANCELLABLE):
        if candidate.status == CandidateStatus.RENDERING:
            _close_attempt(candidate)
        queue.take_away(candidate, CandidateStatus.CANCELLED)
    record(
        actor=actor,
        action="request.cancelled",
        of=request,
        brand=request.brand_id,
        sandbox=request.sandbox,
    )
    tell_of_request(event_type=EventType.REQUEST_CANCELLED, request=request)
    return request


def _close_attempt(candidate: Candidate) -> None:
    Attempt.objects.filter(candidate=candidate, lease_token=candidate.lease_token).update(
        outcome=AttemptOutcome.CANCELLED, ended_at=timezone.now()
    )


@transaction.atomic
def retry_request(*, actor: Actor, request_id: UUID) -> GenerationRequest:
    """Give the failed and quarantined candidates of a failed request another turn, each alone.

    Raises ``InvalidTransition`` unless the request has failed with candidates to render again.
    """
    request = lock_request(request_id)
    failed = lock_candidates(request, *_RETRIABLE)
    if request.status != RequestStatus.FAILED or not failed:
        raise InvalidTransition(_("Only a failed request can be tried again."))
    family = request.base_model.family
    join_turns(brand_id=request.brand_id, family=family, sandbox=request.sandbox)
    move_request(request, RequestStatus.QUEUED)
    queue = render_queue()
    now = timezone.now()
    for candidate in failed:
        queue.take_away(
            candidate,
            CandidateStatus.QUEUED,
            attempts=0,
            run_alone=True,
            queued_at=now,
            available_at=now,
            progress=0,
            pixel_sha256="",
            file_sha256="",
        )
        append_candidate_event(request, candidate)
    wake_renderers(family)
    record(
        actor=actor,
        action="request.retried",
        of=request,
        brand=request.brand_id,
        sandbox=request.sandbox,
        candidates=len(failed),
    )
    return request
