"""Drawing from a start image: near it or far from it, the same alone and in company."""

from __future__ import annotations

import dataclasses
import hashlib

import numpy as np
import pytest
from PIL import Image, ImageDraw

from brandhub.inference.errors import InvalidSpec, StartImageMissing
from brandhub.inference.specs import SCHEDULERS, ImageSpec, StartImage
from tests.inference.rendering import pixels, render, unwatched

# Schedulers of diffusers still hand tensors to NumPy in the way of NumPy 1
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def drawing(colour: str, size: tuple[int, int] = (64, 64)) -> Image.Image:
    image = Image.new("RGB", size, "white")
    middle, unit = (size[0] / 2, size[1] / 2), min(size) / 4
    box = (middle[0] - unit, middle[1] - unit, middle[0] + unit, middle[1] + unit)
    ImageDraw.Draw(image).ellipse(box, fill=colour)
    return image


@pytest.fixture
def start_from(tmp_path):
    def keep(image: Image.Image) -> StartImage:
        path = tmp_path / "start.png"
        image.save(path)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        return StartImage(digest, path.rename(tmp_path / digest))

    return keep


def starting(start: StartImage, seed: int = 1) -> ImageSpec:
    return ImageSpec(prompt="a robot", negative_prompt="", seed=seed, start=start)


def distance(one: bytes, other: bytes) -> float:
    left, right = (np.frombuffer(each, np.uint8).astype(float) for each in (one, other))
    return float(np.abs(left - right).mean())


def test_the_less_strength_the_nearer_to_the_start(warm_generator, make_batch, start_from):
    image = starting(start_from(drawing("red")))

    def drawn(strength: float) -> bytes:
        return render(warm_generator, make_batch(images=(image,), steps=20, strength=strength))[0]

    # One step of twenty leaves the picture nearly as the autoencoder gives it back.
    nearest = drawn(0.05)
    distances = [distance(nearest, drawn(strength)) for strength in (0.1, 0.4, 0.9)]
    assert distances == sorted(distances)
    assert distances[0] < distances[-1] / 2


def test_another_start_gives_another_picture(warm_generator, make_batch, start_from):
    red, blue = (starting(start_from(drawing(colour))) for colour in ("red", "blue"))
    one, other = (
        render(warm_generator, make_batch(images=(image,), strength=0.5))[0]
        for image in (red, blue)
    )
    assert one != other


def test_what_the_start_has_settled_is_not_guided_by_more(warm_generator, make_batch, start_from):
    image = starting(start_from(drawing("red")))
    early, constant = (
        render(
            warm_generator,
            make_batch(images=(image,), steps=4, strength=0.9, guidance_schedule=schedule),
        )
        for schedule in ("early", "constant")
    )
    assert early == constant


def test_it_is_the_same_alone_and_beside_other_starts(warm_generator, make_batch, start_from):
    red, blue = start_from(drawing("red")), start_from(drawing("blue"))
    images = (starting(red, 1), starting(blue, 2), starting(red, 3))

    together = pixels(
        warm_generator.generate(make_batch(images=images, strength=0.6), on_step=unwatched)
    )

    alone = [
        render(warm_generator, make_batch(images=(image,), strength=0.6))[0] for image in images
    ]
    assert together == alone
    assert len(set(alone)) == 3


def test_only_the_steps_that_are_walked_are_told(warm_generator, make_batch, start_from):
    image = starting(start_from(drawing("red")))
    told: list[tuple[int, int]] = []

    warm_generator.generate(
        make_batch(images=(image,), steps=10, strength=0.4),
        on_step=lambda done, total: told.append((done, total)),
    )

    assert told == [(done, 4) for done in range(5)]


@pytest.mark.parametrize("scheduler", sorted(SCHEDULERS))
def test_every_scheduler_walks_from_a_start(warm_generator, make_batch, start_from, scheduler):
    batch = make_batch(
        images=(starting(start_from(drawing("red"))),), steps=8, strength=0.5, scheduler=scheduler
    )
    assert render(warm_generator, batch) == render(warm_generator, batch)


def test_the_pipeline_draws_from_noise_afterwards_as_before(warm_generator, make_batch, start_from):
    before = render(warm_generator, make_batch())
    render(
        warm_generator,
        make_batch(images=(starting(start_from(drawing("red"))),), strength=0.5),
    )
    assert render(warm_generator, make_batch()) == before


def test_a_start_is_cut_around_its_middle(warm_generator, make_batch, start_from):
    wide = drawing("red", (160, 64))
    square = wide.crop((48, 0, 112, 64))
    pictures = [
        render(warm_generator, make_batch(images=(starting(start_from(image)),), strength=0.5))[0]
        for image in (wide, square)
    ]
    assert pictures[0] == pictures[1]


def test_what_is_transparent_is_white(warm_generator, make_batch, start_from):
    clear = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
    pictures = [
        render(warm_generator, make_batch(images=(starting(start_from(image)),), strength=0.5))[0]
        for image in (clear, Image.new("RGB", (64, 64), "white"))
    ]
    assert pictures[0] == pictures[1]


def test_a_file_that_went_or_changed_can_be_tried_again(warm_generator, make_batch, start_from):
    start = start_from(drawing("red"))
    batch = make_batch(images=(starting(start),), strength=0.5)

    start.path.write_bytes(start.path.read_bytes() + b"x")
    with pytest.raises(StartImageMissing) as changed:
        render(warm_generator, batch)
    start.path.unlink()
    with pytest.raises(StartImageMissing):
        render(warm_generator, batch)

    assert changed.value.retryable


def test_a_file_that_is_no_picture_is_refused(warm_generator, make_batch, tmp_path):
    path = tmp_path / "start.png"
    path.write_bytes(b"no picture")
    start = StartImage(hashlib.sha256(b"no picture").hexdigest(), path)
    with pytest.raises(InvalidSpec, match="no picture"):
        render(warm_generator, make_batch(images=(starting(start),), strength=0.5))


@pytest.mark.parametrize(
    "changes",
    [
        {"strength": 0.0},
        {"strength": 1.1},
        {"strength": float("nan")},
        {"strength": True},
        {"steps": 4, "strength": 0.2},
    ],
)
def test_a_strength_that_is_none_is_refused(make_batch, start_from, changes):
    image = starting(start_from(drawing("red")))
    with pytest.raises(InvalidSpec, match=r"strength"):
        make_batch(images=(image,), **changes)


def test_start_and_strength_go_together(make_batch, start_from):
    with_start = starting(start_from(drawing("red")))
    without = dataclasses.replace(with_start, start=None)
    for images, strength in (((with_start,), 1.0), ((with_start, without), 0.5)):
        with pytest.raises(InvalidSpec, match="have a start"):
            make_batch(images=images, strength=strength)
