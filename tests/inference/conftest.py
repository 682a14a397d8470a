"""One tiny model and one warm generator for all tests of the renderer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from brandhub.inference.diffusers_backend.configuration import Configuration
from brandhub.inference.diffusers_backend.process import prepare_process

prepare_process()

from brandhub.inference.diffusers_backend.generator import DiffusersGenerator  # noqa: E402
from brandhub.inference.specs import BatchSpec, ImageSpec, ModelSpec  # noqa: E402
from tests.inference.rendering import compute_row_by_row, unet_of  # noqa: E402
from tests.inference.tiny import SIDE, build_tiny_pipeline  # noqa: E402

IMAGES = (
    ImageSpec(prompt="a robot", negative_prompt="", seed=1),
    ImageSpec(prompt="戴眼镜的卡通机器人", negative_prompt="hat", seed=2),
    ImageSpec(prompt="a critter", negative_prompt="", seed=3),
    ImageSpec(prompt="a robot", negative_prompt="", seed=4),
    ImageSpec(prompt="a face", negative_prompt="glasses", seed=5),
)


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> ModelSpec:
    return build_tiny_pipeline(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="session")
def warm_generator(tiny: ModelSpec) -> Iterator[DiffusersGenerator]:
    """Shared by tests that leave it as they found it; those that meddle take `generator`."""
    generator = DiffusersGenerator(Configuration(device="cpu", threads=1))
    generator.warm(tiny)
    yield generator
    generator.unload()


@pytest.fixture
def generator() -> Iterator[DiffusersGenerator]:
    """A generator of the test's own, with nothing loaded."""
    generator = DiffusersGenerator(Configuration(device="cpu", threads=1))
    yield generator
    generator.unload()


@pytest.fixture
def sharing_generator(generator: DiffusersGenerator, tiny: ModelSpec) -> DiffusersGenerator:
    """A warm generator of the test's own that shares passes whatever the processor's kernels."""
    generator.warm(tiny)
    compute_row_by_row(unet_of(generator, tiny))
    return generator


@pytest.fixture(scope="session")
def make_batch(tiny: ModelSpec) -> Callable[..., BatchSpec]:
    """A batch of the five `IMAGES` on the tiny model, with changes by name."""

    def make(**changes: Any) -> BatchSpec:
        values: dict[str, Any] = {
            "model": tiny,
            "images": IMAGES,
            "width": SIDE,
            "height": SIDE,
            "steps": 3,
            "guidance_scale": 4.0,
            "scheduler": "default",
        }
        return BatchSpec(**values | changes)

    return make
