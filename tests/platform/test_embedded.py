"""The embedded services and the supervisor, as real processes: up, down, killed, recovered."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from brandhub.embedded.__main__ import _logs_of
from brandhub.embedded.children import ChildRegister
from brandhub.embedded.launch import command_line
from brandhub.embedded.layout import Layout
from brandhub.embedded.services import AlreadyOwned, Services, ownership
from brandhub.embedded.stack import answers, commands
from brandhub.settings.env import BASE_DIR, ConfigurationError
from tests.integration.processes import PATIENCE, free_port, wait_until

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="asks the Linux kernel")


def _services(layout: Layout) -> Services:
    return Services(layout, say=lambda sentence: None, durable=False)


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(tmp_path / "data")


def _postgres_answers(layout: Layout) -> bool:
    with psycopg.connect(layout.database_url()) as connection:
        row = connection.execute("SELECT 1").fetchone()
    return row == (1,)


def _valkey_answers(layout: Layout) -> bool:
    with redis.Redis.from_url(layout.redis_url()) as client:
        return bool(client.ping())


# --- Services -------------------------------------------------------------------------------


def test_what_was_written_is_there_after_a_restart_and_nothing_runs_between(layout: Layout):
    with _services(layout), psycopg.connect(layout.database_url(), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (vector vector(3))")
    assert not layout.valkey_socket.exists()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(layout.database_url())
    with _services(layout), psycopg.connect(layout.database_url()) as connection:
        found = connection.execute("SELECT count(*) FROM kept").fetchone()
    assert found == (0,)


def test_a_folder_too_deep_for_a_sockets_address_works(tmp_path: Path):
    layout = Layout(tmp_path / ("deep" * 30))
    assert not layout.run_dir.is_relative_to(layout.data_dir)
    with _services(layout):
        assert _postgres_answers(layout)
        assert _valkey_answers(layout)
    for path in sorted(layout.run_dir.rglob("*"), reverse=True):
        path.rmdir()
    layout.run_dir.rmdir()


def test_a_socket_folder_that_somebody_else_made_is_refused(tmp_path: Path):
    layout = Layout(tmp_path / ("deep" * 30))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    layout.run_dir.symlink_to(elsewhere)
    with pytest.raises(ConfigurationError, match="belongs to somebody else"):
        _services(layout).__enter__()
    layout.run_dir.unlink()


def test_a_folder_has_one_owner_at_a_time(layout: Layout):
    with ownership(layout), pytest.raises(AlreadyOwned), ownership(layout):
        pytest.fail("owned twice")


def test_the_servers_log_repeats_neither_statements_nor_rows(layout: Layout):
    with _services(layout), psycopg.connect(layout.database_url(), autocommit=True) as connection:
        connection.execute("CREATE TABLE words (prompt text PRIMARY KEY)")
        connection.execute("INSERT INTO words VALUES ('a red fox')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO words VALUES ('a red fox')")
    log = (layout.logs / "postgres.log").read_text()
    assert "duplicate key" in log
    assert "red fox" not in log


def test_a_lock_file_that_names_a_strangers_process_is_removed(layout: Layout):
    # Given the lock file of a server that was killed, whose number another process of the same
    # user has by now,
    with _services(layout) as services:
        user = psutil.Process(services.postgres.pid).username()
        lock = (layout.postgres_data / "postmaster.pid").read_text()
    stranger = subprocess.Popen(
        ["sleep", "1000"], user=user if os.geteuid() == 0 else None, start_new_session=True
    )
    _, rest = lock.split("\n", 1)
    (layout.postgres_data / "postmaster.pid").write_text(f"{stranger.pid}\n{rest}")
    # when the services start, then they do, and leave the stranger alone.
    with _services(layout):
        assert _postgres_answers(layout)
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_a_dead_service_is_started_again(layout: Layout):
    with _services(layout) as services:
        for pid in _pids_in_register(layout):
            psutil.Process(pid).kill()
        wait_until(
            lambda: not services.valkey.alive and not services.postgres.alive,
            what="the services' death",
        )
        services.revive()
        assert _postgres_answers(layout)
        assert _valkey_answers(layout)


def _pids_in_register(layout: Layout) -> list[int]:
    return [entry["pid"] for entry in json.loads(layout.register_file.read_text())]


# --- Children -------------------------------------------------------------------------------


def test_what_a_killed_supervisor_left_is_ended_by_the_next_start(tmp_path: Path):
    # Given a child that outlived its supervisor, as happens without Linux's help,
    orphan = subprocess.Popen(["sleep", "1000"], start_new_session=True)
    stranger = subprocess.Popen(["sleep", "1000"], start_new_session=True)
    started = psutil.Process(orphan.pid).create_time()
    register = tmp_path / "children.json"
    register.write_text(
        json.dumps(
            [
                {"pid": orphan.pid, "started": started, "name": "web"},
                # and another process that has the number of a child that is gone,
                {"pid": stranger.pid, "started": started - 3600, "name": "beat"},
            ]
        )
    )
    said: list[str] = []
    # when a successor looks at the register,
    ChildRegister(register).end_orphans(said.append)
    # then the orphan has ended, and the stranger has not.
    orphan.wait(PATIENCE)
    assert stranger.poll() is None
    assert said == [f"Ending web (process {orphan.pid}), left by a supervisor that was killed"]
    assert not register.exists()
    stranger.kill()
    stranger.wait()


@linux_only
def test_the_kernel_ends_a_child_whose_parent_was_killed():
    # Given a parent with a child that ignores the loss of its pipes,
    program = (
        "import subprocess, signal, time\n"
        "from brandhub.embedded.launch import command_line\n"
        "child = subprocess.Popen(command_line(['sleep', '1000'], with_signal=signal.SIGKILL))\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(1000)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, cwd=BASE_DIR, text=True
    )
    assert parent.stdout is not None
    child = psutil.Process(int(parent.stdout.readline()))
    wait_until(lambda: child.name() == "sleep", what="the child's program")
    # when the parent is killed,
    parent.kill()
    parent.wait()
    # then the child ends, too.
    wait_until(lambda: not child.is_running(), what="the child's end")


@linux_only
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give root up")
def test_a_server_user_reads_private_folders_and_is_not_root(tmp_path: Path):
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    (private / "file").write_text("readable")
    done = subprocess.run(
        command_line(
            ["sh", "-c", f"id -u; cat {private}/file; touch {private}/made"],
            with_signal=signal.SIGKILL,
            user="nobody",
        ),
        capture_output=True,
        text=True,
        cwd=BASE_DIR,
        check=False,
    )
    uid, content = done.stdout.splitlines()
    assert uid != "0"
    assert content == "readable"
    assert not (private / "made").exists()


# --- The whole stack ------------------------------------------------------------------------


class Supervisor:
    """`make run` on a data folder and a port of its own."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.port = free_port()
        self.output = layout.data_dir.with_name("output.log")
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        kept = {
            name: value
            for name, value in os.environ.items()
            if name not in {"DATABASE_URL", "REDIS_URL", "STORAGE_URL", "BRANDHUB_TEST_DATA_DIR"}
        }
        with self.output.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "brandhub.embedded", "run"],
                cwd=BASE_DIR,
                env=kept
                | {
                    "DJANGO_SETTINGS_MODULE": "brandhub.settings.dev",
                    "BRANDHUB_DATA_DIR": str(self.layout.data_dir),
                    "BRANDHUB_PORT": str(self.port),
                },
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        wait_until(
            lambda: b"Ctrl-C stops" in self.output.read_bytes() or self.process.poll() is not None,
            what=lambda: self.output.read_text(),
        )
        assert self.process.poll() is None, self.output.read_text()

    def is_ready(self) -> bool:
        """What the first answer says, however long it takes."""
        with urllib.request.urlopen(f"{self.address}/readyz", timeout=PATIENCE) as answer:  # noqa: S310
            return answer.status == 200

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)


