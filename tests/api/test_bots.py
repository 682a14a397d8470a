"""Registering bots, listing them, and what they wear."""

from typing import Any

import pytest
from django.conf import settings

from avatars.models import Bot
from brandhub.accounts.models import ApiClient, Brand, User
from tests.api.conftest import Api, as_person, code_of, told
from tests.factories import ApiClientFactory, AvatarVersionFactory, BotFactory

pytestmark = pytest.mark.django_db

GOOD = {"brand": "acme", "name": "Support"}


def test_registering_a_bot(api: Api, brand: Brand, platform: ApiClient) -> None:
    response = api.send("PUT", "/api/v1/bots/support-42", GOOD)

    assert response.status_code == 201
    bot = Bot.objects.get()
    assert (bot.brand, bot.client, bot.external_id) == (brand, platform, "support-42")
    assert response["Location"] == f"{settings.PUBLIC_URL}/api/v1/bots/support-42"
    assert response.json() == {
        "external_id": "support-42",
        "livemode": True,
        "brand": "acme",
        "name": "Support",
        "created_at": bot.created_at.isoformat().replace("+00:00", "Z"),
        "current_version": None,
        "avatar_url": f"{settings.PUBLIC_URL}/api/v1/bots/support-42/avatar",
        "public_url": f"{settings.PUBLIC_URL}/public/{bot.public_token}/avatar",
    }


def test_renaming_a_bot_keeps_it(api: Api, brand: Brand) -> None:
    first = api.send("PUT", "/api/v1/bots/support-42", GOOD).json()

    response = api.send("PUT", "/api/v1/bots/support-42", GOOD | {"name": "Helpdesk"})

    assert response.status_code == 200
    assert "Location" not in response
    assert response.json() == first | {"name": "Helpdesk"}
    assert Bot.objects.count() == 1


def test_a_bot_never_changes_its_brand(
    api: Api, brand: Brand, other_brand: Brand, platform: ApiClient
) -> None:
    platform.brands.add(other_brand)
    api.send("PUT", "/api/v1/bots/support-42", GOOD)
    before = told()

    response = api.send("PUT", "/api/v1/bots/support-42", {"brand": "rival", "name": "x"})

    assert code_of(response) == (409, "bot_brand_fixed")
    assert Bot.objects.get().brand == brand
    assert told() == before


def test_people_of_two_brands_name_their_bots_alike(
    brand: Brand, other_brand: Brand, manager: User
) -> None:
    """Without a platform an id is the brand's: nobody is told that others have it."""
    others = BotFactory(brand=other_brand, client=None, external_id="support-42", name="Theirs")

    response = as_person(manager).send("PUT", "/api/v1/bots/support-42", GOOD)
    again = as_person(manager).send("PUT", "/api/v1/bots/support-42", GOOD | {"name": "Desk"})

    assert (response.status_code, again.status_code) == (201, 200)
    assert Bot.objects.get(brand=brand).name == "Desk"
    others.refresh_from_db()
    assert (others.name, Bot.objects.count()) == ("Theirs", 2)


@pytest.mark.parametrize("slug", ["rival", "nobody"])
def test_a_bot_of_anothers_brand_and_of_none_are_refused_alike(
    api: Api, other_brand: Brand, slug: str
) -> None:
    response = api.send("PUT", "/api/v1/bots/support-42", {"brand": slug, "name": "x"})

    assert code_of(response) == (404, "brand_not_found")
    assert response.json()["pointer"] == "/brand"
    assert Bot.objects.count() == 0


def test_a_viewer_registers_nothing(brand: Brand, viewer: User) -> None:
    response = as_person(viewer).send("PUT", "/api/v1/bots/support-42", GOOD)

    assert code_of(response) == (403, "role_required")
    assert Bot.objects.count() == 0


def test_a_bot_shows_what_it_wears(api: Api, platform: ApiClient, brand: Brand) -> None:
    bot = BotFactory(brand=brand, client=platform, external_id="客服 1")
    AvatarVersionFactory(bot=bot, status="superseded")
    version = AvatarVersionFactory(bot=bot)

    body = api.get("/api/v1/bots/客服 1").json()

    assert body["external_id"] == "客服 1"
    escaped = "%E5%AE%A2%E6%9C%8D%201"
    assert body["current_version"] == {
        "id": str(version.pk),
        "number": 2,
        "livemode": True,
        "status": "current",
        "pixel_sha256": version.pixel_sha256,
        "rolled_back_to": None,
        "published_at": version.published_at.isoformat().replace("+00:00", "Z"),
        "taken_down_at": None,
        "image_url": f"{settings.PUBLIC_URL}/api/v1/bots/{escaped}/versions/2/avatar",
        "provenance_url": f"{settings.PUBLIC_URL}/api/v1/versions/{version.pk}/provenance",
    }


def test_a_revoked_public_address_is_not_shown(api: Api, platform: ApiClient, brand: Brand) -> None:
    BotFactory(brand=brand, client=platform, external_id="b", public_token=None)

    assert api.get("/api/v1/bots/b").json()["public_url"] is None


