"""A deed that cannot be taken back is asked about once, on the page and without a mouse."""

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from avatars.states import RequestStatus
from styles.models import PaletteColour
from tests import factories
from tests.browser.conftest import follow, sign_in
from tests.browser.test_keyboard import tab_to
from tests.integration.processes import RunningWebServer
from tests.pages.world import build

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_question_says_what_happens_and_keeps_the_focus(
    web: RunningWebServer, browser_context: BrowserContext, page: Page, complaints: list[str]
) -> None:
    # Given a manager before the palette,
    world = build(name="Acme Robotics")
    sign_in(browser_context, web, world.manager)
    page.goto(f"{web.address}/brands/{world.brand.pk}/palette/")
    asks = page.get_by_role("button", name="Remove Brand blue")
    tab_to(page, asks)

    # when they ask for the removal, the safe answer has the focus, and Escape leads back.
    page.keyboard.press("Enter")
    question = page.get_by_role("dialog", name="Remove this colour?")
    expect(question).to_contain_text("compared with the other colours only")
    expect(question.get_by_role("button", name="Back")).to_be_focused()
    page.keyboard.press("Escape")
    expect(question).to_be_hidden()
    expect(asks).to_be_focused()
    assert PaletteColour.objects.filter(pk=world.colour.pk).exists()

    # The second answer does it.
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    follow(page)
    expect(page.get_by_role("status")).to_contain_text("The palette is saved.")
    assert not PaletteColour.objects.filter(pk=world.colour.pk).exists()


def test_a_page_that_changes_by_itself_waits_for_the_answer(
    web: RunningWebServer, browser_context: BrowserContext, page: Page, complaints: list[str]
) -> None:
    # Given somebody who is being asked whether a training is to be cancelled,
    world = build(name="Acme Robotics")
    sign_in(browser_context, web, world.manager)
    page.goto(f"{web.address}/trainings/{world.training.pk}/")
    page.get_by_role("button", name="Cancel").press("Enter")
    question = page.get_by_role("dialog", name="Cancel this training?")
    expect(question).to_be_visible()

    # when the training goes on, and the page has asked for news twice,
    type(world.training).objects.filter(pk=world.training.pk).update(step=30)
    for _ in range(2):
        with page.expect_response("**/live/"):
            pass
    # then the question still stands;
    expect(question).to_be_visible()
    # once it is answered, the news is shown, and the focus is where it was.
    page.keyboard.press("Escape")
    expect(page.locator("[data-polled]")).to_contain_text("step 30 of 40")
    expect(page.get_by_role("button", name="Cancel").first).to_be_focused()


def test_the_question_is_asked_without_scripts_too(web: RunningWebServer, browser: Browser) -> None:
    world = build(name="Acme Robotics")
    queued = factories.GenerationRequestFactory(
        bot=world.bot,
        style_revision=world.revision,
        requested_by=world.manager,
        status=RequestStatus.QUEUED,
    )
    context = browser.new_context(java_script_enabled=False, locale="en-US")
    page = context.new_page()
    sign_in(context, web, world.manager)
    page.goto(f"{web.address}/requests/{queued.pk}/")
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Cancel the request").click()
    expect(page.locator(".notices")).to_contain_text("The request is cancelled.")
    queued.refresh_from_db()
    assert queued.status == RequestStatus.CANCELLED
    context.close()
