"""axe on every page, light and dark, in both languages: nothing serious is found."""

from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page

from brandhub.accounts.models import User
from tests.browser.conftest import sign_in
from tests.integration.processes import RunningWebServer
from tests.pages.routes import PAGES
from tests.pages.world import World, build

pytestmark = pytest.mark.django_db(transaction=True)

#: Answers to a GET that are no documents.
_PIECES = {
    "adapter-live",
    "adapter-preview",
    "audit-export",
    "candidate-picture",
    "comparison-live",
    "logo-picture",
    "reference-picture",
    "request-live",
    "request-reference",
    "review-live",
    "revision-pack",
    "statistics-export",
    "training-live",
    "training-preview",
}
_SERIOUS = {"serious", "critical"}
_OPEN_THE_FIRST = """() => {
    const found = document.querySelector("[popover], dialog");
    found?.matches("dialog") ? found.showModal() : found?.showPopover();
    return Boolean(found);
}"""


def addresses_of(world: World) -> list[str]:
    """Every page of the table, and what a page looks like in its other states."""
    listed = [
        reverse(f"pages:{name}", kwargs={"pk": line.object_of(world).pk} if line.key else None)
        for name, line in PAGES.items()
        if line.method == "get" and name not in _PIECES
    ]
    return [
        *listed,
        reverse("pages:review-case", args=[world.prompt_case.pk]),
        f"{reverse('pages:review-case', args=[world.case.pk])}?revise=1",
        reverse("pages:request-detail", args=[world.held.pk]),
        reverse("pages:request-detail", args=[world.failed.pk]),
        reverse("pages:version-detail", args=[world.versions[0].pk]),
        f"{reverse('pages:request-new')}?continues={world.sent_back.pk}",
        f"{reverse('pages:review-queue')}?show=decided",
        "/no/such/page/",
    ]


@pytest.fixture
def page(browser_context: BrowserContext) -> Page:
    """A tab whose pages all have axe in them: sent once, and not before each look."""
    browser_context.add_init_script(AXE_SCRIPT)
    return browser_context.new_page()


def _violations(page: Page, where: str) -> list[str]:
    found: list[dict[str, Any]] = page.evaluate(
        "axe.run({resultTypes: ['violations']}).then((results) => results.violations)"
    )
    return [
        f"{where}: {each['id']} ({each['impact']}): {node['html'][:160]} {node['failureSummary']}"
        for each in found
        if each["impact"] in _SERIOUS
        for node in each["nodes"]
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_no_page_has_a_serious_finding(
    language: str, theme: str, web: RunningWebServer, browser_context: BrowserContext, page: Page
) -> None:
    # Given a reader of a language who likes it light or dark,
    world = build(name="Acme Robotics")
    browser_context.add_cookies(
        [{"name": "django_language", "value": language, "url": web.address}]
    )
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    found: list[str] = []
    # when they visit every page, first as a stranger, then as who sees most of it,
    page.goto(f"{web.address}/login/")
    found += _violations(page, "/login/")
    for address in addresses_of(world):
        person = world.reviewer if address.startswith("/reviews/") else world.manager
        sign_in(browser_context, web, person)
        page.goto(web.address + address)
        assert page.locator("html").get_attribute("lang") == language
        # with everything unfolded that can be,
        page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
        found += _violations(page, address)
        # and with the first question or list of keys that it can open,
        if page.evaluate(_OPEN_THE_FIRST):
            found += _violations(page, f"{address} with what it opens")
    # then axe has nothing serious to say.
    assert found == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_admins_pages_have_no_serious_finding(
    theme: str, web: RunningWebServer, browser_context: BrowserContext, page: Page
) -> None:
    world = build(name="Acme Robotics")
    User.objects.filter(pk=world.manager.pk).update(is_staff=True)
    sign_in(browser_context, web, User.objects.get(pk=world.manager.pk))
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    found: list[str] = []
    for address in (
        "/admin/",
        reverse("admin:accounts_brand_change", args=[world.brand.pk]),
        reverse("admin:styles_stylerevision_changelist"),
        reverse("admin:styles_stylerevision_add"),
        reverse("admin:avatars_generationrequest_change", args=[world.request.pk]),
        reverse("admin:accounts_apiclient_issue_key", args=[world.client.pk]),
    ):
        page.goto(web.address + address)
        found += _violations(page, address)
    assert found == []
