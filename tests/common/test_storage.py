"""Content-addressed files: whole or absent, stored once, and never outside the store."""

import errno
import fcntl
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


class TestRemovingTheUntouched:
    """Files that nobody has put for long, and whoever puts the same bytes that moment."""

    def long_ago(self, files, stored):
        then = time.time() - 1000
        os.utime(files.path_of("acme", stored.sha256), (then, then))
        return time.time() - 500

    def test_the_untouched_are_found_in_their_folders(self, files):
        old, young = files.put("acme", b"old"), files.put("acme", b"young")
        before = self.long_ago(files, old)
        number = int(old.sha256[:2], 16)

        assert list(files.untouched("acme", before=before, folders=range(256))) == [old.sha256]
        assert list(files.untouched("acme", before=before, folders=[number])) == [old.sha256]
        assert list(files.untouched("acme", before=before, folders=[number ^ 1])) == []
        assert young.sha256 in everything(files)

    def test_what_is_old_goes_and_what_is_young_stays(self, files):
        old, young = files.put("acme", b"old"), files.put("acme", b"young")
        before = self.long_ago(files, old)

        assert files.remove_untouched("acme", old.sha256, before=before)
        assert not files.remove_untouched("acme", young.sha256, before=before)
        assert not files.remove_untouched("acme", old.sha256, before=before)
        assert everything(files) == [young.sha256]

    @pytest.mark.parametrize(
        "put_again",
        [
            lambda files: files.put("acme", b"bytes"),
            lambda files: files.put_stream("acme", io.BytesIO(b"bytes")),
            lambda files: files.renew("acme", hashlib.sha256(b"bytes").hexdigest()),
        ],
        ids=["put", "put_stream", "renew"],
    )
    def test_whoever_puts_the_same_bytes_makes_the_file_young(self, files, put_again):
        stored = files.put("acme", b"bytes")
        before = self.long_ago(files, stored)

        put_again(files)

        assert not files.remove_untouched("acme", stored.sha256, before=before)
        assert everything(files) == [stored.sha256]

    def test_what_is_put_between_look_and_lock_stays(self, files, monkeypatch):
        stored = files.put("acme", b"bytes")
        before = self.long_ago(files, stored)
        lock = fcntl.flock

        def put_first(file, kind):
            if kind == fcntl.LOCK_EX:
                files.put("acme", b"bytes")
            lock(file, kind)

        monkeypatch.setattr(fcntl, "flock", put_first)

        assert not files.remove_untouched("acme", stored.sha256, before=before)
        assert files.read("acme", stored.sha256) == b"bytes"

    @pytest.mark.parametrize(
        "put_again",
        [
            lambda files: files.put("acme", b"bytes"),
            lambda files: files.put_stream("acme", io.BytesIO(b"bytes")),
        ],
        ids=["put", "put_stream"],
    )
    def test_what_is_removed_between_look_and_lock_is_written_anew(
        self, files, monkeypatch, put_again
    ):
        stored = files.put("acme", b"bytes")
        before = self.long_ago(files, stored)
        lock, removed = fcntl.flock, []

        def remove_first(file, kind):
            if kind == fcntl.LOCK_SH:
                removed.append(files.remove_untouched("acme", stored.sha256, before=before))
            lock(file, kind)

        monkeypatch.setattr(fcntl, "flock", remove_first)

        assert put_again(files) == stored
        assert removed == [True]
        assert files.read("acme", stored.sha256) == b"bytes"

    def test_who_comes_second_does_not_remove_what_was_put_after_the_first(
        self, files, monkeypatch
    ):
        stored = files.put("acme", b"bytes")
        before = self.long_ago(files, stored)
        lock, others = fcntl.flock, []

        def remove_first(file, kind):
            if not others:
                others.append(None)
                others[0] = files.remove_untouched("acme", stored.sha256, before=before)
                files.put("acme", b"bytes")
            lock(file, kind)

        monkeypatch.setattr(fcntl, "flock", remove_first)

        assert not files.remove_untouched("acme", stored.sha256, before=before)
        assert others == [True]
        assert files.read("acme", stored.sha256) == b"bytes"
