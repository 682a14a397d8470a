"""How the queues stand: what waits, for how long, who holds it, and which nobody listens to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from django.db.models import Count, Q
from django.db.models.functions import Now

from brandhub.common.counting import COUNTED
from brandhub.common.metrics.gauges import Gauge, Sample, register_reading, seconds, some
from brandhub.jobs.listeners import Line, all_lines, unheard_queues
from brandhub.jobs.protocol import LEASE_EXPIRED

_LABELS = ("queue", "work")
OLDEST_DUE = Gauge(
    "brandhub_queue_oldest_due_seconds",
    "Seconds for which the row that waits longest has been due; 0 where nothing is due.",
    _LABELS,
)
ROWS = Gauge(
    "brandhub_queue_rows",
    f"Rows that are due, that wait for a back-off, that somebody holds, and whose lease has run"
    f" out; {COUNTED} stands for more.",
    (*_LABELS, "state"),
)
TAKEN_BACK = Gauge(
    "brandhub_queue_rows_taken_back",
    f"Rows that wait because whoever held them was gone; {COUNTED} stands for more.",
    _LABELS,
)
UNHEARD = Gauge(
    "brandhub_queue_unheard",
    "1 where work has waited for two minutes and nobody listens to the queue.",
    ("queue",),
)


def read_queues() -> Iterator[Sample]:
    """Three queries for each line of work, whatever waits."""
    for line in all_lines():
        labels = (line.queue, line.work.name)
        yield OLDEST_DUE.at(seconds(line.oldest_due()), *labels)
        waiting = _waiting(line)
        for state, number in {**waiting, **_taken(line)}.items():
            gauge, more = (TAKEN_BACK, ()) if state == "taken_back" else (ROWS, (state,))
            yield gauge.at(number, *labels, *more)


def read_unheard() -> Iterator[Sample]:
    """Of a queue that is heard, or has nothing that waits, 0."""
    unheard = Counter(unheard_queues())
    for queue in sorted({line.queue for line in all_lines()}):
        yield UNHEARD.at(unheard[queue], queue)


def _waiting(line: Line) -> dict[str, int]:
    due = Q(available_at__lte=Now())
    return some(line.work.waiting().filter(line.rows)).aggregate(
        due=Count("pk", filter=due),
        later=Count("pk", filter=~due),
        taken_back=Count("pk", filter=Q(last_error=LEASE_EXPIRED)),
    )


def _taken(line: Line) -> dict[str, int]:
    held = Q(lease_until__gte=Now())
    return some(line.work.taken().filter(line.rows)).aggregate(
        held=Count("pk", filter=held), lapsed=Count("pk", filter=~held)
    )


register_reading("queues", read_queues, OLDEST_DUE, ROWS, TAKEN_BACK)
register_reading("listeners", read_unheard, UNHEARD)
