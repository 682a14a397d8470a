"""A large file says how far it has got, can be stopped, and comes back with what is to mend."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from styles.models import ReferenceImage
from tests.browser.conftest import sign_in
from tests.integration.processes import RunningWebServer
from tests.pages.world import World, build
from tests.pictures import drawing, file_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(web: RunningWebServer, browser_context: BrowserContext, page: Page) -> World:
    """The form is open before a manager, filled in but for the rights."""
    world = build(name="Acme Robotics")
    sign_in(browser_context, web, world.manager)
    page.goto(f"{web.address}/references/new/")
    page.get_by_label("Pictures").set_input_files(
        [{"name": "wave.png", "mimeType": "image/png", "buffer": file_of(drawing(60))}]
    )
    return world


def test_what_arrives_leads_to_the_next_page_with_its_message(
    world: World, page: Page, web: RunningWebServer, complaints: list[str]
) -> None:
    page.get_by_label("Rights holder").fill("Acme")
    page.get_by_role("button", name="Upload").click()
    page.wait_for_url(f"{web.address}/references/")
    expect(page.get_by_role("status").first).to_contain_text("1 picture is in the library.")
    assert ReferenceImage.objects.filter(title="wave", rights_holder="Acme").exists()


def test_what_is_to_be_mended_has_the_focus(
    world: World, page: Page, complaints: list[str]
) -> None:
    page.get_by_label("Pictures").set_input_files([])
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("Pictures")).to_have_attribute("aria-invalid", "true")
    # The form that came in its place sends as the first one did.
    page.get_by_label("Pictures").set_input_files(
        [{"name": "wave.png", "mimeType": "image/png", "buffer": file_of(drawing(60))}]
    )
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("status").first).to_contain_text("1 picture is in the library.")


def test_what_is_stopped_keeps_nothing(world: World, page: Page, complaints: list[str]) -> None:
    # Given a file that is under way,
    page.route("**/references/new/", lambda route: None)
    before = ReferenceImage.objects.count()
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("progressbar", name="Uploaded so far")).to_be_visible()
    expect(page.get_by_role("button", name="Upload")).to_be_disabled()
    # when it is stopped,
    page.get_by_role("button", name="Stop").click()
    # then the page says so, and the form may be sent again.
    expect(page.locator("[data-said]")).to_have_text("Stopped. Nothing was kept.")
    expect(page.get_by_role("button", name="Upload")).to_be_enabled()
    assert ReferenceImage.objects.count() == before
