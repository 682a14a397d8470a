"""Who holds leases, and what becomes of the leases of processes that are dead.

A holder's name says on which machine, in which of its process namespaces, and under which number
it runs. Whoever shares that namespace can ask the kernel whether it lives still, and need not wait
until its leases have run out: a lease protects somebody's work, and the dead do none. Beat asks in
every sweep, and each child of a worker as it starts, for most often it takes a dead one's place.
Elsewhere, in another container too, the leases of the dead run out by themselves.

A mistake would cost double work and nothing else: the token fences whatever the holder writes.
"""

from __future__ import annotations

import os
import socket
import sys
import threading
import uuid
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import structlog
from celery.signals import worker_process_init
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from brandhub.jobs.protocol import LeasedQueue
from brandhub.jobs.sweep import register_sweeper, sweep

log = structlog.get_logger(__name__)

_queues: dict[str, Callable[[], LeasedQueue[Any]]] = {}


def register_queue(name: str, queue: Callable[[], LeasedQueue[Any]]) -> None:
    """Have leases of this queue ended when the process that held them is known to be dead."""
    _queues[name] = queue


@cache
def _namespace() -> str:
    """Where process numbers mean what they mean here.

    A container that is started anew may get the number of its predecessor's namespace, but only
    once everything in that one is dead. Where the kernel does not say which one this is, the name
    is nobody else's, so that nothing is taken to be known of anybody.
    """
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        space = Path("/proc/self/ns/pid").stat().st_ino
    except OSError:
        # Without Linux there are no namespaces, and a machine is known by its network card.
        number = uuid.uuid4() if sys.platform == "linux" else uuid.UUID(int=uuid.getnode())
        return f"{socket.gethostname()[:64]}/{number.hex}"
    return f"{socket.gethostname()[:64]}/{boot[:8]}-{space}"


def holder_name(number: int | None = None) -> str:
    """How a process of this namespace signs its leases; this one by default."""
    return f"{_namespace()}:{number or os.getpid()}"


def is_dead(holder: str) -> bool:
    """Whether ``holder`` is known to live no more. False for whoever lives elsewhere."""
    namespace, _, number = holder.rpartition(":")
    if namespace != _namespace() or not number.isdecimal():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except (PermissionError, OverflowError):
        return False
    return _is_zombie(int(number))


def _is_zombie(number: int) -> bool:
    """Dead, but its parent has not asked how it ended."""
    try:
        fields = Path(f"/proc/{number}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    # The name, in brackets, may hold anything; the state is the first field after it.
    return fields.rpartition(")")[2].split()[0] in {"Z", "X"}


def end_leases_of_the_dead() -> int:
    """End every lease that a dead process of this namespace holds; return how many.

    The rows are due for the sweep as after any expiry.
    """
    ended = 0
    for queue in (make() for make in _queues.values()):
        for holder in filter(is_dead, queue.holders()):
            if leases := queue.end_leases_of(holder):
                log.info("leases_of_the_dead_ended", queue=queue.name, holder=holder, leases=leases)
            ended += leases
    return ended


# Before the sweepers of the queues, which then find these leases at once.
register_sweeper("leases of the dead", end_leases_of_the_dead)


@worker_process_init.connect
def _look_for_the_dead(**_: Any) -> None:
    # Beside the start: a child that does not report within seconds is taken for hung.
    threading.Thread(target=_succeed, name="succession", daemon=True).start()


def _succeed() -> None:
    connections[DEFAULT_DB_ALIAS] = _unpooled_connection()
    try:
        if end_leases_of_the_dead():
            sweep()
    except DatabaseError:
        # The database may be restarting; the next sweep looks again.
        log.warning("leases_of_the_dead_not_ended", exc_info=True)
    finally:
        connection.close()


def _unpooled_connection() -> BaseDatabaseWrapper:
    """A connection past the pool, which Celery closes at a child's start and before each task."""
    own = connections.create_connection(DEFAULT_DB_ALIAS)
    options = {key: value for key, value in own.settings_dict["OPTIONS"].items() if key != "pool"}
    own.settings_dict = own.settings_dict | {"OPTIONS": options}
    return own
