"""Uploads: hostile files are refused at once with a clear code, harmless ones are drawn anew."""

import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from brandhub.accounts.models import ApiClient, Brand, User
from brandhub.audit.models import AuditEvent
from brandhub.common.pictures import MAX_BYTES, MAX_PIXELS
from brandhub.common.storage import store
from brandhub.settings.env import BASE_DIR
from styles.models import ReferenceImage
from tests.api import hostile_files as hostile
from tests.api.conftest import Api, as_person, code_of
from tests.api.pictures import linear_profile, opened, png

pytestmark = pytest.mark.django_db

URL = "/api/v1/reference-images"


def send(api: Api, data: bytes, name: str = "picture.png", **fields: Any) -> Any:
    headers = fields.pop("headers", {})
    upload = SimpleUploadedFile(name, data, content_type="image/png")
    return api.upload(URL, {"brand": "acme", "file": upload} | fields, **headers)


def nothing_is_left_behind() -> bool:
    stored = [path for path in Path(settings.STORAGE_ROOT).rglob("*") if path.is_file()]
    return not stored and not ReferenceImage.objects.exists() and not AuditEvent.objects.exists()


def test_a_picture_is_kept_as_a_png_of_its_pixels(
    api: Api, brand: Brand, platform: ApiClient
) -> None:
    response = send(api, png("#ff0000"), rights_holder="Acme", licence="all rights")

    assert response.status_code == 201
    image = ReferenceImage.objects.get()
    assert response.json() == {
        "id": str(image.pk),
        "brand": "acme",
        "width": 64,
        "height": 64,
        "rights_holder": "Acme",
        "licence": "all rights",
        "created_at": image.created_at.isoformat().replace("+00:00", "Z"),
    }
    assert (image.brand, image.client) == (brand, platform)
    kept = opened(store().read(brand.public_id, image.file_sha256))
    assert (kept.format, kept.mode, kept.size) == ("PNG", "RGB", (64, 64))
    assert kept.getpixel((60, 60)) == (255, 0, 0)
    event = AuditEvent.objects.get()
    assert (event.action, event.object_id) == ("reference_image.added", image.pk)


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: hostile.grey_png(MAX_PIXELS + 1, 1), "too_many_pixels"),
        (lambda: hostile.announced_png(40_000, 40_000), "too_many_pixels"),
        (lambda: hostile.announced_png(6_000, 6_000), "image_damaged"),
        (lambda: hostile.animated_webp(800, 64), "too_many_pixels"),
        (lambda: hostile.animated_png(800, 64), "too_many_pixels"),
        (hostile.wide_webp, "too_many_pixels"),
        (hostile.text_bomb, "image_damaged"),
        (hostile.profile_bomb, "image_damaged"),
        (lambda: png(size=256)[:-400], "image_damaged"),
        (lambda: hostile.EPS, "unsupported_image_format"),
        (lambda: hostile.PSD, "unsupported_image_format"),
        (lambda: hostile.SVG, "unsupported_image_format"),
        (lambda: b"GIF89a" + bytes(100), "unsupported_image_format"),
        (lambda: b"BM" + bytes(100), "unsupported_image_format"),
        (lambda: b"", "unsupported_image_format"),
        (lambda: b"\x89PNG\r\n\x1a\n", "unsupported_image_format"),
    ],
    ids=[
        "bomb one pixel over",
        "PNG announcing 1.6 gigapixels",
        "PNG announcing more than it holds",
        "animated WebP bomb",
        "animated PNG bomb",
        "WebP with a huge canvas",
        "PNG text bomb",
        "PNG profile bomb",
        "truncated",
        "EPS",
        "PSD",
        "SVG",
        "GIF",
        "BMP",
        "empty",
        "signature only",
    ],
)
def test_a_hostile_file_is_refused(
    api: Api, brand: Brand, make: Callable[[], bytes], code: str
) -> None:
    data = make()

    response = send(api, data)

    assert code_of(response) == (422, code)
    assert [(each["pointer"], each["code"]) for each in response.json()["errors"]] == [
        ("/file", code)
    ]
    assert nothing_is_left_behind()


