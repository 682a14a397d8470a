"""What goes wrong, and when: one fault after another, drawn from a seed, each written down."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from dataclasses import dataclass, field

import psycopg
import redis

from tests.chaos.proxy import Fault
from tests.chaos.stack import Stack

#: Boundaries at which a render worker can be killed or stopped.
RENDER_BOUNDARIES = (
    "render.after_claim",
    "render.step",
    "render.after_generate",
    "render.after_file",
    "render.after_complete",
)


@dataclass(frozen=True, slots=True)
class Happened:
    """A fault, from when until when, and the processes it hit."""

    name: str
    began: float
    ended: float
    pids: frozenset[int] = frozenset()


@dataclass(eq=False)
class Injector(threading.Thread):
    """Draws a fault, lets it happen, waits, draws the next; stops by itself."""

    stack: Stack
    seed: int
    only: tuple[str, ...] = ()
    pause: tuple[float, float] = (0.5, 2.0)
    happened: list[Happened] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(daemon=True, name="injector")
        self._random = random.Random(self.seed)
        self._stop_event = threading.Event()

    def stop(self) -> None:
        """No further fault; the one at work is taken back first."""
        self._stop_event.set()
        self.join(60)
        for order in self.stack.faults.iterdir():
            if order.name != "log" and not order.name.startswith("."):
                order.unlink(missing_ok=True)

    def run(self) -> None:
        while not self._stop_event.wait(self._random.uniform(*self.pause)):
            name = self._random.choice(self.only or ALL_FAULTS)
            began = time.time()
            pids = self._inject(name)
            self.happened.append(Happened(name, began, time.time(), frozenset(pids)))

    def _inject(self, name: str) -> list[int]:
        action, _, what = name.partition("@")
        if action in ("kill", "stop") and "." in what:
            return self._at_boundary(action, what)
        if action == "kill":
            return self.stack.members[what].signal_all(signal.SIGKILL)
        if action == "stop":
            return self._stall(what)
        return self._service(name)

    def _at_boundary(self, action: str, boundary: str) -> list[int]:
        """Lay the order out and wait until a process took it, or nobody came by."""
        order = self.stack.faults / boundary
        order.write_text(action)
        end = time.monotonic() + 5
        while order.exists() and time.monotonic() < end and not self._stop_event.is_set():
            time.sleep(0.05)
        order.unlink(missing_ok=True)
        pid = self._last_taker(boundary)
        if action == "stop" and pid is not None:
            # Past the lease and a sweep, so that somebody else has the row by then.
            self._stop_event.wait(9)
            _signal(pid, signal.SIGCONT)
        return [pid] if pid is not None else []

    def _last_taker(self, boundary: str) -> int | None:
        log = self.stack.faults / "log"
        lines = log.read_text().splitlines() if log.exists() else []
        takers = [int(line.split()[1]) for line in lines if f" {boundary} " in line]
        return takers[-1] if takers else None

    def _stall(self, member: str) -> list[int]:
        """A machine that hangs past the lease and comes back."""
        pids = self.stack.members[member].signal_all(signal.SIGSTOP)
        self._stop_event.wait(9)
        for pid in pids:
            _signal(pid, signal.SIGCONT)
        return pids

    def _service(self, name: str) -> list[int]:
        if name == "restart-postgres":
            self.stack.restart_postgres()
        elif name == "cut-connections":
            with psycopg.connect(self.stack.layout.database_url(), autocommit=True) as connection:
                connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
                )
        elif name == "empty-valkey":
            with redis.Redis.from_url(self.stack.layout.redis_url()) as client:
                client.flushall()
        elif name == "disk-full":
            self._disk_full()
        else:
            self.stack.proxy.be(Fault[name.removeprefix("valkey-").upper().replace("-", "_")])
            self._stop_event.wait(4)
            self.stack.proxy.be(Fault.NONE)
        return []

    def _disk_full(self) -> None:
        """Nothing can be written below the storage folder for a while."""
        marker = self.stack.faults / "disk-full.on"
        marker.touch()
        self._stop_event.wait(3)
        marker.unlink()


ALL_FAULTS = (
    "kill@submit.after_commit",
    *(f"kill@{boundary}" for boundary in RENDER_BOUNDARIES),
    *(f"stop@{boundary}" for boundary in ("render.after_claim", "render.after_generate")),
    "kill@web",
    "kill@beat",
    "kill@worker",
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


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
