"""Writing in a picture, by RapidOCR, and what it says."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from PIL import Image

from moderation.checks.contract import CheckResult
from moderation.checks.misleading_claims import MisleadingClaims
from moderation.checks.picture import Picture
from moderation.checks.prohibited_content import ProhibitedContent
from moderation.checks.requirement import Requirement
from moderation.states import FindingVerdict

#: From this confidence on, of at least so many characters. Faces are read as 日, 品 or 0, single
#: characters of 0.5 to 0.95; on 80 avatars without writing no longer text was ever read.
CONFIDENCE_THRESHOLD = 0.8
SHORTEST_TEXT = 2
#: The side at which a picture is read. Smaller letters than a tenth of that nobody reads at the
#: sizes that an avatar is shown in.
READ_SIDE = 256
#: The side at which lines of text are looked for; at the library's 736 a picture takes ten times
#: as long and more faces are taken for characters.
DETECTION_SIDE = 192


@cache
def _reader() -> Any:
    from rapidocr import RapidOCR

    return RapidOCR(
        params={
            "Global.log_level": "error",
            # Turned lines of text are no concern of avatars.
            "Global.use_cls": False,
            "Det.limit_type": "max",
            "Det.limit_side_len": DETECTION_SIDE,
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


class TextInPicture:
    """Flags a picture with writing in it, English or Chinese, for it becomes unreadable at 32
    pixels and may say anything; blocks one that says what a requirement may not say.

    ``evidence``: each line with its text, confidence and box (as shares of the sides).
    """

    name = "text_in_picture"
    version = "1"
    category = "writing"

    def warm_up(self) -> None:
        """Load the networks, which takes a few seconds."""
        _reader()

    def run(self, subject: Picture) -> Sequence[CheckResult]:
        image = Image.fromarray(subject.rgb).resize(
            (READ_SIDE, READ_SIDE), Image.Resampling.BICUBIC
        )
        # RapidOCR wants what OpenCV reads: blue first.
        read = _reader()(np.ascontiguousarray(np.asarray(image)[:, :, ::-1]))
        lines = [
            _line(text, confidence, box)
            for text, confidence, box in zip(
                read.txts or (),
                read.scores or (),
                () if read.boxes is None else read.boxes,
                strict=True,
            )
            if len(text.strip()) >= SHORTEST_TEXT
        ]
        score = max((each["score"] for each in lines), default=0.0)
        legible = [each for each in lines if each["score"] >= CONFIDENCE_THRESHOLD]
        verdict = FindingVerdict.FLAG if legible else FindingVerdict.PASS
        evidence: dict[str, Any] = {"boxes": lines}
        objection = _objection("\n".join(each["label"] for each in legible)) if legible else None
        if objection is not None:
            evidence["says"] = objection.category
            if objection.verdict == FindingVerdict.BLOCK:
                verdict = FindingVerdict.BLOCK
        return [
            CheckResult(
                check=self.name,
                version=self.version,
                category=self.category,
                verdict=verdict,
                score=round(score, 4),
                threshold=CONFIDENCE_THRESHOLD,
                evidence=evidence,
            )
        ]


def _objection(text: str) -> CheckResult | None:
    """The worst that the platform's prompt checks have against ``text``."""
    written = Requirement.of(prompt=text)
    results = [*ProhibitedContent().run(written), *MisleadingClaims().run(written)]
    against = [each for each in results if each.verdict != FindingVerdict.PASS]
    return max(against, key=lambda each: each.score or 0.0, default=None)


def _line(text: str, confidence: float, box: Any) -> dict[str, Any]:
    corners = np.asarray(box, dtype=float) / READ_SIDE
    left, top = corners.min(axis=0)
    right, bottom = corners.max(axis=0)
    return {
        "label": text,
        "score": round(float(confidence), 3),
        "left": round(float(left), 4),
        "top": round(float(top), 4),
        "width": round(float(right - left), 4),
        "height": round(float(bottom - top), 4),
    }
