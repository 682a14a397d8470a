"""The heartbeat: a thread that renews leases while, and only while, the work moves."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import timedelta
from types import TracebackType
from typing import Self
from uuid import UUID

import structlog
from django.db import DatabaseError, close_old_connections, connection

from brandhub.jobs.protocol import Lease, LeasedQueue

log = structlog.get_logger(__name__)


class Heartbeat:
    """Renews ``leases`` every ``interval`` as long as :meth:`progressed` is called in between.

    The thread beats for the work, not for the process: a device that hangs finishes no step, so
    its lease runs out although the process lives. ``lost`` are the rows that were taken away
    meanwhile; the work looks at it between steps and stops when nothing is left to do.

    The first beat counts as moved: a claim is followed by set-up before the first step.
    """

    def __init__(self, queue: LeasedQueue, leases: Sequence[Lease], *, interval: timedelta) -> None:
        self._queue = queue
        self._leases = {lease.id: lease for lease in leases}
        self._interval = interval.total_seconds()
        self._moved = threading.Event()
        self._moved.set()
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._lost: set[UUID] = set()
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._thread.join()

    def progressed(self) -> None:
        """Say that a step was finished since the last beat."""
        self._moved.set()

    @property
    def lost(self) -> frozenset[UUID]:
        """Rows that are no longer ours."""
        with self._lock:
            return frozenset(self._lost)

    @property
    def all_lost(self) -> bool:
        """Whether nothing of the work is wanted any more."""
        with self._lock:
            return len(self._lost) == len(self._leases)

    def beat(self) -> None:
        """Renew once, if the work has moved since the last time."""
        if not self._moved.is_set():
            return
        self._moved.clear()
        with self._lock:
            current = [lease for lease in self._leases.values() if lease.id not in self._lost]
        held = self._queue.renew(current)
        with self._lock:
            self._lost.update(lease.id for lease in current if lease.id not in held)

    def _run(self) -> None:
        try:
            while not self._stop.wait(self._interval):
                try:
                    self.beat()
                except DatabaseError:
                    # The database may be restarting. The lease goes on running out, which is the
                    # safe side; the next beat tries again on a fresh connection.
                    self._moved.set()
                    log.warning("heartbeat_failed", queue=self._queue.name, exc_info=True)
                    close_old_connections()
        finally:
            connection.close()
