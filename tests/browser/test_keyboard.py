"""The whole chain without a mouse: sign in, ask, watch, sign out; sign in, review, approve."""

import pytest
from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from avatars.events import publish_progress
from avatars.models import Alignment, AvatarVersion, GenerationRequest
from avatars.renderer import render_once
from moderation.models import Decision
from moderation.screener import drain
from tests import factories
from tests.browser.conftest import follow, sign_in
from tests.browser.faces import FaceGenerator
from tests.integration.processes import RunningWebServer
from tests.pages.world import World, build

pytestmark = pytest.mark.django_db(transaction=True)

_MOST_TABS = 80
_MOST_TELLINGS = 30


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until ``target`` has the focus, as somebody without a mouse does."""
    target.wait_for(state="attached")
    # A page that is not styled yet lets nothing have the focus, and its scripts hear of no key.
    page.wait_for_load_state()
    for _ in range(_MOST_TABS):
        if target.evaluate("(element) => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"{_MOST_TABS} times Tab do not lead to {target}")


def sign_in_by_hand(page: Page, web: RunningWebServer, name: str) -> None:
    page.goto(f"{web.address}/")
    tab_to(page, page.get_by_label("Username"))
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(factories.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{web.address}/")


def sign_out_by_hand(page: Page, web: RunningWebServer) -> None:
    tab_to(page, page.get_by_role("button", name="Sign out"))
    page.keyboard.press("Enter")
    page.wait_for_url(f"{web.address}/login/")


@pytest.fixture
def world(web: RunningWebServer) -> World:
    return build(name="Acme Robotics")


def test_from_a_wish_to_a_published_avatar(
    world: World, web: RunningWebServer, page: Page, complaints: list[str]
) -> None:
    # The world's own cases are out of the way.
    world.case.delete()
    world.prompt_case.delete()

    # A manager signs in and opens the form by its link,
    sign_in_by_hand(page, web, world.manager.username)
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to content")
    expect(skip).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("main").get_by_role("link", name="New avatar"))
    follow(page)

    # writes a wish, and reads at once how it is understood,
    tab_to(page, page.get_by_label("What should it look like?"))
    page.keyboard.type("戴眼镜的卡通机器人，蓝色背景，没有帽子，胡说八道词")
    plan = page.locator("[data-plan]")
    expect(plan).to_contain_text("Glasses")
    expect(plan).to_contain_text("Without")
    expect(plan).to_contain_text("Not understood")
    candidates = page.get_by_label("Candidates")
    tab_to(page, candidates)
    candidates.press("Control+a")
    page.keyboard.type("2")
    tab_to(page, page.get_by_role("button", name="Request the avatar"))
    page.keyboard.press("Enter")
    page.wait_for_url(f"{web.address}/requests/*-*/")
    request = GenerationRequest.objects.latest("pk")

    # and watches it: the position in the queue, the steps, the pictures as they come.
    expect(page.locator('[data-part="state"]')).to_contain_text("next in the queue")
    loads: list[str] = []
    page.on("load", lambda loaded: loads.append(loaded.url))
    seen: list[float] = []

    def look(step: int) -> None:
        bar = page.locator("[data-progress]")
        least = 100 * step / request.steps - 1
        for _ in range(_MOST_TELLINGS):
            try:
                page.wait_for_function(
                    "(least) => document.querySelector('[data-progress]')?.value >= least",
                    arg=least,
                    timeout=1000,
                )
                break
            except PlaywrightTimeout:
                # Progress is told at most once, and the first step may come before the page
                # listens. A worker would tell the next step by now; this one waits for us.
                publish_progress(request.pk, candidates=[0, 1], step=step, steps=request.steps)
        seen.append(bar.evaluate("(bar) => bar.value"))

    render_once(family="avatar-mini", generator=FaceGenerator(look))
    assert seen == sorted(seen)
    assert len(set(seen)) == request.steps
    expect(page.get_by_text("Drawn, being checked")).to_have_count(2)
    while drain(seconds=60):
        pass
    expect(page.locator(".shot")).to_have_count(2)
    expect(page.locator("[data-announce]")).to_have_text("In review")
    # All of that came over the stream, without loading the page again.
    assert loads == []
    sign_out_by_hand(page, web)

    # A reviewer takes the next case,
    sign_in_by_hand(page, web, world.reviewer.username)
    tab_to(page, page.get_by_role("link", name="Reviews"))
    follow(page)
    tab_to(page, page.get_by_role("button", name="Take the next case"))
    page.keyboard.press("Enter")
    page.wait_for_url(f"{web.address}/reviews/*-*/")

    # asks for the keys and puts the list away,
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()

    # looks at the pictures on the dark ground, goes to and fro, chooses the second,
    page.keyboard.press("g")
    expect(page.locator("[data-stage]").first).to_have_class("stage stage-dark")
    page.keyboard.press("j")
    expect(page.get_by_label("Candidate 1")).to_be_checked()
    page.keyboard.press("2")
    expect(page.get_by_label("Candidate 2")).to_be_checked()

    # opens the rejection by its key and leaves it by Escape, then approves with a comment.
    page.keyboard.press("r")
    expect(page.locator("#reject").get_by_label("Does not fit the brand")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Reject R")).to_be_focused()
    page.keyboard.press("m")
    expect(page.get_by_label("Comment on the approval")).to_be_focused()
    page.keyboard.type("Reads well at 32 px; a = r")
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    page.wait_for_url(f"{web.address}/reviews/")
    expect(page.get_by_role("status")).to_contain_text("Approved.")

    # What was chosen is what is worn.
    version = AvatarVersion.objects.get(bot=request.bot, status="current")
    assert version.candidate == request.candidates.get(index=1)
    decision = Decision.objects.get(case__request=request)
    assert decision.comment == "Reads well at 32 px; a = r"
    assert decision.reviewer == world.reviewer


def test_focus_is_seen_wherever_it_goes(
    world: World, web: RunningWebServer, page: Page, complaints: list[str]
) -> None:
    sign_in_by_hand(page, web, world.manager.username)
    for address in ("/", "/bots/", "/requests/", "/requests/new/", "/styles/"):
        page.goto(web.address + address)
        first = None
        for _ in range(_MOST_TABS):
            page.keyboard.press("Tab")
            state = page.evaluate(
                """() => {
                    const element = document.activeElement;
                    if (element === document.body) return null;
                    const outlined = (each) => {
                        const style = getComputedStyle(each);
                        return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 1;
                    };
                    let shown = false;
                    for (let each = element; each; each = each.parentElement)
                        shown = shown || outlined(each);
                    element.dataset.visited = element.dataset.visited ?? String(performance.now());
                    return { shown, html: element.outerHTML.slice(0, 120),
                             key: element.dataset.visited };
                }"""
            )
            if state is None or state["key"] == first:
                break
            first = first or state["key"]
            assert state["shown"], f"{address}: nobody sees the focus on {state['html']}"


def test_a_blocked_picture_is_fetched_only_when_it_is_asked_for(
    world: World, web: RunningWebServer, page: Page, complaints: list[str]
) -> None:
    blocked = f"/candidates/{world.candidates[2].pk}/picture/"
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url.removeprefix(web.address)))
    sign_in_by_hand(page, web, world.reviewer.username)
    page.goto(f"{web.address}/reviews/{world.case.pk}/", wait_until="networkidle")
    assert blocked not in fetched
    tab_to(page, page.get_by_role("link", name="Show the picture"))
    # The element may be there a moment before the browser tells of its request.
    with page.expect_request(f"{web.address}{blocked}"):
        page.keyboard.press("Enter")
    expect(page.locator(f'img[src="{blocked}"]').first).to_be_visible()


def test_approving_against_the_checks_asks_for_a_reason_first(
    world: World, web: RunningWebServer, page: Page, complaints: list[str]
) -> None:
    sign_in_by_hand(page, web, world.reviewer.username)
    page.goto(f"{web.address}/reviews/{world.case.pk}/")
    page.keyboard.press("3")
    page.keyboard.press("a")
    expect(page.get_by_label("Comment on the approval")).to_be_focused()
    page.keyboard.type("The check is wrong here")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    tab_to_shift = page.get_by_role("button", name="Approve the chosen picture")
    for _ in range(_MOST_TABS):
        if tab_to_shift.evaluate("(element) => element === document.activeElement"):
            break
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{web.address}/reviews/")
    assert Decision.objects.get(case=world.case).override is True


def test_a_number_chooses_the_picture_of_that_number_whatever_its_place(
    page: Page, web: RunningWebServer, complaints: list[str]
) -> None:
    # Given a case whose second picture agrees best with what was asked, and so comes first
    world = build(name="Acme Robotics")
    for candidate, score in zip(world.candidates[:2], (0.2, 0.9), strict=True):
        Alignment.objects.create(
            brand=world.brand, candidate=candidate, judge="j", score=score, features=b""
        )
    sign_in(page.context, web, world.reviewer)
    page.goto(f"{web.address}/reviews/{world.case.pk}/")
    expect(page.locator(".candidate-pick").first).to_have_accessible_name("Candidate 2")
    # When a reviewer presses 1
    page.keyboard.press("1")
    # Then the picture that is called so is chosen
    expect(page.get_by_label("Candidate 1")).to_be_checked()
    page.keyboard.press("2")
    expect(page.get_by_label("Candidate 2")).to_be_checked()
