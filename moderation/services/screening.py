"""Screening as leased work: started with a request's pictures, finished once, never skipped.

Every way out of a run goes through the locks of bot, request and run. However a run ends, its
candidate gets a verdict or leaves: one that could not be checked is put before a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from avatars.locking import lock_request
from avatars.models import Candidate, GenerationRequest
from avatars.services import (
    advance_after_screening,
    decide_in_sandbox,
    fail_screening,
    record_screening,
)
from avatars.states import CandidateStatus, RequestStatus, Verdict
from brandhub.common.storage import StoredFileMissing
from brandhub.jobs.hints import hint_on_commit
from brandhub.jobs.protocol import LEASE_EXPIRED, Lease
from moderation.checks.contract import CheckResult, worst_of
from moderation.models import Finding, PictureFingerprint, ScreeningRun
from moderation.queue import SCREEN_QUEUE, SCREEN_TASK, screening_queue
from moderation.services.cases import open_case
from moderation.services.decisions import approve_by_policy
from moderation.services.policies import policy_in_force
from moderation.states import LIVE_OR_DONE, CaseKind, FindingVerdict, ScreeningStatus

if TYPE_CHECKING:
    # Pictures need numeric libraries, which stay out of the web processes.
    from moderation.checks.picture import Fingerprint, PictureAlignment

#: The finding that stands for checks which never came to a word.
UNCHECKED = "screening"


def start_screenings(*, request: GenerationRequest) -> list[ScreeningRun]:
    """Queue a run for each picture of a locked request that has none, and wake a worker."""
    waiting = request.candidates.filter(status=CandidateStatus.RENDERED).exclude(
        screening_runs__status__in=sorted(LIVE_OR_DONE)
    )
    policy = policy_in_force(request.brand_id)
    runs = ScreeningRun.objects.bulk_create(
        ScreeningRun(
            brand_id=request.brand_id, candidate=candidate, policy=policy, sandbox=request.sandbox
        )
        for candidate in waiting.order_by("index")
    )
    if runs:
        hint_on_commit(SCREEN_TASK, queue=SCREEN_QUEUE)
    else:
        _advance(request)
    return runs


@transaction.atomic
def claim_screening(*, holder: str) -> ScreeningRun | None:
    """Lease the run that waits longest, those of sandboxes after all others, with candidate,
    request and brand; None if none is due.
    """
    queue = screening_queue()
    waiting = queue.due().order_by("sandbox", "available_at", "pk")
    rows = queue.claim(waiting, limit=1, holder=holder)
    if not rows:
        return None
    candidate = Candidate.objects.select_related("request__brand").get(pk=rows[0].candidate_id)
    rows[0].candidate = candidate
    return rows[0]


@transaction.atomic
def finish_screening(
    *,
    candidate: Candidate,
    lease: Lease,
    results: Sequence[CheckResult],
    fingerprint: Fingerprint | None = None,
    alignment: PictureAlignment | None = None,
) -> Verdict:
    """Write the findings, the verdict and what follows from it, once. Raises ``LeaseLost``.

    ``results`` are the checks' own words; the run's policy makes the verdicts of them.
    """
    request = lock_request(candidate.request_id)
    queue = screening_queue()
    run = queue.held(lease)
    judged = [run.rules.judge(each) for each in results]
    verdict = worst_of(judged)
    _write_findings(request, run, judged)
    if fingerprint is not None:
        PictureFingerprint.objects.update_or_create(
            candidate=candidate,
            defaults={
                "brand_id": request.brand_id,
                "pdq": fingerprint.bits,
                "quality": fingerprint.quality,
                "features": list(alignment.features) if alignment else None,
                "judge": alignment.judge if alignment else "",
            },
        )
    record_screening(request=request, candidate_id=candidate.pk, verdict=verdict)
    queue.finish(run, ScreeningStatus.DONE, finished_at=Now(), last_error="")
    _advance(request)
    return verdict


@transaction.atomic
def give_up_screening(*, candidate: Candidate, lease: Lease, error: str) -> ScreeningRun:
    """Say that a run ended with the code ``error`` before the checks had spoken.

    It is tried again after a back-off. At the cap of attempts a person decides; only a picture
    whose file is gone leaves, for there is nothing to look at. Raises ``LeaseLost``.
    """
    request = lock_request(candidate.request_id)
    run = screening_queue().held(lease)
    _put_back_or_end(request, run, error=error)
    return run


@transaction.atomic
def expire_screening(*, run_id: UUID) -> bool:
    """Take a run away from a worker whose lease ran out. Returns whether it had."""
    request_id = ScreeningRun.objects.values_list("candidate__request_id", flat=True).get(pk=run_id)
    request = lock_request(request_id)
    run = screening_queue().lock_if_expired(run_id)
    if run is None:
        return False
    _put_back_or_end(request, run, error=LEASE_EXPIRED, wait=screening_queue().died_again(run))
    return True


@transaction.atomic
def reconcile_screening(*, request_id: UUID) -> bool:
    """Start what a request in screening lacks, or move it on. Returns whether anything was due."""
    request = lock_request(request_id)
    if request.status != RequestStatus.SCREENING:
        return False
    return bool(start_screenings(request=request)) or request.status != RequestStatus.SCREENING


def cancel_screenings(*, request: GenerationRequest) -> list[ScreeningRun]:
    """Void the runs of a locked request that was cancelled."""
    queue = screening_queue()
    runs = list(
        ScreeningRun.objects.select_for_update(no_key=True, of=("self",))
        .filter(
            candidate__request=request,
            status__in=[ScreeningStatus.QUEUED, ScreeningStatus.RUNNING],
        )
        .order_by("pk")
    )
    for run in runs:
        queue.take_away(run, ScreeningStatus.CANCELLED, finished_at=Now())
    return runs


def _put_back_or_end(
    request: GenerationRequest, run: ScreeningRun, *, error: str, wait: bool = True
) -> None:
    queue = screening_queue()
    if not queue.exhausted(run):
        queue.give_back(run, counted=True, wait=wait, error=error, alone=True)
        hint_on_commit(SCREEN_TASK, queue=SCREEN_QUEUE)
        return
    candidate = Candidate.objects.get(pk=run.candidate_id)
    if error == StoredFileMissing.code:
        fail_screening(request=request, candidate_id=candidate.pk, reason=error)
    else:
        unchecked = CheckResult(
            check=UNCHECKED,
            version="1",
            category="platform",
            verdict=FindingVerdict.UNKNOWN,
            evidence={"error": error, "attempts": run.attempts},
        )
        _write_findings(request, run, [unchecked])
        record_screening(request=request, candidate_id=candidate.pk, verdict=worst_of([unchecked]))
    queue.finish(run, ScreeningStatus.FAILED, finished_at=Now(), last_error=error[:64])
    _advance(request)


def _write_findings(
    request: GenerationRequest, run: ScreeningRun, results: Sequence[CheckResult]
) -> None:
    Finding.objects.bulk_create(
        Finding(
            brand_id=request.brand_id,
            request=request,
            candidate_id=run.candidate_id,
            policy_id=run.policy_id,
            check_name=result.check,
            check_version=result.version,
            category=result.category,
            verdict=result.verdict,
            own_verdict=result.own_verdict or result.verdict,
            score=result.score,
            threshold=result.threshold,
            evidence=result.evidence,
        )
        for result in results
    )


def _advance(request: GenerationRequest) -> None:
    """Once every picture has its verdict, put the request before the reviewers.

    That includes one whose pictures are all blocked: it is declined, and open to an override.
    Where the policy says so, a clean picture is approved at once. In a sandbox its rule decides.
    """
    before = request.status
    status = advance_after_screening(request=request)
    if status not in {RequestStatus.IN_REVIEW, RequestStatus.DECLINED}:
        return
    if request.sandbox:
        decide_in_sandbox(request=request)
        return
    case = open_case(request=request, kind=CaseKind.IMAGE)
    if before != status == RequestStatus.IN_REVIEW:
        approve_by_policy(request=request, case=case)
