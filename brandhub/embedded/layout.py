"""Where the embedded services keep their files and sockets, known before any of them runs.

The settings compute their default URLs from this, so it imports nothing but the standard
library and starts nothing.
"""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

# sockaddr_un.sun_path holds 108 bytes on Linux and 104 on macOS, one of them the closing NUL.
_LONGEST_SOCKET_PATH = 103
_POSTGRES_SOCKET_NAME = ".s.PGSQL.5432"


@dataclass(frozen=True)
class Layout:
    """The paths of one data folder; two processes that name the same folder get the same ones."""

    data_dir: Path

    @property
    def postgres_data(self) -> Path:
        return self.data_dir / "postgres"

    @property
    def logs(self) -> Path:
        return self.data_dir / "log"

    @property
    def register_file(self) -> Path:
        """Names the running children, for a successor to end what a killed process left."""
        return self.data_dir / "children.json"

    @property
    def address_file(self) -> Path:
        """Holds the web process's address while the whole stack is up."""
        return self.data_dir / "address"

    @property
    def lock_file(self) -> Path:
        """Held, by ``flock``, by the process that owns the services; freed by its death."""
        return self.data_dir / "supervisor.lock"

    @property
    def run_dir(self) -> Path:
        """The folder of both sockets.

        It is ``run/`` in the data folder, or, where that path would not fit into a socket's
        address, a folder under the temporary directory named by a hash of it and by the user.
        """
        near = self.data_dir / "run"
        if len(os.fsencode(near / "pg" / _POSTGRES_SOCKET_NAME)) <= _LONGEST_SOCKET_PATH:
            return near
        digest = hashlib.sha256(os.fsencode(self.data_dir)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"brandhub-{os.getuid()}-{digest}"

    @property
    def postgres_socket_dir(self) -> Path:
        """A folder of its own, because the server may run as another user than Valkey."""
        return self.run_dir / "pg"

    @property
    def valkey_socket(self) -> Path:
        return self.run_dir / "valkey.sock"

    @property
    def database_name(self) -> str:
        return "brandhub"

    def database_url(self, name: str = "") -> str:
        host = quote(str(self.postgres_socket_dir), safe="")
        return f"postgresql://postgres@/{name or self.database_name}?host={host}"

    def redis_url(self, db: int = 0) -> str:
        return f"unix://{quote(str(self.valkey_socket))}?db={db}"
