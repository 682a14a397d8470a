"""Waiting for news: one subscription to Redis per event loop, however many streams wait on it.

News only says that it is worth looking, or how far something has got. The truth is in PostgreSQL,
so a follower also looks by itself from time to time, more often while Redis is away.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import weakref
from collections import deque
from collections.abc import AsyncIterator
from typing import Any

import redis.asyncio
import structlog
from django.conf import settings
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

#: Channels that anybody follows start like this. One pattern for all: with a subscription per
#: channel, news between a first look and the acknowledgement would be missed.
PATTERN = "request:*"
#: So many pieces of news are kept for one follower; older ones give way, being overtaken.
BACKLOG = 64
_RECONNECT_SECONDS = 1.0
_LISTEN_SECONDS = 5.0


class Follower:
    """Somebody who waits for news of one channel."""

    def __init__(self) -> None:
        self._news: deque[dict[str, Any]] = deque(maxlen=BACKLOG)
        self._wake = asyncio.Event()

    def tell(self, message: dict[str, Any]) -> None:
        self._news.append(message)
        self._wake.set()

    async def news(self, *, timeout: float) -> list[dict[str, Any]]:
        """What came since the last call, oldest first; waits for it up to ``timeout`` seconds."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                await self._wake.wait()
        self._wake.clear()
        found = list(self._news)
        self._news.clear()
        return found


class Subscription:
    """The followers of one event loop and the task that reads for all of them."""

    def __init__(self) -> None:
        self._followers: dict[str, set[Follower]] = {}
        self._task: asyncio.Task[None] | None = None
        #: Whether news would reach us now.
        self.connected = False

    @contextlib.asynccontextmanager
    async def follow(self, channel: str) -> AsyncIterator[Follower]:
        """A follower of ``channel`` for as long as the block lasts."""
        follower = Follower()
        self._followers.setdefault(channel, set()).add(follower)
        if self._task is None:
            self._task = asyncio.create_task(self._read(), name="news")
        try:
            yield follower
        finally:
            self._leave(channel, follower)

    def _leave(self, channel: str, follower: Follower) -> None:
        self._followers[channel].discard(follower)
        if not self._followers[channel]:
            del self._followers[channel]
        if not self._followers and self._task is not None:
            self._task.cancel()
            self._task = None
            self.connected = False

    async def _read(self) -> None:
        while True:
            try:
                await self._listen()
            except (RedisError, OSError) as error:
                log.warning("news_not_heard", error=type(error).__name__)
            self.connected = False
            await asyncio.sleep(_RECONNECT_SECONDS)

    async def _listen(self) -> None:
        client = redis.asyncio.Redis.from_url(
            settings.REDIS_URL, socket_connect_timeout=1, health_check_interval=15
        )
        async with client, client.pubsub() as pubsub:
            await pubsub.psubscribe(PATTERN)
            while True:
                message = await pubsub.get_message(timeout=_LISTEN_SECONDS)
                if message is not None:
                    self._pass_on(message)

    def _pass_on(self, message: dict[str, Any]) -> None:
        if message["type"] == "psubscribe":
            self.connected = True
            # Whatever happened before now was not heard.
            for followers in self._followers.values():
                for follower in followers:
                    follower.tell({"kind": "event"})
            return
        followers = self._followers.get(message["channel"].decode(), set())
        if followers:
            news = json.loads(message["data"])
            for follower in followers:
                follower.tell(news)


_subscriptions: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Subscription] = (
    weakref.WeakKeyDictionary()
)


def subscription() -> Subscription:
    """The running event loop's subscription; a process has one loop, so one connection."""
    return _subscriptions.setdefault(asyncio.get_running_loop(), Subscription())
