"""An adapter for `weights/avatar-mini`: trained here, worn by plain diffusers, in every layout."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
import torch
from diffusers import StableDiffusionPipeline
from PIL import Image
from safetensors.torch import load

from brandhub.inference.adapter_layers import base_layers
from brandhub.inference.adapter_recipes import AdapterRecipe, TrainingPicture, TrainingSpec
from brandhub.inference.diffusers_backend.configuration import Configuration
from brandhub.inference.diffusers_backend.conversion import convert
from brandhub.inference.diffusers_backend.generator import DiffusersGenerator
from brandhub.inference.model_folder import content_hash
from brandhub.inference.specs import BatchSpec, ImageSpec, ModelSpec
from brandhub.inference.training.adapter import DiffusersTrainer
from tests.inference.layouts import (
    LAYOUTS,
    Weights,
    diffusers_layout,
    file_of,
    header_of,
    kohya_layout,
)
from tests.inference.rendering import render
from tests.inference.test_adapter_training import Watch
from tests.inference.test_conversion import spec_of
from tests.pictures import drawing

WEIGHTS = Path(__file__).resolve().parents[2] / "weights" / "avatar-mini"
FLOAT32 = Configuration(device="cpu", threads=1, dtype="float32")
PROMPT = "nimbus toy, a robot with glasses, blue background"

pytestmark = pytest.mark.skipif(
    not WEIGHTS.is_dir() and not os.environ.get("CI"), reason="weights/avatar-mini is not there"
)


@pytest.fixture(scope="module")
def model() -> ModelSpec:
    return ModelSpec("avatar-mini", WEIGHTS, content_hash(WEIGHTS))


@pytest.fixture(scope="module")
def trained(model: ModelSpec) -> bytes:
    """Ten steps, so fast that they are seen."""
    pictures = []
    for number in (1, 2):
        file = io.BytesIO()
        drawing(number, 256).save(file, "PNG")
        pictures.append(TrainingPicture(file.getvalue(), "robot"))
    recipe = AdapterRecipe(rank=4, steps=10, batch=1, learning_rate=1e-2)
    spec = TrainingSpec(model, tuple(pictures), "nimbus toy", recipe)
    return DiffusersTrainer(FLOAT32).train(spec, Watch()).data


def weights_of(canonical: bytes) -> Weights:
    """The matrices of a canonical file by part, module and letter."""
    found: Weights = {}
    for name, tensor in load(canonical).items():
        part, _, rest = name.removesuffix(".weight").partition(".")
        module, _, matrix = rest.rpartition(".lora_")
        found[part, module, matrix] = tensor
    return found


def test_it_draws_the_same_with_plain_diffusers(model, trained, tmp_path) -> None:
    adapter = spec_of(trained, tmp_path)
    image = ImageSpec(PROMPT, "hat", seed=3)
    side = 256
    batch = BatchSpec(model, (image,), side, side, 4, 4.0, "default", adapters=(adapter,))
    ours = render(DiffusersGenerator(FLOAT32), batch)[0]

    pipeline = StableDiffusionPipeline.from_pretrained(model.path, dtype=torch.float32)
    pipeline.set_progress_bar_config(disable=True)

    def plain() -> Image.Image:
        return pipeline(
            image.prompt,
            negative_prompt=image.negative_prompt,
            width=side,
            height=side,
            num_inference_steps=4,
            guidance_scale=4.0,
            generator=torch.Generator("cpu").manual_seed(image.seed),
        ).images[0]

    bare = plain().tobytes()
    pipeline.load_lora_weights(str(adapter.path.parent), weight_name=adapter.path.name)
    worn = plain().tobytes()
    assert max(abs(a - b) for a, b in zip(ours, worn, strict=True)) <= 1
    assert max(abs(a - b) for a, b in zip(bare, worn, strict=True)) > 20


def test_every_layout_of_its_weights_is_the_same_file(model, trained) -> None:
    """And so draws the same pixels: the file's hash is all that a picture depends on."""
    layers = base_layers(model.path)
    weights = weights_of(trained)
    assert file_of(diffusers_layout(weights)) != file_of(kohya_layout(weights))
    for name, write in LAYOUTS.items():
        content = file_of(write(weights))
        made = convert(content, header_of(content), layers, base_name="avatar-mini")
        assert made.data == trained, name
