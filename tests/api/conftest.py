"""Callers for tests of the API: a platform with a key, and a client that speaks JSON."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from avatars import hooks
from avatars.models import Bot
from brandhub.accounts.models import ApiClient, ApiKey, Brand, Role, User
from brandhub.audit.models import AuditEvent
from brandhub.webhooks.models import OutboxEvent
from styles.models import StyleRevision
from tests.avatars.conftest import RecordedModeration
from tests.factories import (
    ApiClientFactory,
    ApiKeyFactory,
    BotFactory,
    BrandFactory,
    StyleRevisionFactory,
    member,
)


class Api:
    """Django's test client with a key in its header and JSON for bodies."""

    def __init__(self, key: str | None = None) -> None:
        self.client = Client()
        self.headers = {"Authorization": f"Bearer {key}"} if key else {}

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(path, headers=self.headers | _names(headers))

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        return self.client.generic(
            method,
            path,
            *(() if body is None else (_json(body),)),
            content_type="application/json",
            headers=self.headers | _names(headers),
        )

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.send("POST", path, body, **headers)

    def upload(self, path: str, fields: dict[str, Any], **headers: str) -> Any:
        return self.client.post(path, fields, headers=self.headers | _names(headers))


def _json(body: Any) -> str | bytes:
    return body if isinstance(body, str | bytes) else json.dumps(body)


def _names(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


@pytest.fixture
def brand(db: None) -> Brand:
    return BrandFactory(slug="acme")


@pytest.fixture
def other_brand(db: None) -> Brand:
    return BrandFactory(slug="rival")


@pytest.fixture
def platform(brand: Brand) -> ApiClient:
    """A client that was given ``brand`` and nothing else."""
    return ApiClientFactory(brands=[brand])


@pytest.fixture
def bot(brand: Brand, platform: ApiClient) -> Bot:
    """A bot of ``platform``, by an id of the platform's own."""
    return BotFactory(brand=brand, client=platform, external_id="support-42")


@pytest.fixture
def key(platform: ApiClient) -> ApiKey:
    """A key with every scope."""
    return ApiKeyFactory(client=platform)


@pytest.fixture
def api(key: ApiKey) -> Api:
    return Api(key.secret)


@pytest.fixture
def api_with(platform: ApiClient) -> Callable[..., Api]:
    """``api_with("requests:read")``: the same platform with those scopes only."""

    def make(*scopes: str) -> Api:
        return Api(ApiKeyFactory(client=platform, scopes=list(scopes)).secret)

    return make


@pytest.fixture
def stranger(other_brand: Brand) -> Api:
    """Another platform, of another brand, with every scope."""
    return Api(ApiKeyFactory(client=ApiClientFactory(brands=[other_brand])).secret)


@pytest.fixture
def manager(brand: Brand) -> User:
    return member(brand, Role.MANAGER)


@pytest.fixture
def reviewer(brand: Brand) -> User:
    return member(brand, Role.REVIEWER)


@pytest.fixture
def viewer(brand: Brand) -> User:
    return member(brand, Role.VIEWER)


@pytest.fixture(autouse=True)
def moderation(monkeypatch: pytest.MonkeyPatch) -> RecordedModeration:
    """These tests are about the door, not about what the screening thinks."""
    recorded = RecordedModeration()
    monkeypatch.setattr(hooks, "_hooks", recorded)
    return recorded


@pytest.fixture
def style(brand: Brand) -> StyleRevision:
    """``acme/friendly-robots@1``, published."""
    return StyleRevisionFactory(
        brand=brand, style__slug="friendly-robots", default_tags={"style": "cartoon"}
    )


def told() -> tuple[int, int]:
    """How much was written about deeds: nothing of it may move when a call is refused."""
    return AuditEvent.objects.count(), OutboxEvent.objects.count()


def as_person(user: User, *scopes: str) -> Api:
    """With a personal token of ``user``; every scope unless some are given."""
    values = {"scopes": list(scopes)} if scopes else {}
    return Api(ApiKeyFactory(client=None, user=user, **values).secret)


def code_of(response: Any) -> tuple[int, str]:
    """Status and problem code, after proving that it is problem details in form."""
    assert response["Content-Type"] == "application/problem+json", response.content
    body = json.loads(response.content)
    assert {"type", "title", "status", "detail", "instance", "code", "request_id"} <= set(body)
    assert body["status"] == response.status_code
    assert body["type"] == f"urn:brandhub:problem:{body['code']}"
    return response.status_code, body["code"]
