"""A bot's history over the API."""

from typing import Any

import pytest

from avatars.models import AvatarVersion, Bot
from brandhub.accounts.models import ApiClient, Brand, User
from brandhub.audit.models import AuditEvent
from tests.api.conftest import Api, as_person, code_of, told
from tests.factories import ApiClientFactory, AvatarVersionFactory, BotFactory

pytestmark = pytest.mark.django_db

URL = "/api/v1/bots/support-42"


@pytest.fixture
def history(bot: Bot) -> list[AvatarVersion]:
    """Three versions, the third current."""
    return [
        AvatarVersionFactory(bot=bot, status=status)
        for status in ("superseded", "superseded", "current")
    ]


def states(bot: Bot) -> list[tuple[int, str]]:
    return list(bot.versions.order_by("number").values_list("number", "status"))


def test_versions_are_listed_newest_first(api: Api, history: list[AvatarVersion]) -> None:
    first = api.get(f"{URL}/versions?page_size=2").json()
    second = api.get(first["next"]).json()

    assert [each["number"] for each in first["results"]] == [3, 2]
    assert [each["number"] for each in second["results"]] == [1]
    assert first["results"][0]["status"] == "current"
    assert second["next"] is None


def test_a_cursor_of_another_list_is_refused(api: Api, history: list[AvatarVersion]) -> None:
    BotFactory(brand=history[0].brand, client=history[0].bot.client)
    cursor = api.get("/api/v1/bots?page_size=1").json()["next"].partition("?")[2]

    for other in (f"{URL}/versions", "/api/v1/requests", "/api/v1/events"):
        assert code_of(api.get(f"{other}?{cursor}")) == (422, "invalid_input")


def test_rolling_back_makes_the_next_version(
    api: Api, bot: Bot, history: list[AvatarVersion]
) -> None:
    response = api.post(f"{URL}/rollback", {"to": 1})

    assert response.status_code == 201
    assert (response.json()["number"], response.json()["rolled_back_to"]) == (4, 1)
    assert response.json()["pixel_sha256"] == history[0].pixel_sha256
    assert states(bot) == [(1, "superseded"), (2, "superseded"), (3, "superseded"), (4, "current")]


def test_rolling_back_to_what_is_current_changes_nothing(
    api: Api, bot: Bot, history: list[AvatarVersion]
) -> None:
    api.post(f"{URL}/rollback", {"to": 1})
    before = told()

    response = api.post(f"{URL}/rollback", {"to": 1})

    assert response.status_code == 200
    assert response.json()["number"] == 4
    assert len(states(bot)) == 4
    assert told() == before


def test_rolling_back_to_what_was_withdrawn_is_a_conflict(
    api: Api, bot: Bot, history: list[AvatarVersion]
) -> None:
    AvatarVersion.objects.filter(number=1).update(status="taken_down")

    assert code_of(api.post(f"{URL}/rollback", {"to": 1})) == (409, "version_taken_down")
    assert code_of(api.post(f"{URL}/rollback", {"to": 9})) == (404, "version_not_found")
    assert len(states(bot)) == 3


def test_taking_down_withdraws_and_keeps_the_reason(
    api: Api, bot: Bot, history: list[AvatarVersion], platform: ApiClient
) -> None:
    response = api.post(f"{URL}/take-down", {"reason": "infringes"})

    assert response.status_code == 200
    assert [(each["number"], each["status"]) for each in response.json()["withdrawn"]] == [
        (3, "taken_down")
    ]
    version = AvatarVersion.objects.get(number=3)
    assert version.take_down_reason == "infringes"
    event = AuditEvent.objects.get()
    assert (event.action, event.actor_id) == ("version.taken_down", platform.pk)
    assert code_of(api.post(f"{URL}/take-down", {"reason": "again"})) == (409, "nothing_published")


def test_only_the_pixels_that_are_named_are_taken_down(
    api: Api, bot: Bot, history: list[AvatarVersion]
) -> None:
    body = {"reason": "infringes", "pixel_sha256": history[1].pixel_sha256}

    assert code_of(api.post(f"{URL}/take-down", body)) == (409, "avatar_changed")
    assert states(bot)[-1] == (3, "current")
    assert not AuditEvent.objects.exists()

    body["pixel_sha256"] = history[2].pixel_sha256
    withdrawn = api.post(f"{URL}/take-down", body).json()["withdrawn"]

    assert [each["number"] for each in withdrawn] == [3]