@pytest.fixture
def supervisor(layout: Layout) -> Iterator[Supervisor]:
    layout.data_dir.mkdir()
    supervisor = Supervisor(layout)
    yield supervisor
    if supervisor.process is not None and supervisor.process.poll() is None:
        supervisor.process.terminate()
        supervisor.process.wait(PATIENCE)


@linux_only
def test_the_supervisor_leaves_nothing_behind_and_recovers(supervisor: Supervisor):
    supervisor.start()
    family = supervisor.family()
    names = {process.name() for process in family}
    assert {"postgres", "valkey-server"} < names
    assert supervisor.is_ready()

    # When a child dies, it is started again.
    web = next(one for one in family if "uvicorn" in " ".join(one.cmdline()))
    web.kill()
    wait_until(lambda: not web.is_running(), what="the web process's end")
    wait_until(lambda: answers(supervisor.address), what="another web process")

    # A command that wants the stack finds this one instead of starting another.
    program = "import os; print('port', os.environ['BRANDHUB_PORT'])"
    done = subprocess.run(
        [sys.executable, "-m", "brandhub.embedded", "stack", "--", sys.executable, "-c", program],
        cwd=BASE_DIR,
        env=os.environ | {"BRANDHUB_DATA_DIR": str(supervisor.layout.data_dir)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    assert done.stdout == f"port {supervisor.port}\n"

    # When the supervisor is killed, everything it started ends by itself,
    family = supervisor.family()
    supervisor.process.kill()
    supervisor.process.wait()
    _, alive = psutil.wait_procs(family, timeout=PATIENCE)
    assert alive == []

    # and the next start comes up on what is left.
    supervisor.output.write_bytes(b"")
    supervisor.start()
    assert supervisor.is_ready()

    # When it is asked to stop, it does so, and nothing is left.
    family = supervisor.family()
    supervisor.process.terminate()
    assert supervisor.process.wait(PATIENCE) == 0
    _, alive = psutil.wait_procs(family, timeout=PATIENCE)
    assert alive == []
    assert not supervisor.layout.register_file.exists()
    assert not supervisor.layout.address_file.exists()


def test_every_process_of_the_stack_has_a_log_of_its_own(layout: Layout):
    with _logs_of(layout) as logs:
        assert set(logs) == set(commands(8000, "avatar-mini"))


def test_a_port_in_use_is_said_before_anything_starts(layout: Layout):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-m", "brandhub.embedded", "run"],
            cwd=BASE_DIR,
            env=os.environ | {"BRANDHUB_PORT": port, "BRANDHUB_DATA_DIR": str(layout.data_dir)},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr == (
        f"BrandHub cannot start: port {port} is in use; choose another in BRANDHUB_PORT.\n"
    )
    assert not layout.data_dir.exists()


def test_a_command_gets_the_services_and_hands_back_its_status(layout: Layout):
    program = (
        "import psycopg, redis, shutil, sys\n"
        "from brandhub.embedded.layout import Layout\n"
        "from brandhub.embedded.postgres import binaries\n"
        "from brandhub.settings import env\n"
        "layout = Layout(env.DATA_DIR)\n"
        "psycopg.connect(layout.database_url()).close()\n"
        "redis.Redis.from_url(layout.redis_url()).ping()\n"
        "assert shutil.which('psql') == str(binaries() / 'psql')\n"
        "sys.exit(7)\n"
    )
    command = [sys.executable, "-c", program]
    environment = os.environ | {"BRANDHUB_DATA_DIR": str(layout.data_dir)}
    for name in ("DATABASE_URL", "REDIS_URL"):
        environment.pop(name, None)
    done = subprocess.run(
        [*(sys.executable, "-m", "brandhub.embedded", "services", "--"), *command],
        cwd=BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 7, done.stderr
    assert "PostgreSQL is up" in done.stderr
