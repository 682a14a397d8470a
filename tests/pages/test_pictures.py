"""Pictures before they are public: who gets the bytes."""

import pytest
from django.test import Client
from django.urls import reverse

from avatars.services import take_down
from avatars.states import CandidateStatus
from brandhub.audit.record import Actor
from brandhub.common.storage import store
from tests import factories
from tests.pages.world import World


def _address(candidate: object) -> str:
    return reverse("pages:candidate-picture", args=[candidate.pk])


def test_a_member_gets_the_stored_bytes_and_nobody_else_keeps_them(
    world: World, client: Client
) -> None:
    client.force_login(world.viewer)
    shown = world.candidates[0]
    answer = client.get(_address(shown))
    assert answer.content == store().read(world.brand.public_id, shown.file_sha256)
    assert answer["Content-Type"] == "image/png"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("role", "status"), [("viewer", 404), ("reviewer", 200), ("manager", 200), ("stranger", 404)]
)
def test_a_blocked_picture_is_for_reviewers(
    role: str, status: int, world: World, client: Client
) -> None:
    client.force_login(world.person(role))
    assert client.get(_address(world.candidates[2])).status_code == status


@pytest.mark.parametrize("status", [CandidateStatus.RENDERED, CandidateStatus.QUEUED])
def test_what_nobody_has_checked_is_shown_to_nobody(
    status: str, world: World, client: Client
) -> None:
    client.force_login(world.manager)
    candidate = factories.CandidateFactory(request=world.request, index=9, status=status)
    assert client.get(_address(candidate)).status_code == 404


def test_a_bots_page_takes_down_the_picture_that_it_showed(world: World, client: Client) -> None:
    # Given a page that a manager looks at,
    client.force_login(world.manager)
    current = world.bot.versions.get(status="current")
    page = client.get(reverse("pages:bot-detail", args=[world.bot.pk])).content.decode()
    assert f'name="pixel_sha256" value="{current.pixel_sha256}"' in page
    # when the bot wears something else by the time they send the form,
    shown = {"reason": "A mistake", "pixel_sha256": "0" * 64}
    address = reverse("pages:bot-take-down", args=[world.bot.pk])
    answer = client.post(address, shown)
    # then that stays, and they are told, with the new picture and with what they wrote.
    assert answer.status_code == 409
    told = answer.content.decode()
    assert "nothing was taken down. Look at it again." in told
    assert f'name="pixel_sha256" value="{current.pixel_sha256}"' in told
    assert "A mistake</textarea>" in told
    current.refresh_from_db()
    assert current.status == "current"
    client.post(address, shown | {"pixel_sha256": current.pixel_sha256})
    current.refresh_from_db()
    assert current.status == "taken_down"


def test_nothing_is_taken_down_without_a_reason(world: World, client: Client) -> None:
    client.force_login(world.manager)
    address = reverse("pages:bot-take-down", args=[world.bot.pk])

    answer = client.post(address, {"reason": " "})

    assert answer.status_code == 422
    assert answer.context["take_down_form"].errors.keys() == {"reason"}
    assert '<details class="fold" open>' in answer.content.decode()
    assert world.bot.versions.filter(status="current").exists()


def test_a_picture_that_was_taken_down_is_gone(world: World, client: Client) -> None:
    client.force_login(world.manager)
    worn = world.versions[1]
    take_down(actor=Actor.person(world.manager), bot_id=world.bot.pk, reason="A mistake")
    assert client.get(_address(worn.candidate)).status_code == 410
    # and the pages that showed it show that instead.
    for address in (
        reverse("pages:bot-detail", args=[world.bot.pk]),
        reverse("pages:version-detail", args=[worn.pk]),
        reverse("pages:request-detail", args=[worn.candidate.request_id]),
        reverse("pages:request-list"),
    ):
        assert _address(worn.candidate) not in client.get(address).content.decode()
