"""The corpus on disk: deterministic, resumable, readable while it grows, split for ever."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from brandhub.inference.training.corpus.__main__ import main
from brandhub.inference.training.corpus.build import build
from brandhub.inference.training.corpus.report import report
from brandhub.inference.training.corpus.store import (
    HELD_OUT_SHARE,
    CorpusDataset,
    is_held_out,
    shard_folder,
    write_shard,
)


def digest(folder: Path) -> str:
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*.*")):
        found.update(path.read_bytes())
    return found.hexdigest()


def test_the_same_seed_builds_the_same_files_even_after_an_interruption(small_corpus, tmp_path):
    # Given one of two shards, as an interrupted build leaves it.
    build(tmp_path, count=20, seed=7, processes=1, shard_size=20)
    assert not shard_folder(tmp_path, 1).exists()
    # When the build is run again in full.
    build(tmp_path, count=40, seed=7, processes=1, shard_size=20)
    # Then it equals the build that was never interrupted.
    assert digest(tmp_path) == digest(small_corpus)


def test_a_folder_of_another_seed_is_refused_and_left_alone(small_corpus):
    before = digest(small_corpus)
    with pytest.raises(ValueError, match="seed 7, not 8"):
        build(small_corpus, count=40, seed=8, processes=1, shard_size=20)
    assert digest(small_corpus) == before


def test_pictures_come_at_both_sizes_with_their_tags(small_corpus):
    small = CorpusDataset(small_corpus, split="all")
    large = CorpusDataset(small_corpus, split="all", size=256)
    assert len(small) == len(large) == 40
    picture, tags = small[21]
    big, same = large[21]
    assert (picture.shape, big.shape) == ((3, 128, 128), (3, 256, 256))
    assert picture.dtype == big.dtype == np.uint8
    assert tags == same
    assert {"style", "subject", "expression", "color", "background"} <= tags.keys()
    means = big.reshape(3, 128, 2, 128, 2).mean((2, 4))
    assert np.abs(means - picture).max() <= 1
    with pytest.raises(ValueError, match="size"):
        CorpusDataset(small_corpus, size=200)


def test_training_and_held_out_share_no_tag_set(small_corpus):
    every = CorpusDataset(small_corpus, split="all")
    parts = [CorpusDataset(small_corpus, split=split) for split in ("train", "held_out")]
    assert sum(map(len, parts)) == len(every)
    assert not any(is_held_out(parts[0].tags(i)) for i in range(len(parts[0])))
    assert all(is_held_out(parts[1].tags(i)) for i in range(len(parts[1])))


def test_the_held_out_share_is_about_one_in_forty():
    chosen = sum(is_held_out({"subject": "robot", "style": str(i)}) for i in range(8000))
    assert 0.6 < chosen / 8000 / HELD_OUT_SHARE < 1.4


def test_a_shard_that_is_not_whole_does_not_count(small_corpus, tmp_path):
    build(tmp_path, count=20, seed=7, processes=1, shard_size=20)
    half = shard_folder(tmp_path, 1).with_suffix(".123.part")
    half.mkdir()
    (half / "labels.jsonl").write_text(json.dumps({"tags": {}}))
    assert len(CorpusDataset(tmp_path, split="all")) == 20
    assert len(CorpusDataset(tmp_path, split="all", limit=10)) == 10


def test_a_crash_in_mid_shard_leaves_nothing_that_counts(tmp_path, monkeypatch):
    pictures = [np.full((256, 256, 3), 40 * row, np.uint8) for row in range(3)]
    labels = [{"tags": {"subject": "robot"}}] * 3

    def full(*arguments: object) -> None:
        raise OSError("no space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(np, "save", full)
        with pytest.raises(OSError, match="no space"):
            write_shard(tmp_path, 0, pictures, labels)
    assert not shard_folder(tmp_path, 0).exists()
    write_shard(tmp_path, 0, pictures, labels)
    assert {path.name for path in tmp_path.iterdir()} == {"shard-00000"}


def test_the_report_counts_cells_and_fails_on_a_short_one(small_corpus, capsys):
    text, short = report(small_corpus, least=1)
    assert "40 pictures" in text
    robots = sum(
        label["tags"]["subject"] == "robot" and label["tags"].get("eyewear") == "glasses"
        for label in CorpusDataset(small_corpus, split="all").labels
    )
    row = next(line for line in text.splitlines() if line.startswith("eyewear:glasses"))
    assert int(row.split()[2].strip("!")) == robots
    assert (("robot", "eyewear:glasses") in short) == (robots < 1)
    assert main(["report", str(small_corpus), "--least", "300"]) == 1
    assert "short: face × style:pixel" in capsys.readouterr().out


def test_a_complete_corpus_passes_the_report(small_corpus, capsys):
    assert main(["report", str(small_corpus), "--least", "0"]) == 0
