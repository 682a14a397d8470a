"""A browser that tells on the pages: what a policy blocks or a script throws fails the test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django import Settings

from brandhub.accounts.models import User
from tests.integration.processes import Processes, RunningWebServer, wait_until

# Milliseconds, as all else that Playwright waits for: what is expected takes a page of a server
# that has other things to do, and five seconds are not always enough for that.
expect.set_options(timeout=30_000)


@pytest.fixture(scope="package")
def _web_and_its_files(
    django_db_setup: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[RunningWebServer, Path]]:
    folder = tmp_path_factory.mktemp("web")
    running = Processes(folder, storage=folder / "storage")
    yield running.web(), folder / "storage"
    running.stop_all()


@pytest.fixture
def web(
    transactional_db: None, settings: Settings, _web_and_its_files: tuple[RunningWebServer, Path]
) -> Iterator[RunningWebServer]:
    """The web process, as in production: started once, it serves one test after the other."""
    running, settings.STORAGE_ROOT = _web_and_its_files
    assert running.alive, running.output()
    yield running
    # The browser is gone; what it has asked for must not be written into the next test.
    wait_until(nobody_is_at_work, what=running.output)


def nobody_is_at_work() -> bool:
    """Whether no other connection to the test's database is in the middle of something."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND backend_type = 'client backend' AND state <> 'idle' AND pid <> pg_backend_pid()"
        )
        return cursor.fetchone() == (0,)


@pytest.fixture
def browser_context(web: RunningWebServer, browser_context: BrowserContext) -> BrowserContext:
    """A fresh profile, which is closed before ``web`` is asked whether all is done."""
    return browser_context


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
