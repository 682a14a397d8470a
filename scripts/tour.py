"""``make tour``: walks through the running product in a browser and takes the README's pictures.

Uses it as the demo's people do: a manager asks for an avatar in the studio, a reviewer decides.
Bots, styles and people are those of ``seed_demo``; what is drawn is drawn by the shipped model.
"""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from brandhub.demo.credentials import load
from brandhub.settings import env
from tests.fixtures.browser import LAUNCH_ARGUMENTS, find_chromium

TOUR = env.BASE_DIR / "docs" / "tour"
ADDRESS = f"http://127.0.0.1:{env.PORT}"
WISH = "戴眼镜的卡通机器人，蓝色背景，不戴帽子"
#: A picture of the tour stays below this, so that the README loads at once.
LARGEST = 150_000
#: How long rendering and checking may take, in milliseconds.
PATIENCE = 300_000


def keep(picture: bytes, name: str) -> None:
    """Write a screenshot, with as many colours as its size allows."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    for colours in (None, 256, 192, 128, 96):
        buffer = io.BytesIO()
        shown = image if colours is None else image.quantize(colours, kmeans=3)
        shown.save(buffer, "PNG", optimize=True)
        if buffer.tell() < LARGEST:
            break
    (TOUR / f"{name}.png").write_bytes(buffer.getvalue())
    print(f"{name}.png  {image.width} × {image.height}  {buffer.tell() // 1000} kB")


def take(page: Page, name: str, *, tallest: int = 1500) -> None:
    """A picture of the page from its top: the window grows first, so that what sticks is at its
    edge.
    """
    width = page.viewport_size["width"] if page.viewport_size else 1280
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": width, "height": max(600, min(height, tallest))})
    page.evaluate("scrollTo(0, 0)")
    page.mouse.move(0, 0)
    page.wait_for_timeout(400)
    keep(page.screenshot(), name)


@contextmanager
def signed_in(
    browser: Browser, name: str, *, width: int = 1280, theme: str = "light", language: str = "en"
) -> Iterator[Page]:
    """A browser window in which ``name`` has signed in by hand."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if theme == "dark" else "light",
        locale="zh-CN" if language == "zh" else "en-US",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(f"{ADDRESS}/login/")
    page.locator("#id_username").fill(name)
    page.locator("#id_password").fill(load(env.DATA_DIR).passwords[name])
    with page.expect_navigation():
        page.keyboard.press("Enter")
    yield page
    context.close()


def register(page: Page, name: str) -> None:
    """A bot that wants a face; a fresh installation has none."""
    page.goto(f"{ADDRESS}/bots/new/")
    page.get_by_label("Name").fill(name)
    page.get_by_label("External id").fill(f"{name.lower()}-{int(time.time())}")
    page.get_by_role("button", name="Register").click()
    page.wait_for_url(f"{ADDRESS}/bots/*-*/")


def ask(page: Page) -> str:
    """Ask for an avatar of that bot, take the pictures of that, return the request's page."""
    page.goto(f"{ADDRESS}/requests/new/")
    page.get_by_label("What should it look like?").fill(WISH)
    page.locator("[data-plan] .chip").first.wait_for()
    take(page, "request")
    page.get_by_role("button", name="Request the avatar").click()
    page.locator('[data-part="state"][data-status="in_review"]').wait_for(timeout=PATIENCE)
    return page.url


def take_next_case(page: Page) -> None:
    """The reviewer's next case, its first picture chosen by its number."""
    page.goto(f"{ADDRESS}/reviews/")
    page.get_by_role("button", name="Take the next case").click()
    page.wait_for_url(f"{ADDRESS}/reviews/*-*/")
    page.keyboard.press("1")
    page.locator(".candidate-pick:checked").wait_for()


def main() -> None:
    TOUR.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=LAUNCH_ARGUMENTS)
        with signed_in(browser, "manager") as page:
            register(page, "Support")
            request = ask(page)
        with signed_in(browser, "reviewer", width=1440) as page:
            take_next_case(page)
            case = page.url
            take(page, "case")
        with signed_in(browser, "reviewer", width=1440, theme="dark", language="zh") as page:
            page.goto(case)
            page.keyboard.press("2")
            page.locator(".candidate-pick:checked").wait_for()
            take(page, "case-zh-dark")
            page.keyboard.press("a")
            page.wait_for_url(f"{ADDRESS}/reviews/")
        with signed_in(browser, "manager") as page:
            page.goto(request)
            page.get_by_role("link", name="See ").click()
            page.get_by_role("link", name="Where it comes from").click()
            take(page, "version")
        browser.close()


if __name__ == "__main__":
    main()
