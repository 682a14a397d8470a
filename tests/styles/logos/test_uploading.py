"""Logos: what is tried with a vector file is refused, and what is kept are pixels."""

import io

import pytest
from PIL import Image

from brandhub.audit.models import AuditEvent
from brandhub.audit.record import SYSTEM
from brandhub.common.errors import InvalidInput
from brandhub.common.storage import store
from styles.logos import vectors
from styles.logos.uploading import current_logo, upload_logo
from styles.logos.vectors import drawn
from styles.models import BrandLogo
from tests.factories import BrandFactory
from tests.pictures import file_of

pytestmark = pytest.mark.django_db

MARK = b"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
 xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" viewBox="0 0 40 20">
<defs><linearGradient id="g"><stop stop-color="#ff0000"/></linearGradient>
<rect id="half" width="20" height="20"/></defs>
<inkscape:note>drawn by hand</inkscape:note>
<use xlink:href="#half" fill="url(#g)"/>
</svg>"""


def svg(inner: bytes = b"", attributes: bytes = b"") -> bytes:
    return (
        b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        b' viewBox="0 0 40 20" ' + attributes + b">" + inner + b"</svg>"
    )


def upload(brand, data, **values):
    return upload_logo(
        actor=SYSTEM,
        brand=brand,
        file=io.BytesIO(data),
        size=len(data),
        **{"clear_space": 12, "minimum_size": 24, **values},
    )


def laughs() -> bytes:
    levels = b"".join(
        b'<g id="l%d">' % n + b'<use href="#l%d"/>' % (n - 1) * 10 + b"</g>" for n in range(1, 10)
    )
    return svg(b'<rect id="l0"/>' + levels)


HOSTILE = {
    "script": (svg(b"<script>alert(1)</script>"), "svg_not_allowed"),
    "script that is loaded": (svg(b'<script href="http://x.example/"/>'), "svg_not_allowed"),
    "event handler": (svg(b'<rect onclick="alert(1)"/>'), "svg_not_allowed"),
    "entity of a file": (
        b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + svg(b"<title>&x;</title>"),
        "svg_not_allowed",
    ),
    "billion laughs of entities": (
        b'<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>' + svg(b"<title>&b;</title>"),
        "svg_not_allowed",
    ),
    "a document type that gives attributes": (
        b'<!DOCTYPE svg [<!ATTLIST rect rx CDATA "3">]>' + svg(b"<rect/>"),
        "svg_not_allowed",
    ),
    "a document type that gives elements": (
        b"<!DOCTYPE svg [<!ELEMENT svg ANY>]>" + svg(),
        "svg_not_allowed",
    ),
    "a document type with nothing in it": (b"<!DOCTYPE svg []>" + svg(), "svg_not_allowed"),
    "parameter entity": (
        b'<!DOCTYPE svg [<!ENTITY % p SYSTEM "http://x.example/">%p;]>' + svg(),
        "svg_not_allowed",
    ),
    "picture of a file": (svg(b'<image href="file:///etc/passwd"/>'), "svg_not_allowed"),
    "picture of a network": (
        svg(b'<image xlink:href="http://169.254.169.254/"/>'),
        "svg_not_allowed",
    ),
    "picture within": (svg(b'<image href="data:image/png;base64,AAAA"/>'), "svg_not_allowed"),
    "page within": (svg(b"<foreignObject><p/></foreignObject>"), "svg_not_allowed"),
    "use of elsewhere": (svg(b'<use xlink:href="http://x.example/#a"/>'), "svg_not_allowed"),
    "style of elsewhere": (svg(b"<style>@import 'http://x.example/';</style>"), "svg_not_allowed"),
    "style in disguise": (svg(b"<style>a{fill:\\75rl(http://x)}</style>"), "svg_not_allowed"),
    "style in parts": (
        svg(b"<style>a{fill:u<!-- -->rl(http://x.example/)}</style>"),
        "svg_not_allowed",
    ),
    "paint of elsewhere": (svg(b"<rect fill=\"url('http://x.example/')\"/>"), "svg_not_allowed"),
    "style sheet": (b'<?xml-stylesheet href="http://x.example/"?>' + svg(), "svg_not_allowed"),
    "base": (svg(attributes=b'xml:base="http://x.example/"'), "svg_not_allowed"),
    "filter": (svg(b'<filter id="f"/>'), "svg_not_allowed"),
    "text without its font": (svg(b"<text>Acme</text>"), "svg_not_allowed"),
    "animation": (svg(b'<animate attributeName="href"/>'), "svg_not_allowed"),
    "laughs by use": (laughs(), "svg_too_complex"),
    "too many elements": (svg(b"<g/>" * vectors.MAX_ELEMENTS), "svg_too_complex"),
    "too deep": (svg(b"<g>" * 70 + b"</g>" * 70), "svg_too_complex"),
    "too many uses": (svg(b'<use href="#a"/>' * 101), "svg_too_complex"),
    "too large": (svg(b"<!--" + b"x" * vectors.MAX_BYTES + b"-->"), "svg_too_large"),
    "a needle": (
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 100000"/>',
        "svg_shape",
    ),
    "no size": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "svg_shape"),
    "no number": (b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 nan inf"/>', "svg_shape"),
    "another document": (b"<html><body/></html>", "svg_not_readable"),
    "cut off": (MARK[:-10], "svg_not_readable"),
    "nothing drawn": (svg(), "logo_empty"),
    "compressed": (b"\x1f\x8b" + bytes(50), "unsupported_image_format"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_logo_is_refused_and_leaves_nothing(name):
    data, code = HOSTILE[name]
    brand = BrandFactory()

    with pytest.raises(InvalidInput) as refusal:
        upload(brand, data)

    assert refusal.value.error_code == code
    assert [(each.pointer, each.code) for each in refusal.value.errors] == [("/file", code)]
    assert not BrandLogo.objects.exists()
    assert not AuditEvent.objects.exists()
    assert not [path for path in store().root.rglob("*") if path.is_file()]


def test_a_vector_is_kept_as_pixels_alone():
    brand = BrandFactory()

    logo = upload(brand, MARK)

    kept = store().read(brand.public_id, logo.file_sha256)
    with Image.open(io.BytesIO(kept)) as image:
        assert (image.format, image.mode, image.size) == ("PNG", "RGBA", (512, 512))
        assert image.getpixel((256, 256)) == (255, 0, 0, 255)
    assert b"svg" not in kept
    assert (logo.width, logo.height) == (512, 512)
    assert current_logo(brand) == logo
    assert AuditEvent.objects.get().action == "brand.logo_uploaded"


def test_a_picture_loses_its_transparent_edges():
    image = Image.new("RGBA", (100, 100), (0, 0, 0, 0))
    image.paste((255, 0, 0, 255), (10, 20, 70, 50))
    brand = BrandFactory()

    logo = upload(brand, file_of(image))

    assert (logo.width, logo.height) == (60, 30)


def test_the_newest_logo_is_in_use():
    brand = BrandFactory()
    first = upload(brand, file_of(Image.new("RGB", (30, 30), "red")))
    second = upload(brand, file_of(Image.new("RGB", (30, 30), "blue")))

    assert current_logo(brand) == second
    assert BrandLogo.objects.filter(pk=first.pk).exists()


@pytest.mark.parametrize(
    ("values", "pointer"),
    [({"clear_space": 41}, "/clear_space"), ({"minimum_size": 7}, "/minimum_size")],
)
def test_what_a_logo_asks_for_has_bounds(values, pointer):
    with pytest.raises(InvalidInput) as refusal:
        upload(BrandFactory(), MARK, **values)
    assert [each.pointer for each in refusal.value.errors] == [pointer]


def test_a_drawing_that_takes_too_long_ends_with_its_own_process(monkeypatch):
    # given a child that would never end
    monkeypatch.setattr(vectors, "_CHILD", "while True: pass")
    monkeypatch.setattr(vectors, "SECONDS", 0.3)
    # then it is ended, and the file refused
    with pytest.raises(InvalidInput) as refusal:
        drawn(MARK)
    assert refusal.value.error_code == "svg_too_complex"


def test_a_drawing_that_takes_too_much_memory_ends_with_its_own_process(monkeypatch):
    hungry = vectors._CHILD.replace("import resvg_py", f"x = bytearray({vectors.CHILD_MEMORY})")
    monkeypatch.setattr(vectors, "_CHILD", hungry)
    with pytest.raises(InvalidInput) as refusal:
        drawn(MARK)
    assert refusal.value.error_code == "svg_not_readable"
