"""Django's Redis cache with the connections of a whole process."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis import ConnectionPool


class _Client(RedisCacheClient):
    # By server: two caches on one server would share the first one's options, too.
    _pools: dict[int, ConnectionPool]
    _pools_of_process: ClassVar[dict[tuple[str, ...], dict[int, ConnectionPool]]] = {}

    def __init__(self, servers: list[str], **options: Any) -> None:
        super().__init__(servers, **options)
        self._pools = self._pools_of_process.setdefault(tuple(servers), {})


class ProcessRedisCache(RedisCache):
    """Keeps its connections for the next request.

    Django makes a cache object per thread, each with connections of its own, and a request under
    ASGI runs in a thread of its own: each would connect to Redis anew, and say hello, for one key.
    A pool notices by itself that its process was forked.
    """

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = _Client
