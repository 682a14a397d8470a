"""What a rendering backend promises, as Protocols: callers and tests depend on these alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, runtime_checkable

from brandhub.inference.specs import BatchResult, BatchSpec, ModelSpec


class RenderCancelled(Exception):
    """Raised by a caller's `on_step` to abort the batch; the backend lets it through."""


@runtime_checkable
class Generator(Protocol):
    """Turns specifications into pictures, on one device, one batch at a time.

    Safe to call from several threads; batches run one after another. A failure of one batch leaves
    the generator fit for the next.
    """

    def warm(self, model: ModelSpec) -> None:
        """Load `model` and keep it, so that the next batch starts at once. Idempotent.

        Raises `ModelMissing`, `ModelBroken` or `OutOfMemory`.
        """
        ...

    def generate(self, batch: BatchSpec, *, on_step: Callable[[int, int], None]) -> BatchResult:
        """Render `batch`; load its model first if it is not warm.

        `on_step(done, total)` is called in the calling thread, once before the first step with
        `done == 0` and after every step of the device; `done` rises to `total`, and `total` can
        grow if the batch must be split for want of memory. It may raise `RenderCancelled`, or
        anything else, which ends the batch at once and reaches the caller unchanged.

        An image depends on the batch's settings and on its own specification, not on the images
        beside it: alone or in any batch it is the same, within the backend's stated tolerance.
        Trouble with single images comes back as `RenderFault`; trouble with all of them is raised:
        `ModelMissing`, `ModelBroken`, `OutOfMemory`, `AdapterMissing`, `AdapterIncompatible`,
        `InvalidSpec`.
        """
        ...

    def unload(self) -> None:
        """Free the memory of every loaded model and adapter. The next batch loads again."""
        ...
