"""Where a request stands in the queue, and how long that will take.

A request's own candidates are few, and mostly loaded already: they are counted here and not asked
for again.
"""

from datetime import datetime

from django.db.models import Count, Q

from avatars.models import Attempt, Candidate, GenerationRequest
from avatars.states import AttemptOutcome, CandidateStatus

#: So many of the last executions tell how fast this installation is.
SAMPLE = 40


def _candidates(request: GenerationRequest, *statuses: CandidateStatus) -> list[Candidate]:
    return [each for each in request.candidates.all() if each.status in statuses]


def _first_queued_at(candidates: list[Candidate]) -> datetime | None:
    return min((each.queued_at for each in candidates if each.queued_at), default=None)


def queue_position(request: GenerationRequest) -> int | None:
    """How many requests will be taken up before this one; 0 for the next.

    None when nothing of it waits. Counts what has a higher priority or waited longer; the turns
    between brands can move a request forward.
    """
    own = _first_queued_at(_candidates(request, CandidateStatus.QUEUED))
    if own is None:
        return None
    ahead = Candidate.objects.filter(
        Q(priority__gt=request.priority) | Q(priority=request.priority, queued_at__lt=own),
        status=CandidateStatus.QUEUED,
        family=request.base_model.family,
    ).exclude(request=request)
    return ahead.aggregate(n=Count("request", distinct=True))["n"]


def seconds_per_candidate(family: str) -> float | None:
    """Mean of the last executions of a family, a batch's time shared by its members.

    None before the first one has ended.
    """
    recent = (
        Attempt.objects.filter(
            outcome=AttemptOutcome.RENDERED, candidate__family=family, ended_at__isnull=False
        )
        .order_by("-id")
        .values_list("started_at", "ended_at", "batch_size")[:SAMPLE]
    )
    shares = [(ended - started).total_seconds() / size for started, ended, size in recent if ended]
    return sum(shares) / len(shares) if shares else None


def estimate_seconds(request: GenerationRequest) -> float | None:
    """Until all candidates of the request are rendered; None when done or nothing is known."""
    unfinished = (CandidateStatus.QUEUED, CandidateStatus.RENDERING)
    remaining = _candidates(request, *unfinished)
    first = _first_queued_at(remaining)
    if first is None:
        return None
    each = seconds_per_candidate(request.base_model.family)
    if each is None:
        return None
    ahead = Candidate.objects.filter(
        Q(priority__gt=request.priority) | Q(priority=request.priority, queued_at__lt=first),
        status__in=unfinished,
        family=request.base_model.family,
    ).exclude(request=request)
    return round((ahead.count() + len(remaining)) * each, 1)


def estimate_for_new(*, family: str, candidates: int) -> float | None:
    """As :func:`estimate_seconds`, for a request that would be submitted now."""
    each = seconds_per_candidate(family)
    if each is None:
        return None
    waiting = Candidate.objects.filter(
        family=family, status__in=[CandidateStatus.QUEUED, CandidateStatus.RENDERING]
    ).count()
    return round((waiting + candidates) * each, 1)
