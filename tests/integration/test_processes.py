"""The ports that tests give to what they start: nobody's, and nobody else's until they end."""

import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from brandhub.settings.env import BASE_DIR
from tests.integration import processes
from tests.integration.processes import free_port

#: A process that is given one of the ports that it is told, and keeps it until it may end.
_ANOTHER = """
import sys
from tests.integration import processes
processes._ports_that_are_asked_for = lambda: map(int, sys.argv[1:])
print(processes.free_port(), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def among(monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """``among(7, 8)``: what ``free_port`` gives where it may choose among these."""

    def choose(*ports: int) -> int:
        with monkeypatch.context() as patch:
            patch.setattr(processes, "_ports_that_are_asked_for", lambda: ports)
            return free_port()

    return choose


@pytest.fixture
def unclaimed() -> int:
    """A port that nobody listens on, and that ``free_port`` gave to nobody."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_port_is_given_once(among: Callable[..., int], unclaimed: int) -> None:
    assert among(unclaimed) == unclaimed
    with pytest.raises(RuntimeError, match="no port is free"):
        among(unclaimed)


def test_a_port_that_somebody_listens_on_is_passed_over(
    among: Callable[..., int], unclaimed: int
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert among(taken.getsockname()[1], unclaimed) == unclaimed


def test_what_another_process_was_given_is_its_own_until_it_ends(
    among: Callable[..., int], unclaimed: int
) -> None:
    # Given another process that does not listen yet,
    another = subprocess.Popen(
        [sys.executable, "-c", _ANOTHER, str(unclaimed)],
        cwd=BASE_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with another:
        assert another.stdout is not None
        assert another.stdout.readline() == f"{unclaimed}\n"
        # when its port is asked for, then it is not given,
        with pytest.raises(RuntimeError, match="no port is free"):
            among(unclaimed)
        another.communicate()
    # and is once the process has ended.
    assert among(unclaimed) == unclaimed


@pytest.mark.parametrize(
    ("given_unasked", "asked_for"),
    [
        ("32768\t60999\n", range(28672, 32768)),
        # Below 1024 a port is root's.
        ("2048\t60999\n", range(1024, 2048)),
        # A system that says nothing.
        (None, range(28672, 32768)),
    ],
)
def test_a_port_lies_below_what_the_system_gives_to_who_takes_any(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given_unasked: str | None, asked_for: range
) -> None:
    told = tmp_path / "ip_local_port_range"
    if given_unasked is not None:
        told.write_text(given_unasked)
    monkeypatch.setattr(processes, "_GIVEN_UNASKED", told)
    assert processes._ports_that_are_asked_for() == asked_for
    assert free_port() in asked_for