_IN_LITTLE_MEMORY = """
import io, resource, sys
import django
django.setup()
from brandhub.common.errors import BrandHubError
from brandhub.common.pictures import MAX_PIXELS, clean_picture
from tests.api import hostile_files as hostile

clean_picture(io.BytesIO(hostile.grey_png(8, 8)), size=1)  # what decoders need once
files = [
    hostile.grey_png(MAX_PIXELS + 1, 1),
    hostile.announced_png(40_000, 40_000),
    hostile.animated_webp(800, 64),
    hostile.animated_png(800, 64),
    hostile.wide_webp(),
    hostile.text_bomb(),
    hostile.profile_bomb(),
]
with open("/proc/self/statm") as file:
    pages = int(file.read().split()[0])
allowed = pages * resource.getpagesize() + 256 * 2**20
resource.setrlimit(resource.RLIMIT_AS, (allowed, allowed))
for data in files:
    try:
        clean_picture(io.BytesIO(data), size=len(data))
    except BrandHubError:
        continue
    sys.exit("not refused")
"""


def test_refusing_takes_little_memory() -> None:
    """In a process that may map 256 MiB more than it has, none of the bombs runs out of it."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _IN_LITTLE_MEMORY],
        cwd=BASE_DIR,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "brandhub.settings.test"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_exactly_the_limit_of_pixels_is_taken_and_scaled_down(api: Api, brand: Brand) -> None:
    response = send(api, hostile.grey_png(8_000, 5_000))

    assert response.status_code == 201
    assert (response.json()["width"], response.json()["height"]) == (2048, 1280)


def test_a_file_over_the_limit_of_bytes_is_413(api: Api, brand: Brand) -> None:
    response = send(api, png() + bytes(MAX_BYTES))

    assert code_of(response) == (413, "file_too_large")
    assert nothing_is_left_behind()


@pytest.mark.parametrize(
    ("make", "payload"),
    [
        (hostile.with_archive, b"PAYLOAD-IN-ARCHIVE"),
        (hostile.with_script, b"PAYLOAD-IN-SCRIPT"),
    ],
    ids=["image and archive", "image and script"],
)
def test_of_a_polyglot_only_the_pixels_stay(
    api: Api, brand: Brand, make: Callable[[bytes], bytes], payload: bytes
) -> None:
    assert send(api, make(png()), name="picture.html").status_code == 201

    kept = store().read(brand.public_id, ReferenceImage.objects.get().file_sha256)
    assert payload not in kept
    assert b"PK" not in kept
    assert kept.endswith(b"IEND\xaeB`\x82")


def test_position_and_person_are_dropped_and_the_turn_is_applied(api: Api, brand: Brand) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x013B] = "Jane Photographer"
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)  # latitude
    file = io.BytesIO()
    picture = Image.new("RGB", (60, 40), "white")
    picture.paste("black", (0, 0, 30, 40))
    picture.save(file, "JPEG", exif=exif, quality=95)
    assert b"Jane Photographer" in file.getvalue()

    response = send(api, file.getvalue())

    assert (response.json()["width"], response.json()["height"]) == (40, 60)
    data = store().read(brand.public_id, ReferenceImage.objects.get().file_sha256)
    kept = opened(data)
    assert b"Jane" not in data
    assert b"eXIf" not in data
    assert dict(kept.getexif()) == {}
    assert kept.getpixel((20, 5)) == (0, 0, 0)
    assert kept.getpixel((20, 55)) == (255, 255, 255)


def test_a_profile_is_converted_to_srgb_and_dropped(api: Api, brand: Brand) -> None:
    """Linear light of 55 / 255 is 128 / 255 in sRGB's curve."""
    linear = io.BytesIO()
    picture = Image.new("RGB", (8, 8), (55, 55, 55))
    picture.save(linear, "PNG", icc_profile=linear_profile())

    assert send(api, linear.getvalue()).status_code == 201

    data = store().read(brand.public_id, ReferenceImage.objects.get().file_sha256)
    assert b"iCCP" not in data
    red, green, blue = opened(data).getpixel((4, 4))
    assert (abs(red - 128) <= 2, abs(green - 128) <= 2, abs(blue - 128) <= 2) == (True, True, True)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "1", "I;16", "CMYK"])
def test_every_mode_becomes_eight_bit_colour(api: Api, brand: Brand, mode: str) -> None:
    grey = Image.linear_gradient("L").resize((16, 16))
    if mode == "I;16":
        picture = grey.convert("I").point(lambda value: value * 257).convert("I;16")
    elif mode == "CMYK":
        picture = grey.convert("RGB").convert("CMYK")
    else:
        picture = grey.convert("RGB").convert(mode)
    file = io.BytesIO()
    picture.save(file, "JPEG" if mode == "CMYK" else "PNG")

    assert send(api, file.getvalue()).status_code == 201

    kept = opened(store().read(brand.public_id, ReferenceImage.objects.get().file_sha256))
    assert kept.mode == ("RGBA" if mode in {"RGBA", "LA", "P"} else "RGB")
    assert kept.convert("L").getpixel((8, 15)) > 200
    assert kept.convert("L").getpixel((8, 0)) < 30


