"""Schedulers by the names of `specs.SCHEDULERS`, made from the model's own configuration."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import torch
from diffusers import (
    DDIMScheduler,
    DPMSolverMultistepScheduler,
    EulerAncestralDiscreteScheduler,
    EulerDiscreteScheduler,
    LCMScheduler,
    UniPCMultistepScheduler,
)

from brandhub.inference.diffusers_backend.pipeline import Pipeline
from brandhub.inference.errors import InvalidSpec

_CLASSES: Final[dict[str, tuple[type[Any], dict[str, Any]]]] = {
    "ddim": (DDIMScheduler, {}),
    "dpmpp_2m": (DPMSolverMultistepScheduler, {"algorithm_type": "dpmsolver++"}),
    "dpmpp_2m_karras": (
        DPMSolverMultistepScheduler,
        {"algorithm_type": "dpmsolver++", "use_karras_sigmas": True},
    ),
    "euler": (EulerDiscreteScheduler, {}),
    "euler_a": (EulerAncestralDiscreteScheduler, {}),
    "unipc": (UniPCMultistepScheduler, {}),
    "lcm": (LCMScheduler, {}),
}


def make_scheduler(own: Any, name: str, steps: int, device: torch.device) -> Any:
    """The scheduler `name` with the betas, prediction type and spacing of the model's `own` one.

    Raises `InvalidSpec` if it cannot walk in that many steps.
    """
    cls, changes = (type(own), {}) if name == "default" else _CLASSES[name]
    scheduler = cls.from_config(own.config, **changes)
    try:
        scheduler.set_timesteps(steps, device=device)
    except ValueError as error:
        raise InvalidSpec(f"The scheduler {name} can't take {steps} steps.") from error
    return scheduler


@contextmanager
def scheduled(pipeline: Pipeline, name: str, steps: int) -> Iterator[None]:
    """Put the scheduler `name` on the pipeline, and its own back afterwards, come what may."""
    own = pipeline.scheduler
    pipeline.scheduler = make_scheduler(own, name, steps, pipeline.device)
    try:
        yield
    finally:
        pipeline.scheduler = own
