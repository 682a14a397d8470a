"""The file of a style pack: a ZIP archive whose members are stored, read with nothing trusted.

By the format (PKWARE's APPNOTE 6.3, sections 4.3 and 4.4) a directory at the end of the file says
what lies where. Readers differ in what they make of one that contradicts the file, and hostile
archives live on that. So this reader takes the plainest form alone: members that are stored, one
after another from the first byte to the directory, each named alike in both places and by a list
of names. What is so read cannot unpack to more than it is, lead out of the archive or overlap.
"""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from django.utils.translation import gettext as _

from brandhub.common import pictures
from brandhub.common.errors import FieldError, InvalidInput
from brandhub.common.pictures import FileTooLarge

MANIFEST: Final = "manifest.json"
#: Below this ZIP64 is never needed, and so never taken.
MAX_BYTES: Final = 2**31 - 1
MAX_MANIFEST_BYTES: Final = 512 * 1024
#: Manifest, logo, 48 references and 8 adapters.
MAX_MEMBERS: Final = 58
#: Of all pictures together: each one is decoded while somebody waits.
MAX_PICTURE_BYTES: Final = 100 * 1000 * 1000

_NAME: Final = re.compile(
    r"manifest\.json|(?:logo|references)/[0-9a-f]{64}\.png|adapters/[0-9a-f]{64}\.safetensors"
)
_END: Final = struct.Struct("<4s4H2LH")
_ENTRY: Final = struct.Struct("<4s6H3L5H2L")
_LOCAL: Final = struct.Struct("<4s5H3L2H")
#: Names are ASCII; the bit that says they are UTF-8 changes nothing then. No other bit is taken.
_UTF8: Final = 0x800
_PIECE: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Member:
    """A file of the archive: where its bytes start, how many there are, and their CRC-32."""

    name: str
    start: int
    size: int
    crc: int


class PackArchive:
    """The members of a pack, in ``file`` for as long as that is open."""

    def __init__(self, file: IO[bytes], members: Mapping[str, Member]) -> None:
        self._file = file
        self.members = members

    def open(self, name: str) -> IO[bytes]:
        """A member as a file of its own that can be sought in."""
        member = self.members[name]
        return io.BufferedReader(_Window(self._file, member.start, member.size))

    def sha256_of(self, name: str) -> str:
        """The SHA-256 of a member's bytes, read now."""
        digest = hashlib.sha256()
        with self.open(name) as file:
            while piece := file.read(_PIECE):
                digest.update(piece)
        return digest.hexdigest()

    def manifest(self) -> bytes:
        """The first member. Raises ``InvalidInput`` (``pack_damaged``)."""
        with self.open(MANIFEST) as file:
            content = file.read()
        if zlib.crc32(content) != self.members[MANIFEST].crc:
            raise refused("pack_damaged", _("The pack is damaged."))
        return content


def open_pack(file: IO[bytes], size: int) -> PackArchive:
    """Read the directory of the archive in ``file`` (``size`` bytes), and no member.

    Raises ``FileTooLarge``, and ``InvalidInput``: ``pack_not_readable``, ``pack_damaged``,
    ``pack_compressed``, ``pack_name_not_allowed``, ``pack_duplicate_member``, ``pack_link``,
    ``too_many_members``, ``manifest_missing``, ``manifest_too_large`` or ``member_too_large``.
    """
    if size > MAX_BYTES:
        raise FileTooLarge(_("A style pack may have 2 GB."))
    file.seek(max(0, size - _END.size))
    end = file.read(_END.size)
    if len(end) < _END.size or not end.startswith(b"PK\x05\x06"):
        raise refused("pack_not_readable", _("This is no style pack, or it is cut off."))
    _sig, disk, first_disk, here, count, length, start, _comment = _END.unpack(end)
    if count > MAX_MEMBERS:
        raise refused("too_many_members", _("The pack holds too many files."))
    if disk or first_disk or here != count or start + length + _END.size != size:
        raise refused("pack_damaged", _("The pack is damaged."))
    if length > count * (_ENTRY.size + 128):
        raise refused("pack_damaged", _("The pack is damaged."))
    file.seek(start)
    members = _members(file, file.read(length), count, ends_at=start)
    if next(iter(members), "") != MANIFEST:
        raise refused("manifest_missing", _("The pack does not begin with its manifest."))
    _check_sizes(members.values())
    return PackArchive(file, members)


