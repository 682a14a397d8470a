"""A call that waits, as it prefers to, until a person can decide on what it asked for."""

from typing import Any

import pytest

from avatars.api import waiting
from avatars.models import Bot, GenerationRequest
from styles.models import StyleRevision
from tests.api.conftest import Api

pytestmark = pytest.mark.django_db

URL = "/api/v1/requests"


@pytest.fixture
def body(bot: Bot, style: StyleRevision) -> dict[str, Any]:
    return {"bot": bot.external_id, "style": "acme/friendly-robots", "prompt": "a robot"}


@pytest.fixture
def naps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Sleeps of the waiting call; each lets no time pass."""
    taken: list[float] = []
    monkeypatch.setattr(waiting.time, "sleep", taken.append)
    return taken


def test_the_answer_waits_until_a_person_can_decide(
    api: Api, body: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile(_seconds: float) -> None:
        GenerationRequest.objects.update(status="in_review")

    monkeypatch.setattr(waiting.time, "sleep", meanwhile)

    response = api.post(URL, body, Prefer="respond-async, wait=30")

    assert response.status_code == 200
    assert response["Preference-Applied"] == "wait=30"
    assert response.json()["status"] == "in_review"
    assert response["Location"].endswith(response.json()["id"])


def test_when_the_time_is_over_it_says_how_it_stands(
    api: Api, body: dict[str, Any], naps: list[float]
) -> None:
    response = api.post(URL, body, Prefer="wait=0")

    assert response.status_code == 202
    assert response["Preference-Applied"] == "wait=0"
    assert response.json()["status"] == "queued"
    assert naps == []


def test_a_replayed_answer_is_brought_up_to_date(
    api: Api, body: dict[str, Any], naps: list[float]
) -> None:
    first = api.post(URL, body, Idempotency_Key="k-1").json()
    GenerationRequest.objects.update(status="in_review")

    again = api.post(URL, body, Idempotency_Key="k-1", Prefer="wait=30")

    assert (again.status_code, again["Idempotency-Replayed"]) == (200, "true")
    assert (again.json()["id"], again.json()["status"]) == (first["id"], "in_review")
    assert naps == []


@pytest.mark.parametrize("prefer", ["", "wait", "wait=-1", "return=minimal", "wait=9999999"])
def test_what_is_no_wait_is_ignored(
    api: Api, body: dict[str, Any], naps: list[float], prefer: str
) -> None:
    response = api.post(URL, body, Prefer=prefer)

    assert response.status_code == 202
    assert "Preference-Applied" not in response
    assert naps == []


def test_nobody_waits_longer_than_half_a_minute(
    api: Api, body: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1000.0]
    monkeypatch.setattr(waiting.time, "monotonic", lambda: now[0])

    def pass_time(seconds: float) -> None:
        now[0] += seconds

    monkeypatch.setattr(waiting.time, "sleep", pass_time)

    response = api.post(URL, body, Prefer="wait=300")

    assert response["Preference-Applied"] == "wait=30"
    assert now[0] == 1030.0
