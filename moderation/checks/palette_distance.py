"""How much of a picture is in the brand's colours."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image
from skimage.color import deltaE_ciede2000, rgb2lab

from moderation.checks.contract import CheckResult
from moderation.checks.picture import BrandColour, Picture
from moderation.states import FindingVerdict

#: Below this share of pixels in the brand's colours a person is told. With one blue as palette,
#: avatars with that background or subject have 0.31 to 0.72, all others 0.05 at most.
SHARE_THRESHOLD = 0.25
#: The larger side at which colours are compared; shares do not change with more pixels.
COMPARED_SIDE = 128
#: Colours that the evidence shows.
SWATCHES = 6
#: Colours counted before those that look alike (ΔE00 at most this) are taken together.
COUNTED = 24
ALIKE = 4.0


def distances(
    rgb: npt.NDArray[np.uint8], colours: npt.NDArray[np.uint8]
) -> npt.NDArray[np.float64]:
    """ΔE00 (CIEDE2000) from every pixel to every colour.

    ``rgb``: n × 3 and ``colours``: m × 3, uint8, sRGB with D65 white. Returns n × m.
    """
    lab = rgb2lab(rgb[:, np.newaxis, :] / 255.0)
    wanted = rgb2lab(colours[np.newaxis, :, :] / 255.0)
    return np.asarray(deltaE_ciede2000(lab, wanted), dtype=np.float64)


def dominant_colours(image: Image.Image) -> list[tuple[tuple[int, int, int], float]]:
    """The main colours of an RGB image, largest first, each with its share of the pixels.

    Counted by median cut, which splits large surfaces; what looks alike is taken together again.
    """
    reduced = image.quantize(colors=COUNTED, method=Image.Quantize.MEDIANCUT)
    table = np.array(reduced.getpalette() or [], dtype=np.uint8).reshape(-1, 3)
    counts = np.bincount(np.asarray(reduced).ravel(), minlength=len(table))
    order = [at for at in counts.argsort()[::-1] if counts[at]]
    far = distances(table[order], table[order])
    shares: dict[int, int] = {}
    for rank, at in enumerate(order):
        like = next((each for each in shares if far[rank, each] <= ALIKE), rank)
        shares[like] = shares.get(like, 0) + int(counts[at])
    ranked = sorted(shares.items(), key=lambda each: -each[1])[:SWATCHES]
    total = int(counts.sum())
    return [(_triple(table[order[rank]]), count / total) for rank, count in ranked]


class PaletteDistance:
    """Flags a picture with too few pixels within tolerance of a colour of the brand's palette.

    Never blocks: an avatar off its palette harms nobody, and a brand may want it. A brand without
    a palette passes, and the evidence says why. Here the score is good when it is high.
    """

    name = "palette_distance"
    version = "1"
    category = "brand_fit"

    def run(self, subject: Picture) -> Sequence[CheckResult]:
        if not subject.palette:
            return [self._result(FindingVerdict.PASS, None, {"note": "no_palette"})]
        image = Image.fromarray(subject.rgb)
        image.thumbnail((COMPARED_SIDE, COMPARED_SIDE), Image.Resampling.BOX)
        pixels = np.asarray(image).reshape(-1, 3)
        colours = np.array([_rgb(each) for each in subject.palette], dtype=np.uint8)
        tolerances = np.array([each.tolerance for each in subject.palette])
        within = distances(pixels, colours) <= tolerances
        share = float(within.any(axis=1).mean())
        verdict = FindingVerdict.PASS if share >= SHARE_THRESHOLD else FindingVerdict.FLAG
        evidence: dict[str, object] = {
            "shares": {
                each.name: round(float(part), 4)
                for each, part in zip(subject.palette, within.mean(axis=0), strict=True)
            },
            "swatches": _swatches(image, subject.palette, colours),
        }
        return [self._result(verdict, share, evidence)]

    def _result(
        self, verdict: FindingVerdict, share: float | None, evidence: dict[str, object]
    ) -> CheckResult:
        return CheckResult(
            check=self.name,
            version=self.version,
            category=self.category,
            verdict=verdict,
            score=None if share is None else round(share, 4),
            threshold=SHARE_THRESHOLD,
            evidence=evidence,
        )


def _swatches(
    image: Image.Image, palette: Sequence[BrandColour], colours: npt.NDArray[np.uint8]
) -> list[dict[str, object]]:
    """The dominant colours, each with the colour of the palette that is nearest."""
    dominant = dominant_colours(image)
    seen = np.array([colour for colour, _ in dominant], dtype=np.uint8)
    far = distances(seen, colours)
    swatches: list[dict[str, object]] = []
    for (colour, share), row in zip(dominant, far, strict=True):
        at = int(row.argmin())
        swatches.append(
            {
                "hex": "#{:02x}{:02x}{:02x}".format(*colour),
                "share": round(share, 4),
                "nearest": palette[at].name,
                "nearest_hex": palette[at].hex,
                "delta_e": round(float(row[at]), 2),
                "within": bool(row[at] <= palette[at].tolerance),
            }
        )
    return swatches


def _triple(row: npt.NDArray[np.uint8]) -> tuple[int, int, int]:
    red, green, blue = row.tolist()
    return red, green, blue


def _rgb(colour: BrandColour) -> tuple[int, int, int]:
    value = int(colour.hex.removeprefix("#"), 16)
    return value >> 16, value >> 8 & 0xFF, value & 0xFF
