"""Addresses and forms that cannot be read, and must not be looked up."""

import asyncio
from collections.abc import MutableMapping
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.conf import settings
from django.test import Client

from brandhub.handler import OneTurnHandler
from tests.factories import BrandFactory, member

pytestmark = pytest.mark.django_db

Message = MutableMapping[str, Any]


@pytest.mark.parametrize(
    "address",
    [
        "/public/%00/avatar",
        "/trainings/new/?brand=acme%00",
        "/admin/audit/auditevent/?object_type=%00",
        "/admin/avatars/bot/?q=a%00b",
    ],
)
def test_a_zero_byte_is_a_bad_request_and_no_failure(address: str) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(
        member(BrandFactory(slug="acme"), "manager", is_staff=True, is_superuser=True)
    )
    answer = client.get(address)
    assert answer.status_code == 400
    assert "Content-Security-Policy" in answer.headers


def test_too_many_parameters_are_a_bad_request_and_no_failure() -> None:
    async def ask() -> list[Message]:
        said: list[Message] = []
        to_come: list[Message] = [{"type": "http.request", "body": b"{}", "more_body": False}]

        async def receive() -> Message:
            if not to_come:
                # Whoever asks waits for the answer.
                await asyncio.Event().wait()
            return to_come.pop()

        async def send(message: Message) -> None:
            said.append(message)

        scope = {
            "type": "http",
            "method": "POST",
            "path": "/api/v1/requests",
            "query_string": b"&".join(
                b"a=1" for _ in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)
            ),
            "headers": [
                (b"host", b"testserver"),
                (b"content-type", b"application/json; charset=utf-8"),
            ],
        }
        await OneTurnHandler()(scope, receive, send)
        return said

    start = async_to_sync(ask)()[0]

    assert start["status"] == 400
    assert (b"Content-Type", b"application/problem+json") in start["headers"]


@pytest.mark.parametrize(
    "media_type", ["multipart/form-data; boundary=x", "application/x-www-form-urlencoded"]
)
@pytest.mark.parametrize(
    ("charset", "status"), [("latin-1", 400), ("utf-7", 400), ("nonsense", 400), ("utf8", 403)]
)
def test_a_form_is_written_in_utf8(media_type: str, charset: str, status: int) -> None:
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)

    answer = client.generic("POST", "/login/", b"--x--", f"{media_type}; charset={charset}")

    assert answer.status_code == status
