"""A model's content hash pins its files, and pickles don't get past it."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path
from unittest import mock

import pytest

from brandhub.inference import model_folder
from brandhub.inference.errors import ModelBroken, ModelMissing
from brandhub.inference.model_folder import content_hash, model_files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "model"
    (root / "unet").mkdir(parents=True)
    (root / "model_index.json").write_text("{}")
    (root / "unet" / "weights.safetensors").write_bytes(b"\x00" * 32)
    return root


def test_the_hash_is_of_sorted_names_and_file_hashes(folder):
    index = hashlib.sha256(b"{}").hexdigest()
    weights = hashlib.sha256(b"\x00" * 32).hexdigest()
    expected = hashlib.sha256(
        f"{index}  model_index.json\n{weights}  unet/weights.safetensors\n".encode()
    ).hexdigest()
    assert content_hash(folder) == expected


def test_a_copy_elsewhere_with_other_dates_has_the_same_hash(folder, tmp_path):
    copy = shutil.copytree(folder, tmp_path / "copy")
    os.utime(copy / "model_index.json", (1, 1))
    assert content_hash(copy) == content_hash(folder)


def test_a_byte_a_name_or_a_file_more_changes_the_hash(folder):
    hashes = [content_hash(folder)]
    (folder / "unet" / "weights.safetensors").write_bytes(b"\x00" * 31 + b"\x01")
    hashes.append(content_hash(folder))
    (folder / "unet" / "weights.safetensors").rename(folder / "unet" / "other.safetensors")
    hashes.append(content_hash(folder))
    (folder / "README.md").write_text("")
    hashes.append(content_hash(folder))
    assert len(set(hashes)) == 4


def test_a_change_that_keeps_size_and_date_is_seen(folder):
    path = folder / "unet" / "weights.safetensors"
    before, status = content_hash(folder), path.stat()
    path.write_bytes(b"\x01" * 32)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert content_hash(folder) != before


def test_files_are_read_once(folder):
    content_hash(folder)
    with mock.patch.object(model_folder, "file_sha256") as read:
        content_hash(folder)
    read.assert_not_called()


@pytest.mark.parametrize(
    "name",
    [
        "unet/diffusion_pytorch_model.bin",
        "model.ckpt",
        "vae/weights.pt",
        "vae/weights.PTH",
        "text_encoder/optimizer.pkl",
        "scheduler/custom.py",
        "unet/data",
    ],
)
def test_pickles_code_and_unknown_files_are_refused(folder, name):
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_bytes(b"")
    with pytest.raises(ModelBroken, match=name) as raised:
        content_hash(folder)
    assert raised.value.code == "model_broken"
    assert raised.value.retryable is False


def test_a_link_is_refused(folder, tmp_path):
    outside = tmp_path / "outside.safetensors"
    outside.write_bytes(b"")
    (folder / "unet" / "more.safetensors").symlink_to(outside)
    with pytest.raises(ModelBroken, match="link"):
        model_files(folder)


@pytest.mark.parametrize("name", ["", "model_index.json"])
def test_a_folder_without_an_index_is_missing(folder, name):
    (folder / "model_index.json").unlink()
    with pytest.raises(ModelMissing) as raised:
        content_hash(folder / name)
    assert raised.value.code == "model_missing"
    assert raised.value.retryable is True
