"""Every layout of the same weights becomes the same file, and draws the same pixels."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import StableDiffusionPipeline
from safetensors.torch import load

from brandhub.inference.adapter_layers import base_layers
from brandhub.inference.diffusers_backend.configuration import Configuration
from brandhub.inference.diffusers_backend.conversion import compose, convert
from brandhub.inference.diffusers_backend.generator import DiffusersGenerator
from brandhub.inference.errors import AdapterRefused
from brandhub.inference.specs import AdapterSpec, ModelSpec
from tests.inference.layouts import (
    LAYOUTS,
    Weights,
    changed,
    diffusers_layout,
    file_of,
    header_of,
    kohya_layout,
    lora_weights,
    peft_layout,
)
from tests.inference.rendering import render


@pytest.fixture(scope="session")
def weights() -> Weights:
    return lora_weights(1)


@pytest.fixture
def converted(tiny: ModelSpec) -> Callable[..., Any]:
    layers = base_layers(tiny.path)

    def convert_file(content: bytes, **values: Any) -> Any:
        return convert(content, header_of(content), layers, base_name="Tiny", **values)

    return convert_file


def spec_of(content: bytes, folder: Path, weight: float = 1.0) -> AdapterSpec:
    sha256 = hashlib.sha256(content).hexdigest()
    path = folder / f"{sha256}.safetensors"
    path.write_bytes(content)
    return AdapterSpec(sha256, path, weight)


def test_all_layouts_of_the_same_weights_become_one_file(converted, weights) -> None:
    made = {name: converted(file_of(write(weights))) for name, write in LAYOUTS.items()}
    assert len({each.sha256 for each in made.values()}) == 1
    assert {name: each.facts.layout for name, each in made.items()} == {
        "diffusers": "diffusers",
        "old diffusers": "diffusers",
        "peft": "peft",
        "kohya": "kohya",
    }
    assert made["kohya"].rank == 4
    assert 0 < made["kohya"].coverage < 1


def test_kohya_and_diffusers_draw_the_pixels_of_plain_diffusers(
    converted, weights, warm_generator, make_batch, tiny, tmp_path
) -> None:
    """The reference is the library's own loader on its own pipeline, without this backend."""
    ours = [
        render(warm_generator, make_batch(adapters=(spec_of(converted(content).data, tmp_path),)))
        for content in (file_of(kohya_layout(weights)), file_of(diffusers_layout(weights)))
    ]
    assert ours[0] == ours[1]
    assert ours[0] != render(warm_generator, make_batch())

    plain = spec_of(file_of(diffusers_layout(weights)), tmp_path)
    assert render(warm_generator, make_batch(adapters=(plain,))) == ours[0]
    pipeline = StableDiffusionPipeline.from_pretrained(tiny.path, dtype=torch.float32)
    pipeline.load_lora_weights(str(plain.path.parent), weight_name=plain.path.name)
    kept = load(converted(file_of(kohya_layout(weights))).data)
    held = dict(pipeline.unet.named_parameters())
    for name, tensor in kept.items():
        part, _, rest = name.partition(".")
        if part == "unet":
            found = held[rest.replace(".weight", ".default_0.weight")]
            assert torch.equal(found, tensor), name


def test_alpha_is_multiplied_in_whoever_tells_it(converted, weights) -> None:
    doubled = converted(file_of(kohya_layout(weights, alpha=8)))
    told = converted(file_of(peft_layout(weights)), alpha=8.0)
    noted = converted(
        file_of(
            diffusers_layout(weights),
            lora_adapter_metadata='{"unet.lora_alpha": 8, "text_encoder.lora_alpha": 8}',
        )
    )
    assert doubled.sha256 == told.sha256 == noted.sha256
    plain, loud = load(converted(file_of(peft_layout(weights))).data), load(doubled.data)
    for name, tensor in plain.items():
        assert torch.equal(loud[name], tensor * (2 if "lora_B" in name else 1))


def rename(weights: Weights) -> None:
    for part, module, matrix in list(weights):
        if part == "unet":
            other = module.replace("down_blocks.1", "down_blocks.7")
            weights[part, other, matrix] = weights.pop((part, module, matrix))


def widen_all(weights: Weights) -> None:
    for key, tensor in weights.items():
        if key[2] == "A":
            weights[key] = torch.cat([tensor, tensor], dim=1)


def widen_one(weights: Weights) -> None:
    key = next(key for key in weights if key[1].endswith("to_q") and key[2] == "A")
    weights[key] = torch.cat([weights[key]] * 2, dim=1)


def spoil(weights: Weights) -> None:
    next(iter(weights.values())).view(-1)[0] = float("nan")


def overflow(weights: Weights) -> None:
    next(iter(weights.values())).view(-1)[0] = float("inf")


def silence(weights: Weights) -> None:
    for key, tensor in weights.items():
        if key[2] == "B":
            tensor.zero_()


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (rename, "other_base_model"),
        (widen_all, "other_base_model"),
        (widen_one, "wrong_shapes"),
        (spoil, "nan_values"),
        (overflow, "nan_values"),
        (silence, "no_effect"),
    ],
)
def test_what_does_not_fit_is_refused(converted, weights, layout, damage, reason) -> None:
    content = file_of(LAYOUTS[layout](changed(weights, damage)))
    with pytest.raises(AdapterRefused) as raised:
        converted(content)
    assert raised.value.reason == reason


def test_an_adapter_of_another_base_is_refused_naming_both(converted, weights) -> None:
    content = file_of(
        kohya_layout(changed(weights, rename)), ss_base_model_version="sdxl_base_v1-0"
    )
    with pytest.raises(AdapterRefused) as raised:
        converted(content)
    assert raised.value.facts["trained_on"] == "sdxl_base_v1-0"
    assert raised.value.facts["base_model"] == "Tiny"


def test_a_stack_is_one_adapter_that_draws_as_both_together(
    converted, weights, make_batch, tmp_path
) -> None:
    """Within rounding: the sums are taken in another order, here in float32."""
    generator = DiffusersGenerator(Configuration(device="cpu", threads=1, dtype="float32"))
    first = converted(file_of(diffusers_layout(weights))).data
    second = converted(file_of(diffusers_layout(lora_weights(2, rank=2, text=False)))).data
    composed = compose([(first, 0.5), (second, -0.75)])
    assert compose([(first, 0.5), (second, -0.75)]) == composed
    assert compose([(second, -0.75), (first, 0.5)]) != composed

    together = render(
        generator,
        make_batch(adapters=(spec_of(first, tmp_path, 0.5), spec_of(second, tmp_path, -0.75))),
    )
    as_one = render(generator, make_batch(adapters=(spec_of(composed, tmp_path),)))
    base = render(generator, make_batch())
    for one, other, bare in zip(as_one, together, base, strict=True):
        assert max(abs(a - b) for a, b in zip(one, other, strict=True)) <= 3
        assert one != bare


def test_a_stack_of_too_high_a_rank_is_refused(converted) -> None:
    loud = converted(file_of(diffusers_layout(lora_weights(3, rank=32, text=False)))).data
    compose([(loud, 1.0)] * 8)
    with pytest.raises(AdapterRefused) as raised:
        compose([(loud, 1.0)] * 9)
    assert raised.value.reason == "stack_rank_too_high"
    assert raised.value.facts == {"rank": 288, "limit": 256}
