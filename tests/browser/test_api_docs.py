"""The browsable page of the API under the strict policy of product pages."""

import pytest
from playwright.sync_api import Page, expect

from tests.integration.processes import Processes

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_page_shows_the_operations_and_nothing_is_blocked(processes: Processes, page: Page):
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    web = processes.web()
    page.goto(f"{web.address}/api/v1/docs/")
    expect(page.get_by_text("/api/v1/me", exact=True)).to_be_visible(timeout=30_000)
    assert complaints == []
