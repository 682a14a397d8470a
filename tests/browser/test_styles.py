"""A brand manager makes a style without a mouse, and reads its prompt while writing it."""

import pytest
from playwright.sync_api import Page, expect

from avatars.models import StyleComparison
from avatars.renderer import render_once
from moderation.models import ReviewCase
from moderation.screener import drain
from styles.models import ReferenceImage, StyleRevision
from tests.browser.conftest import follow
from tests.browser.faces import FaceGenerator
from tests.browser.test_keyboard import sign_in_by_hand, tab_to
from tests.factories import UserFactory
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
    follow(page)
    tab_to(page, page.get_by_role("link", name="New style"))
    follow(page)

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
    follow(page)
    expect(page.get_by_role("status")).to_contain_text("The draft is saved.")
    tab_to(page, page.get_by_role("link", name="What changed"))
    follow(page)
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
    follow(page)

    # Many at once, with the rights to all of them.
    pictures = page.get_by_label("Pictures")
    tab_to(page, pictures)
    # The dialog belongs to the system: what it answers is given to the input.
    pictures.set_input_files(
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
    follow(page)
    expect(page.get_by_role("status")).to_contain_text("3 pictures are in the library.")

    # One gets its caption by hand.
    tab_to(page, page.get_by_role("link", name="wave-1"))
    follow(page)
    tab_to(page, page.get_by_label("Expression"))
    page.keyboard.type("Smil")
    tab_to(page, page.get_by_role("button", name="Save"))
    follow(page)
    expect(page.get_by_role("status")).to_contain_text("Saved.")
    image = ReferenceImage.objects.get(title="wave-1")
    assert (image.tags, image.rights_holder) == ({"expression": "smile"}, "Acme")

    # A draft takes it.
    page.goto(f"{web.address}/styles/revisions/{world.draft.pk}/edit/")
    tab_to(page, page.get_by_label("wave-1"))
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("button", name="Save the draft"))
    follow(page)
    expect(page.get_by_role("status")).to_contain_text("The draft is saved.")
    assert world.draft.pinned_references.filter(reference=image).exists()


def test_two_revisions_are_drawn_side_by_side(
    web: RunningWebServer, page: Page, complaints: list[str]
) -> None:
    world = build(name="Acme Robotics")
    sign_in_by_hand(page, web, world.manager.username)
    page.goto(f"{web.address}/styles/revisions/{world.draft.pk}/changes/")
    tab_to(page, page.get_by_role("button", name="Draw the same four seeds with both"))
    page.keyboard.press("Enter")
    page.wait_for_url(f"{web.address}/styles/comparisons/*-*/")
    loads: list[str] = []
    page.on("load", lambda loaded: loads.append(loaded.url))

    while render_once(family="avatar-mini", generator=FaceGenerator()):
        pass
    while drain(seconds=60):
        pass

    # The page says so by itself, and what was drawn went nowhere.
    expect(page.locator(".shot")).to_have_count(8)
    expect(page.locator(".badge", has_text="Drawn as a preview")).to_have_count(2)
    assert loads == []
    comparison = StyleComparison.objects.exclude(pk=world.comparison.pk).get()
    assert {comparison.first.status, comparison.second.status} == {"previewed"}
    assert not ReviewCase.objects.filter(request__is_preview=True).exists()


def test_a_brand_is_kept_by_its_managers(
    web: RunningWebServer, page: Page, complaints: list[str]
) -> None:
    world = build(name="Acme Robotics")
    UserFactory(username="newcomer")
    sign_in_by_hand(page, web, world.manager.username)
    tab_to(page, page.get_by_role("link", name="Brands"))
    follow(page)
    tab_to(page, page.get_by_role("link", name="Acme Robotics"))
    follow(page)

    # A colour that is too pale for its background is told so at once.
    tab_to(page, page.get_by_role("link", name="Edit the palette"))
    follow(page)
    form = page.get_by_role("form", name="New colour")
    for name, colour, role in (("Paper", "#ffffff", "Back"), ("Lemon", "#ffec99", "Acc")):
        tab_to(page, form.get_by_label("Name"))
        page.keyboard.type(name)
        # The colour's own picker belongs to the system: it is set as the picker sets it.
        form.get_by_label("Colour").fill(colour)
        tab_to(page, form.get_by_label("Role"))
        page.keyboard.type(role)
        tab_to(page, page.get_by_role("button", name="Add the colour"))
        follow(page)
        expect(page.get_by_role("status")).to_contain_text("The palette is saved.")
    expect(page.get_by_text("too weak: shapes need 3 : 1")).to_have_count(1)

    # Somebody joins as a reviewer.
    page.goto(f"{web.address}/brands/{world.brand.pk}/members/")
    tab_to(page, page.get_by_label("Username"))
    page.keyboard.type("newcomer")
    tab_to(page, page.get_by_label("Role", exact=True))
    page.keyboard.type("Rev")
    tab_to(page, page.get_by_role("button", name="Add", exact=True))
    follow(page)
    expect(page.get_by_role("status")).to_contain_text("newcomer has the role Reviewer.")
    assert world.brand.memberships.get(user__username="newcomer").role == "reviewer"
