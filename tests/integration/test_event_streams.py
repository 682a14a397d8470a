"""Streams of a real ASGI server: many at once on few database connections."""

import asyncio

import httpx
import pytest
from django.db import connection, transaction

from avatars.events import append_request_event
from avatars.models import GenerationRequest, RequestEvent
from tests.factories import ApiClientFactory, ApiKeyFactory, BotFactory, GenerationRequestFactory
from tests.integration.processes import Processes
from tests.loops import run_coroutine
from tests.races import elsewhere

pytestmark = pytest.mark.django_db(transaction=True)

STREAMS = 24
CONNECTIONS = 2


def happen(row: GenerationRequest, kind: str) -> None:
    with transaction.atomic():
        locked = GenerationRequest.objects.select_for_update().get(pk=row.pk)
        append_request_event(
            request=locked, kind=RequestEvent.Kind(kind), data={"status": "in_review"}
        )


def connections_of_others() -> int:
    """Of other processes to this database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            # A vacuum that comes along is nobody's connection.
            " AND backend_type = 'client backend'"
        )
        return int(cursor.fetchone()[0])


def test_many_streams_live_on_two_connections(processes: Processes) -> None:
    # given
    client = ApiClientFactory()
    key = ApiKeyFactory(client=client)
    bot = BotFactory(brand=client.brands.get(), client=client)
    row = GenerationRequestFactory(bot=bot, status="queued")
    happen(row, "status")
    before = elsewhere(connections_of_others)
    server = processes.web(extra={"BRANDHUB_DB_POOL_SIZE": str(CONNECTIONS)})

    # when
    ends, held, others = run_coroutine(_follow(server.address, key.secret, row))

    # then
    assert ends == [["status", "candidate", "done"]] * STREAMS
    assert held - before <= CONNECTIONS
    assert others == [200] * 5
    assert "Traceback" not in server.output()


async def _follow(
    address: str, key: str, row: GenerationRequest
) -> tuple[list[list[str]], int, list[int]]:
    """All streams at once; the rest of the story is told once all of them are listening."""
    headers = {"Authorization": f"Bearer {key}"}
    limits = httpx.Limits(max_connections=STREAMS + 5)
    listening = 0
    all_listening = asyncio.Event()

    async def follow(client: httpx.AsyncClient) -> list[str]:
        nonlocal listening
        kinds = []
        url = f"{address}/api/v1/requests/{row.pk}/events"
        async with client.stream("GET", url) as response:
            async for line in response.aiter_lines():
                if line.startswith("event: "):
                    kinds.append(line.removeprefix("event: "))
                    if len(kinds) == 1:
                        listening += 1
                        if listening == STREAMS:
                            all_listening.set()
        return kinds

    async with httpx.AsyncClient(headers=headers, limits=limits, timeout=60) as client:
        following = [asyncio.ensure_future(follow(client)) for _ in range(STREAMS)]
        async with asyncio.timeout(60):
            await all_listening.wait()
        held = await asyncio.to_thread(elsewhere, connections_of_others)
        others = [(await client.get(f"{address}/api/v1/me")).status_code for _ in range(5)]
        await asyncio.to_thread(elsewhere, lambda: happen(row, "candidate"))
        await asyncio.to_thread(elsewhere, lambda: happen(row, "done"))
        async with asyncio.timeout(60):
            return [await each for each in following], held, others
