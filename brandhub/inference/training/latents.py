"""A corpus folder as latents in memory, with captions made anew at every step."""

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

_CHUNK = 256


def load_latents(
    folders: Sequence[Path], encode: Callable[[Tensor], Tensor], *, limit: int | None = None
) -> LatentCorpus:
    """Encode the training pictures of corpora, `limit` of each; bfloat16, some 10 kB a picture.

    `encode` takes pictures (count, 3, 128, 128), float32 in -1..1.

    Shards that are still being drawn are left out.
    """
    chunks: list[Tensor] = []
    tags: list[TagSet] = []
    for folder in folders:
        dataset = CorpusDataset(folder, split="train", limit=limit)
        for start in range(0, len(dataset), _CHUNK):
            rows = range(start, min(start + _CHUNK, len(dataset)))
            pixels = torch.from_numpy(np.stack([dataset.image(row) for row in rows]))
            chunks.append(encode(pixels.float() / 127.5 - 1).bfloat16())
            tags.extend(dataset.tags(row) for row in rows)
    latents = torch.cat(chunks)
    shares = torch.tensor([draw_share(held) for held in tags])

    def caption(index: int, rng: random.Random) -> str:
        return word(tags[index], rng)

    return LatentCorpus(
        latents,
        caption,
        emphasis=centre_emphasis(latents.shape[-1]),
        draw_share=shares,
    )


def draw_share(tags: TagSet) -> float:
    """How often a picture is drawn: those with few accessories more, so that main parts are
    learnt first, and those with something at the eyes more."""
    accessories = tags.get("accessory", ())
    burden = len((accessories,) if isinstance(accessories, str) else accessories)
    burden += "facial_hair" in tags
    return (1.4 if "eyewear" in tags else 1.0) / (1 + burden)


def centre_emphasis(cells: int, *, border: float = 0.7, centre: float = 1.5) -> Tensor:
    """Weights (cells, cells) of the loss: faces, in the middle, count more than the border."""
    line = torch.linspace(-1, 1, cells)
    distance = (line[:, None] ** 2 + line[None] ** 2).sqrt()
    return border + (centre - border) * (-((distance / 0.7) ** 2)).exp()


def save_basis(basis: PatchBasis, path: Path) -> None:
    """Keep `basis` beside the checkpoints that depend on it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save({"mean": basis.mean, "analysis": basis.analysis, "synthesis": basis.synthesis}, path)


def load_basis(path: Path) -> PatchBasis:
    """Read what `save_basis` wrote."""
    return PatchBasis(**torch.load(path, weights_only=True))
