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


def compute_row_by_row(unet: Any) -> None:
    """Have the numbers of each row not depend on its neighbours, on any processor.

    Which kernels keep rows apart bit for bit differs between processors: where tests are about
    shared passes, this denoiser can share them everywhere.
    """
    forward = unet.forward

    def by_row(
        sample: torch.Tensor, timestep: Any, *, encoder_hidden_states: torch.Tensor, **options: Any
    ) -> tuple[torch.Tensor]:
        rows = [
            forward(
                sample[row : row + 1],
                timestep,
                encoder_hidden_states=encoder_hidden_states[row : row + 1],
                **options | {"return_dict": False},
            )[0]
            for row in range(len(sample))
        ]
        return (torch.cat(rows),)

    unet.forward = by_row


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
