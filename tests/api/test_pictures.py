"""Delivering pictures: the approved to everybody, the rest to the few, the withdrawn to nobody."""

import base64
import hashlib
from typing import Any

import pytest
from django.test import Client

from avatars.models import AvatarVersion, Bot, Rendition
from avatars.renditions import SIZES, RenditionSpec, rendition_for
from avatars.services import take_down
from brandhub.accounts.models import ApiClient, Brand, User
from brandhub.audit.record import SYSTEM
from brandhub.common.storage import store
from tests.api.conftest import Api, as_person, code_of
from tests.api.pictures import candidate_with_picture, opened, png, published
from tests.factories import (
    AvatarVersionFactory,
    BotFactory,
    CandidateFactory,
    GenerationRequestFactory,
    PaletteColourFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def bot(brand: Brand, platform: ApiClient) -> Bot:
    return BotFactory(brand=brand, client=platform, external_id="support-42", name="Support Bot")


def withdraw(bot: Bot) -> None:
    take_down(actor=SYSTEM, bot_id=bot.pk, reason="infringes")


class TestCurrentAvatar:
    URL = "/api/v1/bots/support-42/avatar"

    @pytest.mark.parametrize("format_", ["png", "webp", "jpeg", "avif"])
    def test_it_comes_in_the_format_that_was_asked_for(
        self, api: Api, bot: Bot, format_: str
    ) -> None:
        published(bot, png(size=128))

        response = api.get(f"{self.URL}?size=64&format={format_}")

        assert response.status_code == 200
        assert response["Content-Type"] == f"image/{format_}"
        image = opened(response.content)
        assert (image.format, image.size) == (format_.upper(), (64, 64))
        red, green, blue = image.convert("RGB").getpixel((60, 60))
        assert (abs(red - 0x15) < 12, abs(green - 0x65) < 12, abs(blue - 0xC0) < 12) == (
            True,
            True,
            True,
        )

    def test_its_headers_let_it_be_a_picture_for_half_a_minute(self, api: Api, bot: Bot) -> None:
        published(bot)

        response = api.get(self.URL)

        digest = hashlib.sha256(response.content).hexdigest()
        assert response["ETag"] == f'"{digest}"'
        assert response["Cache-Control"] == "private, max-age=30"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in response["Content-Security-Policy"]
        assert "default-src 'none'" in response["Content-Security-Policy"]

    def test_it_says_where_its_bytes_lie_for_ever(self, api: Api, bot: Bot) -> None:
        published(bot)
        response = api.get(f"{self.URL}?format=jpeg&size=32")

        lasting = Client().get(response["Content-Location"])

        assert lasting.content == response.content
        assert lasting["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "Content-Location" not in api.get(f"{self.URL}?format=datauri")

    def test_what_is_unchanged_is_304_without_a_body(self, api: Api, bot: Bot) -> None:
        published(bot)
        first = api.get(self.URL)

        for tag in (first["ETag"], f'"other", W/{first["ETag"]}', "*"):
            again = api.get(self.URL, If_None_Match=tag)
            assert again.status_code == 304
            assert again.content == b""
            assert again["ETag"] == first["ETag"]
            assert again["Cache-Control"] == "private, max-age=30"
        assert api.get(self.URL, If_None_Match='"other"').status_code == 200

    def test_a_new_version_has_a_new_tag(self, api: Api, bot: Bot) -> None:
        first = published(bot)
        tag = api.get(self.URL)["ETag"]
        AvatarVersion.objects.filter(pk=first.pk).update(status="superseded")
        published(bot, png("#00ff00"))

        response = api.get(self.URL, If_None_Match=tag)

        assert response.status_code == 200
        assert response["ETag"] != tag

    @pytest.mark.parametrize(
        ("asked", "given"), [(1, 32), (32, 32), (33, 48), (100, 128), (129, 192), (1024, 256)]
    )
    def test_a_size_is_snapped_up_and_never_enlarged(
        self, api: Api, bot: Bot, asked: int, given: int
    ) -> None:
        published(bot, png(size=256))

        assert opened(api.get(f"{self.URL}?size={asked}").content).size == (given, given)

    def test_sizes_beyond_the_original_are_one_file(self, api: Api, bot: Bot) -> None:
        published(bot, png(size=256))

        tags = {api.get(f"{self.URL}?size={size}")["ETag"] for size in (256, 512, 1024)}

        assert len(tags) == 1
        assert Rendition.objects.get().spec == "256-png-square"

    def test_a_circle_has_clear_corners_and_a_full_middle(self, api: Api, bot: Bot) -> None:
        published(bot, png(size=256))

        image = opened(api.get(f"{self.URL}?shape=circle&size=128").content)

        alpha = image.getchannel("A")
        assert [alpha.getpixel(at) for at in ((0, 0), (127, 0), (0, 127), (64, 64))] == [
            0,
            0,
            0,
            255,
        ]
        assert alpha.getpixel((64, 1)) > 200
        jpeg = opened(api.get(f"{self.URL}?shape=circle&size=128&format=jpeg").content)
        assert min(jpeg.getpixel((0, 0))) > 250

    def test_a_platform_that_takes_no_address_gets_text(self, api: Api, bot: Bot) -> None:
        published(bot)

        response = api.get(f"{self.URL}?format=datauri&size=32")

        assert response["Content-Type"] == "text/plain; charset=us-ascii"
        head, _, packed = response.content.decode().partition(",")
        assert head == "data:image/png;base64"
        assert base64.b64decode(packed) == api.get(f"{self.URL}?size=32").content
        assert response["ETag"] != api.get(f"{self.URL}?size=32")["ETag"]

    @pytest.mark.parametrize(
        ("query", "pointer", "code"),
        [
            ("size=0", "?size", "out_of_range"),
            ("size=1025", "?size", "out_of_range"),
            ("size=-5", "?size", "out_of_range"),
            ("size=big", "?size", "out_of_range"),
            ("size=²", "?size", "out_of_range"),
            ("format=gif", "?format", "unknown_format"),
            ("format=svg", "?format", "unknown_format"),
            ("shape=star", "?shape", "unknown_shape"),
            ("default=mystery", "?default", "invalid_choice"),
            ("width=64", "?width", "unknown_parameter"),
        ],
    )
    def test_what_cannot_be_made_says_why(
        self, api: Api, bot: Bot, query: str, pointer: str, code: str
    ) -> None:
        published(bot)

        response = api.get(f"{self.URL}?{query}")

        assert code_of(response) == (422, "invalid_input")
        assert [(each["pointer"], each["code"]) for each in response.json()["errors"]] == [
            (pointer, code)
        ]
        assert Rendition.objects.count() == 0

    def test_a_bot_without_an_avatar_is_404_or_what_was_asked_for(
        self, api: Api, bot: Bot, brand: Brand
    ) -> None:
        PaletteColourFactory(brand=brand, hex="#ffdd00", role="background", position=0)
        PaletteColourFactory(brand=brand, hex="#1565c0", role="primary", position=1)

        assert code_of(api.get(self.URL)) == (404, "no_avatar")
        assert code_of(api.get(f"{self.URL}?default=404")) == (404, "no_avatar")
        shown = {}
        for kind in ("initials", "identicon", "brand"):
            response = api.get(f"{self.URL}?default={kind}&size=64&format=webp")
            assert response.status_code == 200
            assert response["Content-Type"] == "image/webp"
            assert response["Cache-Control"] == "private, max-age=30"
            image = opened(response.content)
            assert image.size == (64, 64)
            shown[kind] = response.content
            again = api.get(
                f"{self.URL}?default={kind}&size=64&format=webp",
                If_None_Match=response["ETag"],
            )
            assert again.status_code == 304
        assert len(set(shown.values())) == 3
        corner = opened(shown["initials"]).convert("RGB").getpixel((2, 2))
        assert sum(abs(a - b) for a, b in zip(corner, (0x15, 0x65, 0xC0), strict=True)) < 20

    def test_a_withdrawn_avatar_is_410_and_kept_nowhere(self, api: Api, bot: Bot) -> None:
        published(bot)
        tag = api.get(self.URL)["ETag"]
        withdraw(bot)

        for headers in ({}, {"If_None_Match": tag}):
            response = api.get(self.URL, **headers)
            assert code_of(response) == (410, "taken_down")
            assert response["Cache-Control"] == "no-store"
        assert api.get(f"{self.URL}?default=initials").status_code == 200

    def test_anothers_bot_has_no_avatar_to_show(self, stranger: Api, bot: Bot) -> None:
        published(bot)

        assert code_of(stranger.get(self.URL)) == (404, "bot_not_found")

    def test_the_scope_is_needed(self, api_with: Any, bot: Bot) -> None:
        published(bot)

        assert code_of(api_with("previews:read").get(self.URL)) == (403, "missing_scope")

    def test_fetching_takes_few_queries(
        self, api: Api, bot: Bot, django_assert_num_queries: Any
    ) -> None:
        published(bot)
        first = api.get(self.URL)

        with django_assert_num_queries(4):  # key, bot, version, rendition
            api.get(self.URL, If_None_Match=first["ETag"])


class TestPublicAddress:
    def test_it_needs_no_key_and_may_be_embedded(self, bot: Bot) -> None:
        published(bot)

        response = Client().get(f"/public/{bot.public_token}/avatar?size=32")

        assert response.status_code == 200
        assert response["Cache-Control"] == "public, max-age=30"
        assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert "Vary" not in response
        assert "Set-Cookie" not in response
        assert opened(response.content).size == (32, 32)

    def test_a_guessed_or_revoked_token_is_404(self, bot: Bot) -> None:
        published(bot)
        token = bot.public_token
        Bot.objects.update(public_token=None)

        for guess in (token, "None", "null", "x", "x" * 500):
            assert code_of(Client().get(f"/public/{guess}/avatar")) == (404, "not_found")

    def test_withdrawn_is_410(self, bot: Bot) -> None:
        published(bot)
        withdraw(bot)

        response = Client().get(f"/public/{bot.public_token}/avatar")

        assert code_of(response) == (410, "taken_down")
        assert response["Cache-Control"] == "no-store"

    @pytest.mark.parametrize("status", ["scheduled"])
    def test_what_is_not_current_is_not_shown(self, bot: Bot, status: str) -> None:
        published(bot, status=status)

        assert code_of(Client().get(f"/public/{bot.public_token}/avatar")) == (404, "no_avatar")


class TestPinnedVersion:
    def test_an_old_version_stays_fetchable(self, api: Api, bot: Bot) -> None:
        published(bot, png("#ff0000"), status="superseded")
        published(bot, png("#00ff00"))

        response = api.get("/api/v1/bots/support-42/versions/1/avatar?size=64")

        assert opened(response.content).getpixel((60, 60)) == (255, 0, 0)
        assert response["Cache-Control"] == "private, max-age=30"

    @pytest.mark.parametrize("number", [0, 2, 10**20])
    def test_a_number_that_never_was_is_404(self, api: Api, bot: Bot, number: int) -> None:
        published(bot)

        response = api.get(f"/api/v1/bots/support-42/versions/{number}/avatar")

        assert code_of(response) == (404, "version_not_found")

    def test_a_scheduled_version_is_not_shown(self, api: Api, bot: Bot) -> None:
        published(bot, status="scheduled")

        response = api.get("/api/v1/bots/support-42/versions/1/avatar")

        assert code_of(response) == (404, "not_found")
        assert Rendition.objects.count() == 0

    def test_withdrawn_is_410_whatever_the_caller_remembers(self, api: Api, bot: Bot) -> None:
        published(bot)
        tag = api.get("/api/v1/bots/support-42/versions/1/avatar")["ETag"]
        withdraw(bot)

        response = api.get("/api/v1/bots/support-42/versions/1/avatar", If_None_Match=tag)

        assert code_of(response) == (410, "taken_down")
        assert response["Cache-Control"] == "no-store"

    def test_anothers_is_not_there(self, stranger: Api, bot: Bot) -> None:
        published(bot)

        response = stranger.get("/api/v1/bots/support-42/versions/1/avatar")

        assert code_of(response) == (404, "bot_not_found")


class TestImmutableRendition:
    @pytest.fixture
    def rendition(self, bot: Bot) -> Rendition:
        version = published(bot)
        return rendition_for(version=version, spec=RenditionSpec.parse("64", "webp"))

    def path(self, rendition: Rendition, extension: str = "webp") -> str:
        return f"/avatars/{rendition.brand.public_id}/{rendition.file_sha256}.{extension}"

    def test_it_is_for_ever_and_for_everybody(self, rendition: Rendition) -> None:
        response = Client().get(self.path(rendition))

        assert response.status_code == 200
        assert response["Cache-Control"] == "public, max-age=31536000, immutable"
        assert response["ETag"] == f'"{rendition.file_sha256}"'
        assert hashlib.sha256(response.content).hexdigest() == rendition.file_sha256
        again = Client().get(self.path(rendition), headers={"If-None-Match": response["ETag"]})
        assert again.status_code == 304

    def test_under_another_brand_or_name_it_is_404(
        self, rendition: Rendition, other_brand: Brand
    ) -> None:
        digest = rendition.file_sha256
        for path in (
            f"/avatars/{other_brand.public_id}/{digest}.webp",
            f"/avatars/{rendition.brand.slug}/{digest}.webp",
            self.path(rendition, "png"),
            f"/avatars/{rendition.brand.public_id}/{'0' * 64}.webp",
            f"/avatars/{rendition.brand.public_id}/{digest.upper()}.webp",
            f"/avatars/{rendition.brand.public_id}/../{digest}.webp",
        ):
            assert code_of(Client().get(path)) == (404, "not_found"), path

    def test_an_unapproved_picture_is_never_served(self, brand: Brand) -> None:
        """Its file lies in the store, and its address can be computed: both help nobody."""
        candidate = candidate_with_picture(brand=brand)

        path = f"/avatars/{brand.public_id}/{candidate.file_sha256}.png"

        assert code_of(Client().get(path)) == (404, "not_found")

    def test_a_rendition_whose_version_is_not_public_is_404(self, rendition: Rendition) -> None:
        AvatarVersion.objects.update(status="scheduled")

        assert code_of(Client().get(self.path(rendition))) == (404, "not_found")

    def test_withdrawal_holds_for_every_bot_of_the_brand(
        self, rendition: Rendition, bot: Bot, brand: Brand
    ) -> None:
        """Another bot wore the same pixels; their address is one and the same."""
        first = AvatarVersion.objects.get()
        other = BotFactory(brand=brand, client=bot.client)
        AvatarVersionFactory(bot=other, candidate=first.candidate)
        withdraw(other)

        response = Client().get(self.path(rendition))

        assert code_of(response) == (410, "taken_down")
        assert response["Cache-Control"] == "no-store"
        assert code_of(Client().get(f"/public/{bot.public_token}/avatar")) == (410, "taken_down")


class TestPreview:
    def path(self, candidate: Any, query: str = "") -> str:
        return f"/api/v1/candidates/{candidate.pk}/image{query}"

    def test_it_is_private_and_kept_nowhere(self, api: Api, bot: Bot) -> None:
        candidate = candidate_with_picture(bot=bot)

        response = api.get(self.path(candidate))

        assert response.content == png()
        assert response["Content-Type"] == "image/png"
        assert response["Cache-Control"] == "private, no-store"

    def test_anothers_is_not_there(self, stranger: Api, bot: Bot) -> None:
        candidate = candidate_with_picture(bot=bot)

        assert code_of(stranger.get(self.path(candidate))) == (404, "candidate_not_found")

    def test_without_a_key_there_is_nothing(self, bot: Bot) -> None:
        candidate = candidate_with_picture(bot=bot)

        assert code_of(Client().get(self.path(candidate))) == (401, "authentication_required")

    def test_the_scope_is_needed(self, api_with: Any, bot: Bot) -> None:
        candidate = candidate_with_picture(bot=bot)
        api = api_with("avatars:read", "requests:read")

        assert code_of(api.get(self.path(candidate))) == (403, "missing_scope")

    def test_what_was_not_checked_is_shown_to_nobody(
        self, api: Api, reviewer: User, bot: Bot
    ) -> None:
        candidate = candidate_with_picture(bot=bot, status="rendered")

        for caller in (api, as_person(reviewer)):
            response = caller.get(self.path(candidate, "?reveal=true"))
            assert code_of(response) == (404, "no_picture_yet")

    def test_a_blocked_one_is_for_reviewers_who_ask_for_it(
        self, api: Api, manager: User, viewer: User, reviewer: User, bot: Bot
    ) -> None:
        candidate = candidate_with_picture(bot=bot, verdict="block")
        reveal = self.path(candidate, "?reveal=true")

        assert code_of(api.get(reveal)) == (403, "candidate_blocked")
        assert code_of(as_person(viewer).get(reveal)) == (403, "role_required")
        for person in (reviewer, manager):
            hidden = as_person(person).get(self.path(candidate))
            assert code_of(hidden) == (403, "reveal_required")
            shown = as_person(person).get(reveal)
            assert shown.content == png()
            assert shown["Cache-Control"] == "private, no-store"

    def test_a_flagged_one_is_shown(self, api: Api, bot: Bot) -> None:
        candidate = candidate_with_picture(bot=bot, verdict="flag")

        assert api.get(self.path(candidate)).status_code == 200

    def test_withdrawn_pixels_are_gone_here_too(self, api: Api, bot: Bot) -> None:
        version = published(bot)
        withdraw(bot)

        assert code_of(api.get(self.path(version.candidate))) == (410, "taken_down")

    def test_a_failed_candidate_has_no_picture(self, api: Api, bot: Bot) -> None:
        candidate = CandidateFactory(request=GenerationRequestFactory(bot=bot), status="failed")

        assert code_of(api.get(self.path(candidate))) == (404, "no_picture_yet")


def test_a_lost_file_is_the_platforms_fault(api: Api, bot: Bot) -> None:
    version = published(bot)
    store().delete(version.brand.public_id, version.file_sha256)

    response = api.get("/api/v1/bots/support-42/avatar")

    assert code_of(response) == (503, "stored_file_missing")
    assert Rendition.objects.count() == 0


def test_sizes_are_the_documented_ones() -> None:
    assert SIZES == (32, 48, 64, 96, 128, 192, 256, 512, 1024)
