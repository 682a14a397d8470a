"""Child processes that end with this one, and the ending of those whose parent was killed."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psutil

from brandhub.embedded.launch import command_line
from brandhub.settings.env import BASE_DIR

#: How long an orphan may take to end before it is killed, in seconds.
_ORPHAN_PATIENCE = 10.0
#: psutil computes a start time from clock ticks; two readings may differ by one.
_START_TIME_TOLERANCE = 0.1


@dataclass(frozen=True)
class Child:
    """A running child: its name for people, its process, the signal that asks it to stop."""

    name: str
    process: subprocess.Popen[bytes]
    stop_signal: signal.Signals

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def ask_to_stop(self) -> None:
        """Sends the stop signal to the child itself; its own children are its business."""
        if self.alive:
            self.process.send_signal(self.stop_signal)

    def wait(self, seconds: float) -> bool:
        """Whether the child ended within the time; what is left of its group is killed then."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        _kill_group(self.process.pid)
        return True

    def stop(self, patience: float) -> None:
        """Asks, waits, and kills the whole group of a child that does not end in time."""
        self.ask_to_stop()
        if not self.wait(patience):
            _kill_group(self.process.pid)
            self.process.wait()


def _kill_group(leader: int) -> None:
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        # Gone, as it should be. macOS says EPERM of a group of zombies.
        return


class ChildRegister:
    """A file that names the running children, so that a successor can end what is left of them.

    On Linux the kernel ends the children of a killed supervisor; elsewhere, and for a child that
    was slow to obey, the next start does it from this file.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._children: list[Child] = []

    def start(
        self,
        name: str,
        argv: Sequence[str],
        *,
        environment: Mapping[str, str] | None = None,
        output: IO[bytes] | int | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
        user: str | None = None,
    ) -> Child:
        """Starts ``argv`` in a session of its own, standard error joined to standard output."""
        process = subprocess.Popen(  # noqa: S603
            command_line(list(argv), with_signal=stop_signal, user=user),
            cwd=BASE_DIR,
            env=dict(environment) if environment is not None else None,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        child = Child(name, process, stop_signal)
        self._children = [known for known in self._children if known.alive] + [child]
        self._write()
        return child

    def _write(self) -> None:
        entries = []
        for child in self._children:
            try:
                started = psutil.Process(child.process.pid).create_time()
            except psutil.NoSuchProcess:
                continue
            entries.append({"pid": child.process.pid, "started": started, "name": child.name})
        draft = self._file.with_suffix(".part")
        draft.write_text(json.dumps(entries))
        draft.replace(self._file)

    def clear(self) -> None:
        """Forgets children that have all been stopped."""
        self._children = []
        self._file.unlink(missing_ok=True)

    def end_orphans(self, say: Callable[[str], None]) -> None:
        """Ends the children that a killed predecessor left in this file, then forgets them."""
        for process, name in self._orphans():
            say(f"Ending {name} (process {process.pid}), left by a supervisor that was killed")
            _end(process)
        self._file.unlink(missing_ok=True)

    def _orphans(self) -> list[tuple[psutil.Process, str]]:
        try:
            entries = json.loads(self._file.read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            return []
        found = []
        for entry in entries:
            try:
                process = psutil.Process(entry["pid"])
                # Another process may have the number by now; none has number and start time.
                if abs(process.create_time() - entry["started"]) <= _START_TIME_TOLERANCE:
                    found.append((process, entry["name"]))
            except psutil.NoSuchProcess:
                continue
        return found


def _end(process: psutil.Process) -> None:
    deadline = time.monotonic() + _ORPHAN_PATIENCE
    try:
        # SIGINT ends PostgreSQL by a fast shutdown, where SIGTERM would wait for its clients.
        process.send_signal(signal.SIGINT if process.name() == "postgres" else signal.SIGTERM)
        process.wait(max(0.0, deadline - time.monotonic()))
    except psutil.NoSuchProcess:
        return
    except psutil.TimeoutExpired:
        pass
    _kill_group(process.pid)
