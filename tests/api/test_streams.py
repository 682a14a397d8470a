"""Event streams: what was missed is replayed, what happens is told at once, and then it ends."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connection, transaction
from pytest_django import Settings

from avatars.api import streams
from avatars.api.streams import request_stream
from avatars.events import append_request_event, publish_progress
from avatars.models import GenerationRequest, RequestEvent
from brandhub.accounts.models import ApiClient, Brand
from brandhub.common import fanout, followers
from brandhub.common.followers import subscription
from tests.api.conftest import Api, code_of
from tests.factories import BotFactory, GenerationRequestFactory
from tests.integration.processes import PATIENCE, wait_until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def request_row(brand: Brand, platform: ApiClient) -> GenerationRequest:
    bot = BotFactory(brand=brand, client=platform)
    return GenerationRequestFactory(bot=bot, status="queued")


def test_who_asks_for_the_headers_gets_them_and_no_stream(
    api: Api, request_row: GenerationRequest
) -> None:
    response = api.client.head(f"/api/v1/requests/{request_row.pk}/events", headers=api.headers)

    assert (response.status_code, response.headers["Content-Type"]) == (200, "text/event-stream")
    assert response.headers["Cache-Control"] == "no-store"
    assert not response.streaming


def happen(row: GenerationRequest, kind: str, **data: Any) -> None:
    with transaction.atomic():
        locked = GenerationRequest.objects.select_for_update().get(pk=row.pk)
        append_request_event(request=locked, kind=RequestEvent.Kind(kind), data=data)


def read(text: bytes) -> list[dict[str, Any]]:
    """The events of a stream's text: id, event and data."""
    found = []
    for block in text.decode().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
        if "event" in fields:
            found.append(
                {
                    "id": fields.get("id"),
                    "event": fields["event"],
                    "data": json.loads(fields["data"]),
                }
            )
    return found


def whole(response: Any) -> bytes:
    """A stream that ends by itself, read to its end."""

    async def run() -> bytes:
        return b"".join([piece async for piece in response.streaming_content])

    return asyncio.run(run())


async def next_event(stream: AsyncIterator[bytes]) -> dict[str, Any]:
    """The next event, comments and greetings passed over."""
    async with asyncio.timeout(PATIENCE):
        while True:
            found = read(await anext(stream))
            if found:
                return found[0]


def follow(
    row: GenerationRequest, story: Callable[[AsyncIterator[bytes]], Any], *, seen: int = 0
) -> Any:
    async def run() -> Any:
        stream = request_stream(row.pk, seen=seen)
        try:
            return await story(stream)
        finally:
            await stream.aclose()

    return asyncio.run(run())


def test_a_settled_request_is_told_from_the_start_and_ends(
    api: Api, request_row: GenerationRequest
) -> None:
    happen(request_row, "status", status="queued")
    happen(request_row, "candidate", index=0)
    happen(request_row, "done", status="approved")
    GenerationRequest.objects.update(status="approved")

    response = api.get(f"/api/v1/requests/{request_row.pk}/events")

    assert response.status_code == 200
    assert response["Content-Type"] == "text/event-stream"
    assert response["Cache-Control"] == "no-store"
    assert response["X-Accel-Buffering"] == "no"
    assert read(whole(response)) == [
        {"id": "1", "event": "status", "data": {"status": "queued"}},
        {"id": "2", "event": "candidate", "data": {"index": 0}},
        {"id": "3", "event": "done", "data": {"status": "approved"}},
    ]


def test_an_open_stream_holds_no_database_connection(
    api: Api, request_row: GenerationRequest
) -> None:
    happen(request_row, "status", status="queued")

    response = api.get(f"/api/v1/requests/{request_row.pk}/events")

    assert response.status_code == 200
    assert connection.connection is None


def test_last_event_id_resumes(api: Api, request_row: GenerationRequest) -> None:
    happen(request_row, "status", status="queued")
    happen(request_row, "done", status="approved")
    GenerationRequest.objects.update(status="approved")

    response = api.get(f"/api/v1/requests/{request_row.pk}/events", Last_Event_ID="1")

    assert [each["id"] for each in read(whole(response))] == ["2"]


def test_who_has_seen_all_is_told_not_to_come_back(
    api: Api, request_row: GenerationRequest
) -> None:
    happen(request_row, "done", status="approved")
    GenerationRequest.objects.update(status="approved")

    response = api.get(f"/api/v1/requests/{request_row.pk}/events", Last_Event_ID="1")

    assert response.status_code == 204


@pytest.mark.parametrize("text", ["x", "-1", "1.5", "99999999999", "²"])
def test_an_id_that_is_no_events_is_refused(
    api: Api, request_row: GenerationRequest, text: str
) -> None:
    response = api.get(f"/api/v1/requests/{request_row.pk}/events", Last_Event_ID=text)

    assert code_of(response) == (422, "invalid_input")