def test_sixteen_bit_grey_keeps_its_tones_and_what_is_transparent(api: Api, brand: Brand) -> None:
    tones = (0x8000, 0x8001, 0x4000, 0xFFFF)
    clear = hostile.chunk(b"tRNS", (0x8000).to_bytes(2))

    assert send(api, hostile.deep_grey_png(tones, clear)).status_code == 201

    kept = opened(store().read(brand.public_id, ReferenceImage.objects.get().file_sha256))
    assert [kept.getpixel((x, 0)) for x in range(4)] == [
        (128, 128, 128, 0),
        (128, 128, 128, 255),
        (64, 64, 64, 255),
        (255, 255, 255, 255),
    ]


def test_damaged_metadata_spoil_no_picture(api: Api, brand: Brand) -> None:
    assert send(api, hostile.grey_png(8, 4, hostile.chunk(b"eXIf", b"junk"))).status_code == 201

    image = ReferenceImage.objects.get()
    assert (image.width, image.height) == (8, 4)
    assert b"eXIf" not in store().read(brand.public_id, image.file_sha256)


def test_of_an_animation_the_first_frame_is_kept(api: Api, brand: Brand) -> None:
    assert send(api, hostile.animated_webp(32, 3)).status_code == 201

    kept = opened(store().read(brand.public_id, ReferenceImage.objects.get().file_sha256))
    assert getattr(kept, "n_frames", 1) == 1
    assert kept.getpixel((16, 16)) == (255, 0, 0)


def test_an_upload_sent_twice_is_kept_once(api: Api, brand: Brand) -> None:
    """The boundary of the form differs from try to try; what is in it does not."""
    first = send(api, png(), headers={"Idempotency_Key": "k-1"})
    again = send(api, png(), headers={"Idempotency_Key": "k-1"})
    other = send(api, png("#00ff00"), headers={"Idempotency_Key": "k-1"})

    assert again.json() == first.json()
    assert again["Idempotency-Replayed"] == "true"
    assert code_of(other) == (422, "idempotency_key_reused")
    assert ReferenceImage.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "pointer", "code"),
    [
        ({"brand": ""}, "/brand", "blank"),
        ({"file": "not a file"}, "/file", "invalid"),
        ({"role": "img2img"}, "/role", "unknown_field"),
        ({"rights_holder": "x" * 121}, "/rights_holder", "max_length"),
    ],
)
def test_a_form_that_is_not_valid_says_where(
    api: Api, brand: Brand, fields: dict[str, Any], pointer: str, code: str
) -> None:
    response = send(api, png(), **fields)

    assert response.status_code == 422
    assert [(each["pointer"], each["code"]) for each in response.json()["errors"]] == [
        (pointer, code)
    ]


def test_nul_in_a_field_is_400(api: Api, brand: Brand) -> None:
    assert code_of(send(api, png(), licence="a\x00b")) == (400, "nul_character")
    assert nothing_is_left_behind()


@pytest.mark.parametrize("twice", ["file", "brand"])
def test_a_field_that_is_there_twice_is_400(api: Api, brand: Brand, twice: str) -> None:
    values = {"file": [png(), png("#00ff00")], "brand": ["acme", "rival"]}[twice]
    uploads = [SimpleUploadedFile("p.png", v, "image/png") for v in values if twice == "file"]

    response = send(api, png(), **{twice: uploads or values})

    assert code_of(response) == (400, "duplicate_name")
    assert nothing_is_left_behind()


def test_a_form_that_cannot_be_read_is_400(api: Api, brand: Brand) -> None:
    response = api.client.generic(
        "POST",
        URL,
        b"--x\r\nnonsense",
        content_type="multipart/form-data; boundary=\xff",
        headers=api.headers,
    )

    assert code_of(response) == (400, "malformed_body")


def test_json_is_415(api: Api, brand: Brand) -> None:
    assert code_of(api.post(URL, {"brand": "acme"})) == (415, "unsupported_media_type")


def test_anothers_brand_takes_nothing(stranger: Api, brand: Brand) -> None:
    assert code_of(send(stranger, png())) == (404, "brand_not_found")
    assert nothing_is_left_behind()


def test_a_reviewer_uploads_nothing(reviewer: User) -> None:
    assert code_of(send(as_person(reviewer), png())) == (403, "role_required")
    assert nothing_is_left_behind()


def test_the_scope_is_needed(api_with: Any, brand: Brand) -> None:
    assert code_of(send(api_with("requests:read"), png())) == (403, "missing_scope")
    assert nothing_is_left_behind()
