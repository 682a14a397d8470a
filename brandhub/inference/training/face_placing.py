"""Brings the faces of a brand's pictures to the place where a base model knows them.

A model that knows faces in one place has a companion folder beside its own, named like it with
``-eyes`` at the end: a network that finds eyes (`eyes.EyeFinder`), and ``place.json``, which says
where the model has them.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from safetensors import SafetensorError

from brandhub.inference.errors import ModelBroken
from brandhub.inference.model_folder import eyes_folder
from brandhub.inference.training.eyes import EyeFinder, Eyes

#: How far a picture is shrunk or enlarged at most: beyond it a small face would be all that is left
#: of a figure, and a large one would float in what its edges were drawn out to.
SMALLEST, LARGEST = 0.75, 1.3
#: How far, in shares of the side, most faces must lie from the middle one to count as lying
#: anywhere: three quarters of a cell of a latent with 16 on a side. Of the families kept from the
#: base model those with faces anywhere have 0.06 to 0.08, the others up to 0.035, in a trial that
#: no command here repeats.
SCATTERED: Final = 0.045
_AT_ONCE: Final = 16


@dataclass(frozen=True, slots=True)
class FacePlace:
    """Where a model has the eyes, in shares of the side: their height, half their distance."""

    level: float
    half: float


class FacePlacer:
    """Finds eyes and turns, scales and shifts a picture until they lie in their place."""

    def __init__(self, finder: EyeFinder, place: FacePlace, digest: str) -> None:
        self._finder = finder
        self._place = place
        #: SHA-256 of network and place: what else decides what an adapter learns.
        self.digest = digest

    @classmethod
    def of_model(cls, model: Path) -> FacePlacer | None:
        """The one beside the model's folder; None where it has none. Raises ``ModelBroken``."""
        folder = eyes_folder(model)
        if folder is None:
            return None
        try:
            held = json.loads((folder / "place.json").read_text(encoding="utf-8"))
            place = FacePlace(level=float(held["level"]), half=float(held["half"]))
            names = ("eyes.safetensors", "place.json")
            digest = hashlib.sha256(b"".join((folder / name).read_bytes() for name in names))
            return cls(EyeFinder.load(folder), place, digest.hexdigest())
        except (OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as error:
            raise ModelBroken(f"What finds eyes in {folder} can't be read.") from error

    def place(self, pictures: Sequence[NDArray[np.uint8]]) -> list[NDArray[np.uint8] | None]:
        """Each of the squares (side, side, 3), uint8 sRGB, with its face in place and its edges
        drawn out to where nothing is left of it; None where no face is found.

        Faces that lie in one place already, whichever, are left there with all that is around
        them: the brand composes its pictures like that, and one place is quickly learnt.
        """
        found: list[Eyes | None] = []
        for start in range(0, len(pictures), _AT_ONCE):
            found += self._finder.find(np.stack(pictures[start : start + _AT_ONCE]))
        if not _are_scattered([eyes for eyes in found if eyes is not None]):
            return [None] * len(pictures)
        return [
            None if eyes is None else _moved(picture, eyes, self._place)
            for picture, eyes in zip(pictures, found, strict=True)
        ]


def _are_scattered(found: Sequence[Eyes]) -> bool:
    if not found:
        return False
    middles = np.array([np.add(eyes.left, eyes.right) / 2 for eyes in found])
    astray = np.linalg.norm(middles - np.median(middles, axis=0), axis=1)
    return bool(np.median(astray) > SCATTERED)


def _moved(picture: NDArray[np.uint8], eyes: Eyes, place: FacePlace) -> NDArray[np.uint8]:
    side = len(picture)
    (left, top), (right, bottom) = eyes.left, eyes.right
    across, down = right - left, bottom - top
    scale = min(max(2 * place.half / math.hypot(across, down), SMALLEST), LARGEST)
    angle = math.atan2(down, across)
    cosine, sine = math.cos(angle) / scale, math.sin(angle) / scale
    # With its edges drawn out by a side all around: no pair of eyes that is believed turns more in.
    margin = side
    wide = np.pad(picture, ((margin, margin), (margin, margin), (0, 0)), mode="edge")
    middle_x, middle_y = ((left + right) / 2 + 1) * side, ((top + bottom) / 2 + 1) * side
    to_x, to_y = side / 2, place.level * side
    moved = Image.fromarray(wide).transform(
        (side, side),
        Image.Transform.AFFINE,
        (
            *(cosine, -sine, middle_x - cosine * to_x + sine * to_y),
            *(sine, cosine, middle_y - sine * to_x - cosine * to_y),
        ),
        Image.Resampling.BICUBIC,
    )
    return np.asarray(moved)
