"""Pictures of the families kept from training: brands that the model has never seen."""

from __future__ import annotations

import random

import numpy as np
from numpy.typing import NDArray

from brandhub.inference.training.corpus.bases import HELD_OUT_FAMILIES
from brandhub.inference.training.corpus.compose import SIZE, rasterise
from brandhub.inference.training.corpus.library import fragment
from brandhub.vocabulary import COLOURS

_CRITTERS = frozenset({"clay", "thumbs"})


def draw_unseen(
    family: str, rng: random.Random, *, size: int = SIZE
) -> tuple[NDArray[np.uint8], dict[str, str | tuple[str, ...]]]:
    """One picture (size, size, 3) uint8 sRGB of a held-out family, and what is known of it.

    Only subject and background are labelled: what varies within a brand's own pictures is what its
    people would not label either. Raises ``ValueError`` for a family that isn't held out.
    """
    if family not in HELD_OUT_FAMILIES:
        raise ValueError(f"{family!r} is not one of the families kept unseen")
    background = rng.choice(sorted(COLOURS))
    figure = fragment(family, {"seed": str(rng.random())})
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" fill="none">'
        f'<rect width="100" height="100" fill="{COLOURS[background][0]}"/>{figure}</svg>'
    )
    subject = "critter" if family in _CRITTERS else "person"
    return rasterise(svg, size), {"subject": subject, "background": background}
