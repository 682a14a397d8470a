"""The form for a training: what it offers changes with the base model."""

import pytest
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect

from tests import factories
from tests.browser.conftest import sign_in
from tests.integration.processes import RunningWebServer
from tests.pages.world import build

pytestmark = pytest.mark.django_db(transaction=True)


def test_faces_are_offered_to_be_placed_for_the_models_that_find_eyes(
    web: RunningWebServer, browser_context: BrowserContext, page: Page, complaints: list[str]
) -> None:
    # Given a model that finds eyes and one that finds none, which is chosen first,
    world = build()
    plain = factories.BaseModelFactory(family="a-plain-one")
    seeing = factories.BaseModelFactory(family="seeing", finds_eyes=True)
    other = factories.BaseModelFactory(family="seeing-too", finds_eyes=True)
    sign_in(browser_context, web, world.manager)
    page.goto(f"{web.address}{reverse('pages:training-new')}")
    page.get_by_text("Numbers of the training").click()
    switch = page.get_by_label("Bring faces to one place")

    # then the switch is not there, and would not be sent;
    model = page.get_by_label("Base model", exact=True)
    model.select_option(str(plain.pk))
    expect(switch).to_be_hidden()
    expect(switch).to_be_disabled()
    # for the other one it is, and on.
    model.select_option(str(seeing.pk))
    expect(switch).to_be_visible()
    expect(switch).to_be_checked()
    # What is switched off stays off with another of the kind.
    switch.uncheck()
    model.select_option(str(other.pk))
    expect(switch).to_be_visible()
    expect(switch).not_to_be_checked()
