"""A worker's child that takes a dead one's place ends the leases which that one left.

A child that is killed, most often for its memory, is reaped by its parent, which forks another in
its place at once. The new child reads its predecessor's number from a table that all children of
the worker share; the parent has buried that process, so its leases protect nothing any more, and
waiting for them to run out would only cost time. The token still fences whatever it wrote last.

A worker that dies as a whole has no heir; the sweep finds its leases when they have run out.
"""

from __future__ import annotations

import multiprocessing
import os
import socket
import threading
from collections.abc import Callable
from typing import Any

import structlog
from billiard import current_process
from celery.signals import worker_process_init
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from brandhub.jobs.protocol import LeasedQueue
from brandhub.jobs.sweep import sweep

log = structlog.get_logger(__name__)

#: Places of one worker; children beyond these have no heirs.
PLACES = 256
#: The process number of each place's latest child, made before the forks and shared by them.
_numbers = multiprocessing.get_context("fork").RawArray("q", PLACES)
_queues: dict[str, Callable[[], LeasedQueue[Any]]] = {}


def holder_name(number: int | None = None) -> str:
    """How a process of this machine signs its leases; this one by default."""
    return f"{socket.gethostname()}:{number or os.getpid()}"


def register_queue(name: str, queue: Callable[[], LeasedQueue[Any]]) -> None:
    """Have leases of this queue ended when the process that held them is known to be dead."""
    _queues[name] = queue


def inherit(number: int) -> int:
    """End every lease of the dead process ``number`` of this machine and sweep; return how many."""
    ended = sum(queue().end_leases_of(holder_name(number)) for queue in _queues.values())
    if ended:
        log.info("leases_inherited", ended=ended, dead=number)
        sweep()
    return ended


def take_place(place: int) -> int | None:
    """Note this process as the child in ``place``; return the number of the one before, if any."""
    former = _numbers[place]
    _numbers[place] = os.getpid()
    return former if former and former != os.getpid() else None


@worker_process_init.connect
def _succeed(**_: Any) -> None:
    place = getattr(current_process(), "index", PLACES)
    former = take_place(place) if place < PLACES else None
    if former is not None:
        # Beside the start: a child that does not report within seconds is taken for hung.
        threading.Thread(target=_inherit, args=(former,), name="inheritance", daemon=True).start()


def _inherit(number: int) -> None:
    connections[DEFAULT_DB_ALIAS] = _unpooled_connection()
    try:
        inherit(number)
    except DatabaseError:
        # The database may be restarting; the leases run out by themselves and the sweep finds them.
        log.warning("leases_not_inherited", dead=number, exc_info=True)
    finally:
        connection.close()


def _unpooled_connection() -> BaseDatabaseWrapper:
    """A connection past the pool, which Celery closes at a child's start and before each task."""
    own = connections.create_connection(DEFAULT_DB_ALIAS)
    options = {key: value for key, value in own.settings_dict["OPTIONS"].items() if key != "pool"}
    own.settings_dict = own.settings_dict | {"OPTIONS": options}
    return own