def write_pack(to: IO[bytes], manifest: bytes, files: Iterable[tuple[str, Path]]) -> None:
    """Write an archive that :func:`open_pack` reads: the manifest, then ``files`` by their names.

    Equal content gives equal bytes: members have no dates.
    """
    with zipfile.ZipFile(to, "w", zipfile.ZIP_STORED, allowZip64=False) as archive:
        archive.writestr(_entry(MANIFEST), manifest)
        for name, path in files:
            entry = _entry(name)
            entry.file_size = path.stat().st_size
            with path.open("rb") as source, archive.open(entry, "w") as target:
                shutil.copyfileobj(source, target, _PIECE)


def refused(code: str, detail: str, pointer: str = "/file") -> InvalidInput:
    """What a pack is refused with: one code, and what it is about."""
    return InvalidInput(detail, code=code, errors=[FieldError(pointer, code, detail)])


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.create_system = 3
    entry.external_attr = (stat.S_IFREG | 0o644) << 16
    return entry


def _members(file: IO[bytes], directory: bytes, count: int, *, ends_at: int) -> dict[str, Member]:
    """The members by name, each checked against its own header, without gaps up to ``ends_at``."""
    members: dict[str, Member] = {}
    place = offset = 0
    for _index in range(count):
        fields = directory[place : place + _ENTRY.size]
        if len(fields) < _ENTRY.size or not fields.startswith(b"PK\x01\x02"):
            raise refused("pack_damaged", _("The pack is damaged."))
        # Extra fields and comments are not stepped over: what follows one is then no entry.
        (_sig, _made, _need, flags, method, _time, _date, crc, packed, size, name_length, _extra,
         _comment, _disk, _internal, mode, start) = _ENTRY.unpack(fields)  # fmt: skip
        place += _ENTRY.size
        name = directory[place : place + name_length].decode("ascii", "replace")
        place += name_length
        _check_entry(name, flags, method, mode >> 16)
        if name in members:
            raise refused("pack_duplicate_member", _("The pack holds a file twice."))
        if packed != size or start != offset:
            raise refused("pack_damaged", _("The pack is damaged."))
        file.seek(offset)
        local = (b"PK\x03\x04", flags, method, crc, packed, size, name_length, 0)
        if _local(file.read(_LOCAL.size)) != local or file.read(name_length) != name.encode():
            raise refused("pack_damaged", _("The pack is damaged."))
        members[name] = Member(name, offset + _LOCAL.size + name_length, size, crc)
        offset = members[name].start + size
    if offset != ends_at or place != len(directory):
        raise refused("pack_damaged", _("The pack is damaged."))
    return members


def _local(fields: bytes) -> tuple[object, ...] | None:
    """What a member's own header says, without version and date; None for one that is cut off."""
    if len(fields) < _LOCAL.size:
        return None
    signature, _need, flags, method, _time, _date, *rest = _LOCAL.unpack(fields)
    return (signature, flags, method, *rest)


def _check_entry(name: str, flags: int, method: int, mode: int) -> None:
    if not _NAME.fullmatch(name):
        detail = _("A style pack has no place for %(name)s.") % {"name": repr(name[:80])}
        raise refused("pack_name_not_allowed", detail)
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        raise refused("pack_link", _("A style pack holds plain files, no links."))
    if method != zipfile.ZIP_STORED or flags & ~_UTF8:
        detail = _("A style pack's files are stored: neither compressed nor encrypted.")
        raise refused("pack_compressed", detail)


def _check_sizes(members: Iterable[Member]) -> None:
    together = 0
    for member in members:
        if member.name == MANIFEST and member.size > MAX_MANIFEST_BYTES:
            raise refused("manifest_too_large", _("The pack's manifest is over 512 kB."))
        if member.name.endswith(".png"):
            together += member.size
            if member.size > pictures.MAX_BYTES:
                raise refused("member_too_large", _("A picture may have 20 MB."))
    if together > MAX_PICTURE_BYTES:
        raise refused("member_too_large", _("A pack's pictures may have 100 MB together."))


class _Window(io.RawIOBase):
    """A stretch of a file as a file."""

    def __init__(self, file: IO[bytes], start: int, size: int) -> None:
        self._file = file
        self._start = start
        self._size = size
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        # Others read the same file; it is where the last of them left it.
        self._file.seek(self._start + self._at)
        piece = self._file.read(max(0, min(len(buffer), self._size - self._at)))
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)
