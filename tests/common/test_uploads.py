"""Uploads wait without a name, so that no death of the web process leaves one behind."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from django.test import RequestFactory

from brandhub.common.uploads import UnnamedUploadHandler

LARGE = 3 * 2**20  # more than Django keeps in memory


@pytest.fixture
def folder(tmp_path, settings):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    return tmp_path


def upload(data: bytes) -> HttpRequest:
    file = SimpleUploadedFile("a.bin", data, content_type="application/octet-stream")
    return RequestFactory().post("/", {"file": file})


def test_a_large_file_is_read_as_it_was_sent_and_has_no_name_on_disk(folder):
    data = bytes(range(256)) * (LARGE // 256)

    received = upload(data).FILES["file"]

    assert (received.name, received.size) == ("a.bin", LARGE)
    assert received.content_type == "application/octet-stream"
    assert list(folder.iterdir()) == []
    assert b"".join(received.chunks()) == data


def test_an_upload_that_breaks_off_closes_its_file(folder):
    handler = UnnamedUploadHandler()
    handler.new_file("file", "a.bin", "application/octet-stream", LARGE)
    handler.receive_data_chunk(bytes(LARGE), 0)

    handler.upload_interrupted()

    assert handler.file.closed
    assert list(folder.iterdir()) == []
