"""What somebody wrote outlives the end of their session, and a file that is too large its form."""

from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import BrowserContext, Page, expect

from avatars.models import GenerationRequest
from brandhub.accounts.models import User
from moderation.models import CaseComment, Decision, Delegation
from styles.models import ReferenceImage
from tests import factories
from tests.browser.conftest import sign_in
from tests.integration.processes import RunningWebServer
from tests.pages.world import World, build
from tests.pictures import drawing, file_of

pytestmark = pytest.mark.django_db(transaction=True)

WISH = "戴眼镜的卡通机器人"


@pytest.fixture
def world(web: RunningWebServer) -> World:
    return build(name="Acme Robotics")


def end_sessions() -> None:
    """As time does, or an operator."""
    Session.objects.all().delete()


def sign_in_again(page: Page, web: RunningWebServer, person: User) -> None:
    page.wait_for_url(f"{web.address}/login/**")
    page.get_by_label("Username").fill(person.username)
    page.get_by_label("Password").fill(factories.PASSWORD)
    page.keyboard.press("Enter")


def write_a_request(page: Page, web: RunningWebServer) -> None:
    page.goto(f"{web.address}/requests/new/")
    page.get_by_label("What should it look like?").fill(WISH)
    page.get_by_label("Candidates").fill("3")
    page.get_by_text("Choose tags by hand").click()
    page.get_by_label("Headphones").check()


def test_a_request_that_was_sent_too_late_is_there_after_signing_in(
    world: World, web: RunningWebServer, browser_context: BrowserContext, page: Page
) -> None:
    # Given a manager whose session ends while they write,
    sign_in(browser_context, web, world.manager)
    write_a_request(page, web)
    before = GenerationRequest.objects.count()
    end_sessions()
    # when they send the form and sign in again,
    page.get_by_role("button", name="Request the avatar").click()
    sign_in_again(page, web, world.manager)
    # then the form is as they left it, and says so,
    page.wait_for_url(f"{web.address}/requests/new/")
    told = page.get_by_role("alert").filter(has_text="This did not reach the server.")
    expect(told).to_be_focused()
    expect(page.get_by_label("What should it look like?")).to_have_value(WISH)
    expect(page.get_by_label("Candidates")).to_have_value("3")
    expect(page.get_by_label("Headphones")).to_be_checked()
    expect(page.get_by_label("Headphones")).to_be_visible()
    assert GenerationRequest.objects.count() == before
    # and is sent once they send it.
    page.get_by_role("button", name="Request the avatar").click()
    page.wait_for_url(f"{web.address}/requests/*-*/")
    made = GenerationRequest.objects.latest("pk")
    assert (made.prompt, made.candidate_count) == (WISH, 3)
    # What has arrived is not brought back.
    page.goto(f"{web.address}/requests/new/")
    expect(page.get_by_label("What should it look like?")).to_have_value("")


def test_what_has_arrived_is_not_put_back_on_the_page_that_it_was_sent_from(
    world: World, web: RunningWebServer, browser_context: BrowserContext, page: Page
) -> None:
    # Given a comment, whose page comes back once it is sent,
    sign_in(browser_context, web, world.reviewer)
    case = f"{web.address}/reviews/{world.case.pk}/"
    page.goto(case)
    form = page.locator(".comment-form")
    form.get_by_role("textbox").fill("The ears are crooked")
    with page.expect_navigation(url=case):
        form.get_by_role("button").click()
    # then it stands there once, and the field is empty.
    expect(page.get_by_text("The ears are crooked")).to_have_count(1)
    expect(form.get_by_role("textbox")).to_have_value("")
    expect(page.get_by_text("This did not reach the server.")).to_have_count(0)


def test_nobody_else_is_shown_what_was_written(
    world: World, web: RunningWebServer, browser_context: BrowserContext, page: Page
) -> None:
    other = factories.member(world.brand, "manager")
    sign_in(browser_context, web, world.manager)
    write_a_request(page, web)
    end_sessions()
    page.get_by_role("button", name="Request the avatar").click()
    sign_in_again(page, web, other)
    page.wait_for_url(f"{web.address}/requests/new/")
    expect(page.get_by_label("What should it look like?")).to_have_value("")
    assert page.evaluate("sessionStorage.length") == 0


