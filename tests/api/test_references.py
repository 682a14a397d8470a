"""The library over the API: uploads by a scoped key, and examples of published styles."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from brandhub.accounts.models import ApiClient, Brand, User
from brandhub.audit.record import SYSTEM
from styles.models import PinnedReference, ReferenceImage, StyleRevision
from styles.services import publish_revision
from tests.api import hostile_files as hostile
from tests.api.conftest import Api, as_person, code_of, told
from tests.factories import ReferenceImageFactory, StyleRevisionFactory
from tests.pictures import drawing, file_of, library_picture

pytestmark = pytest.mark.django_db

URL = "/api/v1/references"


def send(api: Api, data: bytes, **fields: Any) -> Any:
    upload = SimpleUploadedFile("picture.png", data, content_type="image/png")
    return api.upload(URL, {"brand": "acme", "file": upload} | fields)


def test_a_picture_is_put_into_the_library(api: Api, brand: Brand, platform: ApiClient) -> None:
    response = send(
        api,
        file_of(drawing(1)),
        title="Mascot",
        tags="subject:robot, accessory:glasses",
        rights_holder="Acme",
        licence="own",
    )

    assert response.status_code == 201
    image = ReferenceImage.objects.get()
    expected = {
        "id": str(image.pk),
        "brand": "acme",
        "title": "Mascot",
        "tags": {"subject": "robot", "eyewear": "glasses"},
        "width": 128,
        "height": 128,
        "rights_holder": "Acme",
        "licence": "own",
        "url": f"{settings.PUBLIC_URL}{URL}/{image.pk}/image",
        "created_at": image.created_at.isoformat().replace("+00:00", "Z"),
    }
    assert response.json() == expected
    assert (image.client, image.in_library) == (platform, True)
    assert api.get(URL).json()["results"] == [expected]
    assert api.get(f"{URL}?brand=acme").json()["results"] == [expected]
    assert api.get(f"{URL}?brand=other").json()["results"] == []
    picture = api.get(f"{URL}/{image.pk}/image")
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/png")
    assert picture["X-Content-Type-Options"] == "nosniff"


def test_what_looks_like_a_picture_that_is_there_is_409(api: Api, brand: Brand) -> None:
    first = send(api, file_of(drawing(1))).json()["id"]

    response = send(api, file_of(drawing(1), "JPEG", quality=80))

    assert code_of(response) == (409, "duplicate_reference")
    assert response.json()["reference_id"] == first
    assert ReferenceImage.objects.count() == 1


@pytest.mark.parametrize(
    ("data", "fields", "code"),
    [
        (hostile.SVG, {}, "unsupported_image_format"),
        (hostile.grey_png(40_000_001, 1), {}, "too_many_pixels"),
        (file_of(drawing(1)), {"tags": "subject:unicorn"}, "unknown_tag"),
        (file_of(drawing(1)), {"surprise": "x"}, "invalid_input"),
    ],
)
def test_what_is_not_possible_is_422_and_leaves_nothing(
    api: Api, brand: Brand, data: bytes, fields: dict[str, str], code: str
) -> None:
    assert code_of(send(api, data, **fields)) == (422, code)
    assert not ReferenceImage.objects.exists()
    assert told() == (0, 0)


def test_the_scope_of_requests_is_not_enough(api_with: Any, brand: Brand) -> None:
    data = file_of(drawing(1))
    assert code_of(send(api_with("requests:write", "styles:read"), data)) == (403, "missing_scope")
    assert not ReferenceImage.objects.exists()


def test_another_brands_library_is_closed(stranger: Api, brand: Brand) -> None:
    image = library_picture(brand)

    assert code_of(send(stranger, file_of(drawing(9)))) == (404, "brand_not_found")
    assert code_of(stranger.get(f"{URL}/{image.pk}/image")) == (404, "reference_not_found")
    assert stranger.get(URL).json()["results"] == []
    assert ReferenceImage.objects.get() == image


def test_a_reviewer_uploads_nothing(reviewer: User) -> None:
    assert code_of(send(as_person(reviewer), file_of(drawing(1)))) == (403, "role_required")
    assert not ReferenceImage.objects.exists()


def test_a_picture_of_a_request_is_not_in_the_library(api: Api, brand: Brand) -> None:
    sent = ReferenceImageFactory(brand=brand)

    assert api.get(URL).json()["results"] == []
    assert code_of(api.get(f"{URL}/{sent.pk}/image")) == (404, "reference_not_found")


def test_a_published_style_is_told_with_its_examples(
    api: Api, brand: Brand, style: StyleRevision
) -> None:
    draft = StyleRevisionFactory(style=style.style, status="draft")
    image = library_picture(
        brand, tags={"subject": "robot"}, rights_holder="Acme", licence="CC BY 4.0"
    )
    PinnedReference.objects.create(revision=draft, reference=image)
    assert api.get("/api/v1/styles/acme/friendly-robots").json()["revision"]["examples"] == []
    publish_revision(actor=SYSTEM, revision_id=draft.pk)

    examples = [
        {
            "id": str(image.pk),
            "tags": {"subject": "robot"},
            "rights_holder": "Acme",
            "licence": "CC BY 4.0",
            "url": f"{settings.PUBLIC_URL}{URL}/{image.pk}/image",
        }
    ]
    assert api.get("/api/v1/styles/acme/friendly-robots").json()["revision"]["examples"] == examples
    assert api.get("/api/v1/styles").json()["results"][0]["revision"]["examples"] == examples
