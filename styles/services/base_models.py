"""Registering base models: an operator's deed, never an upload."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from brandhub import vocabulary
from brandhub.audit.record import Actor, record
from brandhub.common.errors import FieldError, InvalidInput
from brandhub.common.validation import refuse_invalid
from brandhub.inference.errors import RenderPlatformFault
from brandhub.inference.model_folder import content_hash, eyes_folder
from brandhub.inference.specs import SCHEDULERS
from styles.models import BaseModel
from styles.models.base_models import GuidanceSchedule


def register_base_model(
    *,
    actor: Actor,
    folder: str | Path,
    family: str = "",
    name: str = "",
    steps: int = 25,
    guidance_scale: float = 4.0,
    guidance_schedule: str = GuidanceSchedule.CONSTANT,
    scheduler: str = "ddim",
    unsupported_tags: Iterable[str] | None = None,
    licence: str = "",
) -> tuple[BaseModel, bool]:
    """Make a pipeline's folder below ``MODELS_DIR`` known; return its row and whether it is new.

    The content is the identity: the same files registered again change nothing but the folder
    where they now lie, and whether a network that finds eyes lies beside it. Family and name
    default to the folder's, ``unsupported_tags`` to what the vocabulary marks so. Reads
    configuration and hashes, and loads no model library. Raises ``InvalidInput`` with a pointer
    for a folder or a value that is not possible.
    """
    relative = _below_models_dir(Path(folder))
    path = Path(settings.MODELS_DIR) / relative
    model = BaseModel(
        family=family or path.name,
        name=name or path.name,
        folder=relative,
        content_hash=_hash_of(path),
        image_size=_image_size(path),
        default_steps=steps,
        default_guidance_scale=guidance_scale,
        default_guidance_schedule=guidance_schedule,
        default_scheduler=scheduler,
        unsupported_tags=_known_tags(unsupported_tags),
        finds_eyes=eyes_folder(path) is not None,
        licence=licence,
    )
    if scheduler not in SCHEDULERS:
        known = ", ".join(sorted(SCHEDULERS))
        raise _refused("/scheduler", _("One of these: %(known)s.") % {"known": known})
    refuse_invalid(model)
    return _keep(actor, model)


@transaction.atomic
def _keep(actor: Actor, model: BaseModel) -> tuple[BaseModel, bool]:
    known = (
        BaseModel.objects.select_for_update(no_key=True)
        .filter(content_hash=model.content_hash)
        .first()
    )
    if known is None:
        model.save(force_insert=True)
        record(
            actor=actor, action="base_model.registered", of=model, brand=None, folder=model.folder
        )
        return model, True
    if known.folder != model.folder:
        known.folder = model.folder
        known.save(update_fields=["folder"])
        record(actor=actor, action="base_model.moved", of=known, brand=None, folder=known.folder)
    if known.finds_eyes != model.finds_eyes:
        known.finds_eyes = model.finds_eyes
        known.save(update_fields=["finds_eyes"])
        record(
            actor=actor,
            action="base_model.eyes_changed",
            of=known,
            brand=None,
            finds_eyes=known.finds_eyes,
        )
    return known, False


def _below_models_dir(folder: Path) -> str:
    """The folder relative to MODELS_DIR, under which workers on other machines find it too."""
    root = Path(settings.MODELS_DIR).resolve()
    absolute = (root / folder).resolve()
    if not absolute.is_relative_to(root) or absolute == root:
        raise _refused(
            "/folder",
            _("%(folder)s does not lie below %(root)s, where workers look for models.")
            % {"folder": folder, "root": root},
        )
    return absolute.relative_to(root).as_posix()


def _hash_of(path: Path) -> str:
    try:
        return content_hash(path)
    except RenderPlatformFault as fault:
        raise _refused("/folder", fault.detail) from fault


def _image_size(path: Path) -> int:
    """The side in pixels that the pipeline draws: the latents' side times the decoder's factor."""
    try:
        unet = json.loads((path / "unet" / "config.json").read_text())
        vae = json.loads((path / "vae" / "config.json").read_text())
        return int(unet["sample_size"]) * 2 ** (len(vae["block_out_channels"]) - 1)
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise _refused(
            "/folder", _("The configuration in %(path)s tells no image size.") % {"path": path}
        ) from error


def _known_tags(tags: Iterable[str] | None) -> list[str]:
    if tags is None:
        return [v.tag for held in vocabulary.CATEGORIES for v in held if not v.supported]
    known = set()
    for index, tag in enumerate(tags):
        try:
            known.add(vocabulary.parse_tag(tag).tag)
        except vocabulary.UnknownTagError as error:
            raise _refused(f"/unsupported_tags/{index}", str(error)) from error
    return sorted(known)


def _refused(pointer: str, detail: str) -> InvalidInput:
    return InvalidInput(detail, errors=[FieldError(pointer, "invalid_value", detail)])
