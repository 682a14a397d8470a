"""Content-addressed files: whole or absent, stored once, and never outside the store."""

import errno
import hashlib
import io
import os
import time
from pathlib import Path

import pytest

from brandhub.common.storage import (
    ContentStore,
    StorageFull,
    StorageUnavailable,
    StoredFileMissing,
)


@pytest.fixture
def files(tmp_path):
    return ContentStore(tmp_path / "store")


def everything(files):
    return sorted(path.name for path in files.root.rglob("*") if path.is_file())


def test_bytes_come_back_by_their_digest(files):
    stored = files.put("acme", b"pixels")
    assert stored.sha256 == hashlib.sha256(b"pixels").hexdigest()
    assert stored.size == 6
    assert files.read("acme", stored.sha256) == b"pixels"


def test_equal_bytes_are_stored_once_per_brand(files):
    first = files.put("acme", b"pixels")
    inode = files.path_of("acme", first.sha256).stat().st_ino
    files.put("acme", b"pixels")
    files.put("globex", b"pixels")
    assert files.path_of("acme", first.sha256).stat().st_ino == inode
    assert len(everything(files)) == 2


def test_a_disk_that_fills_up_leaves_nothing_behind(files, monkeypatch):
    # given
    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    # when
    with pytest.raises(StorageFull):
        files.put("acme", b"pixels")
    # then
    assert everything(files) == []


@pytest.mark.parametrize("put", ["put", "put_stream"])
@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (errno.ENOSPC, StorageFull),
        (errno.EDQUOT, StorageFull),
        (errno.EACCES, StorageUnavailable),
        (errno.EROFS, StorageUnavailable),
    ],
)
def test_a_folder_that_cannot_be_made_is_a_fault_that_says_why(
    files, monkeypatch, put, error, fault
):
    # given
    def refuse(*_args, **_kwargs):
        raise OSError(error, os.strerror(error))

    monkeypatch.setattr(Path, "mkdir", refuse)
    data = b"pixels" if put == "put" else io.BytesIO(b"pixels")
    # when
    with pytest.raises(fault) as raised:
        getattr(files, put)("acme", data)
    # then
    assert raised.value.detail == os.strerror(error)


def test_a_file_that_is_not_there_is_a_fault_with_a_code(files):
    with pytest.raises(StoredFileMissing) as missing:
        files.read("acme", "0" * 64)
    assert missing.value.error_code == "stored_file_missing"


@pytest.mark.parametrize(
    ("namespace", "digest"),
    [
        ("../etc", "0" * 64),
        ("", "0" * 64),
        ("acme", "../../passwd"),
        ("acme", "0" * 63),
        ("acme", "A" * 64),
        ("acme\n", "0" * 64),
    ],
)
def test_no_name_leads_out_of_the_store(files, namespace, digest):
    with pytest.raises(ValueError, match="content address"):
        files.path_of(namespace, digest)


def test_what_a_killed_writer_left_is_removed_and_nothing_else(files):
    # given
    kept = files.put("acme", b"pixels")
    folder = files.path_of("acme", kept.sha256).parent
    left = [folder / f".{kept.sha256}.0a.part", files.root / "acme" / ".0b.part"]
    being_written = files.root / "acme" / ".0c.part"
    for path in (*left, being_written):
        path.write_bytes(b"half")
    long_ago = time.time() - 3700
    for path in (*left, files.path_of("acme", kept.sha256)):
        os.utime(path, (long_ago, long_ago))
    # when
    removed = files.remove_unfinished()
    # then
    assert removed == 2
    assert everything(files) == sorted([being_written.name, kept.sha256])
