"""A browser that tells on the pages: what a policy blocks or a script throws fails the test."""

from collections.abc import Iterator

import pytest
from django.test import Client
from playwright.sync_api import BrowserContext, Page

from brandhub.accounts.models import User
from tests.integration.processes import Processes, RunningWebServer


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


def sign_in(context: BrowserContext, web: RunningWebServer, person: User) -> None:
    """Give the browser a session of ``person``; signing in by hand has a test of its own."""
    client = Client()
    client.force_login(person)
    context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": web.address}]
    )
