"""Hints and news while Redis hangs: one caller waits for it, and the next ones do not."""

import contextlib
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django import Settings

from brandhub.common import fanout, outage
from brandhub.common.outage import redis_outage
from brandhub.jobs.hints import send_hint
from tests.integration.processes import free_port

REDIS = "redis://127.0.0.1:{port}/0"


class Hanging:
    """Lets everybody connect and never says a word."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.setblocking(False)
        self._taken: list[socket.socket] = []
        self.url = REDIS.format(port=self._listener.getsockname()[1])

    @property
    def asked(self) -> int:
        """How many have connected so far; the kernel lets them and keeps them waiting."""
        with contextlib.suppress(BlockingIOError):
            while True:
                self._taken.append(self._listener.accept()[0])
        return len(self._taken)

    def close(self) -> None:
        self._listener.close()
        for taken in self._taken:
            taken.close()


@pytest.fixture
def hanging(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hanging]:
    # A rest is over when a test says so, and not because the machine is slow.
    monkeypatch.setattr(outage, "REST_SECONDS", 3600.0)
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
    url = REDIS.format(port=free_port())
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": url}}

    assert not hint()

    assert not redis_outage.lasts
