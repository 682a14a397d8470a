"""Draw a corpus in parallel processes, shard by shard, the same for the same seed."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import random
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict
from functools import partial
from pathlib import Path

from brandhub.inference.training.corpus.bases import DRAWN_FAMILIES
from brandhub.inference.training.corpus.compose import STYLES, SUBJECTS, paint
from brandhub.inference.training.corpus.licences import licences_of
from brandhub.inference.training.corpus.store import (
    Manifest,
    shard_folder,
    write_manifest,
    write_shard,
)

# Raise it whenever the same seed would draw other pictures.
RECIPE = "5"
SHARD_SIZE = 512


def draw_shard(folder: Path, seed: int, size: int, count: int, index: int) -> int:
    """Draw and write one shard; gives how many pictures it holds. A shard that is there is kept."""
    first, last = index * size, min((index + 1) * size, count)
    if shard_folder(folder, index).exists():
        return last - first
    kinds = [(subject, style) for style in STYLES for subject in SUBJECTS]
    pictures, labels = [], []
    for number in range(first, last):
        rng = random.Random(f"{seed}:{number}")
        subject, style = kinds[number % len(kinds)]
        picture, drawing = paint(subject, style, rng)
        pictures.append(picture)
        labels.append({"index": number, "source": drawing.source, "tags": drawing.tags})
    write_shard(folder, index, pictures, labels)
    return last - first


def build(
    folder: Path,
    *,
    count: int,
    seed: int,
    processes: int | None = None,
    shard_size: int = SHARD_SIZE,
    progress: Callable[[str], None] = lambda line: None,
) -> None:
    """Draw ``count`` pictures into ``folder``, continuing what is there.

    The same seed gives the same pictures and labels, however often it was interrupted and on
    however many processes. ``count`` is rounded up to whole shards. The art's licences are
    recorded beside the pictures. Raises ``ValueError`` for a folder that holds another corpus, and
    ``LicenceError`` for art that is not free.
    """
    shards = -(-count // shard_size)
    licences = [asdict(held) for held in licences_of(DRAWN_FAMILIES)]
    write_manifest(folder, Manifest(seed, shards * shard_size, shard_size, RECIPE))
    (folder / "licences.json").write_text(
        json.dumps(licences, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    done, start = 0, time.monotonic()
    work = partial(draw_shard, folder, seed, shard_size, shards * shard_size)
    workers = processes or os.cpu_count() or 1
    with contextlib.ExitStack() as stack:
        drawing: Iterable[int] = map(work, range(shards))
        if workers > 1:
            pool = stack.enter_context(multiprocessing.get_context("spawn").Pool(workers))
            drawing = pool.imap_unordered(work, range(shards))
        for drawn in drawing:
            done += drawn
            seconds = time.monotonic() - start
            left = seconds / done * (shards * shard_size - done)
            progress(
                f"{done}/{shards * shard_size} pictures, {done / seconds:.0f}/s, {left:.0f} s left"
            )
