"""Uncovered bodies, by NudeNet."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from moderation.checks.contract import CheckResult
from moderation.checks.picture import Picture
from moderation.states import FindingVerdict

#: What NudeNet calls bare skin that no avatar shows. Bellies, feet and men's chests are not.
EXPOSED = frozenset(
    {
        "BUTTOCKS_EXPOSED",
        "FEMALE_BREAST_EXPOSED",
        "FEMALE_GENITALIA_EXPOSED",
        "MALE_GENITALIA_EXPOSED",
        "ANUS_EXPOSED",
    }
)
#: From here on a person looks.
FLAG_THRESHOLD = 0.35
#: From here on it is hidden behind a reveal.
BLOCK_THRESHOLD = 0.85
#: A big round drawn face is taken for buttocks, as large as the picture: of 200 pictures of the
#: corpus 8 are, in boxes of 0.51 to 0.68 of the picture, with 0.27 to 0.83. No other class errs.
#: So for that one class, in so large a box, only more than that counts, and the score that a
#: policy's thresholds are held against is lowered accordingly.
FACE_SHARE = 0.45
FACE_FLAG_THRESHOLD = 0.87
FACE_BLOCK_THRESHOLD = 0.95


@cache
def _detector() -> Any:
    from nudenet import NudeDetector

    return NudeDetector()


class Nudity:
    """Flags a picture in which a network trained on photographs sees a bare body; blocks one where
    it is nearly sure.

    It cannot vouch for drawings: it was trained on none, so a pass says little about a drawn body.
    ``evidence``: the boxes (left, top, width, height as shares of the sides) with the network's own
    scores, and under ``seen`` whatever else it recognised.
    """

    name = "nudity"
    version = "3"
    category = "sexual"

    def warm_up(self) -> None:
        """Load the network, which takes a second or two."""
        _detector()

    def run(self, subject: Picture) -> Sequence[CheckResult]:
        rgb = subject.rgb
        height, width = rgb.shape[:2]
        # NudeNet wants what OpenCV reads: blue first.
        seen = _detector().detect(np.ascontiguousarray(rgb[:, :, ::-1]))
        bare = sorted(
            ((_weighed(each, width, height), each) for each in seen if each["class"] in EXPOSED),
            key=lambda pair: -pair[0],
        )
        score = bare[0][0] if bare else 0.0
        verdict = FindingVerdict.PASS
        if score >= FLAG_THRESHOLD:
            verdict = FindingVerdict.BLOCK if score >= BLOCK_THRESHOLD else FindingVerdict.FLAG
        return [
            CheckResult(
                check=self.name,
                version=self.version,
                category=self.category,
                verdict=verdict,
                score=round(score, 4),
                threshold=FLAG_THRESHOLD,
                evidence={
                    "boxes": [_box(each, width, height) for _score, each in bare],
                    "seen": sorted({each["class"] for each in seen} - EXPOSED),
                },
            )
        ]


def _weighed(found: dict[str, Any], width: int, height: int) -> float:
    """The network's score, on the scale of :data:`FLAG_THRESHOLD` and :data:`BLOCK_THRESHOLD`.

    Of what may be a drawn face, its own two thresholds are laid onto those, and what lies between
    them evenly between: so whatever a policy asks for, a face needs more of it.
    """
    score = float(found["score"])
    _, _, across, down = found["box"]
    if found["class"] != "BUTTOCKS_EXPOSED" or across * down < FACE_SHARE * width * height:
        return score
    needed = (0.0, FACE_FLAG_THRESHOLD, FACE_BLOCK_THRESHOLD, 1.0)
    return float(np.interp(score, needed, (0.0, FLAG_THRESHOLD, BLOCK_THRESHOLD, 1.0)))


def _box(found: dict[str, Any], width: int, height: int) -> dict[str, Any]:
    left, top, across, down = found["box"]
    return {
        "label": found["class"].lower(),
        "score": round(found["score"], 3),
        "left": round(left / width, 4),
        "top": round(top / height, 4),
        "width": round(across / width, 4),
        "height": round(down / height, 4),
    }
