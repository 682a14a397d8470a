"""Reading the gauges: together, within a time, and each alone in failing."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from time import monotonic

import structlog
from django.db import DatabaseError, connection, transaction
from psycopg_pool import PoolTimeout

from brandhub.common.metrics.gauges import Reading, Sample, readings

log = structlog.get_logger(__name__)

#: Milliseconds of one statement: figures that cost more are not worth it.
STATEMENT_MS = 2000
#: Seconds after which what was not read yet is left out. With one more statement and five seconds
#: of waiting for a connection this is within Prometheus's ten.
PATIENCE = 3.0
#: Seconds for which what was read is shown again, whoever asks.
KEPT = 5.0


@dataclass(frozen=True, slots=True)
class Taken:
    """What was read, the names of the readings that failed, and whether PostgreSQL answered."""

    samples: list[Sample] = field(default_factory=list)
    failed: frozenset[str] = frozenset()
    answered: bool = True
    seconds: float = 0.0


def take_readings() -> Taken:
    """Read every gauge that is registered. What fails is logged and named; nothing is raised.

    Where the database does not answer everything fails, after one wait for it.
    """
    began = monotonic()
    samples: list[Sample] = []
    missing = {each.name: each for each in readings()}
    answered = True
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL statement_timeout = {STATEMENT_MS}")
            for reading in list(missing.values()):
                if monotonic() - began > PATIENCE:
                    log.warning("readings_left_out", readings=sorted(missing))
                    break
                if (found := _samples_of(reading)) is not None:
                    samples += found
                    del missing[reading.name]
    except (DatabaseError, PoolTimeout) as error:
        answered = False
        log.warning("readings_failed", readings=sorted(missing), error=type(error).__name__)
    return Taken(samples, frozenset(missing), answered, monotonic() - began)


def _samples_of(reading: Reading) -> list[Sample] | None:
    """None where it failed. Raises ``DatabaseError`` if the connection is gone."""
    try:
        with transaction.atomic():
            return list(reading.read())
    except Exception:
        if not connection.is_usable():
            raise
        log.exception("reading_failed", reading=reading.name)
        return None


class KeptReadings:
    """What was read last, read anew when it is older than :data:`KEPT`; one asker reads for all."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        """Read anew whenever somebody asks next."""
        self._taken = Taken()
        self._until = float("-inf")

    def get(self) -> Taken:
        """What was read last."""
        with self._lock:
            if monotonic() >= self._until:
                self._taken = take_readings()
                self._until = monotonic() + KEPT
            return self._taken
