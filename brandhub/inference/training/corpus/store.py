"""The corpus on disk: shards that are written once, whole, and read at random.

A shard is a folder of four files: ``small.npy`` (n, 128, 128, 3) uint8 for training, ``large.bin``
with the same pictures at 256 px as lossless WebP, ``large.npy`` with n + 1 offsets into it, and
``labels.jsonl``. All pictures are sRGB.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

FORMAT = 1
SMALL = 128
# One tag set in forty is kept from training, so that figures are of sets never trained on.
HELD_OUT_SHARE = 1 / 40

Split = Literal["train", "held_out", "all"]
TagSet = dict[str, str | tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a corpus folder was built from."""

    seed: int
    count: int
    shard_size: int
    recipe: str
    format: int = FORMAT


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Record the build; a folder of another seed, recipe or shard size is refused.

    Raises ``ValueError`` for such a folder; a larger count continues it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "corpus.json"
    if path.exists():
        held = Manifest(**json.loads(path.read_text(encoding="utf-8")))
        for name in ("seed", "shard_size", "recipe", "format"):
            if getattr(held, name) != getattr(manifest, name):
                raise ValueError(
                    f"{folder} holds a corpus with {name} {getattr(held, name)!r}, "
                    f"not {getattr(manifest, name)!r}; build into another folder"
                )
    path.write_text(json.dumps(asdict(manifest), indent=1) + "\n", encoding="utf-8")


def read_manifest(folder: Path) -> Manifest:
    """The record of a build; raises ``FileNotFoundError`` where there is none."""
    return Manifest(**json.loads((folder / "corpus.json").read_text(encoding="utf-8")))


def shard_folder(folder: Path, index: int) -> Path:
    """Where shard number ``index`` lies."""
    return folder / f"shard-{index:05d}"


def write_shard(
    folder: Path,
    index: int,
    pictures: Sequence[NDArray[np.uint8]],
    labels: Iterable[dict[str, Any]],
) -> None:
    """Write one shard under its final name only when it is whole."""
    target = shard_folder(folder, index)
    temporary = target.with_suffix(f".{os.getpid()}.part")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    small = np.empty((len(pictures), SMALL, SMALL, 3), np.uint8)
    offsets = np.zeros(len(pictures) + 1, np.int64)
    with (temporary / "large.bin").open("wb") as large:
        for row, picture in enumerate(pictures):
            image = Image.fromarray(picture)
            small[row] = np.asarray(image.resize((SMALL, SMALL), Image.Resampling.BOX))
            packed = io.BytesIO()
            image.save(packed, "WEBP", lossless=True, method=2)
            offsets[row + 1] = offsets[row] + large.write(packed.getvalue())
    np.save(temporary / "small.npy", small)
    np.save(temporary / "large.npy", offsets)
    lines = (json.dumps(label, ensure_ascii=False, sort_keys=True) for label in labels)
    (temporary / "labels.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    shutil.rmtree(target, ignore_errors=True)
    temporary.rename(target)


def is_held_out(tags: TagSet) -> bool:
    """Whether a tag set is kept from training; depends on nothing but the tags."""
    text = json.dumps(tags, sort_keys=True)
    digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") < HELD_OUT_SHARE * 2**64


class CorpusDataset:
    """Pictures with their tags, at 128 or 256 px, in the order they were drawn.

    ``dataset[i]`` is ``(image, tags)``: image (3, size, size) uint8 sRGB, tags as the vocabulary's
    mapping. Only whole shards count, so a corpus that is still growing can be read. Safe to use in
    worker processes: files are opened by the process that reads them. ``limit`` takes the first so
    many pictures only.
    """

    def __init__(
        self,
        folder: Path | str,
        *,
        size: int = SMALL,
        split: Split = "train",
        limit: int | None = None,
    ) -> None:
        if size not in (SMALL, 2 * SMALL):
            raise ValueError(f"size is {SMALL} or {2 * SMALL}, not {size}")
        self.folder = Path(folder)
        self.size = size
        self.manifest = read_manifest(self.folder)
        self.labels: list[dict[str, Any]] = []
        self.places: list[tuple[int, int]] = []
        for path in sorted(self.folder.glob("shard-?????")):
            shard = int(path.name.removeprefix("shard-"))
            lines = (path / "labels.jsonl").read_text(encoding="utf-8").splitlines()
            for row, line in enumerate(lines):
                if limit is not None and len(self.places) >= limit:
                    return
                label = json.loads(line)
                label["tags"] = {
                    name: tuple(held) if isinstance(held, list) else held
                    for name, held in label["tags"].items()
                }
                if split == "all" or is_held_out(label["tags"]) == (split == "held_out"):
                    self.labels.append(label)
                    self.places.append((shard, row))

    def __len__(self) -> int:
        return len(self.places)

    def tags(self, index: int) -> TagSet:
        """The tags of one picture, without reading the picture."""
        return self.labels[index]["tags"]

    def image(self, index: int) -> NDArray[np.uint8]:
        """One picture (3, size, size), uint8."""
        shard, row = self.places[index]
        path = shard_folder(self.folder, shard)
        if self.size == SMALL:
            pixels = _small(str(path))[row]
        else:
            offsets = _offsets(str(path))
            with (path / "large.bin").open("rb") as large:
                large.seek(int(offsets[row]))
                packed = large.read(int(offsets[row + 1] - offsets[row]))
            pixels = np.asarray(Image.open(io.BytesIO(packed)).convert("RGB"))
        return np.ascontiguousarray(pixels.transpose(2, 0, 1))

    def __getitem__(self, index: int) -> tuple[NDArray[np.uint8], TagSet]:
        return self.image(index), self.tags(index)


@lru_cache(maxsize=4096)
def _small(path: str) -> NDArray[np.uint8]:
    return np.load(Path(path) / "small.npy", mmap_mode="r")


@lru_cache(maxsize=4096)
def _offsets(path: str) -> NDArray[np.int64]:
    return np.load(Path(path) / "large.npy")
