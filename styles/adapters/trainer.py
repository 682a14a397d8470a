"""A training worker's turn: claim, train from the last checkpoint on, tell how it goes, hand over.

The trainer is the only thing here that touches torch; it is built when there is something to train.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import structlog
from PIL import Image

from brandhub.accounts.stored_files import release_file
from brandhub.common.errors import BrandHubError, PlatformFault
from brandhub.common.pixels import png_bytes
from brandhub.common.storage import store
from brandhub.inference.adapter_recipes import (
    AdapterRecipe,
    AdapterTrainer,
    TrainedAdapter,
    TrainingPicture,
    TrainingSpec,
)
from brandhub.inference.errors import EyesMissing, RenderError
from brandhub.inference.model_folder import eyes_folder
from brandhub.jobs.boundaries import boundary
from brandhub.jobs.heartbeat import Heartbeat
from brandhub.jobs.holders import holder_name
from brandhub.jobs.protocol import Lease, LeaseLost
from brandhub.jobs.worker_process import stopping
from styles.adapters.families import model_spec
from styles.adapters.training_queue import HEARTBEAT, training_queue
from styles.adapters.training_work import (
    claim_training,
    complete_training,
    give_up_training,
    keep_checkpoint,
    let_go_of_checkpoint,
    note_progress,
    put_training_aside,
    release_training,
)
from styles.models.trainings import AdapterTraining

log = structlog.get_logger(__name__)

#: What the previews show, after the trigger words.
PREVIEWS = ("robot, front view", "person, smiling")
#: Seconds between two writes of how far it has got.
NEWS_SECONDS = 1.0
#: Previews of one training, spread over its steps.
PREVIEW_COUNT = 4
#: A checkpoint is kept every so many steps.
CHECKPOINT_STEPS = 20
#: Points of the loss curve are means over this share of the steps.
CURVE_POINTS = 60


#: Pictures beside each other in what a page shows of a training.
_IN_A_ROW = 4


class _Aside(Exception):
    """Somebody asked for a pause."""


class _Stopped(Exception):
    """The worker stops, or nobody wants the training any more."""


def train_once(build_trainer: Callable[[], AdapterTrainer]) -> bool:
    """Claim one training and see it through. Returns whether one was due."""
    if not training_queue().due().exists():
        return False
    # Before the claim: importing the libraries finishes no step, and on a busy machine it takes
    # longer than a lease lasts.
    built = _built(build_trainer)
    training = claim_training(holder=holder_name())
    if training is None:
        return False
    boundary("training.after_claim")
    queue = training_queue()
    lease = queue.lease_of(training)
    with Heartbeat(queue, [lease], interval=HEARTBEAT) as heartbeat:
        try:
            _see_through(training, lease, heartbeat, built)
        except LeaseLost:
            log.info("training_discarded", training=str(training.pk))
    return True


def _built(build_trainer: Callable[[], AdapterTrainer]) -> AdapterTrainer | RenderError:
    """The trainer, or why there is none: the training that is claimed then ends with that."""
    try:
        return build_trainer()
    except RenderError as error:
        return error


def _see_through(
    training: AdapterTraining,
    lease: Lease,
    heartbeat: Heartbeat,
    built: AdapterTrainer | RenderError,
) -> None:
    """Train and write how that ended. Raises ``LeaseLost``, whichever way."""
    try:
        if isinstance(built, RenderError):
            raise built
        _train(training, lease, heartbeat, built)
    except LeaseLost:
        raise
    except _Aside:
        put_training_aside(lease=lease)
    except _Stopped:
        release_training(lease=lease)
    except RenderError as error:
        log.warning("training_failed", training=str(training.pk), error=error.code)
        give_up_training(lease=lease, error=error.code, retriable=error.retryable)
    except BrandHubError as error:
        log.warning("training_failed", training=str(training.pk), error=error.error_code)
        fault = isinstance(error, PlatformFault)
        give_up_training(lease=lease, error=error.error_code, retriable=fault)


def _train(
    training: AdapterTraining,
    lease: Lease,
    heartbeat: Heartbeat,
    trainer: AdapterTrainer,
) -> None:
    files = store()
    namespace = training.brand.public_id
    spec = spec_of(training)
    resume = None
    if training.checkpoint_sha256:
        resume = files.read(namespace, training.checkpoint_sha256)
    trained = trainer.train(spec, _Follower(training, lease, heartbeat), resume=resume)
    boundary("training.after_training")
    heartbeat.progressed()
    stored = files.put(namespace, trained.data)
    boundary("training.after_file")
    complete_training(
        lease=lease,
        file_sha256=stored.sha256,
        file_size=stored.size,
        rank=spec.recipe.rank,
        recipe=full_recipe(training, trained),
    )
    training.refresh_from_db()
    let_go_of_checkpoint(training)


def spec_of(training: AdapterTraining) -> TrainingSpec:
    """The training as a backend takes it. Raises ``StoredFileMissing``, and ``EyesMissing`` where
    faces are to be placed by a network that has gone since.
    """
    # One that was asked for before faces could be placed is done as it was asked for.
    recipe = AdapterRecipe(**{"place_faces": False} | training.recipe)
    model = model_spec(training.base_model)
    if recipe.place_faces and eyes_folder(model.path) is None:
        # A backend would leave the faces where they are, and nobody would learn why they smear.
        raise EyesMissing(f"Nothing beside {model.path} finds eyes.")
    files = store()
    return TrainingSpec(
        model=model,
        pictures=tuple(
            TrainingPicture(files.read(training.brand.public_id, each["sha256"]), each["caption"])
            for each in training.pictures
        ),
        trigger_words=training.trigger_words,
        recipe=recipe,
        previews=PREVIEWS,
        preview_every=max(1, -(-recipe.steps // PREVIEW_COUNT)),
        checkpoint_every=CHECKPOINT_STEPS,
    )


def full_recipe(training: AdapterTraining, trained: TrainedAdapter) -> dict[str, object]:
    """Everything that it takes to train the same file again, and by whom it was asked for."""
    return {
        "training": str(training.pk),
        "base_model": training.base_model.content_hash,
        "trigger_words": training.trigger_words,
        "pictures": training.pictures,
        "numbers": training.recipe,
        "environment": trained.environment,
    }


class _Follower:
    """Writes a training's news, now and then, and ends it where that is wanted."""

    def __init__(self, training: AdapterTraining, lease: Lease, heartbeat: Heartbeat) -> None:
        self._training = training
        self._lease = lease
        self._heartbeat = heartbeat
        self._before = training.seconds
        self._began = 0.0
        self._told = time.monotonic()
        self._points: list[tuple[int, float]] = []
        self._losses: list[float] = []
        self._stride = max(1, training.steps // CURVE_POINTS)
        self._step = training.checkpoint_step
        self._pause = False

    def on_stage(self, name: str) -> None:
        boundary(f"training.{name}")
        self._alive()

    def on_step(self, step: int, steps: int, loss: float) -> None:
        boundary("training.step")
        self._alive()
        self._step = step
        self._losses.append(loss)
        if step % self._stride == 0 or step == steps:
            self._points.append((step, sum(self._losses) / len(self._losses)))
            self._losses = []
        if step == steps or time.monotonic() - self._told >= NEWS_SECONDS:
            self._tell()

    def on_checkpoint(self, step: int, checkpoint: Callable[[], bytes]) -> None:
        self._alive()
        namespace = self._training.brand.public_id
        stored = store().put(namespace, checkpoint())
        boundary("training.after_checkpoint_file")
        before = keep_checkpoint(lease=self._lease, step=step, sha256=stored.sha256)
        boundary("training.after_checkpoint")
        if before:
            release_file(self._training.brand, before, by=AdapterTraining)
        if self._pause:
            raise _Aside
        if stopping():
            raise _Stopped

    def on_preview(self, step: int, pictures: Sequence[Image.Image]) -> None:
        self._alive()
        self._step = step
        if pictures:
            stored = store().put(self._training.brand.public_id, png_bytes(_side_by_side(pictures)))
            self._tell({"step": step, "sha256": stored.sha256})

    def _alive(self) -> None:
        self._began = self._began or time.monotonic()
        self._heartbeat.progressed()
        if self._heartbeat.all_lost:
            raise LeaseLost

    def _tell(self, preview: dict[str, object] | None = None) -> None:
        self._told = time.monotonic()
        self._pause = note_progress(
            lease=self._lease,
            step=self._step,
            seconds=self._before + time.monotonic() - self._began,
            points=self._points,
            preview=preview,
        )
        self._points = []


def _side_by_side(pictures: Sequence[Image.Image]) -> Image.Image:
    """Pictures of one size in rows of at most ``_IN_A_ROW``, RGB, each as it is."""
    width, height = pictures[0].size
    across = min(len(pictures), _IN_A_ROW)
    sheet = Image.new("RGB", (across * width, -(-len(pictures) // across) * height), "white")
    for place, picture in enumerate(pictures):
        row, column = divmod(place, across)
        sheet.paste(picture, (column * width, row * height))
    return sheet
