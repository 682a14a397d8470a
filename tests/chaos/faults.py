"""What goes wrong, and when: one fault after another, drawn from a seed, each written down.

Every fault of the plan comes once in each round, in a random order, so that none is left to
chance. A fault **fires** when it was felt: a process died or stopped at the boundary, a connection
was cut, a byte was delayed, a write was refused. What was laid out and never met does not count.
"""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import psycopg
import redis

from tests.chaos.proxy import Fault
from tests.chaos.stack import Stack

#: Boundaries of the lease protocol, in rendering, screening and delivery, where workers die.
KILLED_AT = (
    "render.after_claim",
    "render.step",
    "render.after_generate",
    "render.after_file",
    "render.after_complete",
    "screen.after_claim",
    "screen.after_checks",
    "screen.after_finish",
    "webhooks.after_claim",
    "webhooks.after_send",
)
#: Boundaries where they stop, past the lease, and go on.
STOPPED_AT = (
    "render.after_claim",
    "render.after_generate",
    "screen.after_checks",
    "webhooks.after_send",
)
ALL_FAULTS = (
    "kill@submit.after_commit",
    *(f"kill@{boundary}" for boundary in KILLED_AT),
    "kill@sweep.begin",
    *(f"stop@{boundary}" for boundary in STOPPED_AT),
    "kill@web",
    "kill@beat",
    "kill@worker0",
    "kill@renderer0",
    "stop@renderer1",
    "restart-postgres",
    "cut-connections",
    "empty-valkey",
    "valkey-down",
    "valkey-slow",
    "valkey-half-open",
    "disk-full",
)
#: How long a stopped process stays so: past every lease of a run, and a sweep.
STOPPED_SECONDS = 9.0
#: How long a fault that waits at a boundary is left there.
WAITING_SECONDS = 10.0
#: The same at a boundary that only a mutant has.
UNSURE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Happened:
    """A fault, from when until when, the processes it hit, and how often it was felt."""

    name: str
    began: float
    ended: float
    pids: frozenset[int]
    fired: int


@dataclass(eq=False)
class Injector(threading.Thread):
    """Lets one fault happen after the other until it is stopped.

    Between two of them it waits for a ``pause`` and until ``accepted()`` has grown by ``spacing``:
    on a slow machine, too, most of the time goes into work and not into starting again.
    """

    stack: Stack
    seed: int
    only: tuple[str, ...] = ()
    pause: tuple[float, float] = (0.5, 2.0)
    accepted: Callable[[], int] = lambda: 0
    spacing: int = 0
    happened: list[Happened] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(daemon=True, name="injector")
        self._random = random.Random(self.seed)
        self._stop_event = threading.Event()

    @property
    def kills(self) -> int:
        """SIGKILLs that reached a process, a process with its children counted once."""
        return sum(each.fired for each in self.happened if each.name.startswith("kill@"))

    def fired(self) -> dict[str, tuple[int, int]]:
        """Per fault of the plan: how often it was tried, and how often felt."""
        tried = Counter(each.name for each in self.happened)
        felt: Counter[str] = Counter()
        for each in self.happened:
            felt[each.name] += each.fired
        return {name: (tried[name], felt[name]) for name in self.only or ALL_FAULTS}

    def stop(self) -> None:
        """No further fault; the one at work is taken back first."""
        self._stop_event.set()
        self.join(120)
        for order in self.stack.faults.iterdir():
            if "." in order.name and not order.name.startswith("."):
                order.unlink(missing_ok=True)

    def run(self) -> None:
        enough = -self.spacing
        while True:
            for name in self._round():
                if self._stop_event.wait(self._random.uniform(*self.pause)):
                    return
                due = enough + self.spacing
                while self.accepted() < due:
                    if self._stop_event.wait(0.5):
                        return
                enough = self.accepted()
                began = time.time()
                pids, fired = self._inject(name)
                self.happened.append(Happened(name, began, time.time(), frozenset(pids), fired))

    def _round(self) -> list[str]:
        names = list(self.only or ALL_FAULTS)
        self._random.shuffle(names)
        return names

    def _inject(self, name: str) -> tuple[list[int], int]:
        action, _, what = name.partition("@")
        if "." in what:
            pid = self._at_boundary(action, what)
            return ([pid], 1) if pid is not None else ([], 0)
        if action == "kill":
            pids = self.stack.members[what].signal_all(signal.SIGKILL)
            return pids, int(bool(pids))
        if action == "stop":
            pids = self.stack.members[what].signal_all(signal.SIGSTOP)
            self._stop_event.wait(STOPPED_SECONDS)
            for pid in pids:
                _continue(pid)
            return pids, int(bool(pids))
        return [], self._service(name)

    def _at_boundary(self, action: str, boundary: str) -> int | None:
        """Lay the order out and wait until a process took it; None if nobody came by."""
        order = self.stack.faults / boundary
        before = len(self._takers(boundary))
        order.write_text(action)
        patience = UNSURE_SECONDS if boundary.startswith("outbox.") else WAITING_SECONDS
        end = time.monotonic() + patience
        while order.exists() and time.monotonic() < end and not self._stop_event.is_set():
            time.sleep(0.02)
        order.unlink(missing_ok=True)
        time.sleep(0.1)  # Between taking the order and writing it down.
        takers = self._takers(boundary)
        if len(takers) == before:
            return None
        if action == "stop":
            self._stop_event.wait(STOPPED_SECONDS)
            _continue(takers[-1])
        return takers[-1]

    def _takers(self, boundary: str) -> list[int]:
        return [int(line.split()[1]) for line in self._log() if f" {boundary} " in line]

    def _log(self) -> list[str]:
        log = self.stack.faults / "log"
        return log.read_text().splitlines() if log.exists() else []

    def _service(self, name: str) -> int:
        if name == "restart-postgres":
            self.stack.restart_postgres()
            return 1
        if name == "cut-connections":
            return self._cut_connections()
        if name == "empty-valkey":
            with redis.Redis.from_url(self.stack.layout.redis_url()) as client:
                keys = int(client.dbsize())  # type: ignore[arg-type]
                client.flushall()
            return keys
        if name == "disk-full":
            return self._disk_full()
        before = self.stack.proxy.felt
        self.stack.proxy.be(Fault[name.removeprefix("valkey-").upper().replace("-", "_")])
        self._stop_event.wait(4)
        self.stack.proxy.be(Fault.NONE)
        return self.stack.proxy.felt - before

    def _cut_connections(self) -> int:
        with psycopg.connect(self.stack.layout.database_url(), autocommit=True) as connection:
            rows = connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
            ).fetchall()
        return len(rows)

    def _disk_full(self) -> int:
        """Nothing can be written below the storage folder until somebody has tried to."""
        marker = self.stack.faults / "disk-full.on"
        before = sum(" disk-full " in line for line in self._log())
        marker.touch()
        self._stop_event.wait(3)
        marker.unlink()
        return sum(" disk-full " in line for line in self._log()) - before


def _continue(pid: int) -> None:
    """Continue a stopped process; it may have been killed meanwhile."""
    try:
        os.kill(pid, signal.SIGCONT)
    except ProcessLookupError:
        return
