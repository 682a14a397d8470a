"""How the web process answers, and what it has done before its first request."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Mapping
from typing import Any

import pytest
from asgiref.sync import SyncToAsync

from brandhub.handler import OneTurnHandler
from brandhub.warming import warm_up
from moderation.checks import prohibited_content
from tests.loops import run_coroutine


def test_all_middleware_and_the_view_share_one_turn_of_the_thread(
    monkeypatch: pytest.MonkeyPatch,
):
    turns = []
    enter = SyncToAsync.__call__

    async def noted(self: Any, *args: Any, **kwargs: Any) -> Any:
        turns.append(self.func.__name__)
        return await enter(self, *args, **kwargs)

    monkeypatch.setattr(SyncToAsync, "__call__", noted)
    # When a page is asked for, then its thread has three turns, of which Django's signals have two.
    assert answered_to("/healthz") == (200, b'{"status": "ok"}')
    assert turns == ["sync_send", "get_response", "close"]


def test_before_the_first_request_word_lists_are_read_and_what_is_there_is_frozen():
    prohibited_content._prohibited.cache_clear()
    frozen = gc.get_freeze_count()
    try:
        warm_up()
        assert prohibited_content._prohibited.cache_info().currsize == 1
        assert gc.get_freeze_count() > frozen
    finally:
        gc.unfreeze()


def answered_to(path: str) -> tuple[int, bytes]:
    """Status and body of a GET, asked of the handler as a server asks it."""
    sent: list[Mapping[str, Any]] = []
    messages = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> dict[str, Any]:
        if messages:
            return messages.pop()
        await asyncio.Event().wait()  # nobody hangs up
        raise AssertionError

    async def send(message: Mapping[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "http_version": "1.1",
        "scheme": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"host", b"testserver")],
    }
    run_coroutine(OneTurnHandler()(scope, receive, send))
    return sent[0]["status"], b"".join(each["body"] for each in sent[1:])
