"""The sweep: what is overdue is taken up again, by whoever registered for it."""

from collections.abc import Callable

import structlog
from celery import shared_task
from django.db import DatabaseError, close_old_connections

log = structlog.get_logger(__name__)

_sweepers: dict[str, Callable[[], int]] = {}


def register_sweeper(name: str, sweeper: Callable[[], int]) -> None:
    """Have ``sweeper`` called by every sweep; it returns how many rows it put right.

    A sweeper locks row by row in transactions of its own and must stand running twice at once.
    """
    _sweepers[name] = sweeper


def sweep() -> dict[str, int]:
    """Run every sweeper. One that fails does not keep the others from running."""
    done: dict[str, int] = {}
    for name, sweeper in _sweepers.items():
        try:
            done[name] = sweeper()
        except DatabaseError:
            log.exception("sweeper_failed", sweeper=name)
            close_old_connections()
    if any(done.values()):
        log.info("swept", **done)
    return done


@shared_task(name="jobs.sweep", ignore_result=True)
def sweep_task() -> None:
    """Beat's tick; late ticks expire, for the next one does the same."""
    sweep()
