"""The web admin in a real Chromium under the real policy, served by the real web process."""

import pytest
from django.contrib.auth import get_user_model
from playwright.sync_api import Page, expect

from tests.integration.processes import RunningWebServer

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_person_logs_in_and_no_script_is_blocked(web: RunningWebServer, page: Page):
    # Given a member of the staff and a browser that reports what a policy blocks,
    get_user_model().objects.create_superuser("mia", "mia@example.com", "correct horse 7")
    complaints: list[str] = []
    page.on(
        "console", lambda said: complaints.append(f"{said.text} {said.location.get('url', '')}")
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))

    # when they log in,
    page.goto(f"{web.address}/admin/")
    page.get_by_label("Username").fill("mia")
    page.get_by_label("Password").fill("correct horse 7")
    page.get_by_role("button", name="Sign in").click()

    # then they are in, Alpine runs, and nothing was blocked or failed.
    expect(page).to_have_url(f"{web.address}/admin/")
    expect(page.locator("#nav-sidebar-apps, #nav-sidebar").first).to_be_visible()
    # Its script comes after the page has been shown.
    page.wait_for_load_state()
    assert page.evaluate("typeof window.Alpine") == "object"
    assert complaints == []


def test_five_wrong_passwords_lock_the_name(web: RunningWebServer, page: Page):
    get_user_model().objects.create_superuser("mia", "mia@example.com", "correct horse 7")
    for password in ["wrong"] * 5 + ["correct horse 7"]:
        page.goto(f"{web.address}/admin/login/")
        page.get_by_label("Username").fill("mia")
        page.get_by_label("Password").fill(password)
        with page.expect_navigation() as answer:
            page.get_by_role("button", name="Sign in").click()
    # The right password comes too late.
    assert answer.value.status == 429
