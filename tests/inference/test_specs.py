"""Specifications refuse what no device should ever see, and keep prompts out of logs."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from brandhub.inference.errors import InvalidSpec, RenderUserFault
from brandhub.inference.specs import (
    AdapterSpec,
    BatchResult,
    BatchSpec,
    ImageSpec,
    ModelSpec,
    RenderedImage,
    RenderFault,
)

MODEL = ModelSpec(family="avatar-mini", path=Path("weights/m"), content_hash="a" * 64)
IMAGE = ImageSpec(prompt="a robot", negative_prompt="hat", seed=7)
ADAPTER = AdapterSpec(sha256="b" * 64, path=Path("a.safetensors"), weight=0.8)


def batch(**changes: Any) -> BatchSpec:
    values: dict[str, Any] = {
        "model": MODEL,
        "images": (IMAGE,),
        "width": 256,
        "height": 256,
        "steps": 25,
        "guidance_scale": 4.0,
        "scheduler": "ddim",
        "adapters": (ADAPTER,),
    }
    return BatchSpec(**values | changes)


def test_a_correct_batch_is_frozen_hashable_and_equal_to_its_twin():
    assert batch() == batch()
    assert hash(batch()) == hash(batch())
    with pytest.raises(dataclasses.FrozenInstanceError):
        batch().steps = 3


@pytest.mark.parametrize(
    "changes",
    [
        {"images": ()},
        {"images": [IMAGE]},
        {"images": (IMAGE,) * 65},
        {"images": ("a robot",)},
        {"width": 257},
        {"width": 56},
        {"height": 2056},
        {"height": 256.0},
        {"steps": 0},
        {"steps": 151},
        {"steps": True},
        {"guidance_scale": -0.1},
        {"guidance_scale": 31},
        {"guidance_scale": float("nan")},
        {"guidance_scale": float("inf")},
        {"guidance_schedule": "late"},
        {"scheduler": "DDIM"},
        {"scheduler": "__class__"},
        {"adapters": [ADAPTER]},
        {"adapters": (ADAPTER, ADAPTER)},
        {"adapters": tuple(AdapterSpec(f"{i:064x}", Path("a"), 1.0) for i in range(9))},
        {"model": "avatar-mini"},
    ],
)
def test_a_wrong_batch_is_refused(changes):
    with pytest.raises(InvalidSpec) as raised:
        batch(**changes)
    assert raised.value.code == "invalid_spec"
    assert raised.value.retryable is False
    assert isinstance(raised.value, RenderUserFault)
    assert raised.value.detail.endswith(".")


@pytest.mark.parametrize("seed", [-1, 2**63, 1.0, "7", True])
def test_a_seed_outside_a_generators_range_is_refused(seed):
    with pytest.raises(InvalidSpec, match="seed"):
        ImageSpec(prompt="", negative_prompt="", seed=seed)


@pytest.mark.parametrize("field", ["prompt", "negative_prompt"])
@pytest.mark.parametrize("text", ["x" * 4001, None, b"robot"])
def test_a_prompt_that_is_too_long_or_no_text_is_refused(field, text):
    with pytest.raises(InvalidSpec, match="prompt"):
        ImageSpec(**{"prompt": "", "negative_prompt": "", "seed": 1, field: text})


@pytest.mark.parametrize("weight", [4.1, -4.1, float("nan"), "1", True])
def test_an_adapter_weight_out_of_range_is_refused(weight):
    with pytest.raises(InvalidSpec, match="weight"):
        AdapterSpec(sha256="b" * 64, path=Path("a"), weight=weight)


@pytest.mark.parametrize("digest", ["", "B" * 64, "b" * 63, "g" * 64, None])
def test_a_hash_that_is_no_sha256_is_refused(digest):
    with pytest.raises(InvalidSpec, match="SHA-256"):
        AdapterSpec(sha256=digest, path=Path("a"), weight=1.0)
    with pytest.raises(InvalidSpec, match="content hash"):
        ModelSpec(family="m", path=Path("a"), content_hash=digest)


@pytest.mark.parametrize("family", ["", "Avatar", "../up", "a" * 65, None])
def test_a_family_that_is_no_name_is_refused(family):
    with pytest.raises(InvalidSpec, match="family"):
        ModelSpec(family=family, path=Path("a"), content_hash="a" * 64)


def test_a_prompt_never_shows_in_a_repr():
    spec = batch(images=(ImageSpec(prompt="secret wish", negative_prompt="hidden", seed=7),))
    assert "secret wish" not in repr(spec)
    assert "hidden" not in repr(spec)
    assert "seed=7" in repr(spec)


def test_a_result_holds_every_output_in_order():
    picture = RenderedImage(index=0, image=Image.new("RGB", (8, 8)))
    fault = RenderFault(index=1, code="nan_output", detail="The result was no picture.")
    result = BatchResult(outputs=(picture, fault), environment={}, seconds=0.5)
    assert result.outputs == (picture, fault)
    with pytest.raises(InvalidSpec, match="in order"):
        BatchResult(outputs=(fault, picture), environment={}, seconds=0.5)
    with pytest.raises(InvalidSpec, match="code"):
        RenderFault(index=0, code="Out of memory", detail="")
