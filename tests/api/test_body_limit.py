"""The cap on bodies, which holds before anything is written to disk."""

import json
from typing import Any

import pytest

from brandhub.api.body_limit import MAX_LARGE_BODY_BYTES, BodyLimit
from tests.loops import run_coroutine

LIMIT = 1000


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
    run_coroutine(BodyLimit(application, limit=LIMIT)(scope, receive, send))
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


@pytest.mark.parametrize(
    "path", ["/adapters/new/", "/api/v1/adapters", "/styles/import/", "/api/v1/style-packs"]
)
@pytest.mark.parametrize(
    "shown", [(b"authorization", b"Bearer x"), (b"cookie", b"theme=dark; sessionid=x")]
)
def test_where_adapters_and_packs_come_in_more_is_taken_from_who_shows_a_key(
    path: str, shown: tuple[bytes, bytes]
) -> None:
    assert call([shown], [b"x" * 2 * LIMIT], path)[:2] == (200, "all read")
    assert call([], [b"x" * 2 * LIMIT], path)[0] == 413
    assert call([(b"cookie", b"theme=dark")], [b"x" * 2 * LIMIT], path)[0] == 413
    assert call([shown], [b"x" * 2 * LIMIT], path + "x")[0] == 413
    announced = (b"content-length", str(MAX_LARGE_BODY_BYTES + 1).encode())
    assert call([shown, announced], [b""], path)[::2] == (413, 0)
