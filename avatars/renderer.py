"""A render worker's turn: claim, render outside any transaction, store the files, complete.

Runs in a Celery worker's child. The generator is the only thing here that touches torch, and it
is loaded by ``brandhub.inference.runtime`` in this process alone.
"""

from __future__ import annotations

import io
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import structlog
from django.conf import settings
from PIL import Image

from avatars.events import publish_progress
from avatars.models import Candidate, GenerationRequest, ReferenceRole
from avatars.queue import render_queue
from avatars.services.rendering import (
    RenderedFile,
    begin_rendering,
    claim_batch,
    complete_candidate,
    fail_candidate,
    release_candidate,
)
from avatars.watermark import WATERMARK, watermarked
from brandhub.common.correlation import correlated
from brandhub.common.errors import PlatformFault
from brandhub.common.pixels import pixel_sha256, png_bytes
from brandhub.common.storage import store
from brandhub.inference.contracts import Generator, RenderCancelled
from brandhub.inference.errors import RenderError
from brandhub.inference.judging import Judge, Judgement
from brandhub.inference.specs import (
    AdapterSpec,
    BatchResult,
    BatchSpec,
    ImageSpec,
    RenderedImage,
    RenderFault,
    StartImage,
)
from brandhub.jobs.boundaries import boundary
from brandhub.jobs.heartbeat import Heartbeat
from brandhub.jobs.holders import holder_name
from brandhub.jobs.protocol import Lease, LeasedQueue, LeaseLost
from brandhub.jobs.worker_process import stopping
from styles.adapters.families import model_spec
from styles.logos.badges import Badge, with_badge
from styles.models import BaseModel

log = structlog.get_logger(__name__)


def drain(*, family: str, generator: Generator, seconds: float, judge: Judge | None = None) -> int:
    """Render batches of ``family`` until none is due, ``seconds`` have passed or the worker stops.

    Pictures are judged by ``judge``, where there is one. Returns how many candidates were claimed.
    The caller hints again if more may be due.
    """
    end = time.monotonic() + seconds
    claimed = 0
    warm_models(family, generator)
    while not stopping() and time.monotonic() < end:
        count = render_once(family=family, generator=generator, judge=judge)
        if not count:
            break
        claimed += count
    return claimed


def warm_models(family: str, generator: Generator) -> None:
    """Load the family's newest model before anything is claimed.

    Loading takes seconds in which no step is finished, and a lease would run out meanwhile.
    """
    model = BaseModel.objects.filter(family=family).order_by("-id").first()
    if model is not None:
        try:
            generator.warm(model_spec(model))
        except RenderError as error:
            # The batch that needs it will fail with its own code and say so to its requester.
            log.error("model_not_loaded", model=model.name, error=error.code)


def adapter_specs(request: GenerationRequest) -> tuple[AdapterSpec, ...]:
    """What a request's pictures wear, where the store keeps it."""
    return tuple(
        AdapterSpec(
            sha256=held["sha256"],
            path=store().path_of(request.brand.public_id, held["sha256"]),
            weight=held["weight"],
        )
        for held in request.adapters
    )


def start_image(request: GenerationRequest) -> StartImage | None:
    """The picture that a request's candidates start from, or None where they start from noise."""
    for reference in request.references.all():
        if reference.role == ReferenceRole.IMG2IMG:
            sha256 = reference.image.file_sha256
            return StartImage(sha256, store().path_of(request.brand.public_id, sha256))
    return None


def render_once(*, family: str, generator: Generator, judge: Judge | None = None) -> int:
    """Claim one batch and see it through. Returns its size; 0 when nothing was due."""
    candidates = claim_batch(family=family, limit=settings.RENDER_BATCH_SIZE, holder=holder_name())
    if candidates:
        boundary("render.after_claim")
        _Batch(candidates, judge).run(generator)
    return len(candidates)


