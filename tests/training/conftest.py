"""A corpus of a few pictures, drawn once for all tests that read one."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from brandhub.inference.training.corpus.build import build

COUNT = 40


@pytest.fixture(scope="session", autouse=True)
def _one_thread() -> None:
    """Networks this small lose more to threads than they gain."""
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def small_corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    build(folder, count=COUNT, seed=7, processes=1, shard_size=20)
    return folder
