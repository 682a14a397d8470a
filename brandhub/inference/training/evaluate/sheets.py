"""Contact sheets, for eyes: rows of pictures with labels."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

TILE = 96
_LABEL = 18
# Fonts that hold Chinese, where one is installed; without one, only ASCII labels are written.
_FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
)


def _font() -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    for path in _FONTS:
        if Path(path).exists():
            return ImageFont.truetype(path, 12)
    return ImageFont.load_default()


def _label(text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont) -> str:
    if isinstance(font, ImageFont.FreeTypeFont) and Path(str(font.path)).suffix == ".ttc":
        return text
    return text.encode("ascii", "replace").decode()


def contact_sheet(
    rows: Sequence[tuple[str, NDArray[np.uint8]]], path: Path, *, columns: int, tile: int = TILE
) -> None:
    """Write rows of (label, pictures (n, 3, h, w) uint8) as one PNG, wrapped at ``columns``."""
    font = _font()
    heights = [_LABEL + tile * -(-len(pictures) // columns) for _, pictures in rows]
    sheet = Image.new("RGB", (columns * tile, sum(heights)), "#ffffff")
    pen = ImageDraw.Draw(sheet)
    top = 0
    for (label, pictures), height in zip(rows, heights, strict=True):
        pen.text((3, top + 2), _label(label, font), fill="#222222", font=font)
        for index, picture in enumerate(pictures):
            image = Image.fromarray(picture.transpose(1, 2, 0)).resize(
                (tile, tile), Image.Resampling.BOX
            )
            sheet.paste(image, ((index % columns) * tile, top + _LABEL + index // columns * tile))
        top += height
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet.quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)


def side_by_side(
    left: NDArray[np.uint8],
    right: NDArray[np.uint8],
    path: Path,
    *,
    columns: int = 5,
    tile: int = TILE,
) -> None:
    """Two blocks of pictures beside each other on one sheet, a gap between them."""
    rows = -(-max(len(left), len(right)) // columns)
    gap = tile // 4
    sheet = Image.new("RGB", (2 * columns * tile + gap, rows * tile), "#ffffff")
    for block, offset in ((left, 0), (right, columns * tile + gap)):
        for index, picture in enumerate(block):
            image = Image.fromarray(picture.transpose(1, 2, 0)).resize(
                (tile, tile), Image.Resampling.BOX
            )
            sheet.paste(image, (offset + (index % columns) * tile, index // columns * tile))
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet.quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)
