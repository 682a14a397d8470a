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
#: From here on a person looks. Of 80 drawn and generated avatars none has any such score.
FLAG_THRESHOLD = 0.35
#: From here on it is hidden behind a reveal. A white circle with two dots for eyes was once taken
#: for a body with 0.69: the network knows photographs, and what it says of drawings is a guess.
BLOCK_THRESHOLD = 0.85


@cache
def _detector() -> Any:
    from nudenet import NudeDetector

    return NudeDetector()


class Nudity:
    """Flags a picture in which a network trained on photographs sees a bare body; blocks one where
    it is nearly sure.

    It cannot vouch for drawings: it was trained on none, so a pass says little about a drawn body.
    ``evidence``: the boxes (left, top, width, height as shares of the sides) with their scores, and
    under ``seen`` whatever else the network recognised.
    """

    name = "nudity"
    version = "1"
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
            (each for each in seen if each["class"] in EXPOSED), key=lambda each: -each["score"]
        )
        score = bare[0]["score"] if bare else 0.0
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
                    "boxes": [_box(each, width, height) for each in bare],
                    "seen": sorted({each["class"] for each in seen} - EXPOSED),
                },
            )
        ]


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
