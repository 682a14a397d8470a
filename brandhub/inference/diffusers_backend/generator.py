"""The diffusers generator: warm models, batches cut to what the device holds, memory regained."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass

import diffusers
import torch
import transformers

from brandhub.inference.diffusers_backend.adapter_tiers import (
    AdapterDisk,
    AdapterFigures,
    AdapterMemory,
)
from brandhub.inference.diffusers_backend.adapters import AdapterCache, RowAdapters
from brandhub.inference.diffusers_backend.conditioning import TextConditioner
from brandhub.inference.diffusers_backend.configuration import Configuration, adapter_folder
from brandhub.inference.diffusers_backend.device import Device, is_out_of_memory, open_device
from brandhub.inference.diffusers_backend.loading import load_pipeline
from brandhub.inference.diffusers_backend.pipeline import Pipeline
from brandhub.inference.diffusers_backend.rendering import render_chunk
from brandhub.inference.diffusers_backend.schedulers import scheduled
from brandhub.inference.diffusers_backend.sharing import Chunk, PassShape, Sharing
from brandhub.inference.errors import BackendMisused, InvalidSpec
from brandhub.inference.specs import (
    BatchResult,
    BatchSpec,
    ModelSpec,
    RenderedImage,
    RenderFault,
)

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _WarmModel:
    pipeline: Pipeline
    adapters: AdapterCache
    sharing: Sharing


class _Progress:
    """Counts the device's steps for the caller's `on_step`, and knows what that one raised."""

    def __init__(self, on_step: Callable[[int, int], None]) -> None:
        self._on_step = on_step
        self._done = 0
        self._total = 0
        self.raised: BaseException | None = None

    def begin(self, steps: int) -> None:
        self._total = steps
        self._on_step(0, steps)

    def step(self) -> None:
        self._done += 1
        try:
            self._on_step(self._done, self._total)
        except BaseException as error:
            self.raised = error
            raise

    def expect(self, steps: int) -> None:
        """From now on, `steps` are left to do."""
        self._total = self._done + steps


class DiffusersGenerator:
    """`contracts.Generator` on a `StableDiffusionPipeline`.

    **Alone or in a batch.** With `exact` on, as it is on a CPU by default, an image has the same
    bits in every batch, on the same machine, versions, dtype and number of threads: each has its
    own noise, text and decoder pass, and shares the denoiser's only where that was found to change
    nothing (see `sharing`). In bfloat16 on a CPU with AVX-512 BF16 sharing changes nothing; in
    float32 it does, and images are then rendered one by one. Another number of threads can change
    bits of its own, in the decoder above all, so a record keeps it.
    With `exact` off, float32 differs by 1/255 in single pixels; half precision on CUDA by more.

    **Faults.** A pass that runs out of memory is tried again in halves, down to one image, and the
    rest of the batch keeps to the size that fitted.

    One batch runs at a time; other threads wait. A forked child can't use its parent's generator:
    every call raises `BackendMisused` there.
    """

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration
        self._device: Device = open_device(configuration)
        self._facts = self._device.facts()
        self._figures = AdapterFigures()
        self._memory = AdapterMemory(configuration.adapter_memory_mb << 20, self._figures)
        self._disk = AdapterDisk(
            adapter_folder(configuration), configuration.adapter_disk_mb << 20, self._figures
        )
        self._models: OrderedDict[str, _WarmModel] = OrderedDict()  # by hash, last used last
        self._lock = threading.Lock()
        self._process = os.getpid()
        # Their warnings quote prompts and keys.
        diffusers.utils.logging.set_verbosity(logging.CRITICAL)
        transformers.utils.logging.set_verbosity(logging.CRITICAL)

    def warm(self, model: ModelSpec) -> None:
        """See `contracts.Generator.warm`."""
        with self._own_lock():
            self._warm(model)

    def unload(self) -> None:
        """See `contracts.Generator.unload`."""
        with self._own_lock():
            self._models.clear()
            self._device.release()

    def generate(self, batch: BatchSpec, *, on_step: Callable[[int, int], None]) -> BatchResult:
        """See `contracts.Generator.generate`, and this class for what is guaranteed."""
        with self._own_lock(), torch.no_grad():
            model = self._warm(batch.model)
            _check_fit(model.pipeline, batch)
            started = time.perf_counter()
            with ExitStack() as worn:
                rows: RowAdapters | None = None
                stacks = [image.adapters for image in batch.images]
                if any(stacks):
                    rows = worn.enter_context(model.adapters.worn_by_rows(stacks))
                elif batch.adapters:
                    rows = worn.enter_context(model.adapters.worn(batch.adapters, len(stacks)))
                worn.enter_context(scheduled(model.pipeline, batch.scheduler, batch.steps))
                outputs, sizes = self._render(model, batch, rows, on_step)
                scheduler = type(model.pipeline.scheduler).__name__
            seconds = time.perf_counter() - started
        facts = self._facts | {
            "scheduler": scheduler,
            "exact": int(self._device.exact),
            "forward_sizes": "+".join(map(str, sizes)),
        }
        return BatchResult(outputs=tuple(outputs), environment=facts, seconds=seconds)

    def adapter_figures(self) -> dict[str, int]:
        """Hits, misses and evictions of the three tiers of adapters since the process began."""
        return self._figures.as_dict()

    def _own_lock(self) -> threading.Lock:
        if os.getpid() != self._process:
            raise BackendMisused("This generator belongs to the process that forked this one.")
        return self._lock

    def _warm(self, spec: ModelSpec) -> _WarmModel:
        if spec.content_hash not in self._models:
            while len(self._models) >= self._configuration.models:
                self._models.popitem(last=False)
                self._device.release()
            started = time.perf_counter()
            pipeline = load_pipeline(spec, self._device)
            adapters = AdapterCache(
                pipeline,
                self._device,
                self._configuration.adapters,
                memory=self._memory,
                disk=self._disk,
                figures=self._figures,
            )
            sharing = Sharing(pipeline.unet, self._device, self._configuration.max_forward)
            self._models[spec.content_hash] = _WarmModel(pipeline, adapters, sharing)
            logger.info(
                "base model loaded",
                extra={
                    "family": spec.family,
                    "content_hash": spec.content_hash,
                    "seconds": round(time.perf_counter() - started, 3),
                },
            )
        self._models.move_to_end(spec.content_hash)
        return self._models[spec.content_hash]

    def _render(
        self,
        model: _WarmModel,
        batch: BatchSpec,
        rows: RowAdapters | None,
        on_step: Callable[[int, int], None],
    ) -> tuple[list[RenderedImage | RenderFault], list[int]]:
        texts = TextConditioner(model.pipeline)
        shape = _pass_shape(model.pipeline, batch, texts.room)
        waiting = model.sharing.cut(shape, 0, len(batch.images))
        progress = _Progress(on_step)
        progress.begin(len(waiting) * batch.steps_walked)
        outputs: list[RenderedImage | RenderFault] = []
        sizes: list[int] = []
        while waiting:
            chunk = waiting.popleft()
            rendered = self._try_chunk(model, batch, chunk, texts, rows, progress)
            if rendered is None and len(chunk) > 1:
                half = (len(chunk) + 1) // 2
                waiting = model.sharing.cut(shape, chunk.start, len(batch.images), half)
                progress.expect(len(waiting) * batch.steps_walked)
                continue
            if rendered is None:
                fault = "There is no memory for this image, even alone."
                rendered = [RenderFault(chunk.start, "out_of_memory", fault)]
                progress.expect(len(waiting) * batch.steps_walked)
            outputs += rendered
            sizes.append(len(chunk))
        return outputs, sizes

    def _try_chunk(
        self,
        model: _WarmModel,
        batch: BatchSpec,
        chunk: Chunk,
        texts: TextConditioner,
        rows: RowAdapters | None,
        progress: _Progress,
    ) -> list[RenderedImage | RenderFault] | None:
        """The chunk's outputs, or None, with the memory given back, if there was too little."""
        try:
            return render_chunk(
                model.pipeline, self._device, batch, chunk, texts, progress.step, rows
            )
        except (RuntimeError, MemoryError) as error:
            if error is progress.raised or not is_out_of_memory(error):
                raise
            logger.warning("out of memory", extra={"images": len(chunk), "width": batch.width})
        # Only here, where the traceback no longer holds the tensors of the pass.
        self._device.release()
        return None


def _check_fit(pipeline: Pipeline, batch: BatchSpec) -> None:
    stride = pipeline.vae_scale_factor
    if batch.width % stride or batch.height % stride:
        raise InvalidSpec(f"This model draws sides that are multiples of {stride}.")


def _pass_shape(pipeline: Pipeline, batch: BatchSpec, tokens: int) -> PassShape:
    # As in StableDiffusionPipeline: a guidance scale of 1 or less, and a model that takes the
    # scale as an input, need no second, unconditional row.
    guided = batch.guidance_scale > 1 and pipeline.unet.config.time_cond_proj_dim is None
    return PassShape(
        images=len(batch.images),
        rows_each=2 if guided else 1,
        height=batch.height // pipeline.vae_scale_factor,
        width=batch.width // pipeline.vae_scale_factor,
        tokens=tokens,
    )
