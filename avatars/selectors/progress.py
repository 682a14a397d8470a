"""How far a request is, as a person waiting for it wants to know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from avatars.hooks import moderation
from avatars.models import Candidate, GenerationRequest
from avatars.selectors.listings import wearing
from avatars.selectors.queue import Standing, standing_of
from avatars.states import RENDERING_OVER, RequestStatus

#: The stations of a request's way, each with the statuses in which it is there.
STAGES = (
    (RequestStatus.QUEUED, {RequestStatus.HELD, RequestStatus.QUEUED}),
    (RequestStatus.RENDERING, {RequestStatus.RENDERING, RequestStatus.FAILED}),
    (RequestStatus.SCREENING, {RequestStatus.SCREENING}),
    (RequestStatus.IN_REVIEW, {RequestStatus.IN_REVIEW}),
)
_WAITING = {RequestStatus.QUEUED, RequestStatus.RENDERING}


@dataclass(frozen=True, slots=True)
class RequestProgress:
    """A moment of a request's way.

    ``stage`` counts the stations that lie behind; all four for one that is through. ``percent``
    is of the rendering. ``position`` is the number of requests ahead, ``estimate`` the seconds
    until all pictures are rendered; both None where that is not known or over. With ``at_least``
    the queue is longer than is counted, and both are the least they can be.
    """

    stage: int
    percent: int
    rendered: int
    position: int | None
    estimate: float | None
    at_least: bool
    stopped: bool


def request_with_progress(requests: QuerySet[GenerationRequest]) -> QuerySet[GenerationRequest]:
    """``requests`` with everything that their own page shows, in a fixed number of queries."""
    return requests.select_related(
        "bot",
        "brand",
        "base_model",
        "client",
        "requested_by",
        "continues",
        "style_revision__style__brand",
    ).prefetch_related(
        "brand__palette",
        "references",
        Prefetch("candidates", queryset=Candidate.objects.order_by("index")),
        Prefetch("bot__versions", queryset=wearing().queryset, to_attr="worn"),
    )


def request_progress(request: GenerationRequest) -> RequestProgress:
    """Where ``request`` is. Its candidates are read if they are not prefetched."""
    candidates = list(request.candidates.all())
    over = [candidate for candidate in candidates if candidate.status in RENDERING_OVER]
    standing = standing_of(request) if request.status in _WAITING else Standing()
    return RequestProgress(
        stage=_stage_of(request, candidates),
        percent=round(100 * len(over) / (len(candidates) or 1)),
        rendered=len(over),
        position=standing.position,
        estimate=standing.seconds,
        at_least=standing.at_least,
        stopped=request.status
        in {RequestStatus.FAILED, RequestStatus.CANCELLED, RequestStatus.DECLINED},
    )


def _stage_of(request: GenerationRequest, candidates: list[Candidate]) -> int:
    for number, (_, statuses) in enumerate(STAGES):
        if request.status in statuses:
            return number
    if request.status == RequestStatus.CANCELLED or not candidates:
        # It stopped where it was: as far as its time stamps say.
        stamps = (request.rendering_at, request.screening_at, request.in_review_at)
        return sum(stamp is not None for stamp in stamps)
    return len(STAGES)


def last_decision(request_id: UUID) -> dict[str, Any] | None:
    """What was decided in the end about a request, as JSON; None before it was."""
    decisions = moderation().decisions_of(request_ids=[request_id]).get(request_id, [])
    # What colleagues still have to agree to is nobody else's business yet.
    final = [each for each in decisions if each["is_final"]]
    return final[-1] if final else None
