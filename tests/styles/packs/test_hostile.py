"""What is tried with style packs: each row is refused with its code, and nothing is left behind."""

from __future__ import annotations

import io
import json
import stat
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from brandhub.audit.models import AuditEvent
from brandhub.common.errors import InvalidInput
from brandhub.common.pictures import FileTooLarge
from styles.models import (
    Adapter,
    AdapterRevision,
    BrandLogo,
    PaletteColour,
    ReferenceImage,
    Style,
    StyleRevision,
)
from styles.packs.archive import open_pack
from styles.packs.conflicts import ImportChoices
from tests.api import hostile_files
from tests.factories import BrandFactory
from tests.inference.hostile_adapters import HEADERS
from tests.pictures import drawing, file_of, library_picture
from tests.styles.packs.packs import (
    Entry,
    archive,
    entries_of,
    manifest_of,
    with_manifest,
    with_member,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _temporary_files_of_its_own(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside this test others check packs, whose files are none of its matter."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path_factory.mktemp("temporary")))


TABLES = (
    Adapter, AdapterRevision, AuditEvent, BrandLogo, PaletteColour, ReferenceImage, Style,
    StyleRevision,
)  # fmt: skip


def everything() -> tuple[Any, ...]:
    """What is there: rows by table, files of the store, and what lies in the temporary folder."""
    files = sorted(str(path) for path in Path(settings.STORAGE_ROOT).rglob("*") if path.is_file())
    spooled = [path.name for path in Path(tempfile.gettempdir()).glob("brandhub-pack-*")]
    return [table.objects.count() for table in TABLES], files, spooled


def more(*added: Entry) -> Callable[[bytes], bytes]:
    return lambda pack: archive([*entries_of(pack), *added])


def changed(place: int, **values: Any) -> Callable[[bytes], bytes]:
    """The archive in which one member is told of otherwise."""

    def change(pack: bytes) -> bytes:
        entries = entries_of(pack)
        for name, value in values.items():
            setattr(entries[place], name, value)
        return archive(entries)

    return change


def manifest(content: bytes) -> Callable[[bytes], bytes]:
    return lambda pack: archive([Entry("manifest.json", content), *entries_of(pack)[1:]])


def said(change: Callable[[dict[str, Any]], Any]) -> Callable[[bytes], bytes]:
    return lambda pack: with_manifest(pack, change)


def repeated_colour(told: dict[str, Any]) -> None:
    told["palette"].append(dict(told["palette"][0], hex="#000000"))


def repeated_adapter(told: dict[str, Any]) -> None:
    told["adapters"].append(dict(told["adapters"][0], slug="again"))


def deflated(pack: bytes) -> bytes:
    """A bomb: fifty million noughts that take as many thousand bytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("manifest.json", bytes(50_000_000))
    return file.getvalue()


ARCHIVES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "no archive": (lambda pack: b"GIF89a" + bytes(100), "pack_not_readable"),
    "empty": (lambda pack: b"", "pack_not_readable"),
    "cut off": (lambda pack: pack[:-1], "pack_not_readable"),
    "a comment behind": (lambda pack: pack[:-2] + b"\x04\x00note", "pack_not_readable"),
    "bytes before": (lambda pack: b"#!/bin/sh\n" + pack, "pack_damaged"),
    "bytes before, told": (
        lambda pack: archive(entries_of(pack), before=b"#!/bin/sh\n"),
        "pack_damaged",
    ),
    "zip slip": (more(Entry("../../etc/cron.d/x", b"")), "pack_name_not_allowed"),
    "zip slip behind a folder": (
        more(Entry("references/../../x.png", b"")),
        "pack_name_not_allowed",
    ),
    "an absolute name": (more(Entry("/etc/passwd", b"")), "pack_name_not_allowed"),
    "backslashes": (more(Entry("references\\x.png", b"")), "pack_name_not_allowed"),
    "a folder": (more(Entry("references/", b"")), "pack_name_not_allowed"),
    "a nested archive": (more(Entry("references/more.zip", b"PK")), "pack_name_not_allowed"),
    "an unknown member": (more(Entry("README.md", b"hello")), "pack_name_not_allowed"),
    "a script": (more(Entry("references/x.svg", b"<svg/>")), "pack_name_not_allowed"),
    "a name with a line break": (
        more(Entry("references/" + "0" * 64 + ".png\n", b"")),
        "pack_name_not_allowed",
    ),
    "a name that is no ASCII": (more(Entry("référence.png", b"")), "pack_name_not_allowed"),
    "a link": (changed(2, mode=stat.S_IFLNK | 0o777), "pack_link"),
    "a device": (changed(2, mode=stat.S_IFCHR | 0o666), "pack_link"),
    "a bomb": (deflated, "pack_compressed"),
    "compressed by an unknown method": (changed(2, method=99), "pack_compressed"),
    "encrypted": (changed(2, flags=0x1), "pack_compressed"),
    "sizes that come after": (changed(2, flags=0x8), "pack_compressed"),
    "a name twice": (lambda pack: archive(entries_of(pack)[:2] * 2), "pack_duplicate_member"),
    "members that overlap": (changed(3, offset=0), "pack_damaged"),
    "a gap": (lambda pack: archive(entries_of(pack)[:1], before=b"").replace(
        b"PK\x01\x02", b"\x00\x00PK\x01\x02"), "pack_damaged"),
    "another name inside": (changed(2, local_name="references/" + "0" * 64 + ".png"),
                            "pack_damaged"),
    "another size inside": (changed(2, size=5), "pack_damaged"),
    "a compressed size of its own": (changed(2, packed=5), "pack_damaged"),
    "bytes before the directory": (
        lambda pack: archive(entries_of(pack), between=b"#!/bin/sh\n"),
        "pack_damaged",
    ),
    "bytes in the directory": (
        lambda pack: archive(entries_of(pack), tail=bytes(20)),
        "pack_damaged",
    ),
    "bytes behind the directory": (
        lambda pack: archive(entries_of(pack), behind=b"#!/bin/sh\n"),
        "pack_damaged",
    ),
    "the second of two disks": (lambda pack: archive(entries_of(pack), disk=1), "pack_damaged"),
    "an extra field": (changed(2, extra=b"\x01\x00\x04\x00abcd"), "pack_damaged"),
    "fewer than it says": (lambda pack: archive(entries_of(pack), count=58), "pack_damaged"),
    "65,535 members": (lambda pack: archive(entries_of(pack), count=0xFFFF), "too_many_members"),
    "59 members": (
        lambda pack: archive([Entry("manifest.json", b"{}")] * 59),
        "too_many_members",
    ),
    "a directory of megabytes": (
        lambda pack: archive([Entry("manifest.json", b"{}", extra=bytes(60_000))]),
        "pack_damaged",
    ),
    "no manifest": (lambda pack: archive(entries_of(pack)[1:]), "manifest_missing"),
    "no members": (lambda pack: archive([]), "manifest_missing"),
    "a manifest that comes last": (
        lambda pack: archive([*entries_of(pack)[1:], entries_of(pack)[0]]),
        "manifest_missing",
    ),
    "a manifest over 512 kB": (manifest(b" " * (512 * 1024 + 1)), "manifest_too_large"),
    "a manifest with another CRC": (changed(0, crc=1), "pack_damaged"),
    "a picture over 20 MB": (
        more(Entry("references/" + "0" * 64 + ".png", bytes(20_000_001))),
        "member_too_large",
    ),
    "pictures over 100 MB": (
        more(*(Entry(f"references/{n:064x}.png", bytes(20_000_000)) for n in range(6))),
        "member_too_large",
    ),
}  # fmt: skip

MANIFESTS: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "no JSON": (manifest(b"{"), "manifest_invalid"),
    "a list": (manifest(b"[]"), "manifest_invalid"),
    "deep JSON": (manifest(b"[" * 100_000 + b"]" * 100_000), "manifest_invalid"),
    "a name twice": (manifest(b'{"format": 1, "format": 2}'), "manifest_invalid"),
    "NaN": (manifest(b'{"version": NaN}'), "manifest_invalid"),
    "NUL in a name": (said(lambda told: told["style"].update(name="a\x00")), "manifest_invalid"),
    "another format": (said(lambda told: told.update(format="zip")), "manifest_invalid"),
    "a later version": (said(lambda told: told.update(version=2)), "pack_version_unknown"),
    "a missing part": (said(lambda told: told.pop("palette")), "manifest_invalid"),
    "an id of a brand": (said(lambda told: told.update(brand_id=1)), "manifest_invalid"),
    "an id of a reference": (
        said(lambda told: told["references"][0].update(id="0190a5e0-0000-7000-8000-000000000000")),
        "manifest_invalid",
    ),
    "an adapter's revision": (
        said(lambda told: told["adapters"][0].update(revision="0190a5e0")),
        "manifest_invalid",
    ),
    "a status": (
        said(lambda told: told["revision"].update(status="published")),
        "manifest_invalid",
    ),
    "a name of blanks": (said(lambda told: told["style"].update(name="  ")), "manifest_invalid"),
    "49 references": (
        said(lambda told: told.update(references=told["references"][:1] * 49)),
        "manifest_invalid",
    ),
    "a thousand colours": (
        said(lambda told: told.update(palette=told["palette"] * 1000)),
        "manifest_invalid",
    ),
    "no colour": (said(lambda told: told["palette"][0].update(hex="red")), "manifest_invalid"),
    "a colour twice": (said(repeated_colour), "manifest_invalid"),
    "a million steps": (
        said(lambda told: told["revision"].update(steps=1_000_000)),
        "manifest_invalid",
    ),
    "a size of 10,000": (
        said(lambda told: told["revision"].update(image_size=10_000)),
        "invalid_input",
    ),
    "an unknown scheduler": (
        said(lambda told: told["revision"].update(scheduler="magic")),
        "invalid_input",
    ),
    "a template without a place": (
        said(lambda told: told["revision"].update(prompt_template="x")),
        "invalid_template",
    ),
    "an unknown tag of the style": (
        said(lambda told: told["revision"].update(default_tags={"subject": "dragonfly"})),
        "unknown_tag",
    ),
    "an unknown tag of a reference": (
        said(lambda told: told["references"][1].update(tags={"a": [{}]})),
        "invalid_tag",
    ),
    "a badge in the middle": (
        said(lambda told: told["revision"].update(badge_corner="middle")),
        "invalid_input",
    ),
    "a logo that would cover the face": (
        said(lambda told: told["logo"].update(minimum_size=500)),
        "badge_too_large",
    ),
    "a weight of a thousand": (
        said(lambda told: told["adapters"][0].update(weight=1000)),
        "manifest_invalid",
    ),
    "an adapter twice": (said(repeated_adapter), "pack_duplicate_member"),
    "a base model that is not here": (
        said(lambda told: told["base_model"].update(content_hash="0" * 64)),
        "base_model_unknown",
    ),
    "a file that is not there": (
        said(lambda told: told["references"][0].update(sha256="0" * 64)),
        "pack_member_missing",
    ),
    "a file that is not named": (
        said(lambda told: told["references"].pop()),
        "pack_member_unlisted",
    ),
    "another size": (said(lambda told: told["logo"].update(bytes=7)), "size_mismatch"),
}  # fmt: skip

PICTURES: dict[str, tuple[bytes, str]] = {
    "a script": (hostile_files.SVG, "unsupported_image_format"),
    "an archive": (b"PK\x03\x04" + bytes(100), "unsupported_image_format"),
    "a pixel bomb": (hostile_files.grey_png(40_000_001, 1), "too_many_pixels"),
    "half a picture": (file_of(drawing(7))[:200], "image_damaged"),
}


@pytest.fixture
def refused(pack, take_in):
    """Try a pack; return the refusal, having made sure that nothing came of it."""

    def try_it(content: bytes, **values: Any) -> InvalidInput:
        before = everything()
        with pytest.raises(InvalidInput) as raised:
            take_in(content, **values)
        assert everything() == before
        return raised.value

    return try_it


@pytest.mark.parametrize("name", ARCHIVES)
def test_a_hostile_archive_is_refused_with_its_code(name, pack, refused) -> None:
    make, code = ARCHIVES[name]
    refusal = refused(make(pack))
    assert [(each.pointer, each.code) for each in refusal.errors] == [("/file", code)]
    assert refusal.error_code == code


@pytest.mark.parametrize("name", MANIFESTS)
def test_a_hostile_manifest_is_refused_with_its_code(name, pack, refused) -> None:
    make, code = MANIFESTS[name]
    refusal = refused(make(pack))
    assert refusal.error_code == code
    assert all(each.pointer.startswith(("/manifest", "/file")) for each in refusal.errors)
    assert refusal.errors


@pytest.mark.parametrize("kind", ["references", "logo"])
@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_refused_as_by_itself(name, kind, pack, refused) -> None:
    content, code = PICTURES[name]
    refusal = refused(with_member(pack, kind, content))
    place = "/manifest/logo" if kind == "logo" else "/manifest/references/0"
    assert [(each.pointer, each.code) for each in refusal.errors] == [(place, code)]


@pytest.mark.parametrize("name", [name for name in HEADERS if name != "empty"])
def test_an_adapter_is_refused_as_by_itself(name, pack, refused) -> None:
    make, code = HEADERS[name]
    refusal = refused(with_member(pack, "adapters", make()))
    assert [(each.pointer, each.code) for each in refusal.errors] == [
        ("/manifest/adapters/0", code)
    ]


@pytest.mark.parametrize("kind", ["logo", "references", "adapters"])
def test_bytes_that_changed_are_found_by_their_checksum(kind, pack, refused) -> None:
    entries = entries_of(pack)
    entry = next(each for each in entries if each.name.startswith(kind))
    entry.content = entry.content[:-1] + bytes([entry.content[-1] ^ 1])
    assert refused(archive(entries)).error_code == "checksum_mismatch"


def test_two_pictures_that_look_alike_are_refused(pack, refused) -> None:
    copy = file_of(drawing(1, 300))
    refusal = refused(with_member(pack, "references", copy, place=1))
    assert [(each.pointer, each.code) for each in refusal.errors] == [
        ("/manifest/references/1", "duplicate_reference")
    ]


def test_a_stack_that_cannot_be_composed_is_refused(pack, refused) -> None:
    from tests.inference.hostile_adapters import sound

    second = sound(rank=254)
    whole = with_member(pack, "adapters", second)
    told = manifest_of(pack)["adapters"][0]
    both = with_manifest(whole, lambda value: value["adapters"].append(dict(told, slug="first")))
    entries = entries_of(both)
    entries.append(next(each for each in entries_of(pack) if each.name.startswith("adapters")))
    assert refused(archive(entries)).error_code == "stack_rank_too_high"


def test_another_brands_files_cannot_be_named_into_a_pack(pack, take_in) -> None:
    """A hash of a file that another brand has is a file that the pack lacks."""
    victim = BrandFactory()
    secret = library_picture(victim, title="Secret")
    before = everything()

    def point_at_it(told: dict[str, Any]) -> None:
        told["references"][0].update(sha256=secret.file_sha256)

    with pytest.raises(InvalidInput) as raised:
        take_in(with_manifest(pack, point_at_it))
    assert raised.value.error_code == "pack_member_missing"
    assert everything() == before


def test_a_directory_of_megabytes_is_not_read() -> None:
    content = archive([Entry("manifest.json", b"{}")], tail=bytes(5_000_000))
    longest = 0

    class Counted(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            nonlocal longest
            piece = super().read(size)
            longest = max(longest, len(piece))
            return piece

    with pytest.raises(InvalidInput) as raised:
        open_pack(Counted(content), len(content))
    assert raised.value.error_code == "pack_damaged"
    assert longest < 1000


def test_a_short_name_that_is_none_is_refused_at_once(pack, refused) -> None:
    refusal = refused(pack, choices=ImportChoices(slug="two words"))
    assert [each.pointer for each in refusal.errors] == ["/slug"]


def test_over_two_gigabytes_is_refused_unread(pack, take_in) -> None:
    before = everything()
    with pytest.raises(FileTooLarge):
        take_in(pack, size=2**31)
    assert everything() == before


def test_names_of_the_origin_lead_nowhere(pack, take_in, other) -> None:
    """Where a pack says it comes from is told to people, and looked up nowhere."""
    content = with_manifest(
        pack, lambda told: told["origin"].update(brand="acme", style="acme/friendly@1")
    )
    assert take_in(content).revision.style.brand == other
    assert json.loads(entries_of(content)[0].content)["origin"]["brand"] == "acme"
