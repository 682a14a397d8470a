"""A worker's turn at an adapter: convert it, draw with it beside the base, keep the pictures.

Runs on the workers that hold a warm model. What touches torch is behind the backend's own door.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable

import structlog
from PIL import Image, ImageChops, ImageStat

from brandhub.common.errors import PlatformFault
from brandhub.common.pixels import png_bytes
from brandhub.common.storage import store
from brandhub.inference.adapter_files import read_header
from brandhub.inference.adapter_layers import base_layers
from brandhub.inference.contracts import Generator, RenderCancelled
from brandhub.inference.diffusers_backend import convert_adapter
from brandhub.inference.errors import AdapterIncompatible, AdapterRefused, RenderError
from brandhub.inference.specs import (
    AdapterSpec,
    BatchSpec,
    ImageSpec,
    RenderedImage,
)
from brandhub.jobs.boundaries import boundary
from brandhub.jobs.heartbeat import Heartbeat
from brandhub.jobs.holders import holder_name
from brandhub.jobs.protocol import Lease, LeaseLost
from brandhub.jobs.worker_process import stopping
from styles.adapters.checking import (
    accept_adapter,
    claim_check,
    give_up_check,
    refuse_adapter,
    release_check,
)
from styles.adapters.families import model_spec
from styles.adapters.queue import HEARTBEAT, check_queue
from styles.models.adapters import AdapterRevision

log = structlog.get_logger(__name__)

#: What the preview draws, in rows; the trigger words go in front.
SUBJECTS = ("robot, front view", "person, smiling")
#: Weights in columns; without an adapter first.
WEIGHTS = (0.0, 0.5, 1.0)
SEED = 20
#: The longest side of a picture in the grid, in pixels.
CELL = 256
_GAP = 8


def drain(*, family: str, generator: Generator, seconds: float) -> int:
    """Check adapters of ``family`` until none is due, ``seconds`` have passed or the worker stops.

    Returns how many were looked at.
    """
    end = time.monotonic() + seconds
    looked = 0
    while not stopping() and time.monotonic() < end and check_once(family, generator):
        looked += 1
    return looked


def check_once(family: str, generator: Generator) -> bool:
    """Claim one revision and see it through. Returns whether one was due."""
    due = check_queue().due().filter(base_model__family=family).select_related("base_model")
    waiting = due.order_by("available_at", "pk").first()
    if waiting is None:
        return False
    _warm_before(waiting, generator)
    revision = claim_check(family=family, holder=holder_name())
    if revision is None:
        return False
    boundary("adapter.after_claim")
    queue = check_queue()
    lease = queue.lease_of(revision)
    with Heartbeat(queue, [lease], interval=HEARTBEAT) as heartbeat:
        try:
            _see_through(revision, lease, generator, heartbeat)
        except LeaseLost:
            log.info("check_discarded", adapter=str(revision.pk))
    return True


def _see_through(
    revision: AdapterRevision, lease: Lease, generator: Generator, heartbeat: Heartbeat
) -> None:
    """Check a claimed revision and write how that ended. Raises ``LeaseLost``, whichever way."""
    try:
        result = _check(revision, generator, heartbeat)
        boundary("adapter.after_check")
        accept_adapter(lease=lease, **result)
    except RenderCancelled:
        release_check(lease=lease)
    except AdapterRefused as refused:
        log.info("adapter_refused", adapter=str(revision.pk), reason=refused.reason)
        refuse_adapter(lease=lease, reason=refused.reason, facts=dict(refused.facts))
    except AdapterIncompatible as refused:
        log.info("adapter_refused", adapter=str(revision.pk), reason=refused.code)
        refuse_adapter(lease=lease, reason=refused.code, facts={})
    except (PlatformFault, RenderError) as error:
        code = error.error_code if isinstance(error, PlatformFault) else error.code
        log.warning("check_failed", adapter=str(revision.pk), error=code)
        give_up_check(lease=lease, error=code)


def _warm_before(revision: AdapterRevision, generator: Generator) -> None:
    """Load the model before the claim: loading finishes no step, and a lease would run out."""
    try:
        generator.warm(model_spec(revision.base_model))
    except RenderError as error:
        # The check that needs it will fail with its own code.
        log.error("model_not_loaded", model=revision.base_model.name, error=error.code)


def _check(revision: AdapterRevision, generator: Generator, heartbeat: Heartbeat) -> dict:
    base = revision.base_model
    generator.warm(model_spec(base))
    heartbeat.progressed()
    content = store().read(revision.brand.public_id, revision.file_sha256)
    converted = convert_adapter(
        content,
        read_header(io.BytesIO(content), len(content)),
        base_layers(model_spec(base).path),
        base_name=base.name,
        alpha=revision.alpha,
    )
    del content
    heartbeat.progressed()
    canonical = store().put(revision.brand.public_id, converted.data)
    boundary("adapter.after_file")
    path = store().path_of(revision.brand.public_id, canonical.sha256)
    rows = _draw(revision, generator, AdapterSpec(canonical.sha256, path, 1.0), heartbeat)
    effect = max(_difference(row[0], row[-1]) for row in rows)
    if not effect:
        raise AdapterRefused("no_effect", "With the adapter the same pictures come out.")
    preview = store().put(revision.brand.public_id, png_bytes(_grid(rows)))
    return {
        "canonical_sha256": canonical.sha256,
        "canonical_size": canonical.size,
        "preview_sha256": preview.sha256,
        "findings": {
            "layers": converted.layers,
            "coverage": round(converted.coverage, 4),
            "text_encoder": converted.facts.has_text_encoder,
            "effect": round(effect, 4),
            "subjects": list(SUBJECTS),
            "weights": list(WEIGHTS),
        },
    }


def _draw(
    revision: AdapterRevision, generator: Generator, adapter: AdapterSpec, heartbeat: Heartbeat
) -> list[list[Image.Image]]:
    """Pictures in rows by subject and columns by weight, all of one seed."""
    columns = []
    for weight in WEIGHTS:
        worn = (AdapterSpec(adapter.sha256, adapter.path, weight),) if weight else ()
        columns.append(_column(revision, generator, worn, heartbeat))
    return [list(row) for row in zip(*columns, strict=True)]


def _column(
    revision: AdapterRevision,
    generator: Generator,
    worn: tuple[AdapterSpec, ...],
    heartbeat: Heartbeat,
) -> list[Image.Image]:
    base = revision.base_model
    words = f"{revision.trigger_words}, " if revision.trigger_words else ""
    batch = BatchSpec(
        model=model_spec(base),
        images=tuple(ImageSpec(words + subject, "", SEED) for subject in SUBJECTS),
        width=base.image_size,
        height=base.image_size,
        steps=base.default_steps,
        guidance_scale=base.default_guidance_scale,
        guidance_schedule=base.default_guidance_schedule,
        scheduler=base.default_scheduler,
        adapters=worn,
    )
    pictures = []
    for output in generator.generate(batch, on_step=_follower(heartbeat)).outputs:
        if not isinstance(output, RenderedImage):
            if worn:
                raise AdapterRefused("renders_broken", output.detail, fault=output.code)
            raise PlatformFault(output.detail, code=output.code)
        pictures.append(output.image)
    return pictures


def _follower(heartbeat: Heartbeat) -> Callable[[int, int], None]:
    def on_step(_done: int, _total: int) -> None:
        heartbeat.progressed()
        if stopping() or heartbeat.all_lost:
            raise RenderCancelled

    return on_step


def _difference(one: Image.Image, other: Image.Image) -> float:
    """Mean absolute difference of two pictures' channels, 0 to 255."""
    return sum(ImageStat.Stat(ImageChops.difference(one, other)).mean) / 3


def _grid(rows: list[list[Image.Image]]) -> Image.Image:
    """The pictures side by side, RGB, no larger than ``CELL`` each, on white."""
    side = min(CELL, rows[0][0].width)
    step = side + _GAP
    grid = Image.new("RGB", (step * len(rows[0]) - _GAP, step * len(rows) - _GAP), "white")
    for down, row in enumerate(rows):
        for across, picture in enumerate(row):
            small = picture.resize((side, side), Image.Resampling.LANCZOS)
            grid.paste(small, (across * step, down * step))
    return grid
