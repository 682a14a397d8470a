"""The forms around policies, sent as no page sends them."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from brandhub.accounts.models import Role
from moderation.models import Delegation
from tests import factories
from tests.pages.world import World


@pytest.mark.parametrize(
    ("until", "offset"), [("9999-12-31T23:59", "-840"), ("0001-01-01T00:00", "840")]
)
def test_a_duty_ends_at_no_end_of_the_calendar(
    world: World, client: Client, until: str, offset: str
) -> None:
    colleague = factories.member(world.brand, Role.REVIEWER)
    client.force_login(world.reviewer)

    answer = client.post(
        reverse("pages:duty-delegate", args=[world.brand.pk]),
        {"delegate_id": str(colleague.pk), "until": until, "offset": offset},
    )

    assert answer.status_code == 422
    assert "Enter a valid date/time." in answer.content.decode()
    assert not Delegation.objects.filter(delegator=world.reviewer).exists()


@pytest.mark.parametrize("count", ["", "many", "9" * 5000])
def test_another_stage_is_added_to_a_form_that_says_how_many_it_has(
    world: World, client: Client, count: str
) -> None:
    client.force_login(world.manager)

    answer = client.post(
        reverse("pages:policy-edit", args=[world.policy_draft.pk]),
        {"add_stage": "", "stages-TOTAL_FORMS": count, "stages-INITIAL_FORMS": "0"},
    )

    assert answer.status_code == 200
    assert answer.context["form"].stages.total_form_count() == 0  # type: ignore[attr-defined]
