"""A brand's colours, words and people through its pages, down to the rows."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from brandhub.accounts.models import Membership
from brandhub.audit.models import AuditEvent
from moderation.services import screen_prompt
from styles.models import PaletteColour
from tests import factories
from tests.api import hostile_files as hostile
from tests.pages.world import World


def actions() -> list[str]:
    return list(AuditEvent.objects.order_by("id").values_list("action", flat=True))


def _colour(**values: object) -> dict[str, object]:
    return {
        "name": "Sun",
        "hex": "#fcc419",
        "role": "accent",
        "tolerance": 9.5,
        "position": 3,
    } | values


def test_words_that_a_manager_writes_are_what_the_prompt_checks_read(
    world: World, client: Client
) -> None:
    client.force_login(world.manager)
    answer = client.post(
        reverse("pages:brand-edit", args=[world.brand.pk]),
        {
            "name": "Acme Robotics",
            "industry": "gardening",
            "forbidden_terms": "gnome\r\n\r\n gnome \r\n地精",
            "protected_names": "Blue Mouse",
            "references_need_rights": "on",
        },
    )
    assert answer.url == reverse("pages:brand-detail", args=[world.brand.pk])
    brand = world.brand
    brand.refresh_from_db()
    assert (brand.industry, brand.references_need_rights) == ("gardening", True)
    assert (brand.forbidden_terms, brand.protected_names) == (["gnome", "地精"], ["Blue Mouse"])
    assert actions() == ["brand.changed"]
    said = {"brand": brand, "negative_prompt": "", "tags": {}}
    assert screen_prompt(prompt="a g-n-o-m-e", **said).verdict == "block"
    assert screen_prompt(prompt="戴眼镜的地精", **said).verdict == "block"
    assert screen_prompt(prompt="a robot like Blue Mouse", **said).verdict == "flag"
    assert screen_prompt(prompt="a robot", **said).verdict == "pass"


def test_words_that_are_too_long_stand_beside_their_field(world: World, client: Client) -> None:
    client.force_login(world.manager)
    answer = client.post(
        reverse("pages:brand-edit", args=[world.brand.pk]),
        {"name": "Acme", "forbidden_terms": "x" * 81},
    )
    page = answer.content.decode()
    assert "At most 500 texts of at most 80 characters." in page
    assert "x" * 81 in page
    assert actions() == []


def test_colours_are_added_changed_and_removed(world: World, client: Client) -> None:
    client.force_login(world.manager)
    address = reverse("pages:brand-palette", args=[world.brand.pk])
    assert client.post(address, _colour()).url == address
    sun = PaletteColour.objects.get(brand=world.brand, name="Sun")
    assert (sun.hex, sun.role, sun.tolerance, sun.position) == ("#fcc419", "accent", 9.5, 3)
    client.post(address, _colour(colour=sun.pk, name="Moon", role="background"))
    sun.refresh_from_db()
    assert (sun.name, sun.role) == ("Moon", "background")
    assert client.post(reverse("pages:colour-remove", args=[sun.pk])).url == address
    assert list(world.brand.palette.all()) == [world.colour]
    assert actions() == ["palette.colour_set", "palette.colour_set", "palette.colour_removed"]


def test_a_colour_that_is_none_is_told_beside_its_field(world: World, client: Client) -> None:
    client.force_login(world.manager)
    address = reverse("pages:brand-palette", args=[world.brand.pk])
    for values, sentence in (
        ({"hex": "red"}, "Write a colour as #rrggbb."),
        ({"tolerance": 51}, "less than or equal to 50"),
        ({"name": world.colour.name}, "The palette has a colour of that name already."),
        ({"colour": world.colour.pk, "hex": "url(x)"}, "Write a colour as #rrggbb."),
    ):
        page = client.post(address, _colour(**values)).content.decode()
        assert sentence in page
    assert list(world.brand.palette.values_list("hex", flat=True)) == ["#1c7ed6"]
    assert actions() == []


def test_another_brands_colour_is_not_changed(world: World, client: Client) -> None:
    other = factories.PaletteColourFactory()
    client.force_login(world.manager)
    client.post(reverse("pages:brand-palette", args=[world.brand.pk]), _colour(colour=other.pk))
    before = other.name
    other.refresh_from_db()
    assert other.name == before
    assert client.post(reverse("pages:colour-remove", args=[other.pk])).status_code == 404
    assert actions() == []


def test_contrast_before_the_backgrounds_is_told(world: World, client: Client) -> None:
    factories.PaletteColourFactory(
        brand=world.brand, name="Paper", hex="#ffffff", role="background"
    )
    factories.PaletteColourFactory(brand=world.brand, name="Mist", hex="#dee2e6", role="neutral")
    client.force_login(world.viewer)
    page = client.get(reverse("pages:brand-detail", args=[world.brand.pk])).content.decode()
    assert "4.19 : 1 on Paper" in page
    assert "enough for shapes, not for text" in page
    assert "too weak: shapes need 3 : 1" in page


def test_people_are_added_and_get_other_roles(world: World, client: Client) -> None:
    newcomer = factories.UserFactory(username="newcomer")
    client.force_login(world.manager)
    address = reverse("pages:brand-members", args=[world.brand.pk])
    assert client.post(address, {"username": "newcomer", "role": "viewer"}).url == address
    client.post(address, {"username": "newcomer", "role": "reviewer"})
    assert newcomer.memberships.get().role == "reviewer"
    client.post(reverse("pages:member-remove", args=[newcomer.memberships.get().pk]))
    assert not newcomer.memberships.exists()
    assert actions() == ["member.added", "member.role_changed", "member.removed"]


def test_nobody_is_added_by_a_name_that_nobody_has(world: World, client: Client) -> None:
    factories.UserFactory(username="gone", is_active=False)
    client.force_login(world.manager)
    address = reverse("pages:brand-members", args=[world.brand.pk])
    for values in (
        {"username": "nobody", "role": "viewer"},
        {"username": "gone", "role": "viewer"},
        {"username": world.stranger.username, "role": "king"},
    ):
        assert client.post(address, values).status_code == 200
    assert Membership.objects.filter(brand=world.brand).count() == 3
    assert actions() == []


def test_the_last_manager_is_told_to_make_another_one(world: World, client: Client) -> None:
    client.force_login(world.manager)
    own = world.manager.memberships.get()
    address = reverse("pages:member-remove", args=[own.pk])
    page = client.post(address, follow=True).content.decode()
    assert "A brand keeps at least one manager." in page
    page = client.post(
        reverse("pages:brand-members", args=[world.brand.pk]),
        {"username": world.manager.username, "role": "viewer"},
    ).content.decode()
    assert "A brand keeps at least one manager." in page
    own.refresh_from_db()
    assert own.role == "manager"
    # With a second one they may go, and are shown where they still belong.
    factories.member(world.brand, "manager")
    assert client.post(address).url == reverse("pages:brand-list")


def test_who_lost_a_role_is_shut_out_at_once(world: World, client: Client) -> None:
    client.force_login(world.viewer)
    assert client.get(reverse("pages:brand-detail", args=[world.brand.pk])).status_code == 200
    world.membership.delete()
    for name, row in (("brand-detail", world.brand), ("reference-picture", world.reference)):
        assert client.get(reverse(f"pages:{name}", args=[row.pk])).status_code == 404


def test_a_logo_is_uploaded_and_shown(world: World, client: Client) -> None:
    client.force_login(world.manager)
    address = reverse("pages:brand-logo", args=[world.brand.pk])
    mark = (
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 1">'
        b'<rect width="2" height="1"/></svg>'
    )
    answer = client.post(
        address,
        {
            "file": SimpleUploadedFile("logo.svg", mark, "image/svg+xml"),
            "clear_space": 10,
            "minimum_size": 20,
        },
    )
    assert answer.url == address
    logo = world.brand.logos.get(clear_space=10)
    picture = client.get(reverse("pages:logo-picture", args=[logo.pk]))
    assert picture["Content-Type"] == "image/png"
    assert picture.content.startswith(b"\x89PNG")


def test_a_hostile_logo_is_refused_beside_its_field(world: World, client: Client) -> None:
    client.force_login(world.manager)
    before = world.brand.logos.count()
    for name, data in (("logo.svg", hostile.SVG), ("logo.png", hostile.EPS)):
        answer = client.post(
            reverse("pages:brand-logo", args=[world.brand.pk]),
            {
                "file": SimpleUploadedFile(name, data, "image/png"),
                "clear_space": 10,
                "minimum_size": 20,
            },
        )
        assert answer.status_code == 200
        assert 'class="errorlist"' in answer.content.decode()
    assert world.brand.logos.count() == before
