"""Real processes on the test database: Celery workers, the web server, beat.

What they share with a test must be committed, so a test that uses these needs
``django_db(transaction=True)``; the fixture asks for it.
"""

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO
from urllib.parse import quote

import psutil
import pytest
from django.conf import settings
from django.db import connection

from brandhub.embedded.launch import command_line
from brandhub.embedded.stack import port_is_free
from brandhub.settings.env import BASE_DIR

#: Nothing takes so long: whoever waits longer waits in vain, however busy the machine is.
PATIENCE = 300.0
#: Linux says here which ports it gives to those who take any.
_GIVEN_UNASKED = Path("/proc/sys/net/ipv4/ip_local_port_range")
#: Each keeps its lock while this process lives.
_claimed_ports: list[TextIO] = []


@dataclass
class RunningProcess:
    """One process of the product, its output in ``log``."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def output(self) -> str:
        """Everything the process has written so far."""
        return self.log.read_text(errors="replace")

    def wait_for_output(self, text: str, *, seconds: float = PATIENCE) -> None:
        """Returns once ``text`` stands in the output; fails when it ends or time runs out."""
        wait_until(
            lambda: text in self.output() or not self.alive,
            seconds=seconds,
            what=lambda: f"{text!r} in the output of {self.name}:\n{self.output()}",
        )
        assert text in self.output(), f"{self.name} ended early:\n{self.output()}"

    def family(self) -> list[psutil.Process]:
        """The process and its descendants, the pool's children of a worker among them."""
        try:
            parent = psutil.Process(self.pid)
            return [parent, *parent.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def signal_all(self, number: signal.Signals) -> None:
        """Sends the signal to the process and all its descendants, children first."""
        for member in reversed(self.family()):
            try:
                member.send_signal(number)
            except psutil.NoSuchProcess:
                continue

    def kill(self) -> None:
        """SIGKILL for the process and its descendants; returns when all are gone."""
        members = self.family()
        self.signal_all(signal.SIGKILL)
        psutil.wait_procs(members, timeout=PATIENCE)
        self.process.wait(PATIENCE)

    def pause(self) -> None:
        """SIGSTOP for all: alive, but not running, as on a machine that hangs."""
        self.signal_all(signal.SIGSTOP)

    def resume(self) -> None:
        """SIGCONT for all."""
        self.signal_all(signal.SIGCONT)

    def terminate(self, *, seconds: float = PATIENCE) -> int:
        """SIGTERM; returns the exit status, or fails when the process does not end in time."""
        self.process.terminate()
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            pytest.fail(f"{self.name} ignored SIGTERM for {seconds} s:\n{self.output()}")


class Processes:
    """Starts processes on this test's database, Redis and storage, and ends them all."""

    def __init__(self, logs: Path, *, storage: Path) -> None:
        self._logs = logs
        self._storage = storage
        self._running: list[RunningProcess] = []

    def environment(self) -> dict[str, str]:
        """What makes a process see this test's services."""
        parameters = connection.settings_dict
        host = quote(str(parameters["HOST"]), safe="")
        return os.environ | {
            "DJANGO_SETTINGS_MODULE": "brandhub.settings.test",
            "BRANDHUB_TEST_PROCESS": "1",
            "DATABASE_URL": f"postgresql://postgres@/{parameters['NAME']}?host={host}",
            "REDIS_URL": settings.REDIS_URL,
            "STORAGE_URL": self._storage.as_uri(),
            "PYTHONUNBUFFERED": "1",
        }

    def start(
        self, name: str, arguments: Sequence[str], extra: Mapping[str, str] | None = None
    ) -> RunningProcess:
        """Starts ``python -m ARGUMENTS``, tied to the life of the test session."""
        log = self._logs / f"{len(self._running)}-{name}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                command_line([sys.executable, "-m", *arguments], with_signal=signal.SIGKILL),
                cwd=BASE_DIR,
                env=self.environment() | dict(extra or {}),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        running = RunningProcess(name, process, log)
        self._running.append(running)
        return running

    def worker(
        self,
        *queues: str,
        concurrency: int = 1,
        options: Sequence[str] = (),
        extra: Mapping[str, str] | None = None,
        wait: bool = True,
    ) -> RunningProcess:
        """A prefork Celery worker on ``queues``, ready to take messages when this returns."""
        name = f"worker{len(self._running)}@test"
        running = self.start(
            "worker",
            [
                *("celery", "-A", "brandhub", "worker", "--pool", "prefork"),
                *("--concurrency", str(concurrency), "--queues", ",".join(queues)),
                *("--hostname", name, "--without-gossip", "--without-mingle"),
                *("--loglevel", "INFO", *options),
            ],
            extra,
        )
        if wait:
            running.wait_for_output("ready.")
        return running

    def beat(self, extra: Mapping[str, str] | None = None) -> RunningProcess:
        """The scheduler of sweeps."""
        running = self.start("beat", ["celery", "-A", "brandhub", "beat"], extra)
        running.wait_for_output("beat v")
        return running

    def web(
        self, port: int | None = None, extra: Mapping[str, str] | None = None
    ) -> "RunningWebServer":
        """The ASGI server on a free port of the loopback address, answering when this returns."""
        number = port or free_port()
        address = f"http://127.0.0.1:{number}"
        running = self.start(
            "web",
            [
                *("uvicorn", "brandhub.asgi:application", "--host", "127.0.0.1"),
                *("--port", str(number), "--no-access-log", "--lifespan", "off"),
            ],
            {"BRANDHUB_PUBLIC_URL": address} | dict(extra or {}),
        )
        web = RunningWebServer(running.name, running.process, running.log, address)
        self._running[-1] = web
        wait_until(
            lambda: web.answers("/healthz") or not web.alive,
            seconds=PATIENCE,
            what=lambda: f"an answer of the web server:\n{web.output()}",
        )
        assert web.alive, f"the web server ended:\n{web.output()}"
        return web

    def stop_all(self) -> None:
        """Kills whatever still runs, paused processes too."""
        for running in self._running:
            if running.alive:
                running.kill()


@dataclass
class RunningWebServer(RunningProcess):
    """The web process and where it answers."""

    address: str

    def answers(self, path: str) -> bool:
        """Whether a GET of ``path`` is answered with a success."""
        try:
            with urllib.request.urlopen(self.address + path, timeout=PATIENCE):  # noqa: S310
                return True
        except (urllib.error.URLError, OSError):
            return False


def free_port() -> int:
    """A port of the loopback address that nobody listens on, and that nobody else is given.

    It lies outside of what the system gives to all who take any port, to listen on or to connect
    from, and is this process's until it ends, however long a test takes to listen there.
    """
    folder = Path(tempfile.gettempdir()) / f"brandhub-test-ports-{os.geteuid()}"
    folder.mkdir(exist_ok=True)
    for port in _ports_that_are_asked_for():
        claim = (folder / str(port)).open("w")
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if port_is_free(port):
                _claimed_ports.append(claim)
                return port
        claim.close()
    raise RuntimeError("no port is free")


def _ports_that_are_asked_for() -> range:
    """Those that are only taken by their number: below what Linux, or macOS, gives unasked."""
    with contextlib.suppress(FileNotFoundError):
        first, _last = map(int, _GIVEN_UNASKED.read_text().split())
        return range(max(1024, first - 4096), first)
    return range(28672, 32768)


def wait_until(
    condition: Callable[[], object], *, what: Callable[[], str] | str, seconds: float = PATIENCE
) -> None:
    """Returns once ``condition`` holds, or fails the test saying ``what`` was waited for."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"waited {seconds} s for {what if isinstance(what, str) else what()}")
        time.sleep(0.05)


@pytest.fixture
def processes(transactional_db: None, tmp_path: Path) -> Iterator[Processes]:
    """Starter of real processes; everything it started is gone when the test is over."""
    logs = tmp_path / "logs"
    logs.mkdir()
    running = Processes(logs, storage=Path(settings.STORAGE_ROOT))
    yield running
    running.stop_all()
