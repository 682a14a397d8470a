"""A cap on request bodies that holds before Django spools them to disk."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, MutableMapping
from contextlib import suppress
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
#: Any ASGI 3 application; servers and frameworks type its messages in ways of their own.
App = Callable[[Any, Any, Any], Awaitable[None]]

#: Room for the form around a file.
FORM_BYTES = 1024 * 1024
#: An upload of 20 MB with its form around it.
MAX_BODY_BYTES = 20 * 1024 * 1024 + FORM_BYTES
#: An adapter or a style pack of 2 GB with its form around it, at the addresses that take one.
MAX_LARGE_BODY_BYTES = (2 << 30) + FORM_BYTES


#: In the scope of a request whose body was refused: how many bytes would have been taken.
REFUSED_ABOVE = "brandhub.refused_above"
#: So long is what a browser goes on sending thrown away, for it shows an answer after that.
LINGER_SECONDS = 30


class _TooLarge(Exception):
    """More came than was announced, or than is taken; ``more_body`` says whether more follows."""

    def __init__(self, *, more_body: bool) -> None:
        super().__init__()
        self.more_body = more_body


class BodyLimit:
    """ASGI middleware: refuses a body as soon as it is seen to be too large.

    A body that announces its length is refused unread; one that comes in chunks is refused at the
    chunk that crosses the line. Django's own limits leave files out and are asked only after the
    whole body lies on disk.

    The application is asked without the body then, with ``REFUSED_ABOVE`` in its scope, and answers
    in its own words.

    At ``large_doors`` more is taken from whom ``admits`` (called in a thread, with path and
    headers) lets in. For anybody else the application is asked without the body, and says what is
    wrong with the key.
    """

    def __init__(
        self,
        app: App,
        *,
        large_doors: Collection[str],
        admits: Callable[[str, Mapping[bytes, bytes]], bool],
        limit: int = MAX_BODY_BYTES,
    ) -> None:
        self.app = app
        self.large_doors = large_doors
        self.admits = admits
        self.limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        announced = headers.get(b"content-length", b"")
        size = int(announced) if announced.isdigit() else None
        limit = self.limit
        if (
            scope["method"] == "POST"
            and scope["path"] in self.large_doors
            and (size is None or size > limit)
        ):
            if not await asyncio.to_thread(self.admits, scope["path"], headers):
                await self.app(scope, _without_body(receive), _closing(send))
                return
            limit = max(limit, MAX_LARGE_BODY_BYTES)
        if size is not None and size > limit:
            await self._refuse(scope, receive, send, limit)
            return
        await self._pass_on(scope, receive, send, limit)

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send, limit: int) -> None:
        received = 0
        answered = False

        async def counted_receive() -> Message:
            nonlocal received
            message = await receive()
            if message["type"] == "http.request":
                received += len(message.get("body", b""))
                if received > limit:
                    raise _TooLarge(more_body=message.get("more_body", False))
            return message

        async def noted_send(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        try:
            await self.app(scope, counted_receive, noted_send)
        except _TooLarge as crossed:
            if not answered:
                await self._refuse(scope, receive, send, limit, more_body=crossed.more_body)

    async def _refuse(
        self, scope: Scope, receive: Receive, send: Send, limit: int, *, more_body: bool = True
    ) -> None:
        refused = {**scope, REFUSED_ABOVE: limit}
        if b"text/html" not in dict(scope["headers"]).get(b"accept", b""):
            await self.app(refused, _without_body(receive), _closing(send))
            return
        rest = _Rest(receive, more_body=more_body)
        reading = asyncio.create_task(rest.throw_away())
        try:
            await self.app(refused, rest.receive, rest.last(_closing(send)))
        finally:
            reading.cancel()


def _without_body(receive: Receive) -> Receive:
    """An empty body, and then whatever comes until the sender hangs up, unread."""
    told = False

    async def nothing() -> Message:
        nonlocal told
        if not told:
            told = True
            return {"type": "http.request", "body": b"", "more_body": False}
        while (message := await receive())["type"] == "http.request":
            pass
        return message

    return nothing


def _closing(send: Send) -> Send:
    """Hang up after the answer: the body is still on its way and will not be read."""

    async def with_close(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], (b"connection", b"close")]}
        await send(message)

    return with_close


class _Rest:
    """What is still coming of a body that nobody will read."""

    def __init__(self, receive: Receive, *, more_body: bool) -> None:
        self._receive = receive
        self._is_over, self._has_left = asyncio.Event(), asyncio.Event()
        self._told = False
        if not more_body:
            # The server says nothing more until the sender hangs up, who waits for the answer.
            self._is_over.set()

    async def throw_away(self) -> None:
        """Read until the sender hangs up."""
        while (message := await self._receive())["type"] == "http.request":
            if not message.get("more_body", False):
                self._is_over.set()
        self._is_over.set()
        self._has_left.set()

    async def receive(self) -> Message:
        """An empty body; then that the sender has hung up, once that is so."""
        if not self._told:
            self._told = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self._has_left.wait()
        return {"type": "http.disconnect"}

    def last(self, send: Send) -> Send:
        """``send``, whose answer ends only when all has come, or ``LINGER_SECONDS`` have passed."""

        async def lingering(message: Message) -> None:
            if message["type"] != "http.response.body" or message.get("more_body", False):
                await send(message)
                return
            await send({**message, "more_body": True})
            with suppress(TimeoutError):
                await asyncio.wait_for(self._is_over.wait(), LINGER_SECONDS)
            await send({"type": "http.response.body", "body": b""})

        return lingering
