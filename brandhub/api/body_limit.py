"""A cap on request bodies that holds before Django spools them to disk."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
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
LARGE_DOORS = frozenset(
    {"/adapters/new/", "/api/v1/adapters", "/styles/import/", "/api/v1/style-packs"}
)


class _TooLarge(Exception):
    """More came than was announced, or than is taken."""


class BodyLimit:
    """ASGI middleware: answers 413 as soon as a body is seen to be too large.

    A body that announces its length is refused unread; one that comes in chunks is refused at the
    chunk that crosses the line. Django's own limits leave files out and are asked only after the
    whole body lies on disk.
    """

    def __init__(self, app: App, *, limit: int = MAX_BODY_BYTES) -> None:
        self.app = app
        self.limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = self.limit_of(scope)
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        if announced.isdigit() and int(announced) > limit:
            await _refuse(scope, send)
            return
        await self._pass_on(scope, receive, send, limit)

    def limit_of(self, scope: Scope) -> int:
        """Bytes that a body may have: more where adapters and packs come in, for who shows a key
        or a session. Whether it is a good one is found out behind; somebody without any sends no
        more there than elsewhere.
        """
        if scope["method"] != "POST" or scope["path"] not in LARGE_DOORS:
            return self.limit
        headers = dict(scope["headers"])
        shown = b"authorization" in headers or b"sessionid=" in headers.get(b"cookie", b"")
        return max(self.limit, MAX_LARGE_BODY_BYTES) if shown else self.limit

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
