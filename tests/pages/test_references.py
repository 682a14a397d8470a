"""The library through its pages, down to the rows."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from brandhub.audit.models import AuditEvent
from styles.models import ReferenceImage
from tests.api import hostile_files as hostile
from tests.pages.routes import draft_form
from tests.pages.world import World
from tests.pictures import drawing, file_of


def _upload(world: World, *files: tuple[str, bytes], **values: Any) -> dict[str, Any]:
    return {
        "brand": world.brand.pk,
        "pictures": [SimpleUploadedFile(name, data, "image/png") for name, data in files],
        "rights_holder": "Acme",
        "licence": "own work",
    } | values


def _collected() -> list[str]:
    images = ReferenceImage.objects.filter(licence="own work")
    return sorted(images.values_list("title", flat=True))


def test_many_pictures_are_taken_in_at_once(world: World, client: Client) -> None:
    client.force_login(world.manager)
    files = [(f"mascot-{number}.png", file_of(drawing(50 + number))) for number in range(12)]
    answer = client.post(reverse("pages:reference-upload"), _upload(world, *files))
    assert answer.url == reverse("pages:reference-list")
    assert _collected() == sorted(f"mascot-{number}" for number in range(12))
    page = client.get(answer.url).content.decode()
    assert "12 pictures are in the library." in page


def test_what_cannot_be_taken_in_is_named_and_the_rest_is_kept(
    world: World, client: Client
) -> None:
    client.force_login(world.manager)
    answer = client.post(
        reverse("pages:reference-upload"),
        _upload(
            world,
            ("good.png", file_of(drawing(50))),
            ("twin.png", file_of(drawing(50), "JPEG", quality=80)),
            ("script.png", hostile.SVG),
            ("<b>bomb</b>.png", hostile.grey_png(40_000_001, 1)),
            ("empty.png", b""),
        ),
        follow=True,
    )
    page = answer.content.decode()
    assert _collected() == ["good"]
    assert "1 picture is in the library." in page
    assert "twin was left out: the library has this picture already." in page
    assert "script was left out: A PNG, JPEG or WebP picture is needed." in page
    assert "empty was left out" in page
    assert "<b>bomb" not in page
    assert "40 megapixels" in page


def test_more_than_forty_are_too_many(world: World, client: Client) -> None:
    client.force_login(world.manager)
    files = [(f"{number}.png", b"x") for number in range(41)]
    answer = client.post(reverse("pages:reference-upload"), _upload(world, *files))
    assert "At most 40 pictures at once." in answer.content.decode()
    assert _collected() == []


def test_pictures_go_into_ones_own_brands_only(world: World, client: Client) -> None:
    client.force_login(world.stranger)
    answer = client.post(
        reverse("pages:reference-upload"), _upload(world, ("a.png", file_of(drawing(50))))
    )
    assert answer.status_code == 200
    assert _collected() == []


def test_a_caption_is_written(world: World, client: Client) -> None:
    client.force_login(world.manager)
    address = reverse("pages:reference-detail", args=[world.unused_reference.pk])
    answer = client.post(
        address,
        {
            "title": "Waving",
            "rights_holder": "Acme",
            "licence": "own",
            "tag_expression": "smile",
            "tag_accessory": ["bow"],
        },
    )
    assert answer.url == address
    world.unused_reference.refresh_from_db()
    assert world.unused_reference.tags == {"expression": "smile", "accessory": ["bow"]}
    assert (world.unused_reference.title, world.unused_reference.has_rights) == ("Waving", True)


def test_only_managers_write_captions(world: World, client: Client) -> None:
    address = reverse("pages:reference-detail", args=[world.unused_reference.pk])
    for person, status in ((world.viewer, 403), (world.reviewer, 403), (world.stranger, 404)):
        client.force_login(person)
        assert client.post(address, {"title": "Mine"}).status_code == status
    world.unused_reference.refresh_from_db()
    assert world.unused_reference.title == "Spare"
    assert not AuditEvent.objects.exists()


def test_a_picture_in_use_stays_in_the_library(world: World, client: Client) -> None:
    client.force_login(world.manager)
    address = reverse("pages:reference-remove", args=[world.reference.pk])
    answer = client.post(address, follow=True)
    assert "A revision of a style has this picture." in answer.content.decode()
    assert ReferenceImage.objects.filter(pk=world.reference.pk).exists()
    client.post(reverse("pages:reference-remove", args=[world.unused_reference.pk]))
    assert not ReferenceImage.objects.filter(pk=world.unused_reference.pk).exists()


def test_the_picture_is_kept_from_shared_caches(world: World, client: Client) -> None:
    client.force_login(world.viewer)
    answer = client.get(reverse("pages:reference-picture", args=[world.reference.pk]))
    assert answer["Content-Type"] == "image/png"
    assert answer["Cache-Control"] == "private, no-cache"
    assert "sandbox" in answer["Content-Security-Policy"]


def test_a_draft_chooses_its_references(world: World, client: Client) -> None:
    client.force_login(world.manager)
    address = reverse("pages:revision-edit", args=[world.draft.pk])
    client.post(address, draft_form(world, references=[world.unused_reference.pk]))
    pins = world.draft.pinned_references.all()
    assert [pin.reference for pin in pins] == [world.unused_reference]
    client.post(address, draft_form(world, references=[]))
    assert not world.draft.pinned_references.exists()


def test_a_picture_without_rights_is_not_offered_where_the_policy_asks(
    world: World, client: Client
) -> None:
    world.brand.references_need_rights = True
    world.brand.save()
    client.force_login(world.manager)
    address = reverse("pages:revision-edit", args=[world.draft.pk])
    page = client.get(address).content.decode()
    assert f'value="{world.reference.pk}"' in page
    assert f'value="{world.unused_reference.pk}"' not in page
    answer = client.post(address, draft_form(world, references=[world.unused_reference.pk]))
    assert answer.status_code == 200
    assert [p.reference for p in world.draft.pinned_references.all()] == [world.reference]


def test_suggested_captions_are_filled_in_and_taken_by_a_person(
    world: World, client: Client
) -> None:
    # Given a picture that the classifier has read and one that it could not read,
    ReferenceImage.objects.filter(pk=world.unused_reference.pk).update(
        suggested_tags={"subject": "robot"}, suggestion_status="ready"
    )
    client.force_login(world.manager)
    # then its page offers the reading as the form's values, and nothing is a caption yet,
    page = client.get(reverse("pages:reference-detail", args=[world.unused_reference.pk]))
    assert page.context["form"].initial["tag_subject"] == "robot"
    assert "The classifier suggests what is filled in below." in page.content.decode()
    # until the manager takes it over.
    assert "Take over 1 suggestion" in client.get(reverse("pages:reference-list")).content.decode()
    address = reverse("pages:reference-suggest", args=[world.brand.pk])
    answer = client.post(address, {"take": "1"}, follow=True)
    assert "1 caption is taken over." in answer.content.decode()
    world.unused_reference.refresh_from_db()
    assert world.unused_reference.tags == {"subject": "robot"}


def test_where_the_classifier_is_missing_the_pages_say_so(world: World, client: Client) -> None:
    ReferenceImage.objects.filter(pk=world.unused_reference.pk).update(
        suggestion_status="unavailable"
    )
    client.force_login(world.manager)
    told = "The classifier that suggests captions could not be loaded"
    for address in (
        reverse("pages:reference-list"),
        reverse("pages:reference-detail", args=[world.unused_reference.pk]),
    ):
        assert told in client.get(address).content.decode()
    # Asked again, the picture waits for a worker.
    client.post(reverse("pages:reference-suggest", args=[world.brand.pk]))
    world.unused_reference.refresh_from_db()
    assert world.unused_reference.suggestion_status == "asked"
