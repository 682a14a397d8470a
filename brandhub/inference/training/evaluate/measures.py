"""Numbers from pictures: distances between sets, spread within them, tags read back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from brandhub.inference.training.classifier import TagClassifier
from brandhub.vocabulary import Tags, category, tag_names

Vectors = NDArray[np.float32]
IDENTITY = ("subject", "style", "background")
DETAILS = ("eyewear", "headwear", "expression", "hair")


def psnr(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> float:
    """Mean over pictures of the peak signal-to-noise ratio in dB; both (n, 3, h, w) uint8."""
    error = (first.astype(np.float64) - second.astype(np.float64)) ** 2
    each = error.reshape(len(error), -1).mean(1).clip(min=1e-6)
    return float((10 * np.log10(255**2 / each)).mean())


def principal_directions(features: Vectors, count: int) -> tuple[Vectors, Vectors]:
    """(mean, directions (count, width)) along which ``features`` vary most."""
    mean = features.mean(0)
    _, _, directions = np.linalg.svd(features - mean, full_matrices=False)
    return mean, directions[:count]


def frechet(first: Vectors, second: Vectors) -> float:
    """Fréchet distance between Gaussians fitted to two sets of features (Dowson & Landau, 1982)."""
    mean = first.mean(0) - second.mean(0)
    one, two = np.cov(first, rowvar=False), np.cov(second, rowvar=False)
    root = linalg.sqrtm(one @ two)
    return float(mean @ mean + np.trace(one + two - 2 * np.real(root)))


def distance_ratio(
    drawn: Vectors, real: Vectors, other_real: Vectors, *, directions: int = 64
) -> float:
    """Fréchet distance drawn–real over that between two sets of real pictures of the same size.

    Features are reduced to the real pictures' principal directions, so that a few hundred pictures
    suffice for the covariances.
    """
    mean, axes = principal_directions(np.concatenate([real, other_real]), directions)

    def reduced(features: Vectors) -> Vectors:
        return np.asarray((features - mean) @ axes.T, np.float32)

    return frechet(reduced(drawn), reduced(real)) / frechet(reduced(other_real), reduced(real))


def spread(features: Vectors) -> float:
    """Mean cosine distance between all pairs of unit vectors."""
    similar = features @ features.T
    count = len(features)
    return float((count * count - similar.sum()) / (count * (count - 1)))


def shows(
    read: Mapping[str, NDArray[np.float32]], model: TagClassifier, tag: str
) -> NDArray[np.bool_]:
    """For each picture, whether the classifier sees ``category:value`` or one of its group."""
    name, _, value = tag.partition(":")
    asked = category(name).value(value)
    if category(name).multiple:
        return np.asarray(read[tag].argmax(1) == 1)
    question = next(q for q in model.questions if q.name == name)
    right = [i for i, answer in enumerate(question.answers) if asked.satisfied_by(answer)]
    return np.isin(read[name].argmax(1), right)


def sees_any(read: Mapping[str, NDArray[np.float32]], name: str) -> NDArray[np.bool_]:
    """For each picture, whether the classifier sees anything of a category that may be absent."""
    return np.asarray(read[name].argmax(1) != 0)


def read_back(
    model: TagClassifier, pictures: NDArray[np.uint8], asked: Sequence[Tags]
) -> dict[str, tuple[int, int]]:
    """For each category, (right, asked) over the tags that were asked for."""
    read = model.read(pictures)
    seen: dict[str, NDArray[np.bool_]] = {}
    counts: dict[str, tuple[int, int]] = {}
    for row, tags in enumerate(asked):
        for name in tags:
            for value in tag_names(tags, name):
                tag = f"{name}:{value}"
                if tag == "age:adult":
                    continue
                if tag not in seen:
                    seen[tag] = shows(read, model, tag)
                right, total = counts.get(name, (0, 0))
                counts[name] = (right + int(seen[tag][row]), total + 1)
    return counts


def mean_share(counts: Mapping[str, tuple[int, int]], names: Sequence[str]) -> float:
    """Mean over categories of the share of right answers, in per cent; NaN where one is missing."""
    shares = [counts[n][0] / counts[n][1] if counts.get(n, (0, 0))[1] else np.nan for n in names]
    return float(100 * np.mean(shares))
