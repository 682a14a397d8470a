"""The cap on bodies, which holds before anything is written to disk."""

import asyncio
import json
from typing import Any

import pytest
from django.test import Client
from django.urls import resolve
from django.utils import timezone

from brandhub.accounts.models import ApiClient, ApiKey, Scope, User
from brandhub.api import body_limit
from brandhub.api.body_limit import MAX_LARGE_BODY_BYTES, REFUSED_ABOVE, BodyLimit
from brandhub.api.large_bodies import LARGE_DOORS, may_bring_much
from brandhub.handler import OneTurnHandler
from tests.factories import ApiKeyFactory
from tests.loops import run_coroutine

LIMIT = 1000
DOOR = "/api/v1/adapters"
ADMITTED = (b"authorization", b"Bearer good")


def call(
    headers: list[tuple[bytes, bytes]],
    chunks: list[bytes],
    path: str = "/api/v1/reference-images",
) -> tuple[int, str, int]:
    """Status, body and how many chunks were taken, of a server behind the cap that reads all."""
    taken = 0
    sent: list[dict[str, Any]] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        read, more = 0, True
        while more:
            message = await receive()
            read, more = read + len(message["body"]), message.get("more_body", False)
        refused = REFUSED_ABOVE in scope
        told = f"read {read}, refused above {scope[REFUSED_ABOVE]}" if refused else "all read"
        await send(
            {"type": "http.response.start", "status": 413 if refused else 200, "headers": []}
        )
        await send({"type": "http.response.body", "body": told.encode()})

    async def receive() -> dict[str, Any]:
        nonlocal taken
        if taken == len(chunks):
            return {"type": "http.disconnect"}
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
    assert sent[-1].get("more_body", False) is False
    if sent[0]["status"] == 413:
        assert (b"connection", b"close") in sent[0]["headers"]
    return sent[0]["status"], b"".join(each["body"] for each in sent[1:]).decode(), taken


def test_a_body_within_the_limit_passes() -> None:
    assert call([(b"content-length", b"1000")], [b"x" * 500, b"x" * 500]) == (200, "all read", 2)


def test_a_body_that_announces_too_much_is_refused_unread() -> None:
    answer = call([(b"content-length", b"1001")], [b"x" * 1001])

    assert answer == (413, "read 0, refused above 1000", 0)


@pytest.mark.parametrize("headers", [[], [(b"content-length", b"lots")]])
def test_a_body_that_announces_nothing_is_cut_off_where_it_crosses(
    headers: list[tuple[bytes, bytes]],
) -> None:
    assert call(headers, [b"x" * 600] * 10) == (413, "read 0, refused above 1000", 2)


@pytest.mark.parametrize("headers", [[], [(b"content-length", b"6000")]])
def test_a_browser_gets_its_answer_for_it_may_send_all(headers: list[tuple[bytes, bytes]]) -> None:
    """It would show a broken connection; what it sends is thrown away."""
    browser = (b"accept", b"text/html,*/*;q=0.8")

    answer = call([*headers, browser], [b"x" * 600] * 10, "/references/new/")

    assert answer == (413, "read 0, refused above 1000", 10)


def test_a_browser_whose_last_chunk_crosses_the_line_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # given: a server that says nothing after the last chunk until the browser hangs up
    monkeypatch.setattr(body_limit, "LINGER_SECONDS", None)
    sent: list[dict[str, Any]] = []
    last = {"type": "http.request", "body": b"x" * 600, "more_body": False}
    chunks = [last, last | {"more_body": True}]

    async def application(scope: Any, receive: Any, send: Any) -> None:
        while (await receive())["more_body"]:
            pass
        await send({"type": "http.response.start", "status": 413, "headers": []})
        await send({"type": "http.response.body", "body": b"refused"})

    async def receive() -> dict[str, Any]:
        if not chunks:
            await asyncio.Event().wait()
        return chunks.pop()

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/references/new/",
        "headers": [(b"accept", b"text/html")],
    }
    limited = BodyLimit(application, large_doors=[], admits=lambda path, given: False, limit=LIMIT)

    # when: nothing else would end the wait
    run_coroutine(asyncio.wait_for(limited(scope, receive, send), 60))

    # then
    assert [each.get("more_body", False) for each in sent[1:]] == [True, False]
    assert b"".join(each["body"] for each in sent[1:]) == b"refused"


@pytest.mark.django_db(transaction=True)
class TestWhatIsSaid:
    def test_a_person_gets_a_page_in_their_language_with_a_way_back(self) -> None:
        status, headers, body = refused("/references/new/?brand=acme", b"text/html", b"zh-CN")

        assert (status, headers["content-type"]) == (413, "text/html; charset=utf-8")
        assert "default-src" in headers["content-security-policy"]
        assert '<html lang="zh-hans"' in body
        assert "超过 20.0" in body
        assert 'href="/references/new/?brand=acme"' in body

    def test_a_program_gets_problem_details(self) -> None:
        status, headers, body = refused("/api/v1/reference-images", b"*/*", b"en")

        assert (status, headers["content-type"]) == (413, "application/problem+json")
        problem = json.loads(body)
        assert problem["code"] == "body_too_large"
        assert problem["detail"] == "The body is larger than this installation takes."
        assert problem["instance"] == "/api/v1/reference-images"
        assert problem["request_id"] == headers["x-request-id"]


def refused(address: str, accept: bytes, language: bytes) -> tuple[int, dict[str, str], str]:
    """What the product answers to a body of 22 MB that is only announced."""
    path, _question, query = address.partition("?")
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        while not sent:
            await asyncio.sleep(0.01)
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "http_version": "1.1",
        "scheme": "http",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [
            (b"host", b"testserver"),
            (b"content-length", str(22_000_000 + 1024 * 1024).encode()),
            (b"content-type", b"multipart/form-data; boundary=x"),
            (b"accept", accept),
            (b"accept-language", language),
        ],
    }
    limited = BodyLimit(OneTurnHandler(), large_doors=[], admits=lambda path, given: False)
    run_coroutine(limited(scope, receive, send))
    headers = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, b"".join(each["body"] for each in sent[1:]).decode()


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
