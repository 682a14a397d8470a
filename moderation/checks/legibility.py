"""Whether a picture still shows something at 32 pixels and in a circle."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image
from skimage.color import rgb2lab

from moderation.checks.contract import CheckResult
from moderation.checks.picture import Picture
from moderation.states import FindingVerdict

#: The smallest size that platforms show.
SMALL = 32
#: The size that the small picture is compared with.
LARGE = 128
#: Least contrast in lightness (L* of CIELAB, 0 to 100) within the circle at 32 pixels.
CONTRAST_LEAST = 18.0
#: Least share of the lightness structure that is still there at 32 pixels.
DETAIL_LEAST = 0.6
#: Least share of the edges that a circle leaves.
CIRCLE_LEAST = 0.6


def measures(rgb: npt.NDArray[np.uint8]) -> dict[str, float]:
    """``contrast``: the distance in L* between the 5th and the 95th percentile of the pixels in
    the inscribed circle at 32 × 32. ``detail``: the share of the variance of L* at 128 × 128 that
    the picture at 32 × 32 explains. ``circle``: the share of the edges (gradient of L* at 32 × 32)
    inside that circle. ``rgb``: height × width × 3, uint8, sRGB.
    """
    image = Image.fromarray(rgb)
    small = image.resize((SMALL, SMALL), Image.Resampling.BOX)
    large = _lightness(image.resize((LARGE, LARGE), Image.Resampling.BOX))
    lightness = _lightness(small)
    y, x = np.mgrid[:SMALL, :SMALL] - (SMALL - 1) / 2
    inside = np.hypot(x, y) <= SMALL / 2
    low, high = np.percentile(lightness[inside], (5, 95))
    enlarged = _lightness(small.resize((LARGE, LARGE), Image.Resampling.BICUBIC))
    spread = float(large.var())
    unexplained = float(((large - enlarged) ** 2).mean())
    edges = np.hypot(*np.gradient(lightness))
    total = float(edges.sum())
    return {
        "contrast": float(high - low),
        "detail": max(0.0, 1 - unexplained / spread) if spread > 1e-6 else 0.0,
        "circle": float(edges[inside].sum()) / total if total > 1e-6 else 0.0,
    }


def _lightness(image: Image.Image) -> npt.NDArray[np.float64]:
    return np.asarray(rgb2lab(np.asarray(image) / 255.0)[:, :, 0], dtype=np.float64)


class Legibility:
    """Flags a picture of which little is left at 32 pixels or in a circle. Never blocks.

    The score is the weakest measure over its least value: below 1 it is flagged.
    """

    name = "legibility"
    version = "1"
    category = "legibility"

    def run(self, subject: Picture) -> Sequence[CheckResult]:
        least = {"contrast": CONTRAST_LEAST, "detail": DETAIL_LEAST, "circle": CIRCLE_LEAST}
        found = measures(subject.rgb)
        weakest = min(least, key=lambda each: found[each] / least[each])
        score = found[weakest] / least[weakest]
        return [
            CheckResult(
                check=self.name,
                version=self.version,
                category=self.category,
                verdict=FindingVerdict.PASS if score >= 1 else FindingVerdict.FLAG,
                score=round(score, 4),
                threshold=1.0,
                evidence={
                    "weakest": weakest,
                    "legible": {each: round(found[each], 3) for each in least},
                    "least": least,
                },
            )
        ]