def test_what_others_lost_is_not_told(
    api: Api, bot: Bot, history: list[AvatarVersion], brand: Brand
) -> None:
    """A bot of another platform of the brand wore the same pixels: withdrawn, and not shown."""
    other = BotFactory(brand=brand, client=ApiClientFactory(brands=[brand]))
    theirs = AvatarVersionFactory(bot=other, candidate=history[2].candidate)

    withdrawn = api.post(f"{URL}/take-down", {"reason": "infringes"}).json()["withdrawn"]

    assert [each["id"] for each in withdrawn] == [str(history[2].pk)]
    theirs.refresh_from_db()
    assert theirs.status == "taken_down"


def test_a_take_down_sent_twice_withdraws_once(
    api: Api, bot: Bot, history: list[AvatarVersion]
) -> None:
    body = {"reason": "infringes"}
    first = api.post(f"{URL}/take-down", body, Idempotency_Key="k")
    again = api.post(f"{URL}/take-down", body, Idempotency_Key="k")

    assert again.json() == first.json()
    assert again["Idempotency-Replayed"] == "true"
    assert AuditEvent.objects.count() == 1


@pytest.mark.parametrize(
    ("path", "body"), [("rollback", {"to": 1}), ("take-down", {"reason": "x"})]
)
class TestDenied:
    def test_to_strangers(
        self, stranger: Api, bot: Bot, history: list[Any], path: str, body: dict[str, Any]
    ) -> None:
        before = states(bot), told()

        assert code_of(stranger.post(f"{URL}/{path}", body)) == (404, "bot_not_found")
        assert (states(bot), told()) == before

    def test_without_the_scope(
        self, api_with: Any, bot: Bot, history: list[Any], path: str, body: dict[str, Any]
    ) -> None:
        before = states(bot), told()

        response = api_with("avatars:read", "requests:write").post(f"{URL}/{path}", body)

        assert code_of(response) == (403, "missing_scope")
        assert (states(bot), told()) == before

    def test_to_a_reviewer(
        self, reviewer: User, bot: Bot, history: list[Any], path: str, body: dict[str, Any]
    ) -> None:
        before = states(bot), told()

        response = as_person(reviewer).post(f"{URL}/{path}", body)

        assert code_of(response) == (403, "role_required")
        assert (states(bot), told()) == before


@pytest.mark.parametrize(
    ("path", "body", "pointer", "code"),
    [
        ("rollback", {"to": "1"}, "/to", "invalid"),
        ("rollback", {"to": 0}, "/to", "min_value"),
        ("rollback", {"to": 2**31}, "/to", "max_value"),
        ("rollback", {}, "/to", "required"),
        ("take-down", {"reason": ""}, "/reason", "blank"),
        ("take-down", {"reason": "x" * 501}, "/reason", "max_length"),
        ("take-down", {"reason": "x", "pixel_sha256": "3"}, "/pixel_sha256", "invalid"),
    ],
)
def test_what_is_not_valid_says_where(
    api: Api, bot: Bot, path: str, body: dict[str, Any], pointer: str, code: str
) -> None:
    response = api.post(f"{URL}/{path}", body)

    assert response.status_code == 422
    assert [(each["pointer"], each["code"]) for each in response.json()["errors"]] == [
        (pointer, code)
    ]


class TestProvenance:
    def test_the_record_leads_from_the_pixel_to_the_recipe(
        self, api: Api, history: list[AvatarVersion]
    ) -> None:
        version = history[2]

        body = api.get(f"/api/v1/versions/{version.pk}/provenance").json()

        request = version.candidate.request
        assert body["version"]["pixel_sha256"] == version.pixel_sha256
        assert body["request"]["id"] == str(request.pk)
        assert body["recipe"]["seed"] == version.candidate.seed
        assert body["recipe"]["guidance_schedule"] == request.guidance_schedule == "constant"
        assert body["base_model"]["content_hash"] == request.base_model.content_hash
        assert body["decision"]["id"] == str(version.decision_id)

    def test_anothers_is_not_there(
        self, stranger: Api, api_with: Any, history: list[AvatarVersion]
    ) -> None:
        path = f"/api/v1/versions/{history[2].pk}/provenance"

        assert code_of(stranger.get(path)) == (404, "version_not_found")
        assert code_of(api_with("avatars:read").get(path)) == (403, "missing_scope")
