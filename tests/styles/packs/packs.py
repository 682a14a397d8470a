"""Style packs written by hand, sound ones and hostile ones; without the reader's own code."""

from __future__ import annotations

import hashlib
import io
import json
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from styles.models import BaseModel

REGULAR = stat.S_IFREG | 0o644


@dataclass
class Entry:
    """A member as the archive shall tell of it, whether that is true or not."""

    name: str
    content: bytes
    method: int = 0
    flags: int = 0
    mode: int = REGULAR
    #: What the directory says instead, where it lies.
    size: int | None = None
    packed: int | None = None
    crc: int | None = None
    offset: int | None = None
    local_name: str | None = None
    extra: bytes = b""


def archive(
    entries: Iterable[Entry],
    *,
    before: bytes = b"",
    between: bytes = b"",
    tail: bytes = b"",
    behind: bytes = b"",
    count: int | None = None,
    disk: int = 0,
) -> bytes:
    """A ZIP archive of ``entries``, whatever they say; ``count`` is what its end says of them.

    Bytes may lie before the members, between them and the directory, at the directory's end as a
    part of it, and behind it.
    """
    data, directory, number = before, b"", 0
    for entry in entries:
        offset = len(data) if entry.offset is None else entry.offset
        size = len(entry.content) if entry.size is None else entry.size
        packed = len(entry.content) if entry.packed is None else entry.packed
        crc = zlib.crc32(entry.content) if entry.crc is None else entry.crc
        name = entry.name.encode()
        local = (entry.local_name or entry.name).encode()
        data += struct.pack(
            "<4s5H3L2H", b"PK\x03\x04", 20, entry.flags, entry.method, 0, 33, crc,
            packed, size, len(local), 0,
        )  # fmt: skip
        data += local + entry.content
        directory += struct.pack(
            "<4s6H3L5H2L", b"PK\x01\x02", 0x0314, 20, entry.flags, entry.method, 0, 33, crc,
            packed, size, len(name), len(entry.extra), 0, 0, 0, entry.mode << 16, offset,
        )  # fmt: skip
        directory += name + entry.extra
        number += 1
    told = number if count is None else count
    data += between
    directory += tail
    end = struct.pack(
        "<4s4H2LH", b"PK\x05\x06", disk, disk, told, told, len(directory), len(data), 0
    )
    return data + directory + behind + end


def plain_pack(base_model: BaseModel, slug: str = "from-a-pack") -> bytes:
    """A sound pack of a style without pictures and adapters."""
    manifest = {
        "format": "brandhub-style-pack",
        "version": 1,
        "origin": {
            "brand": "Elsewhere",
            "style": "elsewhere/plain@1",
            "exported_at": "2026-01-02T03:04:05Z",
        },
        "style": {"slug": slug, "name": "From a pack", "description": ""},
        "base_model": {
            "name": base_model.name,
            "family": base_model.family,
            "content_hash": base_model.content_hash,
        },
        "revision": {
            "default_tags": {"subject": "robot"},
            "prompt_template": "{caption}",
            "negative_prompt": "",
            "steps": 4,
            "guidance_scale": 4.0,
            "scheduler": "ddim",
            "tier": "standard",
            "image_size": 64,
            "badge_corner": "",
            "badge_size": 26,
        },
        "palette": [],
        "logo": None,
        "references": [],
        "adapters": [],
    }
    return archive([Entry("manifest.json", json.dumps(manifest).encode())])


def entries_of(pack: bytes) -> list[Entry]:
    """The members of a sound pack."""
    with zipfile.ZipFile(io.BytesIO(pack)) as opened:
        return [Entry(info.filename, opened.read(info)) for info in opened.infolist()]


def manifest_of(pack: bytes) -> dict[str, Any]:
    return json.loads(entries_of(pack)[0].content)


def with_manifest(pack: bytes, change: Callable[[dict[str, Any]], Any]) -> bytes:
    """The pack with another manifest: ``change`` works on it in place."""
    first, *others = entries_of(pack)
    manifest = json.loads(first.content)
    change(manifest)
    return archive([Entry("manifest.json", json.dumps(manifest).encode()), *others])


def with_member(pack: bytes, kind: str, content: bytes, place: int = 0) -> bytes:
    """The pack with other bytes for one reference, adapter or logo, told truly."""
    manifest = manifest_of(pack)
    held = manifest[kind] if kind == "logo" else manifest[kind][place]
    ending = "safetensors" if kind == "adapters" else "png"
    old = f"{kind}/{held['sha256']}.{ending}"
    held["sha256"], held["bytes"] = hashlib.sha256(content).hexdigest(), len(content)
    new = Entry(f"{kind}/{held['sha256']}.{ending}", content)
    entries = [new if each.name == old else each for each in entries_of(pack)[1:]]
    return archive([Entry("manifest.json", json.dumps(manifest).encode()), *entries])
