"""The embedded aligner as a judge of pictures. Imports torch."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from brandhub.inference.errors import ModelBroken, ModelMissing
from brandhub.inference.judging import FEATURES, Judgement, questions_of, scored, statements
from brandhub.inference.training.aligner import Aligner
from brandhub.inference.training.towers import INPUT_SIZE
from brandhub.vocabulary import Tags

WEIGHTS = "aligner.safetensors"


class AlignerJudge:
    """:class:`brandhub.inference.judging.Judge` on the aligner in ``folder``.

    Every statement's text is embedded once, so that a picture costs one pass of the image tower:
    one or two milliseconds of a core. Raises `ModelMissing` where there are no weights, and
    `ModelBroken` where they cannot be read or have other features than are kept.
    """

    def __init__(self, folder: Path) -> None:
        weights = folder / WEIGHTS
        if not weights.is_file():
            raise ModelMissing(f"There is no {WEIGHTS} in {folder}.")
        try:
            self._aligner = Aligner.load(folder)
        except Exception as error:
            raise ModelBroken(f"{folder} is no aligner: {type(error).__name__}.") from error
        if self._aligner.config["features"] != FEATURES:
            raise ModelBroken(f"The aligner's features are not {FEATURES} numbers.")
        self.name = hashlib.sha256(weights.read_bytes()).hexdigest()[:16]
        said = statements()
        self._places = tuple(said)
        self._texts = self._aligner.embed_texts(list(said.values()))
        self._scale = float(np.exp(self._aligner.scale.item()))

    def judge(
        self, pictures: Sequence[Image.Image], asked: Sequence[tuple[Tags, Sequence[str]]]
    ) -> list[Judgement]:
        """See the protocol. The bias of the logits cancels out in every comparison."""
        pixels = np.stack([_pixels(each) for each in pictures])
        features = self._aligner.embed_images(pixels)
        logits = self._scale * features @ self._texts.T
        found = []
        for row, (tags, absent) in enumerate(asked):
            questions, unknown = questions_of(tags, absent)
            by_place = dict(zip(self._places, logits[row].tolist(), strict=True))
            found.append(
                Judgement(
                    judge=self.name,
                    features=tuple(features[row].tolist()),
                    tags=tuple(scored(each, by_place) for each in questions),
                    unknown=tuple(unknown),
                )
            )
        return found


def _pixels(picture: Image.Image) -> np.ndarray:
    """(3, 128, 128) uint8, as the towers were trained on."""
    sized = picture.convert("RGB").resize((INPUT_SIZE, INPUT_SIZE), Image.Resampling.BOX)
    return np.ascontiguousarray(np.asarray(sized).transpose(2, 0, 1))
