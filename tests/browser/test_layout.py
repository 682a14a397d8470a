"""Pages on narrow screens, and pages without scripts."""

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from avatars.models import AvatarVersion, GenerationRequest
from tests.browser.conftest import sign_in
from tests.browser.test_accessibility import addresses_of
from tests.integration.processes import RunningWebServer
from tests.pages.world import build

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_nothing_is_wider_than_a_narrow_screen(
    language: str, web: RunningWebServer, browser_context: BrowserContext, page: Page
) -> None:
    # Given long words in a language, and a screen of 360 pixels,
    world = build(name="Donaudampfschifffahrtsgesellschaftskapitänskajüten 多瑙河轮船公司")
    world.bot.name = "Rindfleischetikettierungsüberwachungsaufgabenübertragung"
    world.bot.save()
    browser_context.add_cookies(
        [{"name": "django_language", "value": language, "url": web.address}]
    )
    page.set_viewport_size({"width": 360, "height": 800})
    wider = []
    # when every page is opened there,
    for address in addresses_of(world):
        person = world.reviewer if address.startswith("/reviews/") else world.manager
        sign_in(browser_context, web, person)
        page.goto(web.address + address)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wider.append(address)
    # then none has to be scrolled sideways.
    assert wider == []


@pytest.mark.parametrize("place", ["/", "/bots/"])
def test_a_name_as_long_as_a_paragraph_makes_no_tile_tall(
    place: str, web: RunningWebServer, browser_context: BrowserContext, page: Page
) -> None:
    world = build(name="Acme Robotics")
    world.bot.name = "戴眼镜的卡通机器人" * 13
    world.bot.save()
    sign_in(browser_context, web, world.manager)
    page.goto(web.address + place)
    name = page.locator(".wall-tile strong", has_text="戴眼镜")
    lines = "each => Math.round(each.clientHeight / parseFloat(getComputedStyle(each).lineHeight))"
    assert name.evaluate(lines) == 3


def test_the_menu_of_a_narrow_screen_opens_and_closes(
    web: RunningWebServer, browser_context: BrowserContext, page: Page, complaints: list[str]
) -> None:
    world = build(name="Acme Robotics")
    sign_in(browser_context, web, world.manager)
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{web.address}/")
    menu = page.get_by_role("button", name="Menu")
    bots = page.get_by_role("navigation", name="Main").get_by_role("link", name="Bots")
    expect(bots).to_be_hidden()
    menu.press("Enter")
    expect(menu).to_have_attribute("aria-expanded", "true")
    expect(bots).to_be_visible()
    bots.press("Escape")
    expect(menu).to_be_focused()
    expect(bots).to_be_hidden()


def test_the_chosen_colours_stay(
    web: RunningWebServer, browser_context: BrowserContext, page: Page, complaints: list[str]
) -> None:
    page.emulate_media(color_scheme="light")
    page.goto(f"{web.address}/login/")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.get_by_role("button", name="Dark colours").press("Enter")
    dark = page.evaluate(ground)
    assert dark != light
    page.reload()
    assert page.evaluate(ground) == dark
    expect(page.get_by_role("button", name="Dark colours")).to_have_attribute(
        "aria-pressed", "true"
    )


def test_a_long_requirement_leaves_the_pictures_in_sight(
    web: RunningWebServer, browser_context: BrowserContext, page: Page, complaints: list[str]
) -> None:
    world = build(name="Acme Robotics")
    world.request.prompt = "一个戴眼镜的卡通机器人" * 180
    world.request.save()
    sign_in(browser_context, web, world.reviewer)
    page.set_viewport_size({"width": 390, "height": 800})

    page.goto(f"{web.address}/reviews/{world.case.pk}/")

    said = page.locator(".quote")
    assert said.evaluate("(element) => element.clientHeight") <= 256
    # Whoever has no mouse reads on with the arrow keys.
    said.focus()
    page.keyboard.press("End")
    page.wait_for_function("(said) => said.scrollTop > 0", arg=said.element_handle())


_BEHIND_THE_BUTTONS = """() => {
    const bar = document.querySelector(".decide");
    const focused = document.activeElement;
    if (bar.contains(focused)) return false;
    return focused.getBoundingClientRect().bottom > bar.getBoundingClientRect().top
        && focused.getBoundingClientRect().top < bar.getBoundingClientRect().bottom;
}"""


def test_what_has_the_focus_is_not_behind_the_buttons_of_a_case(
    web: RunningWebServer, browser_context: BrowserContext, page: Page, complaints: list[str]
) -> None:
    world = build(name="Acme Robotics")
    sign_in(browser_context, web, world.reviewer)
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{web.address}/reviews/{world.case.pk}/")
    hidden = []
    while True:
        page.keyboard.press("Tab")
        reached = page.evaluate("document.activeElement.name || document.activeElement.innerText")
        if page.evaluate("document.activeElement === document.body") or reached == "text":
            break
        if page.evaluate(_BEHIND_THE_BUTTONS):
            hidden.append(reached)
    assert hidden == []


def test_on_paper_there_is_nothing_to_press(
    web: RunningWebServer, browser_context: BrowserContext, page: Page, complaints: list[str]
) -> None:
    world = build(name="Acme Robotics")
    sign_in(browser_context, web, world.reviewer)
    page.emulate_media(media="print", color_scheme="dark")

    page.goto(f"{web.address}/reviews/{world.case.pk}/")

    for what in (".rail", ".decide", ".comment-form", "button"):
        for each in page.locator(what).all():
            expect(each).to_be_hidden()
    # The checks are on it, folded or not, in ink on white.
    expect(page.locator(".candidate details > :not(summary)").first).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(23, 25, 31)"


def test_everything_works_without_scripts(web: RunningWebServer, browser: Browser) -> None:
    world = build(name="Acme Robotics")
    context = browser.new_context(java_script_enabled=False, locale="en-US")
    page = context.new_page()
    # A manager looks at the plan by a button, and asks.
    sign_in(context, web, world.manager)
    page.goto(f"{web.address}/requests/new/")
    page.get_by_label("What should it look like?").fill("a robot with glasses")
    page.get_by_role("button", name="Show the plan").click()
    expect(page.locator("[data-plan]")).to_contain_text("Glasses")
    expect(page.get_by_label("What should it look like?")).to_have_value("a robot with glasses")
    page.get_by_role("button", name="Request the avatar").click()
    expect(page.locator('[data-part="state"]')).to_contain_text("Queued")
    assert GenerationRequest.objects.latest("pk").prompt == "a robot with glasses"
    # A reviewer rejects nothing by accident, chooses and approves.
    sign_in(context, web, world.reviewer)
    page.goto(f"{web.address}/reviews/{world.case.pk}/")
    page.locator("summary", has_text="Approve with a comment").click()
    page.get_by_label("Comment on the approval").fill("Fine")
    page.get_by_label("Candidate 2").check()
    page.get_by_role("button", name="Approve the chosen picture").click()
    expect(page.locator(".notices")).to_contain_text("Approved.")
    worn = AvatarVersion.objects.get(bot=world.bot, status="current")
    assert worn.candidate == world.candidates[1]
    context.close()
