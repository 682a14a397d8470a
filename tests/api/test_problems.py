"""How errors are told where no view of the API sees them, and what is never told."""

from typing import Any

import pytest
from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    ValidationError,
)
from django.db import OperationalError, connection, transaction
from django.http import Http404
from django.test import Client, RequestFactory
from rest_framework import exceptions as drf

from avatars.models import Bot
from brandhub.accounts.models import ApiClient, Brand
from brandhub.api import fallbacks
from brandhub.api.problems import problem_of
from brandhub.common.errors import Conflict, FieldError, Gone, InvalidInput, PlatformFault
from tests.api.conftest import Api, code_of
from tests.factories import BotFactory
from tests.races import elsewhere


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (InvalidInput(code="prompt_rejected"), 422, "prompt_rejected"),
        (Conflict(), 409, "conflict"),
        (Gone(), 410, "gone"),
        (PlatformFault(), 503, "platform_fault"),
        (drf.ValidationError({"a": ["x"]}), 422, "invalid_input"),
        (ValidationError({"name": ["x"]}), 422, "invalid_input"),
        (ValidationError("x", code="y"), 422, "invalid_input"),
        (drf.ParseError(), 400, "malformed_body"),
        (drf.NotAuthenticated(), 401, "authentication_required"),
        (drf.PermissionDenied(), 403, "refused"),
        (drf.MethodNotAllowed("PUT"), 405, "method_not_allowed"),
        (drf.UnsupportedMediaType("text/plain"), 415, "unsupported_media_type"),
        (drf.Throttled(wait=2.2), 429, "rate_limited"),
        (Http404(), 404, "not_found"),
        (PermissionDenied(), 403, "refused"),
        (RequestDataTooBig(), 413, "body_too_large"),
        (SuspiciousOperation(), 400, "bad_request"),
        (OperationalError(), 503, "database_busy"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_every_kind_of_error_has_its_status_and_code(
    error: Exception, status: int, code: str
) -> None:
    problem = problem_of(error)

    assert problem is not None
    assert (problem.status, problem.code) == (status, code)


def test_what_nobody_foresaw_is_not_explained_away() -> None:
    assert problem_of(RuntimeError("a bug")) is None


def test_extras_are_told_and_cannot_replace_what_is_defined() -> None:
    problem = problem_of(
        InvalidInput(
            "No.",
            errors=[FieldError("/a", "b", "c")],
            findings=[FieldError("/x", "y", "z")],
            status="ours",
            retry_after=7,
        )
    )
    assert problem is not None

    body = problem.body(RequestFactory().get("/api/v1/ä b"))

    assert body == {
        "type": "urn:brandhub:problem:invalid_input",
        "title": "The input is not valid",
        "status": 422,
        "detail": "No.",
        "instance": "/api/v1/%C3%A4%20b",
        "code": "invalid_input",
        "request_id": "",
        "errors": [{"pointer": "/a", "code": "b", "detail": "c"}],
        "findings": [{"pointer": "/x", "code": "y", "detail": "z"}],
    }
    assert problem.headers == {"Retry-After": "7"}


@pytest.mark.django_db
def test_a_bug_is_a_500_that_says_nothing_of_itself(
    api: Api, brand: Brand, monkeypatch: pytest.MonkeyPatch
) -> None:
    from brandhub.api import me

    def fail(self: Any) -> Any:
        raise RuntimeError("the secret text of an exception")

    monkeypatch.setattr(me.Me, "_brands", fail)
    api.client.raise_request_exception = False

    response = api.get("/api/v1/me")

    assert code_of(response) == (500, "internal_error")
    assert b"secret text" not in response.content
    assert response.json()["request_id"] == response["X-Request-ID"]


@pytest.mark.parametrize("path", ["/api/v1/x", "/avatars/x", "/public/x/y"])
def test_fallbacks_speak_to_machines_below_the_apis_paths(path: str) -> None:
    request = RequestFactory().get(path)

    assert code_of(fallbacks.bad_request(request, Exception())) == (400, "bad_request")
    assert code_of(fallbacks.not_found(request, Exception())) == (404, "not_found")
    assert code_of(fallbacks.server_error(request)) == (500, "internal_error")


@pytest.mark.django_db
def test_pages_have_pages_for_their_errors() -> None:
    response = Client().get("/no-such-page")

    assert response.status_code == 404
    assert response["Content-Type"].startswith("text/html")


@pytest.mark.django_db(transaction=True)
def test_a_row_that_stays_locked_is_503_and_nothing_is_done(
    api: Api, brand: Brand, platform: ApiClient
) -> None:
    """Somebody else holds the bot; the call gives up instead of holding a worker for ever."""
    BotFactory(brand=brand, client=platform, external_id="b", name="Before")

    def rename_impatiently() -> Any:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '50ms'")
        return api.send("PUT", "/api/v1/bots/b", {"brand": "acme", "name": "After"})

    with transaction.atomic():
        Bot.objects.select_for_update().get()
        response = elsewhere(rename_impatiently)

    assert code_of(response) == (503, "database_busy")
    assert response["Retry-After"] == "2"
    assert Bot.objects.get().name == "Before"
