"""Pictures of a library that are really stored."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image, ImageDraw

from brandhub.accounts.models import Brand
from brandhub.common.pixels import png_bytes
from brandhub.common.storage import store
from styles.models import ReferenceImage
from styles.references.likeness import likeness_of
from tests import factories


def drawing(number: int, size: int = 128) -> Image.Image:
    """A face that is another one for another number: no two look alike."""
    image = Image.new("RGB", (size, size), "#1c7ed6")
    draw = ImageDraw.Draw(image)
    cells = size / 8
    bits = (number * 2654435761) % 2**32  # Knuth's multiplicative hash: near numbers far apart
    for at in range(32):
        if bits >> at & 1:
            left, top = at % 4 * 2 * cells, at // 4 * cells
            draw.rectangle((left, top, left + 1.5 * cells, top + 0.8 * cells), "#ffd43b")
    return image


def file_of(image: Image.Image, format_: str = "PNG", **options: Any) -> bytes:
    """The image as a file of that format."""
    file = io.BytesIO()
    image.save(file, format_, **options)
    return file.getvalue()


def library_picture(brand: Brand, **values: Any) -> ReferenceImage:
    """A picture of the brand's library whose file is there; unlike those that are there."""
    data = png_bytes(drawing(ReferenceImage.objects.count() + 1))
    stored = store().put(brand.public_id, data)
    return factories.ReferenceImageFactory(
        brand=brand,
        file_sha256=stored.sha256,
        likeness=likeness_of(data),
        width=128,
        height=128,
        **{"in_library": True, "title": "Mascot", **values},
    )