def test_a_decision_that_was_sent_too_late_is_there_on_the_cases_page(
    world: World, web: RunningWebServer, browser_context: BrowserContext, page: Page
) -> None:
    # Given a rejection whose address is none of a page,
    sign_in(browser_context, web, world.reviewer)
    case = f"{web.address}/reviews/{world.case.pk}/"
    page.goto(case)
    page.keyboard.press("r")
    form = page.locator("#reject")
    form.get_by_label("Does not fit the brand").check()
    form.get_by_role("textbox", name="Comment").fill("The ears are crooked")
    end_sessions()
    form.get_by_role("button", name="Reject").click()
    sign_in_again(page, web, world.reviewer)
    # then it lies open on the page of the case.
    page.wait_for_url(case)
    expect(form.get_by_label("Does not fit the brand")).to_be_checked()
    expect(form.get_by_role("textbox", name="Comment")).to_have_value("The ears are crooked")
    assert not Decision.objects.filter(case=world.case).exists()
    form.get_by_role("button", name="Reject").click()
    page.wait_for_url(f"{web.address}/reviews/")
    assert Decision.objects.get(case=world.case).comment == "The ears are crooked"


def test_a_page_that_notices_says_so_and_loses_nothing(
    world: World, web: RunningWebServer, browser_context: BrowserContext, page: Page
) -> None:
    # Given a comment that is being written when the page finds the session over,
    sign_in(browser_context, web, world.reviewer)
    page.goto(f"{web.address}/reviews/{world.case.pk}/")
    comment = page.locator(".comment-form textarea")
    comment.fill("Nice ears")
    end_sessions()
    page.evaluate("brandhub.signedOut()")
    told = page.get_by_role("alert").filter(has_text="You have been signed out.")
    told.get_by_role("link", name="Sign in again").click()
    sign_in_again(page, web, world.reviewer)
    page.wait_for_url(f"{web.address}/reviews/{world.case.pk}/")
    expect(comment).to_have_value("Nice ears")
    assert not CaseComment.objects.exists()


def test_a_request_that_is_followed_notices_that_the_session_is_over(
    world: World, web: RunningWebServer, browser_context: BrowserContext, page: Page
) -> None:
    sign_in(browser_context, web, world.manager)
    page.goto(f"{web.address}/requests/new/")
    end_sessions()
    # The plan is asked for with every word, and led to the sign-in page instead.
    page.get_by_label("What should it look like?").fill(WISH)
    expect(page.get_by_text("You have been signed out.")).to_be_visible()
    expect(page.get_by_label("What should it look like?")).to_have_value(WISH)


def test_what_a_refusal_outside_the_frame_kept_away_is_a_link_away(
    world: World, web: RunningWebServer, browser_context: BrowserContext, page: Page
) -> None:
    # Given a form whose token is refused, as after signing in anew in another tab,
    sign_in(browser_context, web, world.manager)
    write_a_request(page, web)
    browser_context.add_cookies([{"name": "csrftoken", "value": "x" * 32, "url": web.address}])
    page.get_by_role("button", name="Request the avatar").click()
    expect(page.get_by_role("heading", name="Please send it again")).to_be_visible()
    # when its link is followed,
    page.get_by_role("link", name="Back to what you wrote").click()
    # then everything is there and can be sent.
    expect(page.get_by_label("What should it look like?")).to_have_value(WISH)
    page.get_by_role("button", name="Request the avatar").click()
    page.wait_for_url(f"{web.address}/requests/*-*/")
    assert GenerationRequest.objects.latest("pk").prompt == WISH


def test_an_upload_that_came_too_late_asks_for_the_files_alone(
    world: World, web: RunningWebServer, browser_context: BrowserContext, page: Page
) -> None:
    sign_in(browser_context, web, world.manager)
    page.goto(f"{web.address}/references/new/")
    picture = {"name": "wave.png", "mimeType": "image/png", "buffer": file_of(drawing(60))}
    page.get_by_label("Pictures").set_input_files([picture])
    page.get_by_label("Rights holder").fill("Acme")
    end_sessions()
    page.get_by_role("button", name="Upload").click()
    sign_in_again(page, web, world.manager)
    page.wait_for_url(f"{web.address}/references/new/")
    expect(page.get_by_text("Files have to be chosen anew.")).to_be_visible()
    expect(page.get_by_label("Rights holder")).to_have_value("Acme")
    page.get_by_label("Pictures").set_input_files([picture])
    page.get_by_role("button", name="Upload").click()
    page.wait_for_url(f"{web.address}/references/")
    assert ReferenceImage.objects.filter(title="wave", rights_holder="Acme").exists()


