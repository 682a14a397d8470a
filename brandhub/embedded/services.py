"""Both embedded services of one data folder, owned by one process at a time."""

import fcntl
import os
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

import psycopg
import redis

from brandhub.embedded.children import ChildRegister
from brandhub.embedded.layout import Layout
from brandhub.embedded.postgres import PostgresServer
from brandhub.embedded.valkey import ValkeyServer
from brandhub.settings.env import ConfigurationError


class AlreadyOwned(Exception):
    """Another living process owns the data folder."""


@contextmanager
def ownership(layout: Layout) -> Iterator[None]:
    """Holds the folder's lock for the block; the kernel frees it however the process ends.

    Raises ``AlreadyOwned`` at once when another process holds it.
    """
    layout.data_dir.mkdir(parents=True, exist_ok=True)
    with layout.lock_file.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyOwned from None
        yield


class Services:
    """A context in which the embedded PostgreSQL and Valkey run; the caller has the ownership.

    ``durable=False`` trades safety against a power cut for speed; it is for tests. ``say`` is
    told, in sentences, what takes time. Either service is left out where the environment names
    another one.
    """

    def __init__(
        self,
        layout: Layout,
        *,
        say: Callable[[str], None],
        durable: bool = True,
        with_postgres: bool = True,
        with_valkey: bool = True,
    ) -> None:
        self.layout = layout
        self.register = ChildRegister(layout.register_file)
        self._say = say
        self.postgres = (
            PostgresServer(layout, self.register, durable=durable) if with_postgres else None
        )
        self.valkey = ValkeyServer(layout, self.register) if with_valkey else None

    def __enter__(self) -> Self:
        self.register.end_orphans(self._say)
        _make_run_dir(self.layout)
        try:
            if self.valkey:
                self._timed("Valkey", self.valkey.start)
            if self.postgres:
                self._timed("PostgreSQL", self.postgres.start)
        except BaseException:
            self.stop()
            raise
        return self

    def _timed(self, name: str, start: Callable[[], None]) -> None:
        began = time.monotonic()
        start()
        self._say(f"{name} is up after {time.monotonic() - began:.1f} s")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def revive(self) -> None:
        """Starts a service again that has ended although nobody stopped it.

        Raises ``ConfigurationError`` when it does not come up.
        """
        if self.valkey and not self.valkey.alive:
            self._say("Valkey has ended; starting it again")
            self._timed("Valkey", self.valkey.start)
        if self.postgres and not self.postgres.alive:
            self._say("PostgreSQL has ended; starting it again")
            self._timed("PostgreSQL", self.postgres.start)

    def stop(self) -> None:
        """Stops what runs; PostgreSQL last, so that nobody misses it while stopping."""
        if self.valkey:
            self.valkey.stop()
        if self.postgres:
            self.postgres.stop()
        self.register.clear()


def wait_for_services(layout: Layout, *, seconds: float) -> None:
    """Returns when services that another process owns answer; raises ``ConfigurationError``."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            psycopg.connect(layout.database_url(), connect_timeout=2).close()
            client = redis.Redis.from_url(layout.redis_url(), socket_timeout=1.0)
            client.ping()
            client.close()
        except (psycopg.OperationalError, redis.RedisError):
            if time.monotonic() > deadline:
                raise ConfigurationError(
                    f"another process owns {layout.data_dir}, but its services do not answer."
                ) from None
            time.sleep(0.2)
        else:
            return


def _make_run_dir(layout: Layout) -> None:
    """Makes the sockets' folder, for ourselves alone.

    Below a shared temporary directory anybody may have made the name first.
    """
    layout.run_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = layout.run_dir.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise ConfigurationError(f"{layout.run_dir} belongs to somebody else; remove it.")
    layout.run_dir.chmod(0o700)