def test_bots_of_other_platforms_are_not_there(
    api: Api, stranger: Api, platform: ApiClient, brand: Brand
) -> None:
    """Neither those of another brand nor those of another client of the same brand."""
    BotFactory(brand=brand, client=ApiClientFactory(brands=[brand]), external_id="neighbour")
    BotFactory(brand=brand, client=None, external_id="house")
    mine = BotFactory(brand=brand, client=platform, external_id="mine")

    assert code_of(api.get("/api/v1/bots/neighbour")) == (404, "bot_not_found")
    assert code_of(api.get("/api/v1/bots/house")) == (404, "bot_not_found")
    assert code_of(stranger.get("/api/v1/bots/mine")) == (404, "bot_not_found")
    assert [each["external_id"] for each in api.get("/api/v1/bots").json()["results"]] == [
        mine.external_id
    ]
    assert stranger.get("/api/v1/bots").json()["results"] == []


def test_a_platform_that_lost_the_brand_lost_its_bots(
    api: Api, platform: ApiClient, brand: Brand
) -> None:
    BotFactory(brand=brand, client=platform, external_id="mine")
    platform.brands.clear()

    assert code_of(api.get("/api/v1/bots/mine")) == (404, "bot_not_found")


def test_a_person_sees_all_bots_of_their_brands(
    viewer: User, platform: ApiClient, brand: Brand, other_brand: Brand
) -> None:
    BotFactory(brand=brand, client=platform, external_id="a")
    BotFactory(brand=brand, client=None, external_id="b")
    BotFactory(brand=other_brand, external_id="c")

    results = as_person(viewer).get("/api/v1/bots").json()["results"]

    assert [each["external_id"] for each in results] == ["b", "a"]


def test_an_id_that_several_platforms_use_is_ambiguous_to_a_person(
    viewer: User, platform: ApiClient, brand: Brand
) -> None:
    BotFactory(brand=brand, client=platform, external_id="a")
    BotFactory(brand=brand, client=None, external_id="a")

    assert code_of(as_person(viewer).get("/api/v1/bots/a")) == (409, "bot_ambiguous")


class TestPages:
    @pytest.fixture(autouse=True)
    def _bots(self, brand: Brand, platform: ApiClient) -> None:
        for number in range(5):
            BotFactory(brand=brand, client=platform, external_id=f"b{number}")

    @staticmethod
    def ids(body: dict[str, Any]) -> list[str]:
        return [each["external_id"] for each in body["results"]]

    def follow(self, api: Api, url: str) -> dict[str, Any]:
        assert url.startswith(settings.PUBLIC_URL)
        return api.get(url.removeprefix(settings.PUBLIC_URL)).json()

    def test_there_and_back_again(self, api: Api) -> None:
        first = api.get("/api/v1/bots?page_size=2").json()
        second = self.follow(api, first["next"])
        third = self.follow(api, second["next"])

        assert self.ids(first) == ["b4", "b3"]
        assert self.ids(second) == ["b2", "b1"]
        assert self.ids(third) == ["b0"]
        assert (first["previous"], third["next"]) == (None, None)
        assert self.ids(self.follow(api, third["previous"])) == ["b2", "b1"]
        back = self.follow(api, second["previous"])
        assert self.ids(back) == ["b4", "b3"]
        assert back["previous"] is None
        assert self.ids(self.follow(api, back["next"])) == ["b2", "b1"]

    def test_what_is_new_does_not_shift_a_page(
        self, api: Api, brand: Brand, platform: ApiClient
    ) -> None:
        first = api.get("/api/v1/bots?page_size=2").json()
        BotFactory(brand=brand, client=platform, external_id="newer")

        assert self.ids(self.follow(api, first["next"])) == ["b2", "b1"]

    def test_a_filter_stays_in_the_links(
        self, api: Api, platform: ApiClient, other_brand: Brand
    ) -> None:
        platform.brands.add(other_brand)
        BotFactory(brand=other_brand, client=platform, external_id="other")

        first = api.get("/api/v1/bots?page_size=3&brand=acme").json()

        assert self.ids(first) == ["b4", "b3", "b2"]
        assert self.ids(self.follow(api, first["next"])) == ["b1", "b0"]

    @pytest.mark.parametrize(
        "query",
        [
            "page_size=0",
            "page_size=101",
            "page_size=ten",
            "page_size=",
            "page_size=-1",
            "page_size=00050",
            "cursor=",
            "cursor=%%%",
            "cursor=YQ",
            "cursor=YW5vdC1hLXV1aWQ",
            "cursor=eHh4",
            "cursor=4pyT",
            "offset=2",
            "brand=not a slug",
            "page_size=5&page_size=6",
            "brand=acme&brand=rival",
        ],
    )
    def test_nonsense_is_refused(self, api: Api, query: str) -> None:
        assert code_of(api.get(f"/api/v1/bots?{query}")) == (422, "invalid_input")

    def test_a_parameter_that_is_given_twice_is_named(self, api: Api) -> None:
        answer = api.get("/api/v1/bots?brand=acme&brand=rival").json()

        assert [(each["pointer"], each["code"]) for each in answer["errors"]] == [
            ("?brand", "repeated_parameter")
        ]

    def test_a_hundred_to_a_page_is_allowed(self, api: Api) -> None:
        assert len(api.get("/api/v1/bots?page_size=100").json()["results"]) == 5
