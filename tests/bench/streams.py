"""Five hundred followers of one request: memory, the way of news to all, submissions meanwhile."""

from __future__ import annotations

import asyncio
import threading
import time
from urllib.parse import urlsplit

import psutil

from tests.bench.results import Row, milliseconds
from tests.bench.submitting import submit_for
from tests.bench.world import World

STREAMS = 500
PATIENCE = 60.0


def rows(world: World) -> list[Row]:
    """The subject's part of the table."""
    with world.client as client:
        body = {
            "bot": world.people["bots"][0],
            "style": world.people["style"],
            "prompt": "a robot",
            "candidates": 1,
            "priority": "low",
        }
        request_id = client.post("/api/v1/requests", json=body).raise_for_status().json()["id"]
        web = psutil.Process(world.stack.members["web"].process.pid)  # type: ignore[union-attr]
        before = web.memory_info().rss
        followers = _Followers(world, f"/api/v1/requests/{request_id}/events")
        followers.start()
        if not followers.connected.wait(PATIENCE):
            raise SystemExit(f"only {followers.count} of {STREAMS} streams were opened")
        memory = web.memory_info().rss - before
        meanwhile = submit_for(world, 10)
        told = time.monotonic()
        client.post(f"/api/v1/requests/{request_id}/cancel").raise_for_status()
        followers.join(PATIENCE)
    arrived = [moment - told for moment in followers.heard]
    return [
        Row(
            "event streams",
            f"memory of the web process for {STREAMS} idle streams",
            f"{memory / 2**20:.0f} MiB ({memory / STREAMS / 1024:.0f} KiB each)",
            "",
            "one web process",
        ),
        Row(
            "event streams",
            f"a cancellation to all {STREAMS}: p50 / p99",
            milliseconds(arrived),
            "",
            f"from the call; {len(arrived)} of {STREAMS} heard of it",
        ),
        Row(
            "submit beside the streams",
            "p50 / p99",
            milliseconds(meanwhile),
            "",
            f"20 a second for 10 s, {STREAMS} streams open, the renderer busy",
        ),
    ]


class _Followers(threading.Thread):
    """Opens the streams and notes when each hears of the end."""

    def __init__(self, world: World, path: str) -> None:
        super().__init__(daemon=True)
        parts = urlsplit(world.stack.address)
        self._host, self._port = str(parts.hostname), int(parts.port or 80)
        self._head = (
            f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
            f"Authorization: Bearer {world.people['key']}\r\nAccept: text/event-stream\r\n\r\n"
        ).encode()
        self.connected = threading.Event()
        self.heard: list[float] = []
        self.count = 0

    def run(self) -> None:
        asyncio.run(self._follow_all())

    async def _follow_all(self) -> None:
        at_once = asyncio.Semaphore(20)
        await asyncio.gather(*(self._follow(at_once) for _ in range(STREAMS)))

    async def _follow(self, at_once: asyncio.Semaphore) -> None:
        async with at_once:
            reader, writer = await asyncio.open_connection(self._host, self._port)
            writer.write(self._head)
            # What has happened to the request so far comes at once.
            await reader.readuntil(b"event: status")
            self.count += 1
        if self.count == STREAMS:
            self.connected.set()
        text = b""
        while b"cancelled" not in text:
            piece = await reader.read(4096)
            if not piece:
                return
            text += piece
        self.heard.append(time.monotonic())
        writer.close()