def test_an_answer_from_before_the_product_ends_the_upload(
    world: World, web: RunningWebServer, browser_context: BrowserContext, page: Page
) -> None:
    # Given something between browser and product that takes no more,
    sign_in(browser_context, web, world.manager)
    page.goto(f"{web.address}/references/new/")
    picture = {"name": "wave.png", "mimeType": "image/png", "buffer": file_of(drawing(60))}
    page.get_by_label("Pictures").set_input_files([picture])
    page.route(
        "**/references/new/", lambda route: route.fulfill(status=413, body="Too large for me")
    )
    page.get_by_role("button", name="Upload").click()
    # then the form says that nothing was kept, and can be sent again.
    expect(page.locator("[data-said]")).to_have_text(
        "The connection broke, and nothing was kept. Try again."
    )
    expect(page.get_by_role("button", name="Upload")).to_be_enabled()


def file_of_size(path: Path, size: int) -> Path:
    """A file of nothing: the browser reads a file itself, where bytes take seconds to reach it."""
    with path.open("wb") as file:
        file.truncate(size)
    return path


def test_a_file_that_is_too_large_is_named_before_anything_is_sent(
    world: World,
    web: RunningWebServer,
    browser_context: BrowserContext,
    page: Page,
    complaints: list[str],
    tmp_path: Path,
) -> None:
    sign_in(browser_context, web, world.manager)
    page.goto(f"{web.address}/requests/new/")
    page.get_by_label("What should it look like?").fill(WISH)
    # (The wish itself is asked about while it is written, and once is enough for that.)
    expect(page.locator("[data-plan]")).to_contain_text("Glasses")
    sent: list[str] = []
    page.on("request", lambda asked: sent.append(asked.url) if asked.method == "POST" else None)
    # Given a picture of more than is taken,
    picture = page.get_by_label("A picture to start from")
    picture.set_input_files([file_of_size(tmp_path / "large.png", 20_100_000)])
    told = page.get_by_role("alert").filter(has_text="is too much")
    expect(told).to_have_text("20.1 MB is too much: at most 20 MB are taken.")
    expect(picture).to_have_attribute("aria-invalid", "true")
    # when the form is sent all the same, nothing leaves and the focus is on it,
    page.get_by_role("button", name="Request the avatar").click()
    expect(picture).to_be_focused()
    assert sent == []
    # and another choice takes the complaint away.
    picture.set_input_files([])
    expect(told).to_have_count(0)
    page.get_by_role("button", name="Request the avatar").click()
    page.wait_for_url(f"{web.address}/requests/*-*/")


def test_several_files_count_together(
    world: World,
    web: RunningWebServer,
    browser_context: BrowserContext,
    page: Page,
    tmp_path: Path,
) -> None:
    sign_in(browser_context, web, world.manager)
    page.goto(f"{web.address}/references/new/")
    half = [file_of_size(tmp_path / name, 10_500_000) for name in ("one.png", "two.png")]
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.get_by_label("Pictures").set_input_files(half)
    expect(page.get_by_text("21 MB is too much: at most 20 MB are taken.")).to_be_visible()
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_label("Pictures")).to_be_focused()
    expect(page.locator("[data-uploading]")).to_be_hidden()
    assert "POST" not in sent


def test_a_moment_is_entered_in_ones_own_time(
    world: World, web: RunningWebServer, browser_context: BrowserContext
) -> None:
    # Given a reviewer in Shanghai,
    colleague = factories.member(world.brand, "reviewer", username="colleague")
    context = browser_context.browser.new_context(timezone_id="Asia/Shanghai", locale="en-US")
    page = context.new_page()
    sign_in(context, web, world.reviewer)
    page.goto(f"{web.address}/brands/{world.brand.pk}/policies/")
    expect(page.get_by_text("In your own time (Asia/Shanghai)")).to_be_visible()
    # when they hand their duty on until eight in the morning of a day to come,
    page.get_by_label("Colleague").select_option(label=colleague.username)
    until = page.evaluate("new Date(Date.now() + 8.64e7).toLocaleDateString('sv') + 'T08:00'")
    page.get_by_label("Until").fill(until)
    page.get_by_role("button", name="Hand your duty on").click()
    # then it ends at midnight by UTC, and the page says so in their time.
    expect(page.get_by_text("does your duty in this brand until")).to_contain_text("8:00")
    ends = Delegation.objects.get(delegate=colleague).until
    assert ends.strftime("%Y-%m-%dT%H:%M") == f"{until[:10]}T00:00"
    context.close()
