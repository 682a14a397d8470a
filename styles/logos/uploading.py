"""Taking in a brand's logo: whatever it came as, what is kept is a PNG of its pixels."""

from __future__ import annotations

import io
from typing import IO

from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image

from brandhub.accounts.models import Brand
from brandhub.audit.record import Actor, record
from brandhub.common.errors import FieldError, InvalidInput
from brandhub.common.pictures import CleanPicture, clean_picture
from brandhub.common.pixels import png_bytes
from brandhub.common.storage import store
from brandhub.common.validation import refuse_invalid
from styles.logos import vectors
from styles.models import BrandLogo

#: Longer side of what is kept.
MAX_SIDE = 512


def upload_logo(
    *,
    actor: Actor,
    brand: Brand,
    file: IO[bytes],
    size: int,
    clear_space: int,
    minimum_size: int,
) -> BrandLogo:
    """Make the picture in ``file`` (``size`` bytes; SVG, PNG, JPEG or WebP) the brand's logo.

    Requests that were made before keep the logo that they were made with. Raises what
    :func:`styles.logos.vectors.drawn` and :func:`~brandhub.common.pictures.clean_picture` raise,
    and ``InvalidInput`` (``logo_empty``) for a picture in which nothing is to be seen.
    """
    head = file.read(64)
    file.seek(0)
    if vectors.looks_like_svg(head):
        data = vectors.drawn(file.read(vectors.MAX_BYTES + 1))
        file, size = io.BytesIO(data), len(data)
    kept = cleaned_logo(file, size)
    logo = BrandLogo(
        brand=brand,
        width=kept.width,
        height=kept.height,
        clear_space=clear_space,
        minimum_size=minimum_size,
    )
    refuse_invalid(logo, exclude=["brand", "file_sha256"])
    logo.file_sha256 = store().put(brand.public_id, kept.png).sha256
    return add_logo(actor=actor, logo=logo)


def cleaned_logo(file: IO[bytes], size: int) -> CleanPicture:
    """What is kept of the logo in ``file`` (PNG, JPEG or WebP): a PNG without empty edges.

    Raises what :func:`upload_logo` raises for pictures.
    """
    kept = _trimmed(clean_picture(file, size=size).png)
    return CleanPicture(png_bytes(kept), kept.width, kept.height)


@transaction.atomic
def add_logo(*, actor: Actor, logo: BrandLogo) -> BrandLogo:
    """Save an unsaved ``logo`` whose file is stored: from now on it is the brand's."""
    logo.save(force_insert=True)
    record(
        actor=actor,
        action="brand.logo_uploaded",
        of=logo,
        brand=logo.brand_id,
        file_sha256=logo.file_sha256,
    )
    return logo


def current_logo(brand: Brand) -> BrandLogo | None:
    """The brand's newest logo."""
    return brand.logos.order_by("-id").first()


def _trimmed(png: bytes) -> Image.Image:
    """The picture (8-bit sRGB RGBA) without transparent edges, no larger than is kept."""
    with Image.open(io.BytesIO(png)) as opened:
        image = opened.convert("RGBA")
    seen = image.getchannel("A").getbbox()
    if seen is None:
        detail = _("There is nothing to see in this picture.")
        raise InvalidInput(
            detail, code="logo_empty", errors=[FieldError("/file", "logo_empty", detail)]
        )
    image = image.crop(seen)
    image.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    return image
