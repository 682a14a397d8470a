"""Races by construction: a second connection does its part at a point that the test chooses."""

import threading
import time
from collections.abc import Callable
from typing import Any

from django.db import connection

from brandhub.jobs import boundaries


class InAnotherConnection:
    """Runs ``work`` in a thread with a database connection of its own."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self._work = work
        self.result: Any = None
        self.error: BaseException | None = None
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        try:
            self.result = self._work()
        except BaseException as error:  # noqa: BLE001 - handed to the test's own thread
            self.error = error
        finally:
            connection.close()

    def start(self) -> "InAnotherConnection":
        self._thread.start()
        return self

    def finish(self, *, seconds: float = 60) -> Any:
        """Wait for the end; return the result or raise what it raised."""
        self._thread.join(seconds)
        assert not self._thread.is_alive(), "the other connection is still waiting"
        if self.error is not None:
            raise self.error
        return self.result


def elsewhere(work: Callable[[], Any]) -> Any:
    """Do ``work`` in another connection, from start to end, and return its result."""
    return InAnotherConnection(work).start().finish()


def together(*works: Callable[[], Any]) -> list[Any]:
    """Do all ``works`` at once, each in a connection of its own, released by one barrier.

    Returns each one's result, or the exception it raised.
    """
    barrier = threading.Barrier(len(works))

    def released(work: Callable[[], Any]) -> Callable[[], Any]:
        def run() -> Any:
            barrier.wait(60)
            return work()

        return run

    running = [InAnotherConnection(released(work)).start() for work in works]
    results = []
    for each in running:
        try:
            results.append(each.finish())
        except Exception as error:  # noqa: BLE001 - the outcome of a race is what is asked for
            results.append(error)
    return results


def _waiting_for_locks() -> int:
    with connection.cursor() as cursor:
        # Only of this database: another process's tests use the same server.
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            " AND datname = current_database() AND backend_type = 'client backend'"
        )
        return int(cursor.fetchone()[0])


def until_somebody_waits() -> None:
    """Return once another connection waits for a lock, which is long before it gives up."""
    pause, end = threading.Event(), time.monotonic() + 60
    while time.monotonic() < end:
        if elsewhere(_waiting_for_locks):
            return
        pause.wait(0.01)
    raise AssertionError("nobody waited")


class AtBoundary:
    """While entered, does ``work`` once, when the protocol first passes the boundary ``name``."""

    def __init__(self, name: str, work: Callable[[], Any]) -> None:
        self._name = name
        self._work = work
        self.passed = 0

    def __enter__(self) -> "AtBoundary":
        boundaries.listen(self._listen)
        return self

    def __exit__(self, *_: object) -> None:
        boundaries.listen(None)

    def _listen(self, name: str) -> None:
        if name == self._name:
            self.passed += 1
            if self.passed == 1:
                self._work()
