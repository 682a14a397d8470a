"""What the followers of a request are told: durable events in order, and fleeting progress."""

from typing import Any
from uuid import UUID

from django.db import transaction

from avatars.models import Candidate, GenerationRequest, RequestEvent
from brandhub.common.fanout import publish


def channel_of(request_id: UUID) -> str:
    """The Redis channel on which a request's followers are woken."""
    return f"request:{request_id}"


def append_request_event(
    *, request: GenerationRequest, kind: RequestEvent.Kind, data: dict[str, Any]
) -> RequestEvent:
    """Number and keep one event of ``request``, and wake its followers after the commit.

    The caller holds the request's row lock, which is what makes the numbers gapless.
    """
    request.event_sequence += 1
    request.save(update_fields=["event_sequence"])
    return _keep(request, kind, data)


def append_first_event(
    *, request: GenerationRequest, kind: RequestEvent.Kind, data: dict[str, Any]
) -> RequestEvent:
    """As :func:`append_request_event`, for a request just made with ``event_sequence=1``."""
    return _keep(request, kind, data)


def _keep(
    request: GenerationRequest, kind: RequestEvent.Kind, data: dict[str, Any]
) -> RequestEvent:
    event = RequestEvent.objects.create(
        request=request, sequence=request.event_sequence, kind=kind, data=data
    )
    channel = channel_of(request.pk)
    transaction.on_commit(lambda: publish(channel, {"kind": "event"}), robust=True)
    return event


def append_candidate_event(request: GenerationRequest, candidate: Candidate) -> RequestEvent:
    """Say where a candidate of ``request`` stands now."""
    return append_request_event(
        request=request,
        kind=RequestEvent.Kind.CANDIDATE,
        data={
            "id": str(candidate.pk),
            "index": candidate.index,
            "status": candidate.status,
            "verdict": candidate.verdict,
        },
    )


def publish_progress(request_id: UUID, *, candidates: list[int], step: int, steps: int) -> None:
    """Tell who is watching now that ``candidates`` of a request have finished ``step``."""
    publish(
        channel_of(request_id),
        {"kind": "progress", "candidates": candidates, "step": step, "steps": steps},
    )
