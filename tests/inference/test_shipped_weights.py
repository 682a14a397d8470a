"""The model in `weights/avatar-mini` renders, in both languages, exactly."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PIL import ImageStat

from brandhub.inference.model_folder import content_hash
from brandhub.inference.specs import BatchSpec, ImageSpec, ModelSpec
from tests.inference.rendering import pixels, render, unwatched

WEIGHTS = Path(__file__).resolve().parents[2] / "weights" / "avatar-mini"

# A developer may work without the weights; a build that lacks them is broken.
pytestmark = pytest.mark.skipif(
    not WEIGHTS.is_dir() and not os.environ.get("CI"), reason="weights/avatar-mini is not there"
)

IMAGES = (
    ImageSpec(prompt="戴眼镜的卡通机器人，蓝色背景", negative_prompt="", seed=1),
    ImageSpec(prompt="a friendly robot, blue background", negative_prompt="hat", seed=2),
)


@pytest.fixture(scope="module")
def batch() -> BatchSpec:
    model = ModelSpec("avatar-mini", WEIGHTS, content_hash(WEIGHTS))
    return BatchSpec(
        model, IMAGES, width=256, height=256, steps=4, guidance_scale=4.0, scheduler="default"
    )


def test_it_draws_pictures_with_something_on_them(warm_generator, batch):
    result = warm_generator.generate(batch, on_step=unwatched)
    assert len(set(pixels(result))) == 2
    for output in result.outputs:
        assert output.image.size == (256, 256)
        assert output.tokens_dropped == 0
        assert max(ImageStat.Stat(output.image).stddev) > 20


def test_an_image_alone_is_the_same_as_in_a_batch(warm_generator, batch):
    together = render(warm_generator, batch)
    alone = [
        render(
            warm_generator,
            BatchSpec(batch.model, (image,), batch.width, batch.height, 4, 4.0, "default"),
        )[0]
        for image in IMAGES
    ]
    assert together == alone
