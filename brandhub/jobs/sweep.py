"""The sweep: what is overdue is taken up again, by whoever registered for it.

Beat's process runs it in a thread of its own, not as a task: it finds work for the others, and
must wait neither for a broker that is away nor for a worker that is busy.
"""

import threading
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import structlog
from celery.signals import beat_init
from django.conf import settings
from django.db import close_old_connections, connection

from brandhub.common.connections import release_connection
from brandhub.jobs.boundaries import boundary

log = structlog.get_logger(__name__)

Row = TypeVar("Row")

_sweepers: dict[str, Callable[[], int]] = {}


def register_sweeper(name: str, sweeper: Callable[[], int]) -> None:
    """Have ``sweeper`` called by every sweep; it returns how many rows it put right.

    A sweeper locks row by row in transactions of its own and must stand running twice at once.
    """
    _sweepers[name] = sweeper


def sweep() -> dict[str, int]:
    """Run every sweeper. One that fails does not keep the others from running."""
    boundary("sweep.begin")
    done: dict[str, int] = {}
    for name, sweeper in _sweepers.items():
        try:
            done[name] = sweeper()
        except Exception:
            log.exception("sweeper_failed", sweeper=name)
            close_old_connections()
    if any(done.values()):
        log.info("swept", **done)
    return done


def sweep_rows(rows: Iterable[Row], deed: Callable[[Row], object]) -> int:
    """Do ``deed`` with each of ``rows`` and return with how many it had something to do.

    A row with which it fails is logged and passed over. It is among the first again each time, and
    would keep every row behind it from its turn. Raises what was raised if the database is gone.
    """
    done = 0
    for row in rows:
        try:
            done += bool(deed(row))
        except Exception:
            if not connection.is_usable():
                raise
            log.exception("row_not_swept", row=str(row))
    return done


def sweep_until(stop: threading.Event) -> None:
    """Sweep every ``SWEEP_SECONDS`` until ``stop`` is set; no connection is held in between."""
    while not stop.wait(settings.SWEEP_SECONDS):
        sweep()
        release_connection()


@beat_init.connect
def _sweep_beside_beat(**_: Any) -> None:
    threading.Thread(
        target=sweep_until, args=(threading.Event(),), name="sweep", daemon=True
    ).start()
