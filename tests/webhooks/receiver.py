"""A webhook receiver on the loopback address that does what a test tells it."""

from __future__ import annotations

import contextlib
import itertools
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

Behaviour = Callable[[socket.socket, int], None]


@dataclass
class Received:
    """One request as it came over the wire."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """Where it listens and what it was sent; ``behaviour`` answers each connection."""

    address: str
    port: int
    behaviour: Behaviour
    received: list[Received] = field(default_factory=list)
    connections: int = 0

    def wait_for(self, count: int, *, seconds: float = 120) -> list[Received]:
        """The requests, once there are ``count`` of them."""
        deadline = time.monotonic() + seconds
        while len(self.received) < count:
            assert time.monotonic() < deadline, f"{len(self.received)} of {count} requests came"
            time.sleep(0.02)
        return self.received


def answering(status: int, *headers: str, body: str = "") -> Behaviour:
    """Answers every request with ``status``, and ``headers`` as whole lines."""

    def behave(connection: socket.socket, number: int) -> None:
        # One answer per connection, and said so: a client must not send its next request into it.
        length = f"Content-Length: {len(body)}"
        lines = [f"HTTP/1.1 {status} X", *headers, "Connection: close", length, "", body]
        connection.sendall("\r\n".join(lines).encode())

    return behave


def in_turn(*behaviours: Behaviour) -> Behaviour:
    """The first connection gets the first one, and so on; the last one stays."""

    def behave(connection: socket.socket, number: int) -> None:
        behaviours[min(number, len(behaviours)) - 1](connection, number)

    return behave


def never_answering(connection: socket.socket, number: int) -> None:
    """Reads the request and says nothing."""
    with contextlib.suppress(OSError):
        connection.recv(1)


def hanging_up(connection: socket.socket, number: int) -> None:
    """Closes without an answer."""


def dripping_headers(connection: socket.socket, number: int) -> None:
    """Sends a byte of an endless header ten times a second: every read succeeds in time."""
    with contextlib.suppress(OSError):
        connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while True:
            connection.sendall(b"a")
            time.sleep(0.1)


def endless_body(connection: socket.socket, number: int) -> None:
    """A success whose body never ends."""
    with contextlib.suppress(OSError):
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            connection.sendall(b"1000\r\n" + b"a" * 4096 + b"\r\n")


def endless_headers(connection: socket.socket, number: int) -> None:
    """Headers without end, as fast as they are taken."""
    with contextlib.suppress(OSError):
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        for index in itertools.count():
            connection.sendall(b"X-%d: a\r\n" % index)


@contextlib.contextmanager
def listening(
    behaviour: Behaviour,
    *,
    host: str = "127.0.0.1",
    family: socket.AddressFamily = socket.AF_INET,
    tls: ssl.SSLContext | None = None,
) -> Iterator[Receiver]:
    """Listen on a free port until the block ends."""
    with socket.socket(family, socket.SOCK_STREAM) as server:
        server.bind((host, 0))
        server.listen(64)
        port = server.getsockname()[1]
        shown = f"[{host}]" if family == socket.AF_INET6 else host
        scheme = "https" if tls else "http"
        receiver = Receiver(f"{scheme}://{shown}:{port}/hooks", port, behaviour)
        accepting = threading.Thread(target=_accept, args=(server, receiver, tls), daemon=True)
        accepting.start()
        yield receiver
        with contextlib.suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)


def _accept(server: socket.socket, receiver: Receiver, tls: ssl.SSLContext | None) -> None:
    while True:
        try:
            connection, _peer = server.accept()
        except OSError:
            return
        receiver.connections += 1
        threading.Thread(
            target=_serve, args=(connection, receiver, receiver.connections, tls), daemon=True
        ).start()


def _serve(
    connection: socket.socket, receiver: Receiver, number: int, tls: ssl.SSLContext | None
) -> None:
    with contextlib.suppress(OSError, ValueError):
        if tls is not None:
            connection = tls.wrap_socket(connection, server_side=True)
        with connection:
            connection.settimeout(30)
            receiver.received.append(_read(connection))
            receiver.behaviour(connection, number)


def _read(connection: socket.socket) -> Received:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            raise ValueError("no request")
        data += piece
    head, _end, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {}
    for line in lines:
        name, _colon, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    while len(body) < int(headers.get("content-length", 0)):
        body += connection.recv(65536)
    method, path, _version = first.split(" ")
    return Received(method, path, headers, body)
