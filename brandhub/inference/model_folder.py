"""A base model on disk: its content hash, and what must not be in it. Without torch."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from pathlib import Path
from typing import Final

from brandhub.inference.errors import ModelBroken, ModelMissing

INDEX: Final = "model_index.json"
_EYES_SUFFIX: Final = "-eyes"

# What a diffusers folder needs and what documents it. Everything else, above all the pickles
# (.bin, .pt, .pth, .ckpt, .pkl) and code (.py), is refused rather than trusted to stay unread.
ALLOWED_SUFFIXES: Final = frozenset(
    {".json", ".safetensors", ".txt", ".model", ".md", ".png", ".webp", ".jpg", ".csv"}
)
_ALLOWED_NAMES: Final = frozenset({".gitattributes", "LICENSE", "NOTICE"})

_CACHED_FILES: Final = 4096

# (path, size, change time in ns, inode) of a file → SHA-256: a file that was written is read again
_file_hashes: OrderedDict[tuple[str, int, int, int], str] = OrderedDict()
_lock = threading.Lock()


def content_hash(folder: Path) -> str:
    """The SHA-256 that pins a model: over its files' relative names and SHA-256s, sorted by name.

    Two folders have equal hashes exactly if they hold the same files with the same bytes under the
    same names; dates, permissions and the folder's own place don't matter. Files are read once and
    again only after they changed in size, date or inode. Raises `ModelMissing` if there is no such
    folder or no `model_index.json` in it, and `ModelBroken` as `model_files` does.
    """
    digest = hashlib.sha256()
    for name, path in model_files(folder):
        digest.update(f"{_file_hash(path)}  {name}\n".encode())
    return digest.hexdigest()


def eyes_folder(folder: Path) -> Path | None:
    """The companion of a model's folder with a network that finds eyes; None where it has none."""
    companion = folder.with_name(folder.name + _EYES_SUFFIX)
    return companion if companion.is_dir() else None


def model_files(folder: Path) -> list[tuple[str, Path]]:
    """(relative POSIX name, path) of every file of a model folder, sorted by name.

    Raises `ModelMissing` if the folder or its index is not there, and `ModelBroken` if it holds a
    link or a file of a kind that no model needs, pickles first among them.
    """
    if not (folder / INDEX).is_file():
        raise ModelMissing(f"There is no {INDEX} in the model's folder {folder}.")
    files = []
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            raise ModelBroken(f"{name} is a link; a model's folder holds its own files.")
        if path.is_dir():
            continue
        if path.suffix.lower() not in ALLOWED_SUFFIXES and path.name not in _ALLOWED_NAMES:
            raise ModelBroken(f"{name} is no file that a model needs; weights are safetensors.")
        files.append((name, path))
    return sorted(files)


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file's bytes as hexadecimal digits, read now. Raises `OSError`."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _file_hash(path: Path) -> str:
    status = path.stat()
    key = (str(path.resolve()), status.st_size, status.st_ctime_ns, status.st_ino)
    with _lock:
        if key in _file_hashes:
            _file_hashes.move_to_end(key)
            return _file_hashes[key]
    digest = file_sha256(path)
    with _lock:
        _file_hashes[key] = digest
        while len(_file_hashes) > _CACHED_FILES:
            _file_hashes.popitem(last=False)
    return digest
