"""Captions that the embedded classifier suggests for references; a person takes them or not.

A picture that asks for one is the job: a worker that holds the model libraries reads it, in
milliseconds, and writes what it read. Reading twice gives the same, so there is no lease; whoever
comes second finds that the picture no longer asks.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from brandhub import vocabulary
from brandhub.accounts.models import Brand
from brandhub.audit.record import Actor, record
from brandhub.common.storage import StoredFileMissing, store
from brandhub.inference.errors import RenderPlatformFault
from brandhub.inference.tag_reading import ReadTag
from brandhub.jobs.hints import hint_on_commit, send_hint
from brandhub.jobs.worker_process import stopping
from styles.adapters.families import render_queue_name
from styles.composition import Tags
from styles.models import BaseModel, ReferenceImage
from styles.models.references import Suggestion

log = structlog.get_logger(__name__)

SUGGEST_TASK: Final = "styles.suggest_captions"
JUDGE_FOLDER: Final = "avatar-mini-judge"
#: Below this the classifier is told wrong more often than a person likes to mend.
LEAST_SURENESS: Final = 0.6
#: Pictures that are read at once, and how long a task goes on before it makes way for others.
AT_ONCE: Final = 16
DRAIN_SECONDS: Final = 5.0

_COMMON: Final = "style"

Reader = Callable[[Sequence[bytes]], list[list[ReadTag]]]


def judge_folder() -> Path:
    """Where workers look for the classifier."""
    return Path(settings.MODELS_DIR) / JUDGE_FOLDER


def pending() -> QuerySet[ReferenceImage]:
    """Pictures that ask for a caption, the oldest first."""
    return ReferenceImage.objects.filter(suggestion_status=Suggestion.ASKED).order_by("pk")


@transaction.atomic
def ask_for_suggestions(*, brand: Brand) -> int:
    """Have captions suggested for the brand's pictures that have neither caption nor suggestion.

    Also for those for which there was none the last time. Returns how many ask now.
    """
    asking = ReferenceImage.objects.filter(
        brand=brand,
        in_library=True,
        tags={},
        suggestion_status__in=[Suggestion.NONE, Suggestion.UNAVAILABLE],
    ).update(suggestion_status=Suggestion.ASKED)
    if asking:
        hint_on_commit(SUGGEST_TASK, queue=suggestion_queue())
    return asking


@transaction.atomic
def take_suggestions(*, actor: Actor, brand: Brand) -> int:
    """Make the suggestions the captions of the brand's pictures that have none. Returns how many.

    What a person has written stays as it is.
    """
    images = list(
        ReferenceImage.objects.select_for_update(no_key=True)
        .filter(brand=brand, in_library=True, tags={}, suggestion_status=Suggestion.READY)
        .exclude(suggested_tags={})
        .order_by("pk")
    )
    for image in images:
        image.tags = image.suggested_tags
        image.save(update_fields=["tags"])
        record(
            actor=actor,
            action="reference.caption_taken",
            of=image,
            brand=brand,
            tags=image.suggested_tags,
        )
    return len(images)


def suggestion_queue() -> str:
    """The queue of the workers that hold the model libraries: those of the newest family."""
    model = BaseModel.objects.order_by("-id").first()
    return render_queue_name(model.family if model is not None else "avatar-mini")


def sweep_lost_suggestion_hints() -> int:
    """Hint again where pictures ask."""
    return int(pending().exists() and send_hint(SUGGEST_TASK, queue=suggestion_queue()))


def drain(*, read: Reader, seconds: float) -> int:
    """Read pictures until none asks, ``seconds`` have passed or the worker stops. Returns how many.

    Where the classifier cannot be loaded the pictures say so, and ask no more.
    """
    end = time.monotonic() + seconds
    done = 0
    while not stopping() and time.monotonic() < end:
        images = list(pending().select_related("brand")[:AT_ONCE])
        if not images:
            break
        _suggest(images, read)
        done += len(images)
    return done


def _suggest(images: list[ReferenceImage], read: Reader) -> None:
    contents: dict[UUID, bytes] = {}
    for image in images:
        try:
            contents[image.pk] = store().read(image.brand.public_id, image.file_sha256)
        except StoredFileMissing:
            log.warning("reference_file_missing", reference=str(image.pk))
    found = _readings_of(contents, read)
    for image in images:
        _write(image, suggested_tags(found[image.pk]) if image.pk in found else None)


def _readings_of(contents: dict[UUID, bytes], read: Reader) -> dict[UUID, list[ReadTag]]:
    """What the classifier reads in each picture; nothing of one that it cannot read."""
    try:
        return dict(zip(contents, read(list(contents.values())), strict=True))
    except RenderPlatformFault as fault:
        log.warning("judge_not_loaded", error=fault.code)
    except Exception as error:  # noqa: BLE001
        log.error("captions_not_read", pictures=len(contents), error=type(error).__name__)
        if len(contents) > 1:
            # One of them breaks it. Alone it says so and asks no more; together they would all ask
            # for ever.
            return {
                key: found
                for key, picture in contents.items()
                for found in _readings_of({key: picture}, read).values()
            }
    return {}


def _write(image: ReferenceImage, tags: Tags | None) -> None:
    asking = ReferenceImage.objects.filter(pk=image.pk, suggestion_status=Suggestion.ASKED)
    if tags is None:
        asking.update(suggestion_status=Suggestion.UNAVAILABLE)
    else:
        asking.update(suggestion_status=Suggestion.READY, suggested_tags=tags)


def suggested_tags(read: Sequence[ReadTag]) -> Tags:
    """What of a reading is worth suggesting: sure enough, and possible on the subject.

    Never a style: what all of a brand's pictures have in common stays out of their captions, so
    that it is what an adapter learns.
    """
    sure = [each for each in read if each.sureness >= LEAST_SURENESS and each.category != _COMMON]
    subject = next((each.value for each in sure if each.category == "subject"), None)
    tags: Tags = {}
    for held in vocabulary.CATEGORIES:
        names = [each.value for each in sure if each.category == held.name]
        kept = [name for name in names if _is_possible(held, name, subject)]
        if kept:
            tags[held.name] = kept if held.multiple else kept[0]
    return tags


def _is_possible(held: vocabulary.Category, name: str, subject: str | None) -> bool:
    try:
        value = held.value(name)
    except vocabulary.UnknownTagError:
        # The classifier was trained on a vocabulary that had it.
        return False
    return not (subject and value.subjects and subject not in value.subjects)
