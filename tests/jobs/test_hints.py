"""Hints and news while Redis hangs: one caller waits for it, and the next ones do not."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django import Settings

from brandhub.common import fanout
from brandhub.common.outage import redis_outage
from brandhub.jobs.hints import send_hint

REDIS = "redis://127.0.0.1:{port}/0"


class Hanging:
    """Takes every connection and never says a word."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._taken: list[socket.socket] = []
        self._thread = threading.Thread(target=self._take, daemon=True)
        self._thread.start()
        self.url = REDIS.format(port=self._listener.getsockname()[1])

    @property
    def asked(self) -> int:
        return len(self._taken)

    def _take(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                self._taken.append(self._listener.accept()[0])

    def close(self) -> None:
        self._listener.close()
        for taken in self._taken:
            taken.close()


@pytest.fixture
def hanging(settings: Settings) -> Iterator[Hanging]:
    server = Hanging()
    settings.REDIS_URL = server.url
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": server.url}}
    fanout._client.cache_clear()
    yield server
    server.close()
    fanout._client.cache_clear()
    redis_outage.forget()


def hint() -> Any:
    return send_hint("accounts.purge_idempotency_records", queue="default")


def news() -> Any:
    return fanout.publish("requests", {"kind": "event"})


@pytest.mark.parametrize("first", [hint, news])
def test_who_waited_in_vain_spares_the_others(hanging: Hanging, first: Any) -> None:
    assert not first()
    asked = hanging.asked
    assert asked > 0

    assert not hint()
    assert not news()

    assert hanging.asked == asked


def test_after_a_rest_somebody_asks_again(hanging: Hanging) -> None:
    hint()
    asked = hanging.asked

    redis_outage.forget()
    hint()

    assert hanging.asked > asked


def test_a_redis_that_refuses_costs_no_time_and_is_asked_again(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    url = REDIS.format(port=port)
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": url}}

    assert not hint()

    assert not redis_outage.lasts
