"""What a picture shows, read by the embedded classifier: a door that costs nothing to import."""

from __future__ import annotations

import io
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PIL import Image, ImageOps

from brandhub.inference.errors import ModelBroken, ModelMissing

if TYPE_CHECKING:
    from brandhub.inference.training.classifier import TagClassifier

#: Pixels of a side that the classifier looks at; more is averaged away here.
_SIDE: Final = 128
_NONE: Final = "none"

_lock = threading.Lock()
_loaded: dict[Path, TagClassifier] = {}


@dataclass(frozen=True, slots=True)
class ReadTag:
    """A tag that a picture seems to have, and how sure the classifier is, 0 to 1."""

    category: str
    value: str
    sureness: float


def read_tags(folder: Path, pictures: Sequence[bytes]) -> list[list[ReadTag]]:
    """The likeliest answer to each of the classifier's questions that is not "none", by picture.

    ``pictures`` are encoded files of any size, sRGB; what is transparent counts as white. Imports
    torch, and keeps the classifier of ``folder`` loaded in this process. Raises ``ModelMissing``
    and ``ModelBroken``.
    """
    import numpy as np

    classifier = _classifier(folder)
    if not pictures:
        return []
    pixels = np.stack([np.asarray(_square(each)).transpose(2, 0, 1) for each in pictures])
    with _lock:
        read = classifier.read(pixels)
    found: list[list[ReadTag]] = [[] for _ in pictures]
    for question in classifier.questions:
        category, _, value = question.name.partition(":")
        for tags, shares in zip(found, read[question.name], strict=True):
            best = int(shares.argmax())
            answer = question.answers[best]
            if answer != _NONE:
                tags.append(ReadTag(category, value or answer, float(shares[best])))
    return found


def _square(picture: bytes) -> Image.Image:
    """The whole picture as RGB on a white square of the classifier's size."""
    with Image.open(io.BytesIO(picture)) as opened:
        image = opened.convert("RGBA")
    ground = Image.new("RGBA", image.size, "white")
    flat = Image.alpha_composite(ground, image).convert("RGB")
    return ImageOps.pad(flat, (_SIDE, _SIDE), Image.Resampling.BOX, color="white")


def _classifier(folder: Path) -> TagClassifier:
    with _lock:
        if folder not in _loaded:
            if not (folder / "classifier.safetensors").is_file():
                raise ModelMissing(f"There is no classifier in {folder}.")
            from brandhub.inference.diffusers_backend.process import prepare_process

            prepare_process()
            from brandhub.inference.training.classifier import TagClassifier

            try:
                _loaded[folder] = TagClassifier.load(folder)
            except (OSError, ValueError, KeyError, RuntimeError) as error:
                raise ModelBroken(f"The classifier in {folder} can't be read.") from error
        return _loaded[folder]
