"""``python -m brandhub.embedded``: runs the product, or a command beside it, on one machine.

run                     everything, in the foreground, until Ctrl-C
services -- COMMAND     COMMAND with PostgreSQL and Valkey up
stack -- COMMAND        COMMAND with everything up

The last two use what another process already runs on the same data folder, and else start it for
the time of the command.
"""

import argparse
import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from types import FrameType
from typing import IO

from brandhub.embedded.launch import command_line
from brandhub.embedded.layout import Layout
from brandhub.embedded.postgres import binaries
from brandhub.embedded.services import AlreadyOwned, Services, ownership, wait_for_services
from brandhub.embedded.stack import Stack, answers, port_is_free, usable_port
from brandhub.settings import env
from brandhub.settings.env import BASE_DIR, ConfigurationError

_TICK = 0.2
_FOREIGN_START_PATIENCE = 90.0
#: What shells answer for a command that SIGINT ended.
_INTERRUPTED = 130
_COLOURS = {"web": 36, "render": 35, "train": 33, "worker": 32, "beat": 34}

_began = time.monotonic()
_printing = threading.Lock()


def say(sentence: str) -> None:
    """One line of progress, with the seconds since the start, on standard error."""
    with _printing:
        print(f"[{time.monotonic() - _began:5.1f} s] {sentence}", file=sys.stderr, flush=True)  # noqa: T201


def _stop_on_signals() -> threading.Event:
    """An event that SIGINT, SIGTERM and SIGHUP set, instead of ending the process at once."""
    wanted = threading.Event()

    def ask(number: int, frame: FrameType | None) -> None:
        wanted.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, ask)
    return wanted


def _services(layout: Layout) -> Services:
    return Services(
        layout,
        say=say,
        with_postgres=not env.DATABASE_URL,
        with_valkey=not env.REDIS_URL,
    )


def _print_with_prefix(name: str, line: bytes) -> None:
    text = line.decode(errors="replace").rstrip("\n")
    label = f"{name:>6} |"
    if sys.stdout.isatty():
        label = f"\033[{_COLOURS.get(name, 37)}m{label}\033[0m"
    with _printing:
        print(label, text, flush=True)  # noqa: T201


def run() -> int:
    """`make run`."""
    if not port_is_free(env.PORT):
        raise ConfigurationError(f"port {env.PORT} is in use; choose another in BRANDHUB_PORT.")
    layout = Layout(env.DATA_DIR)
    stop = _stop_on_signals()
    try:
        with ownership(layout), _services(layout) as services:
            stack = Stack(services, port=env.PORT, say=say, sink=_print_with_prefix)
            try:
                if stack.start(stop):
                    _welcome(stack)
                while not stop.wait(_TICK):
                    stack.tick()
                say("Stopping …")
            finally:
                stack.stop()
    except AlreadyOwned:
        raise ConfigurationError(
            f"another process already runs on {layout.data_dir}; stop it, or name another"
            " folder in BRANDHUB_DATA_DIR."
        ) from None
    say("Everything has stopped")
    return 0


def _welcome(stack: Stack) -> None:
    with _printing:
        print(f"\nBrandHub is up: {stack.address}\n", flush=True)  # noqa: T201
        if stack.accounts:
            print(f"{stack.accounts}\n", flush=True)  # noqa: T201
        print("Ctrl-C stops everything.\n", flush=True)  # noqa: T201


def with_services(command: list[str]) -> int:
    """Runs ``command`` with the services up; returns its exit status."""
    layout = Layout(env.DATA_DIR)
    stop = _stop_on_signals()
    try:
        with ownership(layout), _services(layout) as services:
            return _attend(_companion(command, os.environ), stop, services.revive)
    except AlreadyOwned:
        wait_for_services(layout, seconds=_FOREIGN_START_PATIENCE)
        return _attend(_companion(command, os.environ), stop, lambda: None)


def with_stack(command: list[str]) -> int:
    """Runs ``command`` with the whole stack up; returns its exit status.

    The processes write to files in the data folder's ``log/``; ``command`` has the terminal, and
    finds the stack's port in ``BRANDHUB_PORT``.
    """
    layout = Layout(env.DATA_DIR)
    stop = _stop_on_signals()
    try:
        with ownership(layout), _services(layout) as services, _logs_of(layout) as logs:
            stack = Stack(
                services,
                port=usable_port(env.PORT),
                say=say,
                sink=lambda name, line: logs[name].write(line),
            )
            try:
                if not stack.start(stop):
                    return _INTERRUPTED
                return _attend(_companion(command, stack.environment), stop, stack.tick)
            finally:
                stack.stop()
    except AlreadyOwned:
        port = _address_of_running_stack(layout).rpartition(":")[2]
        environment = os.environ | {"BRANDHUB_PORT": port}
        return _attend(_companion(command, environment), stop, lambda: None)


@contextlib.contextmanager
def _logs_of(layout: Layout) -> Iterator[dict[str, IO[bytes]]]:
    layout.logs.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        yield {
            name: stack.enter_context((layout.logs / f"{name}.log").open("ab", buffering=0))
            for name in _COLOURS
        }


def _address_of_running_stack(layout: Layout) -> str:
    """The web address of the stack that another process runs, once it answers."""
    deadline = time.monotonic() + _FOREIGN_START_PATIENCE
    while time.monotonic() < deadline:
        if layout.address_file.exists():
            address = layout.address_file.read_text()
            if answers(address):
                return address
        time.sleep(_TICK)
    raise ConfigurationError(
        f"another process owns {layout.data_dir} but runs no web process there; stop it first."
    )


def _companion(command: list[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    environment = dict(environment)
    if not env.DATABASE_URL:
        # `dbshell` and `pg_dump` want programs of the server's own version, if there are any else.
        environment["PATH"] = os.pathsep.join([str(binaries()), environment.get("PATH", "")])
    return subprocess.Popen(  # noqa: S603
        command_line(command, with_signal=signal.SIGTERM), cwd=BASE_DIR, env=environment
    )


def _attend(child: subprocess.Popen[bytes], stop: threading.Event, tick: Callable[[], None]) -> int:
    """Keeps ticking until the child ends, or ends it when a stop is wanted; its exit status."""
    while True:
        try:
            status = child.wait(_TICK)
        except subprocess.TimeoutExpired:
            if stop.is_set():
                child.terminate()
                stop = threading.Event()
                continue
            tick()
        else:
            return status if status >= 0 else 128 - status


def main() -> int:
    """Parses the command line and does what it says; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m brandhub.embedded",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("what", choices=["run", "services", "stack"])
    parser.add_argument("command", nargs="*")
    options = parser.parse_args()
    if options.what == "run":
        return run()
    if not options.command:
        parser.error(f"{options.what} needs a command after --")
    return (
        with_services(options.command)
        if options.what == "services"
        else with_stack(options.command)
    )


if __name__ == "__main__":
    sys.exit(main())
