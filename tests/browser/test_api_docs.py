"""The browsable page of the API under the strict policy of product pages."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.integration.processes import RunningWebServer

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_page_shows_the_operations_and_nothing_is_blocked(web: RunningWebServer, page: Page):
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{web.address}/api/v1/docs/")
    expect(page.get_by_text("/api/v1/me", exact=True)).to_be_visible()
    assert complaints == []


DARK, LIGHT = "rgb(28, 32, 34)", "rgb(250, 250, 250)"


def _is(page: Page, shade: str) -> None:
    expect(page.locator("body")).to_have_css("background-color", shade)


def test_the_page_is_dark_where_the_reader_likes_it_dark(web: RunningWebServer, page: Page):
    # Given a reader whose system is dark,
    page.emulate_media(color_scheme="dark")

    # when they open the page and one of its operations,
    page.goto(f"{web.address}/api/v1/docs/")
    page.get_by_text("/api/v1/me", exact=True).click(timeout=30_000)
    expect(page.get_by_role("button", name="Try it out")).to_be_visible()

    # then it is dark, what it says is readable,
    _is(page, DARK)
    assert _faint(page) == []
    page.get_by_role("tab", name="Schema").first.click()
    assert _faint(page) == []
    page.get_by_role("button", name="Authorize", exact=True).first.click()
    expect(page.get_by_role("heading", name="Available authorizations")).to_be_visible()
    assert _faint(page) == []
    # it turns light with the system,
    page.emulate_media(color_scheme="light")
    _is(page, LIGHT)
    # and what was chosen on the pages counts more.
    page.evaluate("localStorage.setItem('brandhub.theme', 'dark')")
    page.reload()
    _is(page, DARK)


def _faint(page: Page) -> list[str]:
    """What is written with too little contrast."""
    found = Axe().run(page, options={"runOnly": ["color-contrast"]}).response["violations"]
    return [
        f"{node['html'][:160]} {node['failureSummary']}" for each in found for node in each["nodes"]
    ]
