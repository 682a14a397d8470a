"""Putting a request's candidates into the render queue."""

import hashlib

from avatars.models import Candidate, GenerationRequest
from avatars.queue import RENDER_TASK, join_turns, queue_name
from avatars.states import CandidateStatus
from brandhub.jobs.hints import hint_on_commit


def batch_key_of(request: GenerationRequest) -> str:
    """Hash of what candidates must share to be rendered in one forward pass."""
    parts = (
        request.base_model.content_hash,
        str(request.image_size),
        str(request.steps),
        repr(request.guidance_scale),
        request.scheduler,
        repr(request.strength),
        request.guidance_schedule,
        # Company in a forward pass costs time, and a test may cost live work none.
        *(["sandbox"] if request.sandbox else []),
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def enqueue_candidates(request: GenerationRequest) -> list[Candidate]:
    """Create the candidates of a request that has just become queued, and wake a worker.

    Candidates exist only from here on: what is held has nothing that a worker could take.
    """
    family = request.base_model.family
    key = batch_key_of(request)
    join_turns(brand_id=request.brand_id, family=family, sandbox=request.sandbox)
    candidates = Candidate.objects.bulk_create(
        Candidate(
            request=request,
            brand_id=request.brand_id,
            index=index,
            seed=request.seed + index,
            family=family,
            batch_key=key,
            priority=request.queue_priority,
            queued_at=request.queued_at,
            status=CandidateStatus.QUEUED,
        )
        for index in range(request.candidate_count)
    )
    wake_renderers(family)
    return candidates


def wake_renderers(family: str) -> None:
    """Hint a worker of ``family`` once the surrounding transaction has committed."""
    hint_on_commit(RENDER_TASK, queue=queue_name(family), family=family)
