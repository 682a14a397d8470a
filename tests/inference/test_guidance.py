"""What a step is guided by: constantly, or by more while the noise is strong."""

from __future__ import annotations

import pytest
import torch
from diffusers import DDIMScheduler, StableDiffusionPipeline

from brandhub.inference.diffusers_backend.configuration import Configuration
from brandhub.inference.diffusers_backend.generator import DiffusersGenerator
from brandhub.inference.diffusers_backend.guiding import Guidance
from tests.inference.conftest import IMAGES
from tests.inference.rendering import render

# Schedulers of diffusers still hand tensors to NumPy in the way of NumPy 1
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


@pytest.fixture
def pipeline(tiny):
    loaded = StableDiffusionPipeline.from_pretrained(tiny.path, dtype=torch.float32)
    loaded.scheduler = DDIMScheduler.from_config(
        loaded.scheduler.config, timestep_spacing="trailing"
    )
    loaded.set_progress_bar_config(disable=True)
    return loaded


def guided(pipeline, guidance, steps):
    """(scale, rescale) that each step of a walk is taken with."""
    seen = []

    def note(*_ignored):
        seen.append((pipeline.guidance_scale, pipeline.guidance_rescale))

    def on_step_end(walking, step, _time, state):
        guidance.prepare(walking, step + 1)
        return state

    hook = pipeline.unet.register_forward_pre_hook(note)
    try:
        pipeline(
            "a robot",
            width=64,
            height=64,
            num_inference_steps=steps,
            output_type="latent",
            callback_on_step_end=on_step_end,
            **guidance.arguments(),
        )
    finally:
        hook.remove()
    return seen


@pytest.mark.parametrize(
    ("guidance", "steps", "expected"),
    [
        (Guidance(4.0), 4, [(4.0, 0.0)] * 4),
        (Guidance(4.0, early=True), 4, [(7.0, 0.5)] * 2 + [(4.0, 0.0)] * 2),
        # Of times 999, 799, 599, 399, 199 three lie in the first half of the way.
        (Guidance(2.0, early=True), 5, [(3.5, 0.5)] * 3 + [(2.0, 0.0)] * 2),
        (Guidance(4.0, early=True), 1, [(7.0, 0.5)]),
        (Guidance(1.0, early=True), 2, [(1.0, 0.0)] * 2),
    ],
)
def test_a_step_is_guided_by_what_the_schedule_says(pipeline, guidance, steps, expected):
    assert guided(pipeline, guidance, steps) == expected


def test_one_walk_leaves_nothing_to_the_next(pipeline):
    first = guided(pipeline, Guidance(4.0, early=True), 2)
    assert guided(pipeline, Guidance(4.0, early=True), 2) == first


@pytest.mark.parametrize("scheduler", ["default", "unipc", "euler_a", "dpmpp_2m_karras"])
def test_early_guidance_is_the_same_alone_and_in_company(tiny, make_batch, scheduler):
    # Given a generator and a batch that is guided early
    generator = DiffusersGenerator(Configuration(device="cpu", dtype="float32", threads=1))
    together = render(generator, make_batch(guidance_schedule="early", scheduler=scheduler))
    # When each picture is drawn by itself
    alone = [
        render(
            generator,
            make_batch(images=(image,), guidance_schedule="early", scheduler=scheduler),
        )[0]
        for image in IMAGES
    ]
    # Then every bit is the same, and the schedule is seen in it
    assert alone == together
    assert together != render(generator, make_batch(scheduler=scheduler))
