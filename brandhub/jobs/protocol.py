"""The lease protocol: how rows become work, and how work is lost by nobody and done by one.

Read this module first. Rendering, screening, webhook deliveries, checks of adapters and trainings
are tables with the columns of :class:`~brandhub.jobs.models.LeasedModel`, and each has one
:class:`LeasedQueue`.

* The row is the job. A Celery message only says "look at the table"; it carries no work, so any
  number of messages may be lost or doubled.
* A **claim** takes ready rows nobody else is taking (``FOR UPDATE SKIP LOCKED``), raises their
  ``lease_token`` and gives them a ``lease_until`` by the database's clock. The work happens after
  that transaction, outside any other.
* A **renewal** extends the lease, never past a hard limit from the claim.
* A **finish** goes through :meth:`LeasedQueue.held`, which locks the row only while it still
  carries the token of the claim. Whoever takes a row away (sweep, cancel) raises the token, so a
  late worker, however alive, writes nothing: it gets :class:`LeaseLost`.
* The **sweep** gives rows with an expired lease back until the cap of attempts.

Every method that changes a row runs in the caller's transaction and under the row's lock, because
what belongs to the change (request, audit, outbox) must commit with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Least, Now
from django.utils.translation import gettext_lazy as _

from brandhub.common.errors import Conflict
from brandhub.common.transitions import TransitionGuard
from brandhub.jobs.models import LeasedModel

M = TypeVar("M", bound=LeasedModel)

#: ``last_error`` of a row whose worker was gone before it had said anything.
LEASE_EXPIRED = "lease_expired"


class LeaseLost(Conflict):
    """The row was taken away (expired, cancelled, finished by another): write nothing."""

    code = "lease_lost"
    title = _("This work was given to somebody else")


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on one row: proven by the token, not by time or by name."""

    id: UUID
    token: int
    attempt: int


@dataclass(frozen=True, slots=True)
class LeaseTerms:
    """How long a lease lasts without a heartbeat, how long at all, and how often it is tried."""

    lease: timedelta
    hard_limit: timedelta
    max_attempts: int
    #: Delay before attempt n + 1, after attempt n failed.
    backoff: Callable[[int], timedelta]


#: Which rows may be claimed, and what a claim writes into them, for a queue's own statement as for
#: :meth:`LeasedQueue.claim`: :meth:`LeasedQueue.claim_values` fills both in. Written out, for a
#: claim is made hundreds of times a second, and the ORM would compose it each time.
READY_SQL = "status = %(ready)s AND available_at <= statement_timestamp()"
LEASING_SQL = """
status = %(running)s, lease_token = lease_token + 1, attempts = attempts + 1,
leased_at = statement_timestamp(), lease_until = statement_timestamp() + %(lease)s,
lease_holder = %(holder)s
"""
_LEASE_SQL = f"UPDATE {{table}} SET {LEASING_SQL} WHERE id = ANY(%(ids)s)"  # noqa: S608 - own


