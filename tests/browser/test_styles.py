"""A brand manager makes a style without a mouse, and reads its prompt while writing it."""

import pytest
from playwright.sync_api import Page, expect

from styles.models import ReferenceImage, StyleRevision
from tests.browser.test_keyboard import sign_in_by_hand, tab_to
from tests.integration.processes import RunningWebServer
from tests.pages.world import build
from tests.pictures import drawing, file_of

pytestmark = pytest.mark.django_db(transaction=True)


def test_from_a_name_to_a_published_revision(
    web: RunningWebServer, page: Page, complaints: list[str]
) -> None:
    world = build(name="Acme Robotics")
    sign_in_by_hand(page, web, world.manager.username)
    tab_to(page, page.get_by_role("link", name="Styles"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("link", name="New style"))
    page.keyboard.press("Enter")

    # A name and a short name make the style, and its first draft opens.
    tab_to(page, page.get_by_label("Name", exact=True))
    page.keyboard.type("Round robots")
    tab_to(page, page.get_by_label("Short name"))
    page.keyboard.type("round-robots")
    tab_to(page, page.get_by_role("button", name="Write the first draft"))
    page.keyboard.press("Enter")
    page.wait_for_url(f"{web.address}/styles/revisions/*-*/edit/")

    # The prompt is read while the template is written, without a word of the server's saving it.
    told = page.locator("[data-plan]")
    expect(told).to_contain_text("avatar of a robot, wearing glasses, blue background")
    template = page.get_by_label("Prompt template")
    tab_to(page, template)
    page.keyboard.press("Control+a")
    page.keyboard.type("round mascot, {caption}")
    expect(told).to_contain_text("round mascot, avatar of a robot, wearing glasses")
    page.keyboard.press("Control+a")
    page.keyboard.type("round mascot")
    expect(told).to_contain_text("holds {caption} once")
    page.keyboard.press("Control+a")
    page.keyboard.type("{background}, {caption}")
    expect(told).to_contain_text("blue background, avatar of a robot, wearing glasses")
    assert StyleRevision.objects.get(style__slug="round-robots").prompt_template == "{caption}"

    # It is published, and the next one says what became different.
    tab_to(page, page.get_by_role("button", name="Save and publish"))
    page.keyboard.press("Enter")
    page.wait_for_url(f"{web.address}/styles/*-*/")
    expect(page.get_by_role("status")).to_contain_text("published and frozen")
    tab_to(page, page.get_by_role("button", name="New revision"))
    page.keyboard.press("Enter")
    page.wait_for_url(f"{web.address}/styles/revisions/*-*/edit/")
    tab_to(page, page.get_by_label("Prompt template"))
    page.keyboard.press("End")
    page.keyboard.type(", flat")
    tab_to(page, page.get_by_role("button", name="Save the draft"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("The draft is saved.")
    tab_to(page, page.get_by_role("link", name="What changed"))
    page.keyboard.press("Enter")
    expect(page.locator("ins")).to_have_text("added: , flat")
    statuses = StyleRevision.objects.filter(style__slug="round-robots").order_by("number")
    assert list(statuses.values_list("status", flat=True)) == ["published", "draft"]


def test_pictures_are_uploaded_captioned_and_given_to_a_draft(
    web: RunningWebServer, page: Page, complaints: list[str]
) -> None:
    world = build(name="Acme Robotics")
    sign_in_by_hand(page, web, world.manager.username)
    page.goto(f"{web.address}/references/")
    tab_to(page, page.get_by_role("link", name="Upload pictures"))
    page.keyboard.press("Enter")

    # Many at once, with the rights to all of them.
    tab_to(page, page.get_by_label("Pictures"))
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(
        [
            {"name": f"wave-{at}.png", "mimeType": "image/png", "buffer": file_of(drawing(60 + at))}
            for at in range(3)
        ]
    )
    tab_to(page, page.get_by_label("Rights holder"))
    page.keyboard.type("Acme")
    tab_to(page, page.get_by_label("Licence"))
    page.keyboard.type("own work")
    tab_to(page, page.get_by_role("button", name="Upload"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("3 pictures are in the library.")

    # One gets its caption by hand.
    tab_to(page, page.get_by_role("link", name="wave-1"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_label("Expression"))
    page.keyboard.type("Smil")
    tab_to(page, page.get_by_role("button", name="Save"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Saved.")
    image = ReferenceImage.objects.get(title="wave-1")
    assert (image.tags, image.rights_holder) == ({"expression": "smile"}, "Acme")

    # A draft takes it.
    page.goto(f"{web.address}/styles/revisions/{world.draft.pk}/edit/")
    tab_to(page, page.get_by_label("wave-1"))
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("button", name="Save the draft"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("The draft is saved.")
    assert world.draft.pinned_references.filter(reference=image).exists()
