"""The cap on bodies, which holds before anything is written to disk."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import resolve
from django.utils import timezone

from brandhub.accounts.models import ApiClient, ApiKey, Scope, User
from brandhub.api.body_limit import MAX_LARGE_BODY_BYTES, BodyLimit
from brandhub.api.large_bodies import LARGE_DOORS, may_bring_much
from tests.factories import ApiKeyFactory
from tests.loops import run_coroutine

LIMIT = 1000
DOOR = "/api/v1/adapters"
ADMITTED = (b"authorization", b"Bearer good")


def call(
    headers: list[tuple[bytes, bytes]],
    chunks: list[bytes],
    path: str = "/api/v1/reference-images",
) -> tuple[int, dict[str, Any] | str, int]:
    """Status, body and how many chunks were taken, of a server behind the cap that reads all."""
    taken = 0
    sent: list[dict[str, Any]] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        more = True
        while more:
            more = (await receive()).get("more_body", False)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"all read"})

    async def receive() -> dict[str, Any]:
        nonlocal taken
        taken += 1
        return {
            "type": "http.request",
            "body": chunks[taken - 1],
            "more_body": taken < len(chunks),
        }

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "headers": headers,
        "raw_path": path.encode(),
    }
    limited = BodyLimit(
        application,
        large_doors=[DOOR],
        admits=lambda path, given: (path, ADMITTED[1]) == (DOOR, given.get(ADMITTED[0])),
        limit=LIMIT,
    )
    run_coroutine(limited(scope, receive, send))
    body = sent[1]["body"].decode()
    return sent[0]["status"], json.loads(body) if body.startswith("{") else body, taken


def test_a_body_within_the_limit_passes() -> None:
    assert call([(b"content-length", b"1000")], [b"x" * 500, b"x" * 500]) == (200, "all read", 2)


def test_a_body_that_announces_too_much_is_refused_unread() -> None:
    status, body, taken = call([(b"content-length", b"1001")], [b"x" * 1001])

    assert (status, taken) == (413, 0)
    assert isinstance(body, dict)
    assert body["code"] == "body_too_large"
    assert body["instance"] == "/api/v1/reference-images"


@pytest.mark.parametrize("headers", [[], [(b"content-length", b"lots")]])
def test_a_body_that_announces_nothing_is_cut_off_where_it_crosses(
    headers: list[tuple[bytes, bytes]],
) -> None:
    status, body, taken = call(headers, [b"x" * 600] * 10)

    assert (status, taken) == (413, 2)
    assert isinstance(body, dict)
    assert body["code"] == "body_too_large"


def test_at_a_large_door_more_is_taken_from_whom_it_lets_in() -> None:
    assert call([ADMITTED], [b"x" * 2 * LIMIT], DOOR)[:2] == (200, "all read")
    assert call([ADMITTED], [b"x" * 2 * LIMIT], DOOR + "x")[0] == 413
    announced = (b"content-length", str(MAX_LARGE_BODY_BYTES + 1).encode())
    assert call([ADMITTED, announced], [b""], DOOR)[::2] == (413, 0)


@pytest.mark.parametrize("headers", [[], [(b"content-length", b"2000")]])
def test_of_whom_it_does_not_let_in_nothing_is_read_and_a_view_says_why(
    headers: list[tuple[bytes, bytes]],
) -> None:
    assert call(headers, [b"x" * 2 * LIMIT], DOOR) == (200, "all read", 0)


def test_whoever_brings_little_is_asked_for_nothing() -> None:
    assert call([(b"content-length", b"1000")], [b"x" * 1000], DOOR) == (200, "all read", 1)


@pytest.mark.django_db(transaction=True)
class TestMayBringMuch:
    """Nobody whom the view behind would refuse unread."""

    def test_a_key_with_the_scope_of_the_door(self, platform: ApiClient) -> None:
        key: Any = ApiKeyFactory(client=platform, scopes=[Scope.ADAPTERS_WRITE])

        assert allowed("/api/v1/adapters", key.secret)
        assert not allowed("/api/v1/style-packs", key.secret)
        assert not allowed("/adapters/new/", key.secret)

    def test_no_key_that_opens_nothing(self, platform: ApiClient) -> None:
        key: Any = ApiKeyFactory(client=platform, scopes=list(Scope.values))
        gone = timezone.now()

        assert allowed("/api/v1/adapters", key.secret)
        assert not may_bring_much(
            "/api/v1/adapters", {b"authorization": f"Basic {key.secret}".encode()}
        )
        assert not allowed("/api/v1/adapters", key.secret[:-1] + "-")
        for changed in ({"mode": "test"}, {"expires_at": gone}, {"revoked_at": gone}):
            ApiKey.objects.filter(pk=key.pk).update(**changed)
            assert not allowed("/api/v1/adapters", key.secret)

    @pytest.mark.parametrize("door", list(LARGE_DOORS))
    def test_a_session_of_somebody(self, manager: User, client: Client, door: str) -> None:
        client.force_login(manager)
        cookie = f"theme=dark; sessionid={client.cookies['sessionid'].value}".encode()

        assert may_bring_much(door, {b"cookie": cookie})
        assert not may_bring_much(door, {b"cookie": b"sessionid=" + b"x" * 32})
        assert not may_bring_much(door, {})
        User.objects.filter(pk=manager.pk).update(is_active=False)
        assert not may_bring_much(door, {b"cookie": cookie})

    def test_every_door_leads_somewhere(self) -> None:
        assert all(resolve(door).func for door in LARGE_DOORS)


def allowed(door: str, key: str) -> bool:
    return may_bring_much(door, {b"authorization": f"Bearer {key}".encode()})
