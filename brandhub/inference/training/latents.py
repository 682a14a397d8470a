"""A corpus folder as latents, with captions made anew at every step."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from .captioning import TagSet, word
from .corpus.store import CorpusDataset
from .diffusion import LatentCorpus
from .patches import PatchBasis

_CELLS = 16
# Each accessory or beard makes a picture so much rarer.
_BURDEN_SHARE = 0.4


def read_corpora(
    folders: Sequence[Path], encode: Callable[[Tensor], Tensor], *, limit: int | None = None
) -> LatentCorpus:
    """The training pictures of corpora, `limit` of each, encoded whenever they are drawn.

    `encode` takes pictures (count, 3, 128, 128), float32 in -1..1. Pictures come as they are:
    moving them would take faces off their place and pixel art off its grid, mirroring would double
    what there is to learn of shades and hair. Shards that are still being drawn are left out.
    """
    datasets = [CorpusDataset(folder, split="train", limit=limit) for folder in folders]
    places = [(dataset, row) for dataset in datasets for row in range(len(dataset))]

    def tags(index: int) -> TagSet:
        dataset, row = places[index]
        return dataset.tags(row)

    def clean(indices: Sequence[int], generator: torch.Generator) -> Tensor:
        pixels = np.stack([CorpusDataset.image(*places[index]) for index in indices])
        return encode(torch.from_numpy(pixels).float() / 127.5 - 1)

    def caption(index: int, rng: random.Random) -> str:
        return word(tags(index), rng)

    shares = torch.tensor([draw_share(tags(index)) for index in range(len(places))])
    return LatentCorpus(clean, caption, draw_share=shares, emphasis=centre_emphasis(_CELLS))


def draw_share(tags: TagSet) -> float:
    """How often a picture is drawn: those with few accessories more, so that main parts are
    learnt first, and those with something at the eyes more."""
    accessories = tags.get("accessory", ())
    burden = len((accessories,) if isinstance(accessories, str) else accessories)
    burden += "facial_hair" in tags
    return (1.5 if "eyewear" in tags else 1.0) * _BURDEN_SHARE**burden


def centre_emphasis(cells: int, *, border: float = 0.6, centre: float = 1.9) -> Tensor:
    """Weights (cells, cells) of the loss: faces, in the middle, count more than the border."""
    line = torch.linspace(-1, 1, cells)
    distance = (line[:, None] ** 2 + line[None] ** 2).sqrt()
    return border + (centre - border) * (-((distance / 0.6) ** 2)).exp()


def save_basis(basis: PatchBasis, path: Path) -> None:
    """Keep `basis` beside the checkpoints that depend on it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save({"mean": basis.mean, "analysis": basis.analysis, "synthesis": basis.synthesis}, path)


def load_basis(path: Path) -> PatchBasis:
    """Read what `save_basis` wrote."""
    return PatchBasis(**torch.load(path, weights_only=True))
