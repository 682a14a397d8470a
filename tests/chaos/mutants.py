"""Safeguards taken out one at a time, so that the checker proves it would see them missing.

Each patches the product inside its processes when they start; the product has no switch for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mutant:
    """A missing safeguard: what it is, how it is taken out, and under which faults it shows."""

    what: str
    apply: Callable[[], None]
    faults: tuple[str, ...]


def _no_fencing() -> None:
    """A row belongs to whoever claims to have it, whatever became of it since."""
    from django.db.models import Q

    from brandhub.jobs.protocol import Lease, LeasedQueue

    def held_by_anyone(self: LeasedQueue, leases: Iterable[Lease]):  # type: ignore[no-untyped-def]
        mine = Q(pk__in=[lease.id for lease in leases])
        return self._rows.filter(mine)

    def leave_from_anywhere(self, row, status, values):  # type: ignore[no-untyped-def]
        values = {"status": status, "lease_until": None, **values}
        for name, value in values.items():
            setattr(row, name, value)
        row.save(update_fields=list(values))
        return row

    LeasedQueue._held = held_by_anyone  # type: ignore[method-assign]
    LeasedQueue._leave = leave_from_anywhere  # type: ignore[method-assign]


def _no_sweep() -> None:
    """Nobody takes up what a dead worker held, and nobody repeats a lost hint."""
    from brandhub.jobs import sweep

    sweep._sweepers.clear()
    sweep.register_sweeper = lambda name, sweeper: None  # type: ignore[assignment]


def _no_outbox() -> None:
    """Events are written after the commit of what they tell, not with it."""
    from django.db import transaction

    from avatars.services import telling
    from brandhub.jobs.boundaries import boundary
    from brandhub.webhooks.services import emission

    def emit_later(**event):  # type: ignore[no-untyped-def]
        # The counter as it is now: the object may have moved on when the commit comes.
        bot = event["bot"]
        frozen = _Counter(bot.pk, bot.event_sequence) if bot is not None else None

        def write() -> None:
            boundary("outbox.after_commit")
            with transaction.atomic():
                emission.emit(**{**event, "bot": frozen})

        transaction.on_commit(write)

    telling.emit = emit_later  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class _Counter:
    pk: object
    event_sequence: int


def _no_request_lock() -> None:
    """Requests are read without a lock: two members of a batch settle it at the same time.

    What is read lies about for a moment, as it would if a request had more to be read.
    """
    import time

    from avatars import locking
    from avatars.models import GenerationRequest
    from avatars.services import cancellation, holding, rendering
    from moderation import locking as case_locking
    from moderation.services import screening

    def read(request_id):  # type: ignore[no-untyped-def]
        request = GenerationRequest.objects.select_related("bot").get(pk=request_id)
        time.sleep(0.05)
        return request

    locking.lock_request = read  # type: ignore[assignment]
    for module in (cancellation, holding, rendering, screening, case_locking):
        module.lock_request = read  # type: ignore[attr-defined]


MUTANTS = {
    "fencing": Mutant("a late worker may write", _no_fencing, ("stop@render.after_generate",)),
    "sweep": Mutant("nobody looks for what is overdue", _no_sweep, ("kill@render.after_claim",)),
    "outbox": Mutant(
        "events are written after the commit",
        _no_outbox,
        ("kill@outbox.after_commit", "cut-connections"),
    ),
    "request-lock": Mutant("requests are changed without their lock", _no_request_lock, ()),
}
