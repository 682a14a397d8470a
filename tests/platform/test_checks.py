"""System checks against real services, and against services that lack something."""

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.core.checks import run_checks
from django.db import connection
from pytest_django import Settings

from brandhub import checks

pytestmark = pytest.mark.django_db


def _ids() -> list[str]:
    return [message.id for message in run_checks(databases=["default"])]


def test_the_embedded_services_pass():
    assert _ids() == []


def test_an_old_postgresql_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(checks, "OLDEST_POSTGRESQL", 99)
    assert _ids() == ["brandhub.E011"]


def test_an_old_redis_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(checks, "OLDEST_REDIS", (99, 0))
    assert _ids() == ["brandhub.E021"]


def test_dropped_time_limits_are_noticed():
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = 0")
        try:
            assert _ids() == ["brandhub.E013"]
        finally:
            cursor.execute("SET lock_timeout = 5000")


def test_a_redis_that_is_away_is_named(settings: Settings):
    settings.CACHES = {
        "default": settings.CACHES["default"] | {"LOCATION": "unix:///nowhere/valkey.sock"}
    }
    cache.close()
    assert _ids() == ["brandhub.E020"]


def test_demo_accounts_are_refused_in_production_only(settings: Settings):
    get_user_model().objects.create_user("rita", f"rita@{settings.DEMO_EMAIL_DOMAIN}", "x")
    assert _ids() == []
    settings.PRODUCTION = True
    assert _ids() == ["brandhub.E030"]
    get_user_model().objects.update(is_active=False)
    assert _ids() == []


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("DEBUG", True, "brandhub.E001"),
        ("SECRET_KEY", "short", "brandhub.E002"),
        ("SECRET_KEY", "ab" * 30, "brandhub.E002"),
        (
            "SECRET_KEY",
            "dev-only-key-that-production-refuses-0123456789abcdefghij",
            "brandhub.E002",
        ),
        ("ALLOWED_HOSTS", [], "brandhub.E003"),
        ("ALLOWED_HOSTS", ["avatars.example.com", "*"], "brandhub.E003"),
        ("CELERY_ACCEPT_CONTENT", ["json", "pickle"], "brandhub.E004"),
        ("CELERY_TASK_SERIALIZER", "pickle", "brandhub.E004"),
        ("PUBLIC_URL", "http://avatars.example.com", "brandhub.E005"),
    ],
)
def test_what_production_must_never_run_with(
    settings: Settings, name: str, value: object, expected: str
):
    settings.SECRET_KEY = "8Q2vK5xW9rT3nB7mZ4cJ6hL1pD0sF8gY2aE5uI7oQ4wE6rT8yU1i"
    settings.PUBLIC_URL = "https://avatars.example.com"
    assert checks.unsafe_settings() == []
    setattr(settings, name, value)
    assert [problem.id for problem in checks.unsafe_settings()] == [expected]
