"""Pictures that show nothing: empty, noise, cut short, or not the ones that were rendered."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from brandhub.common.pixels import pixel_sha256
from moderation.checks.contract import CheckResult
from moderation.checks.picture import Picture, UnreadablePicture
from moderation.states import FindingVerdict

#: A pixel counts as the picture's one colour if no channel is further from its median than this.
SAME_LEVEL = 10
#: From this share of one colour on nothing is shown. Black output, as of NaN, gives 1.0; of 104
#: pictures, of a rough model and of real avatars, none has more than 0.91.
FLATNESS_THRESHOLD = 0.99
#: From this disorder on it is noise. White noise gives 0.92 and more, noise decoded from latents
#: 0.93 and more; of the same 104 pictures none has more than 0.59.
DISORDER_THRESHOLD = 0.8
#: Neighbours are compared at this fraction of the side: beyond the 8 pixels that one latent
#: covers in a picture of 128, within the parts of a face.
LAG_FRACTION = 16
#: Levels per channel when colours are counted.
COUNTED_LEVELS = 16


def flatness(rgb: npt.NDArray[np.uint8]) -> float:
    """The share, 0 to 1, of pixels that are the picture's median colour, give or take a little.

    ``rgb``: height × width × 3, uint8, sRGB.
    """
    levels = rgb.astype(np.int16)
    distance = np.abs(levels - np.median(levels, axis=(0, 1))).max(axis=2)
    return float(np.mean(distance <= SAME_LEVEL))


def disorder(rgb: npt.NDArray[np.uint8]) -> float:
    """How little a picture hangs together, 0 (one surface) to 1 (noise).

    The product of what neighbourhood does not explain (1 − correlation of luma with itself a
    sixteenth of a side away, the weaker of both directions) and of what one colour does not cover.
    A picture of patterns has surfaces, a picture of many colours has neighbourhood; noise, of
    pixels or of latents, has neither. ``rgb``: height × width × 3, uint8, sRGB.
    """
    luma = rgb.astype(np.float64) @ np.array([0.2126, 0.7152, 0.0722])  # ITU-R BT.709
    lag = max(1, min(luma.shape) // LAG_FRACTION)
    correlation = min(
        _correlation(luma[:, :-lag], luma[:, lag:]), _correlation(luma[:-lag], luma[lag:])
    )
    step = 256 // COUNTED_LEVELS
    coarse = (rgb // step).astype(np.int32) @ np.array([COUNTED_LEVELS**2, COUNTED_LEVELS, 1])
    share = np.bincount(coarse.ravel()).max() / coarse.size
    return float((1 - max(correlation, 0.0)) * (1 - share))


def _correlation(a: npt.NDArray[np.float64], b: npt.NDArray[np.float64]) -> float:
    """Pearson's correlation; 1 where a side does not vary at all."""
    a = a - a.mean()
    b = b - b.mean()
    spread = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return float((a * b).sum()) / spread if spread > 1e-9 else 1.0


class BrokenImage:
    """Blocks a picture that shows nothing, cannot be read, or has other pixels than its record.

    The score is that of the measure that blocks, or of the one that is nearest to its threshold.
    """

    name = "broken_image"
    version = "1"
    category = "broken"

    def run(self, subject: Picture) -> Sequence[CheckResult]:
        try:
            rgb = subject.rgb
        except UnreadablePicture as error:
            return [self._result("unreadable", 1.0, 1.0, error=str(error))]
        if pixel_sha256(subject.image) != subject.pixel_sha256:
            return [self._result("other_pixels", 1.0, 1.0)]
        flat, noisy = flatness(rgb), disorder(rgb)
        measures = {"flatness": round(flat, 4), "disorder": round(noisy, 4)}
        nearer = flat / FLATNESS_THRESHOLD >= noisy / DISORDER_THRESHOLD
        if flat >= FLATNESS_THRESHOLD or (nearer and noisy < DISORDER_THRESHOLD):
            return [self._result("empty", flat, FLATNESS_THRESHOLD, **measures)]
        return [self._result("noise", noisy, DISORDER_THRESHOLD, **measures)]

    def _result(
        self, measure: str, score: float, threshold: float, **evidence: float | str
    ) -> CheckResult:
        return CheckResult(
            check=self.name,
            version=self.version,
            category=self.category,
            verdict=FindingVerdict.BLOCK if score >= threshold else FindingVerdict.PASS,
            score=round(score, 4),
            threshold=threshold,
            evidence={"measure": measure, **evidence},
        )
