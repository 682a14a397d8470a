"""Trainings as people steer them: asked for, paused, gone on with, cancelled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from brandhub.accounts.models import Brand, User
from brandhub.audit.record import Actor, record
from brandhub.common.errors import Conflict, FieldError, InvalidInput, NotFound
from brandhub.common.validation import refuse_invalid
from brandhub.inference.adapter_recipes import (
    LIMITS,
    MAX_PICTURES,
    MIN_PICTURES,
    AdapterRecipe,
)
from brandhub.jobs.hints import hint_on_commit
from styles.adapters.training_queue import TRAIN_QUEUE, TRAIN_TASK, training_queue
from styles.adapters.training_states import UNFINISHED, TrainingStatus
from styles.models.base_models import BaseModel
from styles.models.references import ReferenceImage
from styles.models.trainings import AdapterTraining
from styles.references.rights import require_rights

#: Unfinished trainings that a brand may have: a worker takes one at a time.
MAX_UNFINISHED = 5


@transaction.atomic
def request_training(
    *,
    actor: Actor,
    brand: Brand,
    slug: str,
    name: str,
    base_model: BaseModel,
    trigger_words: str,
    pictures: Sequence[tuple[UUID, str]],
    requested_by: User | None = None,
    recipe: Mapping[str, Any] | None = None,
) -> AdapterTraining:
    """Queue the training of an adapter on references of the brand, each with its caption.

    ``recipe`` holds numbers of :class:`AdapterRecipe`; the others keep their defaults, and faces
    are placed unless it says otherwise where ``base_model`` finds eyes. Raises ``InvalidInput``
    with pointers, ``faces_not_placeable`` among its codes, and ``Conflict``
    (``too_many_trainings``).
    """
    numbers = _checked_recipe({"place_faces": base_model.finds_eyes, **(recipe or {})})
    if numbers.place_faces and not base_model.finds_eyes:
        detail = _("%(model)s has no network that finds eyes, so it can't bring faces to a place.")
        detail %= {"model": base_model.name}
        raise InvalidInput(
            detail, errors=[FieldError("/place_faces", "faces_not_placeable", detail)]
        )
    Brand.objects.select_for_update(no_key=True).get(pk=brand.pk)
    unfinished = AdapterTraining.objects.filter(brand=brand, status__in=sorted(UNFINISHED))
    if unfinished.count() >= MAX_UNFINISHED:
        raise Conflict(_("Let one of the brand's trainings end first."), code="too_many_trainings")
    training = AdapterTraining(
        brand=brand,
        slug=slug,
        name=name.strip() or slug,
        base_model=base_model,
        requested_by=requested_by,
        trigger_words=trigger_words.strip(),
        pictures=_chosen(brand, pictures),
        recipe=numbers.as_dict(),
        status=TrainingStatus.QUEUED,
    )
    refuse_invalid(training, exclude=["brand", "base_model", "requested_by", "losses", "previews"])
    training.save(force_insert=True)
    record(
        actor=actor,
        action="training.requested",
        of=training,
        brand=brand,
        pictures=len(training.pictures),
        recipe=training.recipe,
    )
    wake_trainers()
    return training


@transaction.atomic
def pause_training(*, actor: Actor, training_id: UUID) -> AdapterTraining:
    """Stop a training so that it can go on later; a worker keeps a checkpoint first.

    Raises ``NotFound``, and ``InvalidTransition`` for one that neither waits nor runs.
    """
    training = _lock(training_id)
    if training.status == TrainingStatus.RUNNING:
        training.pause_requested = True
        training.save(update_fields=["pause_requested"])
    else:
        training_queue().take_away(training, TrainingStatus.PAUSED)
    record(actor=actor, action="training.paused", of=training, brand=training.brand_id)
    return training


@transaction.atomic
def resume_training(*, actor: Actor, training_id: UUID) -> AdapterTraining:
    """Queue a paused or failed training again; it goes on from its last checkpoint.

    Raises ``NotFound`` and ``InvalidTransition``.
    """
    training = _lock(training_id)
    training_queue().take_away(
        training,
        TrainingStatus.QUEUED,
        attempts=0,
        reason="",
        pause_requested=False,
        finished_at=None,
        available_at=Now(),
    )
    record(actor=actor, action="training.resumed", of=training, brand=training.brand_id)
    wake_trainers()
    return training


@transaction.atomic
def cancel_training(*, actor: Actor, training_id: UUID) -> AdapterTraining:
    """End a training for good; what it got done is let go. Raises ``NotFound`` and
    ``InvalidTransition``.
    """
    training = _lock(training_id)
    training_queue().take_away(training, TrainingStatus.CANCELLED, finished_at=Now())
    record(actor=actor, action="training.cancelled", of=training, brand=training.brand_id)
    return training


def wake_trainers() -> None:
    """Hint a training worker once the surrounding transaction has committed."""
    hint_on_commit(TRAIN_TASK, queue=TRAIN_QUEUE)


def _lock(training_id: UUID) -> AdapterTraining:
    training = (
        AdapterTraining.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk=training_id)
        .first()
    )
    if training is None:
        raise NotFound(_("There is no such training."))
    return training


def _checked_recipe(given: Mapping[str, Any]) -> AdapterRecipe:
    errors = [
        FieldError(f"/{name}", code, detail)
        for name, value in given.items()
        if name in LIMITS
        for code, detail in _what_is_wrong(name, value)
    ]
    if errors:
        raise InvalidInput(_("Some values are not valid."), errors=errors)
    return AdapterRecipe(**given)


def _what_is_wrong(name: str, value: Any) -> list[tuple[str, str]]:
    """What :class:`AdapterRecipe` would refuse a number for: a code and a sentence, or nothing."""
    least, most, default = LIMITS[name]
    whole = isinstance(default, int)
    if whole:
        sentence = _("A whole number from %(least)s to %(most)s.")
    else:
        sentence = _("A number from %(least)s to %(most)s.")
    if not isinstance(value, int if whole else int | float) or isinstance(value, bool):
        code = "wrong_type"
    elif not least <= value <= most:
        code = "value_out_of_range"
    else:
        return []
    return [(code, sentence % {"least": least, "most": most})]


def _chosen(brand: Brand, pictures: Sequence[tuple[UUID, str]]) -> list[dict[str, str]]:
    """The references as the training keeps them; they are the brand's, each once."""
    if not MIN_PICTURES <= len({pk for pk, _caption in pictures}) <= MAX_PICTURES:
        detail = _("Choose %(least)d to %(most)d pictures.") % {
            "least": MIN_PICTURES,
            "most": MAX_PICTURES,
        }
        raise InvalidInput(
            detail, errors=[FieldError("/pictures", "wrong_number_of_pictures", detail)]
        )
    held = ReferenceImage.objects.filter(brand=brand, in_library=True).in_bulk(
        [pk for pk, _caption in pictures]
    )
    if len(held) != len(pictures):
        detail = _("Choose each picture once, from the brand's own references.")
        raise InvalidInput(detail, errors=[FieldError("/pictures", "unknown_picture", detail)])
    require_rights(brand, list(held.values()))
    return [
        {
            "reference": str(pk),
            "sha256": held[pk].file_sha256,
            "caption": " ".join(caption.split())[:300],
            "rights_holder": held[pk].rights_holder,
            "licence": held[pk].licence,
        }
        for pk, caption in pictures
    ]
