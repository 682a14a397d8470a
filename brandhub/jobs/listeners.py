"""Whether anybody listens: work that is due and that nobody takes up lacks a worker.

Who starts or ends a task has heard its queue, and whoever holds a lease works. Where neither has
been so for ``PATIENCE``, and rows wait for longer than that, no worker of the queue runs, or all of
them hang. The sweep goes on hinting, and nothing is lost; but nothing gets done either, and only an
operator can mend that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic
from typing import Any, Self

import structlog
from celery import Task
from celery.signals import task_postrun, task_prerun
from django.core.cache import cache
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from redis.exceptions import RedisError

from brandhub.common.metrics.gauges import age
from brandhub.jobs.protocol import LeasedQueue
from brandhub.jobs.sweep import register_sweeper

log = structlog.get_logger(__name__)

#: How long work may wait before its queue is asked for, and for how long a queue counts as heard. A
#: drain ends sooner unless it is set otherwise, and what takes longer holds a lease.
PATIENCE = timedelta(minutes=2)
#: How often a process says what it has heard: not around each task, which a Redis that is slow
#: would keep waiting twice.
NOTED_EVERY = PATIENCE / 4
#: By queue, when this process says so again.
_due: dict[str, float] = {}
#: How often the log is told of the same queue.
TOLD_EVERY_SECONDS = 60
_TOLD = "jobs:unheard-told"


@dataclass(frozen=True, slots=True)
class Line:
    """The work behind one Celery queue: which rows are due, and whether somebody holds any."""

    queue: str
    work: LeasedQueue[Any]
    rows: Q = field(default_factory=Q)

    @classmethod
    def of(cls, queue: str, work: LeasedQueue[Any], **rows: Any) -> Self:
        """Those of ``work`` that match ``rows``."""
        return cls(queue, work, Q(**rows))

    def oldest_due(self) -> QuerySet[Any, timedelta | None]:
        """How long the row that has been due longest has been so: one age, or none.

        A queue whose index is in another order than that looks its own way. What is asked depends
        on no time but the database's.
        """
        due = self.work.due().filter(self.rows).order_by("available_at")
        return due.values_list(age("available_at"), flat=True)[:1]

    @property
    def waits(self) -> bool:
        """Whether something of it has been due for longer than anybody should take."""
        return self.work.due().filter(self.rows, available_at__lt=Now() - PATIENCE).exists()

    @property
    def is_held(self) -> bool:
        """Whether somebody works on some of it."""
        return self.work.under_way().filter(self.rows).exists()


def note_heard(queue: str) -> None:
    """Remember that somebody listens to ``queue`` now; in vain while Redis is away."""
    try:
        cache.set(_heard(queue), 1, timeout=int(PATIENCE.total_seconds()))
    except (RedisError, OSError) as error:
        log.warning("queue_not_noted", queue=queue, error=type(error).__name__)


def _was_heard(queue: str) -> bool:
    return cache.get(_heard(queue)) is not None


def _heard(queue: str) -> str:
    return f"heard:{queue}"


@task_prerun.connect
@task_postrun.connect
def _hear(task: Task, **_: Any) -> None:
    queue, now = (task.request.delivery_info or {}).get("routing_key"), monotonic()
    if queue and now >= _due.get(queue, now):
        _due[queue] = now + NOTED_EVERY.total_seconds()
        note_heard(queue)


_lines: list[Callable[[], Iterable[Line]]] = []


def all_lines() -> Iterator[Line]:
    """Every line there is now."""
    for lines in _lines:
        yield from lines()


def register_lines(lines: Callable[[], Iterable[Line]]) -> None:
    """Have these lines looked at; ``lines`` is called anew each time."""
    _lines.append(lines)


def unheard_queues() -> list[str]:
    """Celery queues with work that waits and that nobody takes up, by name.

    Empty while Redis is away: who listens cannot be told then.
    """
    try:
        return sorted(
            {
                line.queue
                for line in all_lines()
                if line.waits and not line.is_held and not _was_heard(line.queue)
            }
        )
    except (RedisError, OSError):
        return []


def tell_of_unheard_queues() -> int:
    """Warn in the log of queues that nobody listens to, once a minute; put nothing right."""
    try:
        if not cache.add(_TOLD, 1, timeout=TOLD_EVERY_SECONDS):
            return 0
    except (RedisError, OSError):
        return 0
    for queue in unheard_queues():
        log.warning("queue_unheard", queue=queue)
    return 0


register_sweeper("queues.unheard", tell_of_unheard_queues)
