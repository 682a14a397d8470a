"""``make tour-style``: a brand manager teaches a style that the base model has never seen.

From signing in to an approved avatar, in a browser, on the running product: twelve pictures of a
family that was kept from training become references, the references an adapter, the adapter a
style; a reviewer approves what is drawn in it. Takes the pictures of it for docs/tour and says how
long each part took. ``STEPS=60`` trains for so many steps instead of the form's own number.
"""

from __future__ import annotations

import io
import os
import random
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import FilePayload, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from brandhub.inference.training.corpus.unseen import draw_unseen
from scripts.tour import ADDRESS, PATIENCE, register, signed_in, take, take_next_case
from tests.fixtures.browser import LAUNCH_ARGUMENTS, find_chromium

FAMILY = os.environ.get("FAMILY", "thumbs")
PICTURES = 12
NAME = "Thumbs"
TRIGGER = "thumbs mascot"
WISH = "a smiling critter, yellow background"
#: A training of three minutes beside a busy machine.
TRAINING_PATIENCE = 3_000_000


class Clock:
    """Says how long each part took."""

    def __init__(self) -> None:
        self.began = time.monotonic()

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        print(f"{name:28} {time.monotonic() - began:7.1f} s", flush=True)

    def total(self) -> None:
        print(f"{'in all':28} {time.monotonic() - self.began:7.1f} s", flush=True)


def mascots() -> list[FilePayload]:
    """The brand's art as files: pictures of the family, each another one."""
    files: list[FilePayload] = []
    for number in range(PICTURES):
        pixels, _known = draw_unseen(FAMILY, random.Random(f"tour:{number}"), size=512)  # noqa: S311
        file = io.BytesIO()
        Image.fromarray(pixels).save(file, "PNG")
        name = f"{FAMILY}-{number + 1:02}.png"
        files.append({"name": name, "mimeType": "image/png", "buffer": file.getvalue()})
    return files


def collect(page: Page) -> None:
    """Upload the pictures and take over the captions that are suggested."""
    page.goto(f"{ADDRESS}/references/new/")
    page.get_by_label("Pictures").set_input_files(mascots())
    page.get_by_label("Rights holder").fill("Acme")
    page.get_by_label("Licence").fill("own work")
    page.get_by_role("button", name="Upload").click()
    page.wait_for_url(f"{ADDRESS}/references/")
    taken = page.get_by_role("button", name=f"Take over {PICTURES} suggestions")
    end = time.monotonic() + PATIENCE / 1000
    while not taken.is_visible() and time.monotonic() < end:
        page.wait_for_timeout(2000)
        page.reload()
    take(page, "style-references")
    taken.click()


def train(page: Page) -> str:
    """Train an adapter on them; returns the address of its page."""
    page.goto(f"{ADDRESS}/trainings/new/")
    page.get_by_label("Name of the adapter").fill(NAME)
    page.get_by_label("Short name").fill(f"{FAMILY}-{int(time.time())}")
    page.get_by_label("Trigger words").fill(TRIGGER)
    if steps := os.environ.get("STEPS"):
        page.get_by_text("Numbers of the training").click()
        page.get_by_label("Steps", exact=True).fill(steps)
    page.get_by_role("button", name="Start the training").click()
    # The first one shows what is learnt from, the second what was drawn on the way.
    page.locator(".previews img").nth(1).wait_for(timeout=TRAINING_PATIENCE)
    take(page, "style-training")
    adapter = page.locator(".notice-good a")
    adapter.wait_for(timeout=TRAINING_PATIENCE)
    adapter.click()
    page.locator(".adapter-grid").first.wait_for(timeout=PATIENCE)
    return page.url


def publish(page: Page) -> None:
    """Write a style twice: without the adapter, and with it."""
    page.goto(f"{ADDRESS}/styles/new/")
    page.get_by_label("Name", exact=True).fill(NAME)
    page.get_by_label("Short name").fill(f"{FAMILY}-{int(time.time())}")
    page.get_by_role("button", name="Write the first draft").click()
    page.wait_for_url(f"{ADDRESS}/styles/revisions/*-*/edit/")
    page.get_by_role("button", name="Save and publish").click()
    page.get_by_role("button", name="New revision").click()
    page.wait_for_url(f"{ADDRESS}/styles/revisions/*-*/edit/")
    page.get_by_label("Prompt template").fill(f"{TRIGGER}, {{caption}}")
    for box in page.get_by_role("checkbox", name=FAMILY).all():
        box.check()
    page.get_by_role("button", name="Save the draft").click()
    page.get_by_role("link", name="Back").click()
    page.get_by_role("link", name="Choose adapters").click()
    page.get_by_label("Adapter").first.select_option(index=1)
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Go on with the draft").click()
    page.get_by_role("button", name="Save and publish").click()
    page.wait_for_url(f"{ADDRESS}/styles/*-*/")


def compare(page: Page) -> None:
    """The same four seeds by both revisions: before and after."""
    page.get_by_role("link", name="Compare pictures").first.click()
    page.get_by_label("Requirement").fill(WISH)
    page.get_by_role("button", name="Draw both").click()
    page.locator('.comparison[data-over="yes"]').wait_for(timeout=PATIENCE)
    take(page, "style-before-after")


def ask(page: Page) -> None:
    """Ask for an avatar in the new style."""
    page.goto(f"{ADDRESS}/requests/new/")
    page.get_by_role("radio", name=NAME).last.check()
    page.get_by_label("What should it look like?").fill(WISH)
    page.get_by_role("button", name="Request the avatar").click()
    page.locator('[data-part="state"][data-status="in_review"]').wait_for(timeout=PATIENCE)


def approve(page: Page) -> None:
    """A reviewer takes the case and approves its first picture."""
    take_next_case(page)
    take(page, "style-case")
    page.keyboard.press("a")
    page.wait_for_url(f"{ADDRESS}/reviews/")


def main() -> None:
    clock = Clock()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=LAUNCH_ARGUMENTS)
        with signed_in(browser, "manager") as page:
            with clock.part("bot"):
                register(page, NAME)
            with clock.part("references and captions"):
                collect(page)
            with clock.part("training and its check"):
                train(page)
            with clock.part("style"):
                publish(page)
            with clock.part("before and after"):
                compare(page)
            with clock.part("request"):
                ask(page)
        with signed_in(browser, "reviewer", width=1440) as page, clock.part("review"):
            approve(page)
        browser.close()
    clock.total()


if __name__ == "__main__":
    main()
