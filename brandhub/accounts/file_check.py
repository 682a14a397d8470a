"""Whether every file that a row names is in the store, as after a backup was restored."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from brandhub.accounts.models import Brand
from brandhub.accounts.stored_files import file_columns
from brandhub.common.storage import store


@dataclass(frozen=True, slots=True)
class Lack:
    """A file that is ``missing``, or that is ``changed``: its bytes are not those of its name."""

    sha256: str
    named_by: str
    reason: str


@dataclass(frozen=True, slots=True)
class FileCheck:
    """How many files a brand's rows name, and which of them it lacks."""

    named: int
    lacking: tuple[Lack, ...]


def check_files(brand: Brand, *, content: bool) -> FileCheck:
    """Look for every file that rows of ``brand`` name; with ``content`` read it, too.

    Reads, writes nothing. Files that no row names are no fault: the collector takes them.
    """
    seen: set[str] = set()
    lacking = []
    for sha256, named_by in _named_by(brand):
        if sha256 in seen:
            continue
        seen.add(sha256)
        if reason := _fault(brand, sha256, content=content):
            lacking.append(Lack(sha256, named_by, reason))
    return FileCheck(len(seen), tuple(lacking))


def _named_by(brand: Brand) -> Iterator[tuple[str, str]]:
    for column in file_columns():
        name = f"{column.model._meta.label}.{column.name}"
        for sha256 in column.digests_of(brand).iterator():
            yield sha256, name


def _fault(brand: Brand, sha256: str, *, content: bool) -> str:
    path = store().path_of(brand.public_id, sha256)
    if not path.is_file():
        return "missing"
    if not content:
        return ""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return "" if digest == sha256 else "changed"
