"""How often a caller may call, counted where no emptied Redis can lift the limit."""

from datetime import timedelta

import pytest
import redis
from django.conf import settings
from django.db.models import F

from brandhub.accounts import rate_limits
from brandhub.accounts.models import ApiClient, CallAllowance
from brandhub.accounts.rate_limits import spend_call
from brandhub.common.ids import uuid7
from tests.api.conftest import Api, code_of
from tests.races import together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _clock_that_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long the machine takes for a call, no allowance comes back meanwhile."""
    for name in ("_SPEND", "_LOOK"):
        stopped = getattr(rate_limits, name).replace(
            "clock_timestamp()", "timestamptz '2026-01-01'"
        )
        monkeypatch.setattr(rate_limits, name, stopped)


def limit(platform: ApiClient, per_minute: int) -> None:
    ApiClient.objects.filter(pk=platform.pk).update(requests_per_minute=per_minute)


def test_every_answer_says_what_is_left(api: Api) -> None:
    first, second = api.get("/api/v1/me"), api.get("/api/v1/me")

    assert first["RateLimit-Policy"] == '"calls";q=120;w=60'
    assert first["RateLimit"] == '"calls";r=119;t=1'
    assert second["RateLimit"] == '"calls";r=118;t=1'


def test_the_call_too_many_is_429_and_says_when_to_come_back(api: Api, platform: ApiClient) -> None:
    limit(platform, 3)
    assert [api.get("/api/v1/me").status_code for _ in range(3)] == [200, 200, 200]

    response = api.get("/api/v1/me")

    assert code_of(response) == (429, "rate_limited")
    assert response["Retry-After"] == "20"
    assert response["RateLimit"] == '"calls";r=0;t=60'


def test_the_allowance_comes_back_with_time(api: Api, platform: ApiClient) -> None:
    limit(platform, 3)
    for _ in range(4):
        api.get("/api/v1/me")
    CallAllowance.objects.update(spent_until=F("spent_until") - timedelta(seconds=20))

    assert api.get("/api/v1/me").status_code == 200
    assert api.get("/api/v1/me").status_code == 429


def test_an_emptied_redis_lifts_no_limit(api: Api, platform: ApiClient) -> None:
    limit(platform, 1)
    api.get("/api/v1/me")
    with redis.Redis.from_url(settings.REDIS_URL) as server:
        server.flushdb()

    assert api.get("/api/v1/me").status_code == 429


def test_callers_do_not_spend_each_others_calls(
    api: Api, stranger: Api, platform: ApiClient
) -> None:
    limit(platform, 1)
    api.get("/api/v1/me")

    assert stranger.get("/api/v1/me").status_code == 200


def test_calls_at_once_are_all_counted() -> None:
    caller = uuid7()
    spend_call(caller_id=caller, per_minute=5)

    results = together(
        *[lambda: spend_call(caller_id=caller, per_minute=5).allowed for _ in range(8)]
    )

    assert sorted(results) == [False] * 4 + [True] * 4


def test_fetching_avatars_is_not_counted(api: Api, platform: ApiClient) -> None:
    limit(platform, 1)
    api.get("/api/v1/me")

    response = api.get("/api/v1/bots/none/avatar")

    assert code_of(response) == (404, "bot_not_found")
    assert "RateLimit" not in response
    assert CallAllowance.objects.count() == 1


def test_what_is_refused_writes_nothing(api: Api, platform: ApiClient) -> None:
    limit(platform, 1)
    api.get("/api/v1/me")
    before = CallAllowance.objects.get().spent_until
    api.get("/api/v1/me")

    assert CallAllowance.objects.get().spent_until == before


def test_a_limit_of_zero_is_a_limit_of_one() -> None:
    caller = uuid7()

    assert spend_call(caller_id=caller, per_minute=0).allowed
    assert not spend_call(caller_id=caller, per_minute=0).allowed
