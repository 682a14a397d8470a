"""Registering base models: an operator's deed, never an upload."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from brandhub import vocabulary
from brandhub.audit.record import Actor, record
from styles.models import BaseModel


@transaction.atomic
def register_base_model(
    *,
    actor: Actor,
    family: str,
    name: str,
    folder: str,
    content_hash: str,
    image_size: int,
    steps: int,
    guidance_scale: float,
    scheduler: str,
    unsupported_tags: Sequence[str],
    licence: str = "",
) -> tuple[BaseModel, bool]:
    """Make a folder of weights known; return it and whether it is new.

    The content is the identity: registering the same content again changes nothing but the folder
    where it now lies. Raises ``vocabulary.UnknownTagError`` for an unsupported tag that is none.
    """
    tags = sorted({vocabulary.parse_tag(tag).tag for tag in unsupported_tags})
    model, created = BaseModel.objects.select_for_update(no_key=True).get_or_create(
        content_hash=content_hash,
        defaults={
            "family": family,
            "name": name,
            "folder": folder,
            "image_size": image_size,
            "default_steps": steps,
            "default_guidance_scale": guidance_scale,
            "default_scheduler": scheduler,
            "unsupported_tags": tags,
            "licence": licence,
        },
    )
    if created:
        record(actor=actor, action="base_model.registered", of=model, brand=None, folder=folder)
    elif model.folder != folder:
        model.folder = folder
        model.save(update_fields=["folder"])
        record(actor=actor, action="base_model.moved", of=model, brand=None, folder=folder)
    return model, created
