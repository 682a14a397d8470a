"""The rendering half of the lease protocol: every way a leased candidate can end.

A claim starts attempts; each of :func:`complete_candidate`, :func:`fail_candidate`,
:func:`release_candidate` and the sweep's :func:`expire_candidate` ends one, under the locks of
request and candidate. Whichever comes first wins; the others get ``LeaseLost`` and write nothing.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from avatars.events import append_candidate_event
from avatars.hooks import moderation
from avatars.locking import lock_candidates, lock_request
from avatars.models import Alignment, Attempt, Candidate, GenerationRequest
from avatars.models.requests import Priority
from avatars.queue import charge_turns, claim_rows, render_queue
from avatars.services.enqueueing import wake_renderers
from avatars.services.request_status import move_request
from avatars.services.telling import tell_of_request
from avatars.states import (
    RENDERING_OVER,
    AttemptOutcome,
    CandidateStatus,
    RequestStatus,
)
from brandhub.audit.record import SYSTEM, record
from brandhub.inference.judging import Judgement, packed_features
from brandhub.jobs.protocol import LEASE_EXPIRED, Lease
from brandhub.webhooks.models import EventType


@dataclass(frozen=True, slots=True)
class RenderedFile:
    """A picture that is already in the content store."""

    pixel_sha256: str
    file_sha256: str
    width: int
    height: int
    file_size: int


def claim_batch(*, family: str, limit: int, holder: str) -> list[Candidate]:
    """Lease the next candidates of ``family``, at most ``limit``, and start their attempts.

    They share a recipe and can be rendered in one forward pass. Returns [] when nothing is due.
    The leases are committed before turns are charged, unless the caller has a transaction open.
    """
    rows = claim_rows(family=family, limit=limit, holder=holder)
    charge_turns(family=family, rows=rows)
    return rows


@transaction.atomic
def begin_rendering(*, request_id: UUID) -> None:
    """Say that a request's first candidate was taken up. Idempotent.

    Apart from the claim, which may not wait for a request's lock: a cancel holds that one while it
    takes the candidates away.
    """
    request = lock_request(request_id)
    if request.status == RequestStatus.QUEUED:
        move_request(request, RequestStatus.RENDERING)


@transaction.atomic
def complete_candidate(
    *,
    request_id: UUID,
    lease: Lease,
    file: RenderedFile,
    environment: dict[str, Any],
    judgement: Judgement | None = None,
) -> Candidate:
    """Record a rendered picture, whose file is already stored, with what a judge says of it.

    Raises ``LeaseLost``.
    """
    request = lock_request(request_id)
    queue = render_queue()
    candidate = queue.held(lease)
    _end_attempt(candidate, AttemptOutcome.RENDERED, environment=environment)
    queue.finish(
        candidate,
        CandidateStatus.RENDERED,
        pixel_sha256=file.pixel_sha256,
        file_sha256=file.file_sha256,
        width=file.width,
        height=file.height,
        file_size=file.file_size,
        rendered_at=timezone.now(),
        progress=request.steps_walked,
        last_error="",
    )
    _keep_judgement(candidate, judgement)
    record(
        actor=SYSTEM,
        action="candidate.rendered",
        of=candidate,
        brand=request.brand_id,
        sandbox=request.sandbox,
        pixel_sha256=file.pixel_sha256,
        lease_token=lease.token,
    )
    append_candidate_event(request, candidate)
    settle_rendering(request)
    return candidate


def _keep_judgement(candidate: Candidate, judgement: Judgement | None) -> None:
    """Keep what is said of this picture, and nothing that was said of an earlier one."""
    if judgement is None:
        Alignment.objects.filter(candidate=candidate).delete()
        return
    Alignment.objects.update_or_create(
        candidate=candidate,
        defaults={
            "brand_id": candidate.brand_id,
            "judge": judgement.judge,
            "score": judgement.score,
            "tags": [asdict(each) for each in judgement.tags],
            "unknown": list(judgement.unknown),
            "features": packed_features(judgement.features),
        },
    )


@transaction.atomic
def fail_candidate(
    *, request_id: UUID, lease: Lease, error: str, retriable: bool = True
) -> Candidate:
    """Record that a candidate's rendering failed with the code ``error``.

    It is tried again, alone and after a back-off, until the cap of attempts; then it is
    quarantined. ``retriable=False`` is for what fails the same way every time: it fails at once.
    Raises ``LeaseLost``.
    """
    request = lock_request(request_id)
    candidate = render_queue().held(lease)
    _end_attempt(candidate, AttemptOutcome.FAILED, error=error)
    _put_back_or_end(request, candidate, error=error, retriable=retriable)
    return candidate


@transaction.atomic
def release_candidate(*, request_id: UUID, lease: Lease) -> Candidate:
    """Give a candidate back unfinished and uncounted: its worker stops on purpose.

    Raises ``LeaseLost``.
    """
    request = lock_request(request_id)
    queue = render_queue()
    candidate = queue.held(lease)
    _end_attempt(candidate, AttemptOutcome.RELEASED)
    queue.give_back(candidate, counted=False)
    append_candidate_event(request, candidate)
    wake_renderers(candidate.family)
    return candidate


@transaction.atomic
def expire_candidate(*, candidate_id: UUID) -> bool:
    """Take a candidate away from a worker whose lease ran out. Returns whether it had.

    It goes back to the front of the queue, or is quarantined at the cap. The first time it stays
    together with those that were drawn with it, and with nobody else: a death is hardly ever the
    fault of a picture, and one by one they would take as many passes. From then on it runs alone,
    so that of a batch that dies again only the one to blame reaches the cap; where the cap leaves
    no attempt for that, it does so at once.
    """
    request_id = Candidate.objects.values_list("request_id", flat=True).get(pk=candidate_id)
    request = lock_request(request_id)
    candidate = render_queue().lock_if_expired(candidate_id)
    if candidate is None:
        return False
    _end_attempt(candidate, AttemptOutcome.EXPIRED, error=LEASE_EXPIRED)
    company = _company_of(candidate) if _may_die_again(candidate) else None
    _put_back_or_end(
        request, candidate, error=LEASE_EXPIRED, retriable=True, expired=True, company=company
    )
    return True


def settle_rendering(request: GenerationRequest) -> None:
    """If no candidate of a locked request is left to render, move the request on. Idempotent.

    With at least one picture it goes to screening; with none it has failed.
    """
    statuses = set(request.candidates.values_list("status", flat=True))
    if not statuses <= RENDERING_OVER:
        return
    if request.status == RequestStatus.QUEUED:
        # Its worker died between the claim and begin_rendering, and another one finished.
        move_request(request, RequestStatus.RENDERING)
    if request.status != RequestStatus.RENDERING:
        return
    if CandidateStatus.RENDERED in statuses or CandidateStatus.SCREENED in statuses:
        move_request(request, RequestStatus.SCREENING)
        moderation().candidates_done(request=request)
        return
    move_request(request, RequestStatus.FAILED, reason="no_candidate_rendered")
    record(
        actor=SYSTEM,
        action="request.failed",
        of=request,
        brand=request.brand_id,
        sandbox=request.sandbox,
    )
    tell_of_request(event_type=EventType.REQUEST_FAILED, request=request)


@transaction.atomic
def reconcile_rendering(*, request_id: UUID) -> bool:
    """Settle a request whose candidates are done although nobody moved it on."""
    request = lock_request(request_id)
    before = request.status
    lock_candidates(request)
    settle_rendering(request)
    return request.status != before


def _put_back_or_end(
    request: GenerationRequest,
    candidate: Candidate,
    *,
    error: str,
    retriable: bool,
    expired: bool = False,
    company: UUID | None = None,
) -> None:
    """``company`` is the batch whose members stay together; without one it runs alone."""
    queue = render_queue()
    if not retriable:
        queue.finish(candidate, CandidateStatus.FAILED, last_error=error[:64])
    elif queue.exhausted(candidate):
        queue.finish(candidate, CandidateStatus.QUARANTINED, last_error=error[:64])
    else:
        # What a dead worker held had its turn and was charged for it: it waits for nobody now. A
        # sandbox has no turns.
        ahead = expired and not request.sandbox
        queue.give_back(
            candidate,
            counted=True,
            # A process that dies again and again would use all attempts up within seconds.
            wait=not expired or queue.died_again(candidate),
            error=error,
            alone=company is None,
            priority=Priority.HIGH if ahead else candidate.priority,
            batch_key=company.hex if company else candidate.batch_key,
        )
        wake_renderers(candidate.family)
    record(
        actor=SYSTEM,
        action=f"candidate.{candidate.status}",
        of=candidate,
        brand=request.brand_id,
        sandbox=request.sandbox,
        error=error,
        attempts=candidate.attempts,
    )
    append_candidate_event(request, candidate)
    settle_rendering(request)


def _may_die_again(candidate: Candidate) -> bool:
    """Whether a second death of its batch would leave it an attempt of its own."""
    return candidate.attempts == 1 and render_queue().terms.max_attempts > 2


def _company_of(candidate: Candidate) -> UUID | None:
    """The batch in which a leased candidate is drawn."""
    attempts = Attempt.objects.filter(candidate=candidate, lease_token=candidate.lease_token)
    return attempts.values_list("batch_id", flat=True).first()


def _end_attempt(
    candidate: Candidate,
    outcome: AttemptOutcome,
    *,
    error: str = "",
    environment: dict[str, Any] | None = None,
) -> None:
    Attempt.objects.filter(candidate=candidate, lease_token=candidate.lease_token).update(
        outcome=outcome, error_code=error[:64], environment=environment or {}, ended_at=Now()
    )