class LeasedQueue(Generic[M]):
    """The protocol over one table, whose rows go from ``ready`` to ``running`` and out."""

    def __init__(
        self,
        name: str,
        model: type[M],
        *,
        ready: str,
        running: str,
        guard: TransitionGuard,
        terms: LeaseTerms,
    ) -> None:
        self.name = name
        self.model = model
        self.ready = ready
        self.running = running
        self.guard = guard
        self.terms = terms

    @property
    def _rows(self) -> models.QuerySet[M]:
        return self.model._default_manager.all()

    def waiting(self) -> models.QuerySet[M]:
        """Rows that nobody holds, those included that may not be claimed yet."""
        return self._rows.filter(status=self.ready)

    def due(self) -> models.QuerySet[M]:
        """Rows that may be claimed now."""
        return self.waiting().filter(available_at__lte=Now())

    def taken(self) -> models.QuerySet[M]:
        """Rows that somebody took, those included whose lease has run out."""
        return self._rows.filter(status=self.running)

    def under_way(self) -> models.QuerySet[M]:
        """Rows that somebody holds, by a lease that has not run out."""
        return self.taken().filter(lease_until__gte=Now())

    def claim(self, rows: models.QuerySet[M], *, limit: int, holder: str) -> list[M]:
        """Lease up to ``limit`` of ``rows``, in their order, skipping what others are taking.

        Returns the rows with their new token. Runs in the caller's transaction; the leases are
        real once that commits. The time limit counts from now, by the database's clock.
        """
        _require_transaction()
        chosen = list(
            rows.filter(status=self.ready, available_at__lte=Now()).select_for_update(
                skip_locked=True, of=("self",)
            )[:limit]
        )
        if not chosen:
            return []
        with transaction.get_connection().cursor() as cursor:
            cursor.execute(
                _LEASE_SQL.format(table=self.model._meta.db_table),
                self.claim_values(holder) | {"ids": [row.pk for row in chosen]},
            )
        for row in chosen:
            row.status = self.running  # type: ignore[attr-defined]
            row.lease_token += 1
            row.attempts += 1
        return chosen

    def claim_values(self, holder: str) -> dict[str, Any]:
        """The values of :data:`READY_SQL` and :data:`LEASING_SQL`. Raises ``InvalidTransition``."""
        self.guard.check(self.ready, self.running)
        return {
            "ready": self.ready,
            "running": self.running,
            "lease": self.terms.lease,
            "holder": holder[:120],
        }

    @staticmethod
    def lease_of(row: LeasedModel) -> Lease:
        return Lease(id=row.pk, token=row.lease_token, attempt=row.attempts)

    def renew(self, leases: Iterable[Lease]) -> frozenset[UUID]:
        """Extend the leases that are still held, and return their ids. No lock is kept.

        A lease past its hard limit is not extended: what hangs must not renew itself for ever.
        """
        held = self._held(leases).filter(leased_at__gt=Now() - self.terms.hard_limit)
        held.update(
            lease_until=Least(
                Now() + self.terms.lease,
                F("leased_at") + self.terms.hard_limit,
                output_field=models.DateTimeField(),
            )
        )
        # Looked up after the update: a row taken away in between is reported as lost.
        return frozenset(held.values_list("pk", flat=True))

    def _held(self, leases: Iterable[Lease]) -> models.QuerySet[M]:
        mine = Q(pk__in=[])
        for lease in leases:
            mine |= Q(pk=lease.id, lease_token=lease.token)
        return self._rows.filter(mine, status=self.running)

    def held(self, lease: Lease) -> M:
        """Lock and return the row of ``lease``. Raises :class:`LeaseLost` if it is not ours now."""
        _require_transaction()
        row = self._held([lease]).select_for_update(of=("self",), no_key=True).first()
        if row is None:
            raise LeaseLost
        return row

    def finish(self, row: M, status: str, **values: Any) -> M:
        """Move a locked row out of ``running`` and end its lease. Raises ``InvalidTransition``."""
        return self._leave(row, status, {"lease_holder": row.lease_holder, **values})

    def give_back(
        self,
        row: M,
        *,
        counted: bool,
        wait: bool = True,
        error: str = "",
        alone: bool = False,
        at_least: timedelta = timedelta(),
        **values: Any,
    ) -> M:
        """Put a locked row back to ``ready``.

        ``counted=False`` is for a worker that stops on purpose: the attempt is not held against
        the row. Otherwise it waits for the back-off, unless ``wait=False``: what a process held
        that died goes, the first time, before what came later. It never waits less than
        ``at_least``.
        ``alone`` makes it run by itself. Further columns are set from ``values``.
        """
        attempts = row.attempts if counted else max(row.attempts - 1, 0)
        backoff = self.terms.backoff(row.attempts) if counted and wait else timedelta()
        delay = max(backoff, at_least)
        # What need not wait keeps the time from which it was due, and so its place before others.
        due = {"available_at": Now() + delay} if delay else {}
        return self._leave(
            row,
            self.ready,
            {
                **due,
                "attempts": attempts,
                "run_alone": row.run_alone or alone,
                "last_error": error[:64],
                "lease_holder": "",
                **values,
            },
        )

    def take_away(self, row: M, status: str, **values: Any) -> M:
        """Move a locked row, leased or not, to ``status`` and void whatever lease is out on it."""
        return self._leave(row, status, {"lease_holder": "", **values})

    def take_away_all(self, waiting: models.QuerySet[M], status: str, **values: Any) -> int:
        """:meth:`take_away` of every ``ready`` row of ``waiting``, in one statement however many.

        Returns how many there were. Raises ``InvalidTransition``.
        """
        _require_transaction()
        self.guard.check(self.ready, status)
        return waiting.filter(status=self.ready).update(
            status=status,
            lease_token=F("lease_token") + 1,
            lease_until=None,
            **{"lease_holder": "", **values},
        )

    def exhausted(self, row: M) -> bool:
        """Whether the row has used up its attempts."""
        return row.attempts >= self.terms.max_attempts

    @staticmethod
    def died_again(row: LeasedModel) -> bool:
        """Whether the attempt before this one ended with its worker's death, too.

        One death is the machine's affair and keeps the row waiting for nothing; of a row that dies
        twice in a row the next worker may well die, too. What failed otherwise in between says
        nothing of either.
        """
        return row.last_error == LEASE_EXPIRED

    def expired(self, *, limit: int = 100) -> list[UUID]:
        """Ids of rows whose lease ran out: for the sweep, which locks them one by one."""
        rows = self._rows.filter(status=self.running, lease_until__lt=Now())
        return list(rows.order_by("lease_until").values_list("pk", flat=True)[:limit])

    def holders(self) -> list[str]:
        """Names of those who hold leases now."""
        rows = self._rows.filter(status=self.running).order_by()
        return list(rows.values_list("lease_holder", flat=True).distinct())

    def end_leases_of(self, holder: str) -> int:
        """Let the leases of a process that is known to be dead run out now; return how many.

        The rows stay ``running`` until the sweep takes them, as after any expiry.
        """
        held = self._rows.filter(status=self.running, lease_holder=holder[:120])
        return held.filter(lease_until__gt=Now()).update(lease_until=Now())

    def lock_if_expired(self, row_id: UUID) -> M | None:
        """Lock the row if its lease has run out by now; None if it was renewed or is being done."""
        _require_transaction()
        return (
            self._rows.filter(pk=row_id, status=self.running, lease_until__lt=Now())
            .select_for_update(skip_locked=True, of=("self",), no_key=True)
            .first()
        )

    def _leave(self, row: M, status: str, values: dict[str, Any]) -> M:
        _require_transaction()
        self.guard.check(row.status, status)  # type: ignore[attr-defined]
        values = {
            "status": status,
            "lease_token": row.lease_token + 1,
            "lease_until": None,
            **values,
        }
        for name, value in values.items():
            setattr(row, name, value)
        row.save(update_fields=list(values))
        return row


def _require_transaction() -> None:
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("the lease protocol changes rows in the caller's transaction")


def exponential_backoff(*, first: timedelta, cap: timedelta) -> Callable[[int], timedelta]:
    """A back-off of ``first``, doubled with each further attempt, never over ``cap``."""

    def delay(attempt: int) -> timedelta:
        return min(first * 2 ** min(max(attempt - 1, 0), 30), cap)

    return delay
