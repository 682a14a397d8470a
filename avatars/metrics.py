"""How requests and their drawing go."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Max

from avatars.models import Attempt, GenerationRequest
from avatars.states import OPEN_REQUESTS, AttemptOutcome
from brandhub.common.counting import COUNTED
from brandhub.common.metrics.gauges import (
    Gauge,
    Sample,
    age,
    by_value,
    newest,
    register_reading,
    seconds,
)

OPEN = Gauge(
    "brandhub_requests_open",
    f"Requests that are not settled, by status; {COUNTED} stands for more.",
    ("status",),
)
OLDEST = Gauge(
    "brandhub_requests_oldest_seconds",
    "Age, since it was submitted, of the oldest request in this status; 0 where there is none.",
    ("status",),
)
ATTEMPTS = Gauge(
    "brandhub_attempts_recent",
    f"How the attempts at drawing of the last ten minutes ended, the newest {COUNTED} of them;"
    " expired are those whose lease was lost.",
    ("outcome",),
)


def read_requests() -> Iterator[Sample]:
    """One query for each open status."""
    for status in sorted(OPEN_REQUESTS):
        oldest = GenerationRequest.objects.filter(status=status).order_by("pk")[:COUNTED]
        found = oldest.aggregate(number=Count("pk"), age=Max(age("created_at")))
        yield OPEN.at(found["number"], status)
        yield OLDEST.at(seconds(found["age"]), status)


def read_attempts() -> Iterator[Sample]:
    """One query."""
    return by_value(ATTEMPTS, newest(Attempt.objects.all()), "outcome", AttemptOutcome.values)


register_reading("requests", read_requests, OPEN, OLDEST)
register_reading("attempts", read_attempts, ATTEMPTS)
