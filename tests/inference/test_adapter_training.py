"""Training on real classes at tiny size: repeatable, resumable, and plain diffusers can wear it."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import StableDiffusionPipeline
from PIL import Image

from brandhub.inference.adapter_files import describe
from brandhub.inference.adapter_recipes import (
    AdapterRecipe,
    TrainedAdapter,
    TrainingPicture,
    TrainingSpec,
)
from brandhub.inference.diffusers_backend.configuration import Configuration
from brandhub.inference.diffusers_backend.generator import DiffusersGenerator
from brandhub.inference.errors import InvalidSpec
from brandhub.inference.specs import ModelSpec
from brandhub.inference.training.adapter import DiffusersTrainer
from brandhub.inference.training.corpus.unseen import draw_unseen
from brandhub.settings.env import BASE_DIR
from tests.inference.layouts import header_of
from tests.inference.rendering import render
from tests.inference.test_conversion import spec_of

FLOAT32 = Configuration(device="cpu", threads=1, dtype="float32")


def picture(seed: int) -> TrainingPicture:
    image = Image.new("RGB", (64, 64), (seed * 37 % 256, 80, 200))
    image.paste((255, 220, 0), (8 + seed, 8, 40 + seed, 40))
    file = io.BytesIO()
    image.save(file, "PNG")
    return TrainingPicture(file.getvalue(), f"a toy {seed}")


@pytest.fixture
def spec(tiny: ModelSpec) -> TrainingSpec:
    return TrainingSpec(
        model=tiny,
        pictures=tuple(picture(seed) for seed in range(3)),
        trigger_words="nimbus toy",
        recipe=AdapterRecipe(rank=2, steps=10, batch=2, prior_pictures=1, mirrored=True),
        previews=("a robot",),
        preview_every=5,
        checkpoint_every=4,
    )


class Watch:
    """Keeps what a training tells; `stop_at` ends it there, as a killed worker would."""

    def __init__(self, stop_at: int = 0) -> None:
        self.stop_at = stop_at
        self.stages: list[str] = []
        self.losses: list[float] = []
        self.checkpoints: dict[int, bytes] = {}
        self.previews: list[tuple[int, int]] = []

    def on_stage(self, name: str) -> None:
        self.stages.append(name)

    def on_step(self, step: int, steps: int, loss: float) -> None:
        self.losses.append(loss)
        if step == self.stop_at:
            raise KeyboardInterrupt

    def on_checkpoint(self, step: int, checkpoint: Callable[[], bytes]) -> None:
        self.checkpoints[step] = checkpoint()

    def on_preview(self, step: int, pictures: Sequence[Image.Image]) -> None:
        self.previews.append((step, len(pictures)))


@pytest.fixture(scope="session")
def trainer() -> DiffusersTrainer:
    return DiffusersTrainer(FLOAT32)


def train(trainer: DiffusersTrainer, spec: TrainingSpec, **more: Any) -> TrainedAdapter:
    return trainer.train(spec, more.pop("watch", Watch()), **more)


def test_a_training_tells_how_it_goes_and_learns(trainer, spec) -> None:
    watch = Watch()
    recipe = dataclasses.replace(spec.recipe, steps=60, learning_rate=5e-3, prior_pictures=0)
    trained = train(trainer, dataclasses.replace(spec, recipe=recipe, previews=()), watch=watch)
    assert watch.stages[0] == "loaded"
    assert len(watch.losses) == 60
    assert sum(watch.losses[-15:]) < 0.9 * sum(watch.losses[:15])
    facts = describe(header_of(trained.data))
    assert (facts.layout, facts.rank, facts.has_text_encoder) == ("diffusers", 2, False)


def test_the_same_recipe_gives_the_same_file(trainer, spec) -> None:
    watch = Watch()
    first = train(trainer, spec, watch=watch)
    assert train(trainer, spec).data == first.data
    assert watch.previews == [(5, 1), (10, 1)]
    assert sorted(watch.checkpoints) == [4, 8]
    other = dataclasses.replace(spec, recipe=dataclasses.replace(spec.recipe, seed=2))
    assert train(trainer, other).data != first.data


def test_what_was_killed_and_goes_on_gives_the_file_of_what_was_not(trainer, spec) -> None:
    whole = train(trainer, spec)
    killed = Watch(stop_at=6)
    with pytest.raises(KeyboardInterrupt):
        train(trainer, spec, watch=killed)
    assert sorted(killed.checkpoints) == [4]
    rest = Watch()
    resumed = train(trainer, spec, watch=rest, resume=killed.checkpoints[4])
    assert len(rest.losses) == 6
    assert resumed.data == whole.data


def test_two_workers_give_the_same_file_each_time(spec) -> None:
    crew = DiffusersTrainer(dataclasses.replace(FLOAT32, threads=2))
    shared, alone = Watch(), Watch()
    whole = train(crew, spec, watch=shared)
    assert train(crew, spec).data == whole.data
    # They share the rows of a step out, and add up to what one makes of them.
    train(DiffusersTrainer(FLOAT32), spec, watch=alone)
    assert shared.losses == pytest.approx(alone.losses, rel=1e-3)


def test_a_checkpoint_of_another_training_is_refused(trainer, spec) -> None:
    watch = Watch()
    train(trainer, spec, watch=watch)
    other = dataclasses.replace(spec, trigger_words="another word")
    with pytest.raises(InvalidSpec):
        train(trainer, other, resume=watch.checkpoints[4])


def test_a_picture_that_is_none_is_refused(trainer, spec) -> None:
    broken = dataclasses.replace(
        spec, pictures=(*spec.pictures, TrainingPicture(b"not a picture", ""))
    )
    with pytest.raises(InvalidSpec):
        train(trainer, broken)


def _checkpoint(trainer: DiffusersTrainer, spec: TrainingSpec) -> bytes:
    watch = Watch()
    train(trainer, spec, watch=watch)
    return watch.checkpoints[4]


def _identity_in(checkpoint: bytes) -> str:
    """What a checkpoint says that it is of."""
    header = json.loads(checkpoint[8 : 8 + int.from_bytes(checkpoint[:8], "little")])
    return json.loads(header["__metadata__"]["brandhub"])["training"]


@pytest.fixture
def faces(tiny: ModelSpec, spec: TrainingSpec, tmp_path: Path) -> TrainingSpec:
    """A model that knows faces in one place, and tilted faces to learn from."""
    model = tmp_path / "model"
    model.symlink_to(tiny.path)
    (tmp_path / "model-eyes").symlink_to(BASE_DIR / "weights" / "avatar-mini-eyes")
    pictures = []
    for number in range(3):
        pixels, _ = draw_unseen("thumbs", random.Random(f"tour:{number}"))
        file = io.BytesIO()
        Image.fromarray(pixels).save(file, "PNG")
        pictures.append(TrainingPicture(file.getvalue(), "a thumb"))
    return dataclasses.replace(
        spec,
        model=dataclasses.replace(tiny, path=model),
        pictures=tuple(pictures),
        recipe=dataclasses.replace(spec.recipe, steps=10),
    )


class TestFaces:
    def test_are_brought_to_where_the_model_knows_them_and_shown(self, trainer, faces) -> None:
        watch = Watch()
        trained = train(trainer, faces, watch=watch)
        assert trained.environment["faces_placed"] == 3
        assert watch.previews == [(0, 3), (5, 1), (10, 1)]

    def test_stay_where_they_are_if_the_recipe_says_so(self, trainer, faces) -> None:
        watch = Watch()
        recipe = dataclasses.replace(faces.recipe, place_faces=False)
        left = train(trainer, dataclasses.replace(faces, recipe=recipe), watch=watch)
        assert left.environment["faces_placed"] == 0
        assert watch.previews == [(5, 1), (10, 1)]
        assert left.data != train(trainer, faces).data

    def test_are_not_shown_again_by_a_training_that_goes_on(self, trainer, faces) -> None:
        killed = Watch(stop_at=6)
        with pytest.raises(KeyboardInterrupt):
            train(trainer, faces, watch=killed)
        rest = Watch()
        resumed = train(trainer, faces, watch=rest, resume=killed.checkpoints[4])
        assert rest.previews == [(5, 1), (10, 1)]
        assert resumed.data == train(trainer, faces).data

    def test_stay_where_they_are_on_a_model_that_knows_them_anywhere(
        self, trainer, faces, tiny
    ) -> None:
        trained = train(trainer, dataclasses.replace(faces, model=tiny))
        assert trained.environment["faces_placed"] == 0
        assert trained.environment["eyes_sha256"] == ""

    def test_a_checkpoint_of_pictures_that_were_not_placed_is_refused(
        self, trainer, faces, tiny
    ) -> None:
        watch = Watch()
        train(trainer, dataclasses.replace(faces, model=tiny), watch=watch)
        with pytest.raises(InvalidSpec):
            train(trainer, faces, resume=watch.checkpoints[4])

    def test_a_checkpoint_from_before_faces_were_placed_is_gone_on_from(
        self, trainer, faces
    ) -> None:
        """Where nothing is placed the identity is what it was, whatever the switch says."""
        recipe = dataclasses.replace(faces.recipe, place_faces=False)
        left = dataclasses.replace(faces, recipe=recipe)
        identity = _identity_in(_checkpoint(trainer, left))
        numbers = {k: v for k, v in recipe.as_dict().items() if k != "place_faces"}
        lines = ["3", left.model.content_hash, left.trigger_words, sorted(numbers.items())]
        digest = hashlib.sha256(repr(lines).encode())
        for picture in left.pictures:
            digest.update(hashlib.sha256(picture.data).digest())
            digest.update(picture.caption.encode() + b"\x00")
        assert identity == digest.hexdigest()


def test_plain_diffusers_draws_the_same_pixels_with_it(
    trainer, spec, tiny, make_batch, tmp_path
) -> None:
    """`load_lora_weights` on the library's own pipeline, its own loop and its own decoder."""
    recipe = dataclasses.replace(spec.recipe, learning_rate=1e-2)
    adapter = spec_of(train(trainer, dataclasses.replace(spec, recipe=recipe)).data, tmp_path)
    pipeline = StableDiffusionPipeline.from_pretrained(tiny.path, dtype=torch.float32)
    pipeline.set_progress_bar_config(disable=True)
    batch = make_batch()
    image = batch.images[1]

    def plain() -> bytes:
        return (
            pipeline(
                image.prompt,
                negative_prompt=image.negative_prompt,
                width=batch.width,
                height=batch.height,
                num_inference_steps=batch.steps,
                guidance_scale=batch.guidance_scale,
                generator=torch.Generator("cpu").manual_seed(image.seed),
            )
            .images[0]
            .tobytes()
        )

    bare = plain()
    pipeline.load_lora_weights(str(adapter.path.parent), weight_name=adapter.path.name)
    worn = plain()
    generator = DiffusersGenerator(FLOAT32)
    ours = render(generator, make_batch(images=(image,), adapters=(adapter,)))[0]
    assert max(abs(a - b) for a, b in zip(ours, worn, strict=True)) <= 1
    assert worn != bare


def test_a_recipe_out_of_bounds_is_refused() -> None:
    for wrong in ({"rank": 0}, {"steps": 5}, {"learning_rate": float("nan")}, {"batch": True}):
        with pytest.raises(InvalidSpec):
            AdapterRecipe(**wrong)
