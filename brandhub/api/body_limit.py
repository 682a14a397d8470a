"""A cap on request bodies that holds before Django spools them to disk."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Collection, Mapping, MutableMapping
from http import HTTPStatus
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
#: Any ASGI 3 application; servers and frameworks type its messages in ways of their own.
App = Callable[[Any, Any, Any], Awaitable[None]]

#: An upload of 20 MB with its form around it.
MAX_BODY_BYTES = 21 * 1024 * 1024
#: An adapter or a style pack of 2 GB with its form around it, at the addresses that take one.
MAX_LARGE_BODY_BYTES = (2 << 30) + 1024 * 1024


class _TooLarge(Exception):
    """More came than was announced, or than is taken."""


class BodyLimit:
    """ASGI middleware: answers 413 as soon as a body is seen to be too large.

    A body that announces its length is refused unread; one that comes in chunks is refused at the
    chunk that crosses the line. Django's own limits leave files out and are asked only after the
    whole body lies on disk.

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
            await _refuse(scope, send)
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
                    raise _TooLarge
            return message

        async def noted_send(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        try:
            await self.app(scope, counted_receive, noted_send)
        except _TooLarge:
            if not answered:
                await _refuse(scope, send)


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


async def _refuse(scope: Scope, send: Send) -> None:
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    body = json.dumps(
        {
            "type": "urn:brandhub:problem:body_too_large",
            "title": status.phrase,
            "status": int(status),
            "detail": "The body is larger than this installation takes.",
            "instance": scope.get("raw_path", b"/").decode("ascii", "replace"),
            "code": "body_too_large",
            "request_id": "",
        }
    ).encode()
    headers = [
        (b"content-type", b"application/problem+json"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        # The rest of the body is still on its way and will not be read.
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": int(status), "headers": headers})
    await send({"type": "http.response.body", "body": body})
