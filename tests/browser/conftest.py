"""A browser that tells on the pages: what a policy blocks or a script throws fails the test."""

from collections.abc import Iterator

import pytest
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect

from brandhub.accounts.models import User
from tests.integration.processes import Processes, RunningWebServer

# Milliseconds, as all else that Playwright waits for: what is expected takes a page of a server
# that has other things to do, and five seconds are not always enough for that.
expect.set_options(timeout=30_000)


@pytest.fixture
def web(processes: Processes) -> RunningWebServer:
    """The web process, as in production."""
    return processes.web()


@pytest.fixture
def complaints(page: Page) -> Iterator[list[str]]:
    """What the browser complains of while the test runs; there must be nothing at its end."""
    heard: list[str] = []

    def console(said: object) -> None:
        if said.type in {"error", "warning"}:  # type: ignore[attr-defined]
            heard.append(f"{said.type}: {said.text}")  # type: ignore[attr-defined]

    page.on("console", console)
    page.on("pageerror", lambda error: heard.append(f"uncaught: {error}"))
    page.add_init_script(
        "addEventListener('securitypolicyviolation', (event) =>"
        " console.error('policy: ' + event.violatedDirective + ' ' + event.blockedURI))"
    )
    yield heard
    assert heard == []


def follow(page: Page) -> None:
    """Press Enter on what leads to another page, or back to the same; return once that is loaded.

    Until then the old page still takes keys, and shows what the new one may show as well.
    """
    with page.expect_navigation():
        page.keyboard.press("Enter")


def sign_in(context: BrowserContext, web: RunningWebServer, person: User) -> None:
    """Give the browser a session of ``person``; signing in by hand has a test of its own."""
    client = Client()
    client.force_login(person)
    context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": web.address}]
    )
