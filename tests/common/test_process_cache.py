"""The cache keeps its connections from one thread, and so from one request, to the next."""

import threading

from django.conf import settings
from django.core.cache import cache
from redis.connection import AbstractConnection

from brandhub.common.process_cache import ProcessRedisCache


def in_a_thread_of_its_own(number: int) -> None:
    thread = threading.Thread(target=lambda: cache.set(f"number:{number}", number))
    thread.start()
    thread.join()


def test_threads_one_after_the_other_share_a_connection(monkeypatch) -> None:
    # given: somebody has connected already
    made: list[AbstractConnection] = []
    connect = AbstractConnection.connect
    in_a_thread_of_its_own(0)

    def noted(connection: AbstractConnection) -> None:
        if connection._sock is None:
            made.append(connection)
        connect(connection)

    monkeypatch.setattr(AbstractConnection, "connect", noted)
    # when
    for number in range(1, 5):
        in_a_thread_of_its_own(number)
    # then
    assert cache.get_many(f"number:{number}" for number in range(5)) == {
        f"number:{number}": number for number in range(5)
    }
    assert made == []


def test_a_cache_elsewhere_has_connections_of_its_own() -> None:
    params = settings.CACHES["default"]
    here, again, there = (
        vars(ProcessRedisCache(server, params)._cache)["_pools"]
        for server in ("redis://127.0.0.1:1/0", "redis://127.0.0.1:1/0", "redis://127.0.0.1:1/1")
    )
    assert here is again
    assert here is not there
