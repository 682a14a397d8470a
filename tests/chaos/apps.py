"""Inside each process of the product: faults wait at boundaries, mutants take safeguards out.

Every lease is written into a ledger besides: who claimed which row under which token, and when it
was left. The checker reads from it how long the work of a dead process lay about.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from brandhub.jobs.models import LeasedModel

FAULTS = "BRANDHUB_CHAOS_FAULTS"
MUTANT = "BRANDHUB_CHAOS_MUTANT"


class ChaosConfig(AppConfig):
    name = "tests.chaos"
    label = "chaos"

    def ready(self) -> None:
        from brandhub.jobs import boundaries
        from tests.chaos.mutants import MUTANTS

        faults = Path(os.environ[FAULTS])
        boundaries.listen(_BoundaryFaults(faults))
        _let_the_disk_fill_up(faults / "disk-full.on", faults / "log")
        _look_without_networks()
        mutant = os.environ.get(MUTANT)
        if mutant:
            MUTANTS[mutant].apply()
        _keep_the_ledger(faults / "ledger")


def append(path: Path, *words: object) -> None:
    """Add a line to a file that many processes write: time, process, ``words``."""
    line = " ".join([f"{time.time():.6f}", str(os.getpid()), *map(str, words)])
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, f"{line}\n".encode())
    finally:
        os.close(descriptor)


class _BoundaryFaults:
    """Dies or stalls at a boundary for which the injector has laid out a file.

    The file ``<boundary>`` holds what to do; taking it is a rename, so one process only obeys.
    What was done is written down before it is done, for the checker.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, boundary: str) -> None:
        order = self._folder / boundary
        if not order.exists():
            return
        taken = self._folder / f".{boundary}.{os.getpid()}.{time.monotonic_ns()}"
        try:
            order.rename(taken)
        except FileNotFoundError:
            return
        action = taken.read_text()
        append(self._folder / "log", boundary, action)
        if action == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        elif action == "stop":
            # The injector continues it after the lease has run out.
            os.kill(os.getpid(), signal.SIGSTOP)


def _let_the_disk_fill_up(marker: Path, log: Path) -> None:
    """While ``marker`` exists, the store's sync fails as it does on a full disk."""
    from brandhub.common import storage

    class FullDisk:
        """The module ``os`` as the store sees it."""

        def __getattr__(self, name: str) -> object:
            return getattr(os, name)

        def fsync(self, descriptor: int) -> None:
            if marker.exists():
                append(log, "disk-full", "refused")
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(descriptor)

    storage.os = FullDisk()  # type: ignore[assignment]


def _look_without_networks() -> None:
    """Leave the two checks out that run a neural network: most of a run's time would be theirs.

    What they find in noise of 64 pixels is no matter of the protocol, which the other checks go
    through in the same way.
    """
    if "worker" not in sys.argv:
        return
    from moderation import screener

    networks = {"nudity", "text_in_picture"}
    screener.IMAGE_CHECKS = tuple(
        check for check in screener.IMAGE_CHECKS if check.name not in networks
    )


def _keep_the_ledger(ledger: Path) -> None:
    """Write down each claim and each end of a lease once it is committed."""
    from django.db import transaction

    from avatars.queue import render_queue
    from avatars.services import rendering
    from brandhub.jobs.protocol import LeasedQueue

    claim, claim_rows, leave = LeasedQueue.claim, rendering.claim_rows, LeasedQueue._leave

    def note(queue: str, rows: Sequence[LeasedModel]) -> None:
        noted = [(queue, row.pk, row.lease_token) for row in rows]
        transaction.on_commit(lambda: [append(ledger, "claim", *each) for each in noted])

    def noting_claim(self, rows, **options):  # type: ignore[no-untyped-def]
        claimed = claim(self, rows, **options)
        note(self.name, claimed)
        return claimed

    def noting_claim_rows(**options):  # type: ignore[no-untyped-def]
        claimed = claim_rows(**options)
        note(render_queue().name, claimed)
        return claimed

    def noting_leave(self, row, status, values):  # type: ignore[no-untyped-def]
        noted = (self.name, row.pk, row.lease_token)
        left = leave(self, row, status, values)
        transaction.on_commit(lambda: append(ledger, "leave", *noted))
        return left

    LeasedQueue.claim = noting_claim  # type: ignore[method-assign]
    rendering.claim_rows = noting_claim_rows
    LeasedQueue._leave = noting_leave  # type: ignore[method-assign]
