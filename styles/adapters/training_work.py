"""What a training worker writes, each under the row's lock and only while its lease holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Coalesce, Now

from brandhub.accounts.stored_files import release_file
from brandhub.audit.record import SYSTEM, record
from brandhub.jobs.protocol import LEASE_EXPIRED, Lease
from styles.adapters.training import wake_trainers
from styles.adapters.training_queue import training_queue
from styles.adapters.training_states import TrainingStatus
from styles.adapters.uploading import add_revision
from styles.models.adapters import AdapterRevision
from styles.models.trainings import AdapterTraining

#: Points of a curve that are kept: a person sees no more.
MAX_POINTS = 200


@transaction.atomic
def claim_training(*, holder: str) -> AdapterTraining | None:
    """Lease the training that waits longest; None if none is due."""
    queue = training_queue()
    rows = queue.claim(queue.due().order_by("available_at", "pk"), limit=1, holder=holder)
    if not rows:
        return None
    AdapterTraining.objects.filter(pk=rows[0].pk).update(started_at=Coalesce("started_at", Now()))
    return AdapterTraining.objects.select_related("brand", "base_model").get(pk=rows[0].pk)


@transaction.atomic
def note_progress(
    *,
    lease: Lease,
    step: int,
    seconds: float,
    points: Sequence[tuple[int, float]] = (),
    preview: dict[str, Any] | None = None,
) -> bool:
    """Write how far a training has got. Returns whether a pause was asked for meanwhile.

    Raises ``LeaseLost``.
    """
    training = training_queue().held(lease)
    training.step, training.seconds = step, seconds
    training.losses = _thinned(
        [
            *([at, loss] for at, loss in training.losses if not points or at < points[0][0]),
            *([at, round(loss, 5)] for at, loss in points),
        ]
    )
    if preview is not None:
        kept = [each for each in training.previews if each["step"] < preview["step"]]
        training.previews = [*kept, preview]
    training.save(update_fields=["step", "seconds", "losses", "previews"])
    return training.pause_requested


@transaction.atomic
def keep_checkpoint(*, lease: Lease, step: int, sha256: str) -> str:
    """Have a training go on from this stored file after whatever happens. Raises ``LeaseLost``.

    Returns the hash of the file that it replaces, empty if there is none. Attempts are counted
    anew from a step that no attempt had reached: only what never gets further is given up.
    """
    training = training_queue().held(lease)
    before = training.checkpoint_sha256
    if step > training.checkpoint_step:
        training.attempts = 1
    training.checkpoint_sha256, training.checkpoint_step = sha256, step
    training.save(update_fields=["checkpoint_sha256", "checkpoint_step", "attempts"])
    return before if before != sha256 else ""


@transaction.atomic
def complete_training(
    *, lease: Lease, file_sha256: str, file_size: int, rank: int, recipe: dict[str, Any]
) -> AdapterRevision:
    """Make the trained file, which is stored, the adapter's next revision, and have it checked.

    Raises ``LeaseLost``, and ``Conflict`` for a file that the adapter has already.
    """
    queue = training_queue()
    training = queue.held(lease)
    rights = {(each["rights_holder"], each["licence"]) for each in training.pictures}
    holder, licence = next(iter(rights)) if len(rights) == 1 else ("", "")
    revision = add_revision(
        actor=SYSTEM,
        brand=training.brand,
        slug=training.slug,
        name=training.name,
        revision=AdapterRevision(
            source="training",
            base_model=training.base_model,
            file_sha256=file_sha256,
            file_size=file_size,
            layout="diffusers",
            rank=rank,
            trigger_words=training.trigger_words,
            trained_on=training.base_model.name,
            rights_holder=holder,
            licence=licence,
            recipe=recipe,
        ),
    )
    queue.finish(
        training,
        TrainingStatus.COMPLETED,
        result=revision,
        step=training.steps,
        finished_at=Now(),
        last_error="",
    )
    record(
        actor=SYSTEM,
        action="training.completed",
        of=training,
        brand=training.brand_id,
        adapter=str(revision.pk),
        file_sha256=file_sha256,
    )
    return revision


@transaction.atomic
def put_training_aside(*, lease: Lease) -> AdapterTraining:
    """Pause a training whose checkpoint is kept, as somebody asked. Raises ``LeaseLost``."""
    queue = training_queue()
    training = queue.held(lease)
    return queue.finish(training, TrainingStatus.PAUSED, pause_requested=False)


@transaction.atomic
def release_training(*, lease: Lease) -> AdapterTraining:
    """Give a training back uncounted: its worker stops on purpose. Raises ``LeaseLost``."""
    queue = training_queue()
    training = queue.held(lease)
    queue.give_back(training, counted=False)
    wake_trainers()
    return training


@transaction.atomic
def give_up_training(*, lease: Lease, error: str, retriable: bool) -> AdapterTraining:
    """Say that a training ended with the code ``error``: tried again, at the cap failed.

    Raises ``LeaseLost``.
    """
    training = training_queue().held(lease)
    _put_back_or_fail(training, error=error, retriable=retriable)
    return training


@transaction.atomic
def expire_training(*, training_id: UUID) -> bool:
    """Take a training away from a worker whose lease ran out. Returns whether it had."""
    training = training_queue().lock_if_expired(training_id)
    if training is None:
        return False
    if training.pause_requested:
        training_queue().finish(training, TrainingStatus.PAUSED, pause_requested=False)
        return True
    _put_back_or_fail(training, error=LEASE_EXPIRED, retriable=True)
    return True


def let_go_of_checkpoint(training: AdapterTraining) -> None:
    """Remove the checkpoint of a training that is over, unless one like it needs the same."""
    if training.checkpoint_sha256:
        release_file(training.brand, training.checkpoint_sha256, by=AdapterTraining)


def _put_back_or_fail(training: AdapterTraining, *, error: str, retriable: bool) -> None:
    queue = training_queue()
    if retriable and not queue.exhausted(training):
        queue.give_back(training, counted=True, error=error)
        wake_trainers()
        return
    queue.finish(
        training,
        TrainingStatus.FAILED,
        reason=error[:64],
        last_error=error[:64],
        finished_at=Now(),
    )
    record(
        actor=SYSTEM, action="training.failed", of=training, brand=training.brand_id, error=error
    )


def _thinned(points: list[list[float]]) -> list[list[float]]:
    """At most ``MAX_POINTS``: every other one goes where there are too many."""
    while len(points) > MAX_POINTS:
        points = points[::2]
    return points
