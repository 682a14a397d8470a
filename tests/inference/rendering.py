"""What tests of the renderer say about results and do to networks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch

from brandhub.inference.diffusers_backend.generator import DiffusersGenerator
from brandhub.inference.specs import BatchResult, BatchSpec, ModelSpec, RenderedImage


def unwatched(_done: int, _total: int) -> None:
    """An `on_step` for tests that don't look at progress."""


def pixels(result: BatchResult) -> list[bytes]:
    """The bytes of every output's pixels; fails if one is a fault."""
    for output in result.outputs:
        assert isinstance(output, RenderedImage), output
    return [output.image.tobytes() for output in result.outputs]


def render(generator: DiffusersGenerator, batch: BatchSpec) -> list[bytes]:
    return pixels(generator.generate(batch, on_step=unwatched))


def unet_of(generator: DiffusersGenerator, model: ModelSpec) -> Any:
    """The warm model's denoiser, to hook into."""
    return generator._models[model.content_hash].pipeline.unet


@contextmanager
def before_each_pass(unet: Any, action: Callable[[int], None]) -> Iterator[list[int]]:
    """Call `action(rows)` before each forward pass; gives the list of passes' rows, growing."""
    passes: list[int] = []

    def hook(_network: Any, given: tuple[torch.Tensor, ...]) -> None:
        rows = given[0].shape[0]
        passes.append(rows)
        action(rows)

    handle = unet.register_forward_pre_hook(hook)
    try:
        yield passes
    finally:
        handle.remove()
