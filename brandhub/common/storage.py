"""Content-addressed files: the name is the SHA-256 of the bytes, and the first writer wins.

A file is complete under its final name or not there at all: bytes go to a temporary name in the
same folder, are synced, and are renamed. Writing the same bytes again makes the file as young
as a new one and is a no-op otherwise. Names are laid out per brand (``<namespace>/<aa>/<sha256>``),
so that storage and caches never mix brands.

Files come before the rows that name them, so that a crash in between leaves a file too many and
never one too few. Whoever removes such files (``brandhub.accounts.stored_files``) leaves the young
ones alone: their row may be about to be committed.
"""

import contextlib
import errno
import fcntl
import hashlib
import os
import re
import secrets
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from brandhub.common.errors import PlatformFault

_NAMESPACE = re.compile(r"[A-Za-z0-9_-]{1,64}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_PIECE = 1 << 20
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
_UNFINISHED_AFTER = 3600.0

#: Folders of a namespace, by the first two digits of the names in them.
FOLDERS = 256


class StorageFull(PlatformFault):
    code = "storage_full"
    title = _("The file storage has no room left")


class StorageUnavailable(PlatformFault):
    code = "storage_unavailable"
    title = _("The file storage cannot be written")


class StoredFileMissing(PlatformFault):
    code = "stored_file_missing"
    title = _("A stored file is missing")


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file in the store: whose it is, its digest and its size in bytes."""

    namespace: str
    sha256: str
    size: int


class ContentStore:
    """Content-addressed files below one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path_of(self, namespace: str, sha256: str) -> Path:
        """Where the file lies. Raises ``ValueError`` for anything but a plain name and digest."""
        if not _NAMESPACE.fullmatch(namespace) or not _DIGEST.fullmatch(sha256):
            raise ValueError("not a content address")
        return self.root / namespace / sha256[:2] / sha256

    def put(self, namespace: str, data: bytes) -> StoredFile:
        """Store ``data`` durably and return its address; equal bytes are stored once.

        Raises ``StorageFull`` when there is no room and ``StorageUnavailable`` for whatever else
        keeps it from being written; nothing half-written is left behind then.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        target = self.path_of(namespace, sha256)
        stored = StoredFile(namespace, sha256, len(data))
        temporary = target.parent / f".{sha256}.{secrets.token_hex(8)}.part"
        try:
            if _renewed(target):
                return stored
            target.parent.mkdir(parents=True, exist_ok=True)
            with temporary.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(target)
            _sync_folder(target.parent)
        except OSError as error:
            _discard(temporary)
            raise _fault_of(error) from error
        return stored

    def put_stream(self, namespace: str, file: IO[bytes]) -> StoredFile:
        """Store what is left to read of ``file``, in pieces; otherwise as :meth:`put`.

        The name is known only at the end, so the temporary file lies at the namespace's root.
        """
        folder = self.path_of(namespace, "0" * 64).parent.parent
        temporary = folder / f".{secrets.token_hex(16)}.part"
        digest, size = hashlib.sha256(), 0
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with temporary.open("xb") as copy:
                while piece := file.read(_PIECE):
                    digest.update(piece)
                    size += len(piece)
                    copy.write(piece)
                copy.flush()
                os.fsync(copy.fileno())
            target = self.path_of(namespace, digest.hexdigest())
            if _renewed(target):
                temporary.unlink()
            else:
                target.parent.mkdir(parents=True, exist_ok=True)
                temporary.replace(target)
                _sync_folder(target.parent)
        except OSError as error:
            _discard(temporary)
            raise _fault_of(error) from error
        return StoredFile(namespace, digest.hexdigest(), size)

    def read(self, namespace: str, sha256: str) -> bytes:
        """Return the bytes. Raises ``StoredFileMissing``."""
        try:
            return self.path_of(namespace, sha256).read_bytes()
        except FileNotFoundError as error:
            raise StoredFileMissing(
                _("There is no stored file %(hash)s….") % {"hash": sha256[:12]}
            ) from error

    def size_of(self, namespace: str, sha256: str) -> int:
        """How many bytes the file has. Raises ``StoredFileMissing``."""
        try:
            return self.path_of(namespace, sha256).stat().st_size
        except FileNotFoundError as error:
            raise StoredFileMissing(
                _("There is no stored file %(hash)s….") % {"hash": sha256[:12]}
            ) from error

    def remove_unfinished(self) -> int:
        """Remove the temporary files of writers that died, and return how many there were.

        A writer that lives writes on; what nobody has written to for an hour is left over.
        """
        before = time.time() - _UNFINISHED_AFTER
        removed = 0
        for pattern in ("*/.*.part", "*/*/.*.part"):
            for temporary in self.root.glob(pattern):
                # Gone in between: its writer was slow, and has finished.
                with contextlib.suppress(FileNotFoundError):
                    if temporary.stat().st_mtime < before:
                        temporary.unlink()
                        removed += 1
        return removed

    def untouched(self, namespace: str, *, before: float, folders: Iterable[int]) -> Iterator[str]:
        """Digests of the files in these of the ``FOLDERS`` that nobody has put since ``before``.

        ``before`` is in seconds since 1970, as everywhere here.
        """
        for number in folders:
            folder = self.root / namespace / f"{number:02x}"
            # A folder comes with its first file; a file may go while it is looked at.
            with contextlib.suppress(FileNotFoundError), os.scandir(folder) as entries:
                for entry in entries:
                    if _DIGEST.fullmatch(entry.name) and _written(entry) < before:
                        yield entry.name

    def renew(self, namespace: str, sha256: str) -> None:
        """Make the file, if it is there, as young as one that was just put.

        For who is about to take a row away: what somebody else is writing may name the file, too.
        """
        _renewed(self.path_of(namespace, sha256))

    def remove_untouched(self, namespace: str, sha256: str, *, before: float) -> bool:
        """Remove the file unless somebody has put it since ``before``; return whether it went.

        Look and removal are one step for whoever puts the same bytes meanwhile: they find the file
        renewed and kept, or gone, and write it anew.
        """
        path = self.path_of(namespace, sha256)
        try:
            with path.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                held = os.fstat(file.fileno())
                if held.st_nlink == 0 or held.st_mtime >= before:
                    return False
                path.unlink()
        except FileNotFoundError:
            return False
        return True

    def delete(self, namespace: str, sha256: str) -> None:
        """Remove the file if it is there."""
        self.path_of(namespace, sha256).unlink(missing_ok=True)


def _renewed(target: Path) -> bool:
    """Whether the file is there, as young from now on as one just written.

    A file that this process may not renew counts as not there: it is written anew over the old.
    """
    try:
        with target.open("rb") as file:
            # Who removes files holds the other kind of lock; after it the file may have no name.
            fcntl.flock(file, fcntl.LOCK_SH)
            if os.fstat(file.fileno()).st_nlink == 0:
                return False
            os.utime(file.fileno())
    except (FileNotFoundError, PermissionError):
        return False
    return True


def _written(entry: os.DirEntry[str]) -> float:
    """When a file was put last; now for one that has gone meanwhile."""
    try:
        return entry.stat().st_mtime
    except FileNotFoundError:
        return time.time()


def _discard(temporary: Path) -> None:
    """Remove what was written so far; what keeps the store from being written may keep it there."""
    with contextlib.suppress(OSError):
        temporary.unlink(missing_ok=True)


def _fault_of(error: OSError) -> PlatformFault:
    """An operator frees room for the one and mends folders, rights or devices for the other."""
    fault = StorageFull if error.errno in _NO_ROOM else StorageUnavailable
    return fault(str(error.strerror))


def _sync_folder(folder: Path) -> None:
    """Make a rename in ``folder`` durable: its entry must reach the disk, not only the data."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def store() -> ContentStore:
    """The project's store, where ``STORAGE_ROOT`` says."""
    return ContentStore(Path(settings.STORAGE_ROOT))