def test_what_happens_is_told_at_once(
    request_row: GenerationRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With polling out of the picture only the news can have woken the stream."""
    monkeypatch.setattr(streams, "HEARTBEAT_SECONDS", 3600)
    monkeypatch.setattr(streams, "POLL_SECONDS", 3600)

    async def story(stream: AsyncIterator[bytes]) -> list[dict[str, Any]]:
        await anext(stream)
        waiting = asyncio.ensure_future(next_event(stream))
        while not subscription().connected:
            await asyncio.sleep(0.01)
        await sync_to_async(happen)(request_row, "status", status="rendering")
        return [await waiting]

    assert follow(request_row, story) == [
        {"id": "1", "event": "status", "data": {"status": "rendering"}}
    ]


def test_progress_is_passed_on_and_not_kept(request_row: GenerationRequest) -> None:
    async def story(stream: AsyncIterator[bytes]) -> dict[str, Any]:
        await anext(stream)
        waiting = asyncio.ensure_future(next_event(stream))
        while not subscription().connected:
            await asyncio.sleep(0.01)
        await sync_to_async(publish_progress)(request_row.pk, candidates=[0, 1], step=3, steps=25)
        return await waiting

    assert follow(request_row, story) == {
        "id": None,
        "event": "progress",
        "data": {"candidates": [0, 1], "step": 3, "steps": 25},
    }
    assert RequestEvent.objects.count() == 0


def test_what_happened_before_the_subscription_stood_is_not_lost(
    request_row: GenerationRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The event commits after the stream has looked and before the subscription begins."""
    monkeypatch.setattr(streams, "HEARTBEAT_SECONDS", 3600)
    monkeypatch.setattr(streams, "POLL_SECONDS", 3600)
    look = streams.events_after
    happened = threading.Event()

    def look_then_happen(*arguments: Any) -> Any:
        found = look(*arguments)
        if not happened.is_set():
            happen(request_row, "status", status="rendering")
            happened.set()
        return found

    monkeypatch.setattr(streams, "events_after", look_then_happen)
    listen = followers.Subscription._listen

    async def listen_late(self: followers.Subscription) -> None:
        while not happened.is_set():
            await asyncio.sleep(0.01)
        await listen(self)

    monkeypatch.setattr(followers.Subscription, "_listen", listen_late)

    event = follow(request_row, next_event)

    assert event["data"] == {"status": "rendering"}


def test_what_many_follow_is_read_for_all_at_once(
    request_row: GenerationRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "HEARTBEAT_SECONDS", 3600)
    monkeypatch.setattr(streams, "POLL_SECONDS", 3600)
    look = streams.events_after
    fruitful: list[list[RequestEvent]] = []

    def noting(asked: Any) -> Any:
        found = look(asked)
        fruitful.extend(events for events in found.values() if events)
        return found

    monkeypatch.setattr(streams, "events_after", noting)

    async def run() -> list[dict[str, Any]]:
        followed = [request_stream(request_row.pk, seen=0) for _ in range(20)]
        waiting = [asyncio.create_task(next_event(stream)) for stream in followed]
        while not subscription().connected:
            await asyncio.sleep(0.01)
        await sync_to_async(happen)(request_row, "status", status="rendering")
        told = await asyncio.gather(*waiting)
        for stream in followed:
            await stream.aclose()
        return told

    assert [event["data"] for event in asyncio.run(run())] == [{"status": "rendering"}] * 20
    # Two where some were woken while the first read was under way already.
    assert len(fruitful) in {1, 2}


@pytest.fixture
def without_redis(settings: Settings) -> Iterator[None]:
    """Whoever publishes has no client of before, and leaves none behind."""
    settings.REDIS_URL = "unix:///nowhere.sock?db=0"
    fanout._client.cache_clear()
    yield
    fanout._client.cache_clear()


def test_without_redis_the_rows_are_looked_at(
    request_row: GenerationRequest, monkeypatch: pytest.MonkeyPatch, without_redis: None
) -> None:
    monkeypatch.setattr(streams, "POLL_SECONDS", 0.02)

    async def story(stream: AsyncIterator[bytes]) -> dict[str, Any]:
        await anext(stream)
        waiting = asyncio.ensure_future(next_event(stream))
        await asyncio.sleep(0)
        await sync_to_async(happen)(request_row, "status", status="rendering")
        assert not subscription().connected
        return await waiting

    assert follow(request_row, story)["data"] == {"status": "rendering"}


def test_a_quiet_stream_shows_that_it_lives(
    request_row: GenerationRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "HEARTBEAT_SECONDS", 0.05)

    async def story(stream: AsyncIterator[bytes]) -> list[bytes]:
        return [await anext(stream) for _ in range(3)]

    assert follow(request_row, story) == [
        b"retry: 2000\n\n",
        b": still here\n\n",
        b": still here\n\n",
    ]


def test_a_stream_ends_in_time_for_the_key_to_be_asked_again(
    request_row: GenerationRequest,
) -> None:
    async def run() -> list[bytes]:
        return [piece async for piece in request_stream(request_row.pk, seen=0, longest=0)]

    assert asyncio.run(run()) == [b"retry: 2000\n\n"]


def test_any_number_of_streams_share_one_connection(request_row: GenerationRequest) -> None:
    import redis

    def subscribers() -> int:
        # Of this database alone: other tests of the session run on the same server.
        with redis.Redis.from_url(settings.REDIS_URL) as server:
            own = str(server.connection_pool.connection_kwargs["db"])
            clients = server.client_list(_type="pubsub")
            return sum(client["db"] == own for client in clients)

    async def run() -> tuple[int, list[dict[str, Any]]]:
        following = [request_stream(request_row.pk, seen=0) for _ in range(20)]
        waiting = [asyncio.ensure_future(next_event(each)) for each in following]
        while not subscription().connected:
            await asyncio.sleep(0.01)
        connections = await sync_to_async(subscribers)()
        await sync_to_async(happen)(request_row, "status", status="rendering")
        found = [await each for each in waiting]
        for each in following:
            await each.aclose()
        return connections, found

    connections, found = asyncio.run(run())

    assert connections == 1
    assert [each["id"] for each in found] == ["1"] * 20
    wait_until(lambda: subscribers() == 0, what="the connection to be closed")


def test_a_slow_follower_keeps_the_newest_news() -> None:
    async def run() -> list[int]:
        follower = followers.Follower()
        for step in range(followers.BACKLOG + 10):
            follower.tell({"kind": "progress", "step": step})
        return [each["step"] for each in await follower.news(timeout=1)]

    steps = asyncio.run(run())

    assert steps == list(range(10, followers.BACKLOG + 10))
