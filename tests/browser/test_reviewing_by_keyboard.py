"""Ten cases in a row without a mouse: every deed of the page, by its keys alone."""

import pytest
from playwright.sync_api import Page, Route, expect

from avatars.models import AvatarVersion, GenerationRequest
from avatars.states import CandidateStatus, Verdict
from brandhub.accounts.models import Role
from brandhub.audit.record import Actor
from moderation.models import CaseComment, Decision, ReviewCase
from moderation.services import approve_case, reject_case
from tests import factories
from tests.browser.conftest import sign_in
from tests.browser.test_keyboard import sign_in_by_hand, tab_to
from tests.integration.processes import RunningWebServer
from tests.pages.world import World, build, candidate

pytestmark = pytest.mark.django_db(transaction=True)


def _cases(world: World, count: int) -> list[ReviewCase]:
    """Cases of two pictures each, the second of the last one blocked; each of its own bot."""
    found = []
    for number in range(count):
        request = factories.GenerationRequestFactory(
            bot=factories.BotFactory(brand=world.brand, name=f"Robot {number + 1}"),
            style_revision=world.revision,
            requested_by=world.manager,
        )
        verdicts = [Verdict.PASS, Verdict.BLOCK if number == count - 1 else Verdict.PASS]
        for index, verdict in enumerate(verdicts):
            candidate(request, index, CandidateStatus.SCREENED, verdict=verdict)
        found.append(factories.ReviewCaseFactory(request=request, style=world.style))
    return found


def test_ten_cases_in_a_row(web: RunningWebServer, page: Page, complaints: list[str]) -> None:
    world = build(name="Acme Robotics")
    colleague = factories.member(world.brand, Role.REVIEWER, first_name="Ada", last_name="Lee")
    world.case.delete()
    world.prompt_case.delete()
    cases = _cases(world, 10)
    # Whoever touches the mouse fails the test.
    page.add_init_script(
        "for (const kind of ['mousedown', 'pointerdown', 'touchstart'])"
        " addEventListener(kind, () => console.error('the mouse was touched'), true)"
    )

    def opened(number: int) -> None:
        """Wait for the page of the ``number``th case, which is claimed for us."""
        page.wait_for_url(f"{web.address}/reviews/{cases[number - 1].pk}/")
        expect(page.locator("[data-standing]")).to_have_attribute("data-standing", "me")

    # The reviewer signs in, looks at the queue's keys, and takes the first case by its key.
    sign_in_by_hand(page, web, world.reviewer.username)
    page.goto(f"{web.address}/reviews/")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Robot 1", exact=True)).to_be_focused()
    page.keyboard.press("n")
    opened(1)

    # 1, 2: chosen by number and by step, approved; from now on each decision leads to the next.
    page.keyboard.press("o")
    page.keyboard.press("2")
    page.keyboard.press("a")
    opened(2)
    page.keyboard.press("j")
    page.keyboard.press("a")
    opened(3)

    # 3: approved with a comment, sent from within it.
    page.keyboard.press("1")
    page.keyboard.press("m")
    page.keyboard.type("Reads well when small")
    page.keyboard.press("Control+Enter")
    opened(4)

    # 4: rejected for two reasons.
    page.keyboard.press("r")
    expect(page.locator("#reject").get_by_label("Does not fit the brand")).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Control+Enter")
    opened(5)

    # 5: sent back with a reason.
    page.keyboard.press("c")
    page.keyboard.type("Larger glasses, please")
    tab_to(page, page.locator("#changes").get_by_label("Not what was asked for"))
    page.keyboard.press("Space")
    page.keyboard.press("Control+Enter")
    opened(6)

    # 6: sent back in the reviewer's own words, once they are understood.
    page.keyboard.press("e")
    words = page.get_by_label("What should it look like?")
    expect(words).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("a calm robot with a hat")
    expect(page.locator("[data-plan]")).to_contain_text("Hat")
    page.keyboard.press("Shift+Tab")
    tab_back = page.locator("#changes-comment")
    for _ in range(20):
        if tab_back.evaluate("(element) => element === document.activeElement"):
            break
        page.keyboard.press("Shift+Tab")
    page.keyboard.type("A hat would help")
    tab_to(page, page.get_by_role("button", name="Send back and draw in these words"))
    page.keyboard.press("Enter")
    opened(7)

    # 7: a comment first, which keeps the case; then the queue, and back by the list.
    page.keyboard.press("x")
    page.keyboard.type("Which of the two is calmer?")
    # The same page comes again, and hears no key before it is loaded.
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status").first).to_contain_text("Your comment is kept.")
    page.keyboard.press("q")
    page.wait_for_url(f"{web.address}/reviews/")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Robot 7", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    opened(7)
    page.keyboard.press("1")
    page.keyboard.press("a")
    opened(8)

    # 8: the claim runs out while the reviewer writes, and a colleague decides.
    ReviewCase.objects.filter(pk=cases[7].pk).update(claimed_until=cases[7].created_at)
    picture = cases[7].request.candidates.get(index=0)
    approve_case(
        actor=Actor.person(colleague),
        user=colleague,
        case_id=cases[7].pk,
        candidate_id=picture.pk,
        pixel_sha256=picture.pixel_sha256,
    )
    page.keyboard.press("c")
    page.keyboard.type("The ears are crooked")
    # The page says so by itself, and nothing can be sent past it.
    expect(page.locator("[data-standing]")).to_contain_text(
        "Ada Lee has decided this case: Approved"
    )
    expect(page.get_by_role("button", name="Send back", exact=True)).to_be_disabled()
    expect(page.get_by_label("What should change?")).to_have_value("The ears are crooked")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    opened(9)

    # 9: looked at on the dark ground, to and fro, then approved.
    page.keyboard.press("g")
    expect(page.locator("[data-stage]").first).to_have_class("stage stage-dark")
    for key in ("j", "j", "k"):
        page.keyboard.press(key)
    expect(page.get_by_label("Candidate 1")).to_be_checked()
    page.keyboard.press("a")
    opened(10)

    # 10: the blocked picture is revealed, and approved against the checks with a reason.
    page.keyboard.press("2")
    page.keyboard.press("v")
    expect(page.get_by_role("img", name="Candidate 2")).to_be_focused()
    page.keyboard.press("m")
    page.keyboard.type("The check is wrong here")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    page.wait_for_url(f"{web.address}/reviews/")
    expect(page.get_by_role("status")).to_contain_text("No case is waiting for you.")

    # Every decision is what was pressed.
    made = [Decision.objects.get(case=case) for case in cases]
    assert [each.action for each in made] == [
        "approve",
        "approve",
        "approve",
        "reject",
        "request_changes",
        "request_changes",
        "approve",
        "approve",
        "approve",
        "approve",
    ]
    assert [each.reviewer for each in made] == [world.reviewer] * 7 + [colleague] + [
        world.reviewer
    ] * 2
    assert [each.candidate and each.candidate.index for each in made] == [
        1,
        0,
        0,
        None,
        None,
        None,
        0,
        0,
        0,
        1,
    ]
    assert made[2].comment == "Reads well when small"
    assert made[3].reason_codes == ["off_brand", "low_quality"]
    assert (made[4].comment, made[4].reason_codes) == ("Larger glasses, please", ["wrong_features"])
    new = GenerationRequest.objects.get(continues=cases[5].request)
    assert (new.prompt, new.revised_by) == ("a calm robot with a hat", world.reviewer)
    assert CaseComment.objects.get().text == "Which of the two is calmer?"
    assert (made[9].override, made[9].comment) == (True, "The check is wrong here")
    worn = AvatarVersion.objects.filter(bot__in=[case.request.bot for case in cases])
    assert worn.count() == 7


