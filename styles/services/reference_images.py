"""Taking in pictures that requests and styles refer to."""

from __future__ import annotations

from typing import IO

from django.db import transaction

from brandhub.accounts.models import ApiClient, Brand
from brandhub.audit.record import Actor, record
from brandhub.common.pictures import clean_picture
from brandhub.common.storage import store
from styles.models import ReferenceImage


def add_reference_image(
    *,
    actor: Actor,
    brand: Brand,
    client: ApiClient | None,
    file: IO[bytes],
    size: int,
    rights_holder: str = "",
    licence: str = "",
    sandbox: bool = False,
) -> ReferenceImage:
    """Keep the picture in ``file`` (``size`` bytes), drawn anew as a PNG without metadata; one for
    a ``sandbox`` is used there alone.

    Raises what :func:`~brandhub.common.pictures.clean_picture` raises; nothing is kept then.
    """
    picture = clean_picture(file, size=size)
    stored = store().put(brand.public_id, picture.png)
    with transaction.atomic():
        image = ReferenceImage.objects.create(
            brand=brand,
            client=client,
            file_sha256=stored.sha256,
            width=picture.width,
            height=picture.height,
            rights_holder=rights_holder,
            licence=licence,
            sandbox=sandbox,
        )
        record(
            actor=actor,
            action="reference_image.added",
            of=image,
            brand=brand,
            sandbox=sandbox,
            file_sha256=stored.sha256,
        )
    return image
