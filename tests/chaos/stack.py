"""The whole product on one machine, for a while: services, processes, and a supervisor."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psutil

from brandhub.embedded.launch import command_line
from brandhub.embedded.layout import Layout
from brandhub.embedded.services import Services, ownership
from brandhub.embedded.stack import WORKER_QUEUES
from brandhub.settings.env import BASE_DIR
from tests.chaos.apps import FAULTS, MUTANT
from tests.chaos.proxy import FaultProxy

_CELERY = ("celery", "-A", "brandhub", "worker", "--pool", "prefork")
_QUIET = ("--without-gossip", "--without-mingle", "--loglevel", "WARNING")

#: The intervals of a chaos run, seconds. The lease must still outlast a stalled machine's hiccup.
INTERVALS = {
    "BRANDHUB_RENDER_LEASE_SECONDS": "6",
    "BRANDHUB_RENDER_HEARTBEAT_SECONDS": "1.5",
    "BRANDHUB_SWEEP_SECONDS": "1",
    "BRANDHUB_RENDER_DRAIN_SECONDS": "10",
    # Kills are many and blind here; a candidate that is hit by chance is not poison.
    "BRANDHUB_RENDER_MAX_ATTEMPTS": "30",
    "BRANDHUB_WEBHOOK_TIMEOUT_SECONDS": "3",
    "BRANDHUB_WEBHOOK_LEASE_SECONDS": "6",
    "BRANDHUB_WEBHOOK_DRAIN_SECONDS": "10",
}


@dataclass
class Member:
    """A process that is kept running, and every incarnation it had."""

    name: str
    arguments: tuple[str, ...]
    environment: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    starts: int = 0
    pids: set[int] = field(default_factory=set)

    def start(self) -> None:
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                command_line([sys.executable, "-m", *self.arguments], with_signal=signal.SIGKILL),
                cwd=BASE_DIR,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.starts += 1

    def family(self) -> list[psutil.Process]:
        """The process and its children; empty when it is gone."""
        try:
            parent = psutil.Process(self.process.pid if self.process else -1)
            return [parent, *parent.children(recursive=True)]
        except (psutil.NoSuchProcess, ValueError):
            return []

    def signal_all(self, number: signal.Signals) -> list[int]:
        """Send ``number`` to all of it; return the pids that were hit."""
        hit = []
        for each in reversed(self.family()):
            try:
                each.send_signal(number)
            except psutil.NoSuchProcess:
                continue
            hit.append(each.pid)
        return hit


class Stack:
    """Services and processes under one folder; restarts a process as soon as it has died."""

    def __init__(
        self,
        folder: Path,
        *,
        models: Path,
        mutant: str = "",
        renderers: int = 2,
        port: int,
        settings: str = "tests.chaos.settings",
        intervals: Mapping[str, str] = INTERVALS,
        durable: bool = False,
    ) -> None:
        self.folder = folder
        self.faults = folder / "faults"
        self.layout = Layout(folder / "data")
        self.address = f"http://127.0.0.1:{port}"
        self.renderers = renderers
        self._models = models
        self._settings = settings
        self._intervals = intervals
        self._mutant = mutant
        self._port = port
        self.services = Services(self.layout, say=lambda sentence: None, durable=durable)
        self.members: dict[str, Member] = {}
        self._stopping = threading.Event()
        self._restart_wanted = threading.Event()
        self._supervisor = threading.Thread(target=self._keep_running, daemon=True)

    @property
    def environment(self) -> dict[str, str]:
        proxied = self.layout.run_dir / "proxied.sock"
        return (
            os.environ
            | dict(self._intervals)
            | {
                "DJANGO_SETTINGS_MODULE": self._settings,
                "BRANDHUB_TEST_PROCESS": "1",
                "BRANDHUB_WEBHOOK_ALLOWED_NETWORKS": "127.0.0.0/8",
                # The test settings make a folder of their own unless they are given one.
                "BRANDHUB_TEST_DATA_DIR": str(self.layout.data_dir),
                "DATABASE_URL": self.layout.database_url(),
                "REDIS_URL": f"unix://{quote(str(proxied))}?db=0",
                "STORAGE_URL": (self.folder / "storage").as_uri(),
                "BRANDHUB_MODELS_DIR": str(self._models),
                "BRANDHUB_PUBLIC_URL": self.address,
                "OMP_NUM_THREADS": "1",
                # Renderers that share the cores would only wait for each other, and spin meanwhile.
                "BRANDHUB_INFERENCE_THREADS": "1" if self.renderers > 1 else "0",
                FAULTS: str(self.faults),
                MUTANT: self._mutant,
            }
        )

    def __enter__(self) -> Stack:
        self.faults.mkdir(parents=True)
        (self.folder / "logs").mkdir()
        self._owned = ownership(self.layout)
        self._owned.__enter__()
        self.services.__enter__()
        self.proxy = FaultProxy(
            self.layout.run_dir / "proxied.sock", self.layout.valkey_socket
        ).__enter__()
        self.manage("migrate", "--verbosity", "0")
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        if self._supervisor.is_alive():
            self._supervisor.join(10)
        for member in self.members.values():
            member.signal_all(signal.SIGKILL)
        self.proxy.__exit__()
        self.services.__exit__(None, None, None)
        self._owned.__exit__(None, None, None)

    def manage(self, *arguments: str) -> None:
        """Run a management command to its end."""
        subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=BASE_DIR,
            env=self.environment,
            check=True,
        )

    def start(self, *names: str) -> None:
        """Start the processes of these names, or all, and keep each of them running."""
        for name, arguments in self._roles().items():
            if names and name not in names:
                continue
            log = self.folder / "logs" / f"{name}.log"
            self.members[name] = Member(name, arguments, self.environment, log)
            self.members[name].start()
        if not self._supervisor.is_alive():
            self._supervisor.start()

    def _roles(self) -> dict[str, tuple[str, ...]]:
        roles: dict[str, tuple[str, ...]] = {
            "web": (
                "uvicorn",
                "brandhub.asgi:application",
                "--host",
                "127.0.0.1",
                "--port",
                str(self._port),
                "--no-access-log",
                "--lifespan",
                "off",
            ),
            "beat": (
                "celery",
                "-A",
                "brandhub",
                "beat",
                "--loglevel",
                "WARNING",
                "--schedule",
                str(self.folder / "beat"),
            ),
        }
        # Two of each: where one is left, work waits for a lease and not for a start.
        for number in range(2):
            roles[f"worker{number}"] = (
                *_CELERY,
                "--concurrency",
                "1",
                "--queues",
                WORKER_QUEUES,
                "--hostname",
                f"worker{number}@chaos",
                *_QUIET,
            )
        for number in range(self.renderers):
            roles[f"renderer{number}"] = (
                *_CELERY,
                "--concurrency",
                "1",
                "--queues",
                "render.avatar-mini",
                "--hostname",
                f"renderer{number}@chaos",
                *_QUIET,
            )
        return roles

    def _keep_running(self) -> None:
        while not self._stopping.wait(0.1):
            if self._restart_wanted.is_set():
                self._restart_postgres()
                self._restart_wanted.clear()
            for member in list(self.members.values()):
                if member.process is not None and member.process.poll() is not None:
                    member.start()

    def restart_postgres(self) -> None:
        """Stop the database as a crash would, and start it again.

        Done by the supervisor's thread: the kernel ends a child with the thread that started it,
        and this one lives as long as the stack.
        """
        self._restart_wanted.set()
        wait_for(lambda: not self._restart_wanted.is_set(), seconds=60)

    def _restart_postgres(self) -> None:
        postgres = self.services.postgres
        assert postgres is not None
        postgres.stop()
        postgres.start()

    def end(self, name: str) -> None:
        """Kill one process with its children and start it no more."""
        self.members.pop(name).signal_all(signal.SIGKILL)

    @property
    def starts(self) -> int:
        """Starts of all processes so far."""
        return sum(member.starts for member in self.members.values())

    def log_text(self) -> str:
        """Everything the processes wrote."""
        return "".join(
            path.read_text(errors="replace") for path in (self.folder / "logs").glob("*.log")
        )


def wait_for(condition, *, seconds: float, step: float = 0.1) -> bool:  # type: ignore[no-untyped-def]
    """Whether ``condition()`` came true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(step)
    return False
