"""Inside each process of the product: faults wait at boundaries, mutants take safeguards out."""

import errno
import os
import signal
import time
from pathlib import Path

from django.apps import AppConfig

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
        _let_the_disk_fill_up(faults / "disk-full.on")
        mutant = os.environ.get(MUTANT)
        if mutant:
            MUTANTS[mutant].apply()


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
        self._write_down(boundary, action)
        if action == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        elif action == "stop":
            # The injector continues it after the lease has run out.
            os.kill(os.getpid(), signal.SIGSTOP)

    def _write_down(self, boundary: str, action: str) -> None:
        line = f"{time.time():.6f} {os.getpid()} {boundary} {action}\n"
        descriptor = os.open(self._folder / "log", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, line.encode())
        finally:
            os.close(descriptor)


def _let_the_disk_fill_up(marker: Path) -> None:
    """While ``marker`` exists, the store's sync fails as it does on a full disk."""
    from brandhub.common import storage

    class FullDisk:
        """The module ``os`` as the store sees it."""

        def __getattr__(self, name: str) -> object:
            return getattr(os, name)

        def fsync(self, descriptor: int) -> None:
            if marker.exists():
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(descriptor)

    storage.os = FullDisk()  # type: ignore[assignment]