def test_who_comes_back_to_a_case_is_told_at_once_what_became_of_it(
    web: RunningWebServer, page: Page
) -> None:
    # Given a reviewer who leaves a case, which a colleague rejects meanwhile,
    world = build(name="Acme Robotics")
    colleague = factories.member(world.brand, Role.REVIEWER, first_name="Ada", last_name="Lee")
    # What a page asks in its own time never comes here.
    page.add_init_script(
        "const soon = setTimeout;"
        " setTimeout = (deed, after, ...rest) => (after > 5000 ? 0 : soon(deed, after, ...rest))"
    )
    sign_in(page.context, web, world.reviewer)
    address = f"{web.address}/reviews/{world.case.pk}/"
    shown = page.goto(address)
    assert shown is not None
    as_it_was = shown.text()
    assert 'data-standing="nobody"' in as_it_was
    page.goto(f"{web.address}/reviews/")
    reject_case(
        actor=Actor.person(colleague),
        user=colleague,
        case_id=world.case.pk,
        reason_codes=["low_quality"],
    )
    # when the browser's own button brings the page back as it was,
    brought_back = []

    def as_it_was_then(route: Route) -> None:
        brought_back.append(route.request.url)
        route.fulfill(body=as_it_was, content_type="text/html; charset=utf-8")

    page.route(address, as_it_was_then)
    page.go_back()
    # then it asks before its time has come, and its buttons are out of reach.
    expect(page.locator("[data-standing]")).to_contain_text("Ada Lee has decided this case")
    assert brought_back == [address]
    expect(page.get_by_role("button", name="Approve the chosen picture")).to_be_disabled()


def test_an_empty_queue_fills_by_itself(web: RunningWebServer, page: Page) -> None:
    # Given a reviewer before an empty queue,
    world = build(name="Acme Robotics")
    world.case.delete()
    world.prompt_case.delete()
    page.clock.install()
    sign_in(page.context, web, world.reviewer)
    page.goto(f"{web.address}/reviews/")
    expect(page.get_by_text("The queue is empty.")).to_be_visible()
    # when a case comes,
    factories.ReviewCaseFactory(request=world.request)
    page.clock.run_for(20_000)
    # then it is there, ready to be taken.
    expect(page.get_by_role("button", name="Take the next case")).to_be_focused()
    expect(page.locator(".entry")).to_have_count(1)