class _Batch:
    """Claimed candidates on their way through the generator."""

    def __init__(self, candidates: list[Candidate], judge: Judge | None) -> None:
        self.judge = judge
        self.queue: LeasedQueue[Candidate] = render_queue()
        self.candidates = candidates
        self.leases = {row.pk: self.queue.lease_of(row) for row in candidates}
        ids = {row.request_id for row in candidates}
        self.requests = (
            GenerationRequest.objects.select_related("base_model", "brand")
            .prefetch_related("references__image")
            .in_bulk(ids)
        )

    def run(self, generator: Generator) -> None:
        first = self._request_of(self.candidates[0])
        with correlated(first.correlation_id):
            for request_id in sorted(self.requests):
                begin_rendering(request_id=request_id)
            interval = timedelta(seconds=settings.RENDER_HEARTBEAT_SECONDS)
            with Heartbeat(self.queue, list(self.leases.values()), interval=interval) as heartbeat:
                try:
                    result = generator.generate(self._spec(), on_step=self._follower(heartbeat))
                except RenderCancelled:
                    self._release_all()
                except RenderError as error:
                    log.warning("batch_failed", error=error.code, size=len(self.candidates))
                    self._fail_all(error)
                else:
                    boundary("render.after_generate")
                    self._keep(result, heartbeat)

    def _request_of(self, candidate: Candidate) -> GenerationRequest:
        return self.requests[candidate.request_id]

    def _spec(self) -> BatchSpec:
        """All members share a batch key, so the first one's recipe is everybody's."""
        recipe = self._request_of(self.candidates[0])
        return BatchSpec(
            model=model_spec(recipe.base_model),
            images=tuple(
                ImageSpec(
                    prompt=self._request_of(row).composed_prompt,
                    negative_prompt=self._request_of(row).composed_negative_prompt,
                    seed=row.seed,
                    start=start_image(self._request_of(row)),
                    adapters=adapter_specs(self._request_of(row)),
                )
                for row in self.candidates
            ),
            width=recipe.image_size,
            height=recipe.image_size,
            steps=recipe.steps,
            guidance_scale=recipe.guidance_scale,
            guidance_schedule=recipe.guidance_schedule,
            scheduler=recipe.scheduler,
            strength=recipe.strength,
        )

    def _follower(self, heartbeat: Heartbeat) -> Callable[[int, int], None]:
        members: dict[UUID, list[int]] = defaultdict(list)
        for row in self.candidates:
            members[row.request_id].append(row.index)

        def on_step(done: int, total: int) -> None:
            boundary("render.step")
            heartbeat.progressed()
            if stopping() or heartbeat.all_lost:
                raise RenderCancelled
            for request_id, indexes in members.items():
                publish_progress(request_id, candidates=indexes, step=done, steps=total)

        return on_step

    def _keep(self, result: BatchResult, heartbeat: Heartbeat) -> None:
        judgements = self._judged(result)
        for output in result.outputs:
            heartbeat.progressed()
            candidate = self.candidates[output.index]
            try:
                if isinstance(output, RenderFault):
                    self._fail(candidate, output.code)
                else:
                    self._complete(candidate, output, result, judgements.get(output.index))
            except LeaseLost:
                log.info("result_discarded", candidate=str(candidate.pk))

    def _judged(self, result: BatchResult) -> dict[int, Judgement]:
        """What the judge says of each picture that came out, in one pass and before a badge or the
        sandbox's mark is laid on: they were not asked of the model. Nothing, if the judge fails: a
        picture is not lost for want of an opinion.
        """
        drawn = [each for each in result.outputs if isinstance(each, RenderedImage)]
        if self.judge is None or not drawn:
            return {}
        requests = [self._request_of(self.candidates[each.index]) for each in drawn]
        try:
            said = self.judge.judge(
                [each.image for each in drawn],
                [(each.tags, each.absent_tags) for each in requests],
            )
        except Exception as error:  # noqa: BLE001
            log.error("pictures_not_judged", error=type(error).__name__)
            return {}
        return {each.index: one for each, one in zip(drawn, said, strict=True)}

    def _complete(
        self,
        candidate: Candidate,
        output: RenderedImage,
        result: BatchResult,
        judgement: Judgement | None,
    ) -> None:
        request = self._request_of(candidate)
        try:
            image = self._finished(request, output.image)
            data = png_bytes(image)
            stored = store().put(request.brand.public_id, data)
        except PlatformFault as error:
            self._fail(candidate, error.error_code)
            return
        boundary("render.after_file")
        complete_candidate(
            request_id=candidate.request_id,
            lease=self.leases[candidate.pk],
            file=RenderedFile(
                pixel_sha256=pixel_sha256(image),
                file_sha256=stored.sha256,
                width=image.width,
                height=image.height,
                file_size=stored.size,
            ),
            environment=dict(result.environment)
            | ({"adapter_sha256": output.adapter_sha256} if output.adapter_sha256 else {})
            | ({"watermark": WATERMARK} if request.sandbox else {}),
            judgement=judgement,
        )
        boundary("render.after_complete")

    def _finished(self, request: GenerationRequest, image: Image.Image) -> Image.Image:
        """The picture with the badge that its request asks for, and the mark of the sandbox above
        all. Raises ``StoredFileMissing``.
        """
        if request.badge:
            badge = Badge(**request.badge)
            data = store().read(request.brand.public_id, badge.sha256)
            with Image.open(io.BytesIO(data)) as logo:
                image = with_badge(image, logo.convert("RGBA"), badge)
        return watermarked(image) if request.sandbox else image

    def _fail(self, candidate: Candidate, code: str, *, retriable: bool = True) -> None:
        fail_candidate(
            request_id=candidate.request_id,
            lease=self.leases[candidate.pk],
            error=code,
            retriable=retriable,
        )

    def _fail_all(self, error: RenderError) -> None:
        for candidate in self.candidates:
            try:
                self._fail(candidate, error.code, retriable=error.retryable)
            except LeaseLost:
                log.info("result_discarded", candidate=str(candidate.pk))

    def _release_all(self) -> None:
        """Stopped by SIGTERM or because all was cancelled: what is still ours goes back."""
        for candidate in self.candidates:
            lease: Lease = self.leases[candidate.pk]
            try:
                release_candidate(request_id=candidate.request_id, lease=lease)
            except LeaseLost:
                log.info("lease_gone", candidate=str(candidate.pk))
