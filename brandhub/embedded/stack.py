"""The whole product on one machine: the services, then web, workers and beat, kept running."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO, Final, cast

from brandhub.embedded.children import Child
from brandhub.embedded.launch import command_line
from brandhub.embedded.services import Services
from brandhub.settings import env
from brandhub.settings.env import BASE_DIR, ConfigurationError

#: On a machine that is busy with other things the web process alone takes more than a minute.
_READY_PATIENCE = 240.0
_STOP_PATIENCE = 8.0
_FIRST_DELAY = 1.0
_LONGEST_DELAY = 30.0
#: A child that lived this long, in seconds, has recovered; its next restart is quick again.
_RECOVERED_AFTER = 60.0

#: What the workers without a model listen to, as Celery's ``--queues`` takes it.
WORKER_QUEUES: Final = "default,screening,webhooks"

Say = Callable[[str], None]
#: Takes one line of a child's output, with the child's name.
Sink = Callable[[str, bytes], object]


def commands(port: int, family: str) -> dict[str, list[str]]:
    """The product's processes by name, as arguments of ``python -m``."""
    celery = ["celery", "--quiet", "-A", "brandhub"]
    worker = [*celery, "worker", "--without-gossip", "--without-mingle"]
    return {
        "web": [
            *("uvicorn", "brandhub.asgi:application", "--host", "127.0.0.1"),
            *("--port", str(port), "--no-access-log", "--lifespan", "off"),
            *("--http", "brandhub.http_protocol:ProblemProtocol"),
            *("--timeout-graceful-shutdown", "3"),
        ],
        # One child per device. Torch runs in the child only: once it has run in the parent, a
        # forked child hangs.
        "render": [*worker, "-n", "render@%h", "-c", "1", "-Q", f"render.{family}"],
        # A child for each training: what the libraries hold goes with it, and idle is cheap.
        "train": [
            *(*worker, "-n", "train@%h", "-c", "1", "-Q", "training"),
            *("--max-tasks-per-child", "1"),
        ],
        "worker": [*worker, "-n", "default@%h", "-c", "2", "-Q", WORKER_QUEUES],
        "beat": [*celery, "beat"],
    }


@dataclass
class _Kept:
    """A process that is started again whenever it ends."""

    name: str
    argv: list[str]
    child: Child | None = None
    started: float = 0.0
    delay: float = _FIRST_DELAY
    due: float = field(default=0.0)


class Stack:
    """Everything `make run` runs. One thread starts it, calls ``tick`` and stops it.

    The thread matters: on Linux a child ends with the thread that started it.
    """

    def __init__(self, services: Services, *, port: int, say: Say, sink: Sink) -> None:
        self.port = port
        self.accounts = ""
        self._services = services
        self._say = say
        self._sink = sink
        self._kept = [
            _Kept(name, [sys.executable, "-m", *arguments])
            for name, arguments in commands(port, env.MODEL_FAMILY).items()
        ]
        self._environment = os.environ | {
            "BRANDHUB_PORT": str(port),
            "PYTHONUNBUFFERED": "1",
            "DJANGO_SETTINGS_MODULE": os.environ.get(
                "DJANGO_SETTINGS_MODULE", "brandhub.settings.dev"
            ),
        }

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """What another program needs to find this stack."""
        return dict(self._environment)

    def start(self, stop: threading.Event) -> bool:
        """Migrates, seeds, starts the processes; true once the web process is ready.

        False when ``stop`` was set meanwhile. Raises ``ConfigurationError`` when a step fails.
        """
        if not self._prepare(stop):
            return False
        for kept in self._kept:
            self._launch(kept)
        if not self._wait_until_ready(stop):
            return False
        self._services.layout.address_file.write_text(self.address)
        return True

    def _prepare(self, stop: threading.Event) -> bool:
        began = time.monotonic()
        self._say("Migrating the database and seeding the demo brand …")
        preparing = subprocess.Popen(  # noqa: S603
            command_line([sys.executable, "manage.py", "prepare"], with_signal=signal.SIGTERM),
            cwd=BASE_DIR,
            env=self._environment | {"BRANDHUB_DB_STATEMENT_TIMEOUT_MS": "0"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
        )
        output, _ = preparing.communicate()
        if stop.is_set():
            return False
        if preparing.returncode:
            raise ConfigurationError("the database could not be prepared; the reason is above.")
        self.accounts = output.decode().strip()
        self._say(f"The database is ready after {time.monotonic() - began:.1f} s")
        return True

    def _launch(self, kept: _Kept) -> None:
        kept.started = time.monotonic()
        kept.child = self._services.register.start(
            kept.name, kept.argv, environment=self._environment, output=subprocess.PIPE
        )
        reader = threading.Thread(
            target=self._forward,
            args=(kept.name, cast(IO[bytes], kept.child.process.stdout)),
            name=f"output of {kept.name}",
            daemon=True,
        )
        reader.start()

    def _forward(self, name: str, output: IO[bytes]) -> None:
        with output:
            for line in output:
                try:
                    self._sink(name, line)
                except OSError:
                    # Nobody reads any more; the child must not block on a full pipe for that.
                    continue

    def _wait_until_ready(self, stop: threading.Event) -> bool:
        self._say("Starting web, workers and beat …")
        began = time.monotonic()
        while not answers(self.address):
            if time.monotonic() - began > _READY_PATIENCE:
                raise ConfigurationError(
                    f"the web process is not ready after {_READY_PATIENCE:.0f} s; see its output."
                )
            self.tick()
            if stop.wait(0.1):
                return False
        self._say(f"The web process is ready after {time.monotonic() - began:.1f} s")
        return True

    def tick(self) -> None:
        """Starts again what has ended, later and later as long as it keeps ending."""
        self._services.revive()
        now = time.monotonic()
        for kept in self._kept:
            if kept.child is not None and not kept.child.alive:
                self._plan_restart(kept, now)
            if kept.child is None and now >= kept.due:
                self._launch(kept)

    def _plan_restart(self, kept: _Kept, now: float) -> None:
        if kept.child is None:
            return
        status = kept.child.process.returncode
        kept.child.wait(0)
        if now - kept.started > _RECOVERED_AFTER:
            kept.delay = _FIRST_DELAY
        self._say(f"{kept.name} ended with status {status}; starting it in {kept.delay:.0f} s")
        kept.child = None
        kept.due = now + kept.delay
        kept.delay = min(kept.delay * 2, _LONGEST_DELAY)

    def stop(self) -> None:
        """Asks all processes to stop, together; kills what has not ended in time."""
        self._services.layout.address_file.unlink(missing_ok=True)
        children = [kept.child for kept in self._kept if kept.child is not None]
        for child in children:
            child.ask_to_stop()
        deadline = time.monotonic() + _STOP_PATIENCE
        for child in children:
            if not child.wait(max(0.0, deadline - time.monotonic())):
                self._say(f"{child.name} did not stop in {_STOP_PATIENCE:.0f} s; killing it")
                child.stop(0)


def answers(address: str) -> bool:
    """Whether the web process at ``address`` says it is ready."""
    try:
        with urllib.request.urlopen(f"{address}/readyz", timeout=5):  # noqa: S310
            return True
    except OSError:
        return False


def usable_port(preferred: int) -> int:
    """``preferred`` where it is free, else any free port of the loopback address."""
    return preferred if port_is_free(preferred) else _any_free_port()


def port_is_free(port: int) -> bool:
    """Whether a server could listen on ``port`` of the loopback address now."""
    with socket.socket() as probe:
        # As servers do: a port is free although closed connections to it are remembered.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _any_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
