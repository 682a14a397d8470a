"""What the server refuses by itself, before there is a request."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from brandhub.embedded.stack import commands

PROTOCOL = "brandhub.http_protocol:ProblemProtocol"


async def nobody(scope: Any, receive: Any, send: Any) -> None:
    raise AssertionError("no application is asked")


def answer_to(raw: bytes) -> tuple[list[str], bytes]:
    """Status line with headers, and body, of what a server sends back before it hangs up."""

    async def exchange() -> bytes:
        server = uvicorn.Server(
            uvicorn.Config(nobody, http=PROTOCOL, port=0, lifespan="off", log_config=None)
        )
        serving = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0)
        port = server.servers[0].sockets[0].getsockname()[1]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(raw)
        answer = await asyncio.wait_for(reader.read(), 60)
        writer.close()
        server.should_exit = True
        await serving
        return answer

    head, _blank, body = asyncio.run(exchange()).partition(b"\r\n\r\n")
    return head.decode().split("\r\n"), body


@pytest.mark.parametrize(
    "raw",
    [
        b"FOO /api/v1/me HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /api/v1/me HTTP/1.1\r\nHo st: x\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
    ids=["unknown method", "malformed header", "TLS to a plain port"],
)
def test_what_is_no_http_is_refused_as_a_problem(raw: bytes) -> None:
    head, body = answer_to(raw)

    assert head[0] == "HTTP/1.1 400 Bad Request"
    assert {"content-type: application/problem+json", "connection: close"} <= set(head)
    assert f"content-length: {len(body)}" in head
    problem = json.loads(body)
    assert problem["code"] == "malformed_request"
    assert problem["detail"] == (
        "This is no HTTP request, or one with an unknown method. 这不是 HTTP 请求，或其方法未知。"
    )


def test_every_web_process_speaks_it() -> None:
    procfile = (Path(__file__).resolve().parents[2] / "Procfile").read_text()

    assert f"--http {PROTOCOL}" in procfile
    web = commands(8000, "avatar-mini")["web"]
    assert web[web.index("--http") + 1] == PROTOCOL
