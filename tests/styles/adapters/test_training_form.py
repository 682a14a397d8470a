"""The form that asks for a training: what it offers, and what becomes of a refusal."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from brandhub.accounts.models import Brand, Role
from styles.models import AdapterTraining, BaseModel
from tests.factories import (
    AdapterTrainingFactory,
    BaseModelFactory,
    MembershipFactory,
    ReferenceImageFactory,
    UserFactory,
)

Send = Callable[..., HttpResponse]


@pytest.fixture
def manager(brand: Brand, client: Client) -> Client:
    member = MembershipFactory(brand=brand, user=UserFactory(), role=Role.MANAGER)
    client.force_login(member.user)
    return client


@pytest.fixture
def send(brand: Brand, manager: Client) -> Send:
    """Send the form with two pictures for a base model."""
    references = [
        ReferenceImageFactory(
            brand=brand, in_library=True, rights_holder="Acme", licence="own work"
        )
        for _n in range(2)
    ]

    def request(base_model: BaseModel, **values: str) -> HttpResponse:
        numbers = {"steps": 100, "rank": 4, "batch": 1, "learning_rate": 0.001, "seed": 1}
        return manager.post(
            f"{reverse('pages:training-new')}?brand={brand.slug}",
            {
                "name": "Nimbus",
                "slug": "nimbus",
                "trigger_words": "nimbus toy",
                "base_model": str(base_model.pk),
                "prior_pictures": 0,
                "prior_weight": 0.5,
                **numbers,
                **{f"use_{each.pk}": "on" for each in references},
                **{f"caption_{each.pk}": "robot" for each in references},
                **values,
            },
        )  # type: ignore[return-value]

    return request


def test_faces_are_not_offered_to_be_placed_where_no_model_finds_eyes(manager: Client) -> None:
    BaseModelFactory(family="plain")

    page = manager.get(reverse("pages:training-new"))

    assert 'name="place_faces"' not in page.content.decode()
    assert 'name="mirrored"' in page.content.decode()


def test_faces_are_placed_by_default_where_every_model_finds_eyes(manager: Client) -> None:
    BaseModelFactory(family="seeing", finds_eyes=True)

    switch = manager.get(reverse("pages:training-new")).context["form"]["place_faces"]

    assert switch.initial is True
    assert "data-only-for" not in str(switch)


def test_the_page_is_told_for_which_of_several_models_faces_can_be_placed(manager: Client) -> None:
    plain = BaseModelFactory(family="a-plain-one", name="Plain")
    seeing = BaseModelFactory(family="seeing", name="Bright", finds_eyes=True)

    form = manager.get(reverse("pages:training-new")).context["form"]
    switch = form["place_faces"]

    assert f'data-only-for="{seeing.pk}"' in str(switch)
    assert 'data-chosen-in="base_model"' in str(switch)
    # The model that is chosen first finds none.
    assert f'value="{plain.pk}" selected' in str(form["base_model"])
    assert switch.initial is False


@pytest.mark.parametrize("ticked", [True, False])
def test_a_model_that_finds_eyes_is_asked_to_place_faces_or_not(send: Send, ticked: bool) -> None:
    seeing = BaseModelFactory(finds_eyes=True)

    send(seeing, **({"place_faces": "on"} if ticked else {}))

    assert AdapterTraining.objects.get().recipe["place_faces"] is ticked


def test_a_switch_for_another_model_is_refused_beside_it(send: Send) -> None:
    plain = BaseModelFactory(family="plain", name="Plain")
    BaseModelFactory(family="seeing", finds_eyes=True)

    page = send(plain, place_faces="on")

    assert list(page.context["form"].errors) == ["place_faces"]  # type: ignore[attr-defined]
    assert "Plain has no network that finds eyes" in page.content.decode()
    assert not AdapterTraining.objects.exists()


def test_a_switch_that_is_no_longer_shown_is_refused_above_the_form(send: Send) -> None:
    page = send(BaseModelFactory(name="Plain"), place_faces="on")

    assert list(page.context["form"].errors) == ["__all__"]  # type: ignore[attr-defined]
    assert "Plain has no network that finds eyes" in page.content.decode()
    assert not AdapterTraining.objects.exists()


@pytest.mark.parametrize(
    ("reason", "says"),
    [
        ("eyes_missing", "The network that finds eyes is no longer beside the base model"),
        ("model_missing", "The base model is not on the training worker&#x27;s machine."),
        ("lease_expired", "It failed several times at the same place."),
    ],
)
def test_the_page_says_why_a_training_failed_and_what_to_do(
    brand: Brand, manager: Client, reason: str, says: str
) -> None:
    training = AdapterTrainingFactory(brand=brand, status="failed", reason=reason)

    page = manager.get(reverse("pages:training-live", args=[training.pk])).content.decode()

    assert says in page
    assert f">{reason}</p>" in page
