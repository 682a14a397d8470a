"""Adapters of real PEFT layers: worn for a batch, gone without a trace afterwards."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import StableDiffusionPipeline
from peft import LoraConfig, get_peft_model_state_dict
from safetensors.torch import load_file, save_file

from brandhub.inference.contracts import RenderCancelled
from brandhub.inference.diffusers_backend.configuration import Configuration
from brandhub.inference.diffusers_backend.generator import DiffusersGenerator
from brandhub.inference.errors import AdapterIncompatible, AdapterMissing
from brandhub.inference.specs import AdapterSpec
from tests.inference.conftest import IMAGES
from tests.inference.rendering import render, unwatched
from tests.inference.tiny import tiny_parts

UNET_LAYERS = ["to_q", "to_k", "to_v", "to_out.0", "conv1"]


def spec_of(path: Path, weight: float = 1.0) -> AdapterSpec:
    return AdapterSpec(hashlib.sha256(path.read_bytes()).hexdigest(), path, weight)


def adapter_layers(network: Any, layers: list[str], seed: int, alpha: int) -> dict[str, Any]:
    """Random, loud LoRA layers for `network`, as training would leave them."""
    config = LoraConfig(r=4, lora_alpha=alpha, target_modules=layers, init_lora_weights=False)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        network.add_adapter(config)
    return get_peft_model_state_dict(network)


@pytest.fixture(scope="session")
def make_adapter(tmp_path_factory) -> Callable[..., AdapterSpec]:
    """Save an adapter in the layout of diffusers, with PEFT's configuration in its header."""

    def make(seed: int = 1, *, alpha: int = 4, text: bool = True) -> AdapterSpec:
        parts = tiny_parts()
        folder = tmp_path_factory.mktemp("adapter")
        layers = {"unet_lora_layers": adapter_layers(parts["unet"], UNET_LAYERS, seed, alpha)}
        metadata = {
            "unet_lora_adapter_metadata": {
                "r": 4,
                "lora_alpha": alpha,
                "target_modules": UNET_LAYERS,
            }
        }
        if text:
            layers["text_encoder_lora_layers"] = adapter_layers(
                parts["text_encoder"], ["q_proj", "v_proj"], seed, alpha
            )
            metadata["text_encoder_lora_adapter_metadata"] = {"r": 4, "lora_alpha": alpha}
        StableDiffusionPipeline.save_lora_weights(folder, **layers, **metadata)
        return spec_of(folder / "pytorch_lora_weights.safetensors")

    return make


@pytest.fixture(scope="session")
def first(make_adapter) -> AdapterSpec:
    return make_adapter(1)


@pytest.fixture(scope="session")
def second(make_adapter) -> AdapterSpec:
    return make_adapter(2, text=False)


@pytest.fixture
def make_batch(make_batch):
    """Two images do here."""
    return functools.partial(make_batch, images=IMAGES[:2])


def weighing(spec: AdapterSpec, weight: float) -> AdapterSpec:
    return dataclasses.replace(spec, weight=weight)


def test_the_base_is_bit_for_bit_the_same_before_and_after(
    warm_generator, make_batch, first, second
):
    base = render(warm_generator, make_batch())
    worn = render(warm_generator, make_batch(adapters=(first,)))
    assert render(warm_generator, make_batch()) == base
    both = render(warm_generator, make_batch(adapters=(first, second)))
    assert render(warm_generator, make_batch()) == base
    assert all(len({a, b, c}) == 3 for a, b, c in zip(base, worn, both, strict=True))


def test_the_base_is_the_same_after_a_batch_that_was_cancelled(warm_generator, make_batch, first):
    base = render(warm_generator, make_batch())

    def cancel(done: int, _total: int) -> None:
        if done == 1:
            raise RenderCancelled

    with pytest.raises(RenderCancelled):
        warm_generator.generate(make_batch(adapters=(first,)), on_step=cancel)
    assert render(warm_generator, make_batch()) == base


def test_with_an_adapter_too_an_image_alone_is_the_same_as_in_a_batch(
    warm_generator, make_batch, first
):
    together = render(warm_generator, make_batch(adapters=(first,)))
    alone = [
        render(warm_generator, make_batch(adapters=(first,), images=(image,)))[0]
        for image in IMAGES[:2]
    ]
    assert together == alone


def test_a_weight_of_nought_is_the_base_and_others_differ(warm_generator, make_batch, first):
    pictures = [
        render(warm_generator, make_batch(adapters=(weighing(first, weight),)))[0]
        for weight in (0.0, 0.5, 1.0, -1.0)
    ]
    assert pictures[0] == render(warm_generator, make_batch())[0]
    assert len(set(pictures)) == 4


def test_an_adapter_is_the_same_whatever_was_worn_before(generator, make_batch, first, second):
    alone = render(generator, make_batch(adapters=(second,)))
    render(generator, make_batch(adapters=(first,)))
    render(generator, make_batch(adapters=(first, second)))
    assert render(generator, make_batch(adapters=(second,))) == alone


def test_alpha_in_the_header_scales_the_adapter(warm_generator, make_batch, make_adapter):
    """Alpha 8 at rank 4 doubles; the same tensors with alpha 4 and weight 2 are as much."""
    doubled, plain = make_adapter(3, alpha=8), make_adapter(3, alpha=4)
    assert doubled.sha256 != plain.sha256
    assert render(warm_generator, make_batch(adapters=(doubled,))) == render(
        warm_generator, make_batch(adapters=(weighing(plain, 2.0),))
    )


def test_adapters_beyond_the_limit_leave_the_model(tiny, make_batch, first, second):
    generator = DiffusersGenerator(Configuration(device="cpu", adapters=1))
    pictures = [render(generator, make_batch(adapters=(spec,))) for spec in (first, second)]
    held = generator._models[tiny.content_hash].adapters
    assert held.held == (second.sha256,)

    render(generator, make_batch(adapters=(first, second)))
    assert render(generator, make_batch(adapters=(first,))) == pictures[0]
    assert held.held == (first.sha256,)
    assert render(generator, make_batch(adapters=(second,))) == pictures[1]


def test_a_warm_adapter_is_not_read_again(generator, make_batch, make_adapter):
    spec = make_adapter(4)
    worn = render(generator, make_batch(adapters=(spec,)))
    spec.path.unlink()
    assert render(generator, make_batch(adapters=(spec,))) == worn


def test_a_file_that_is_missing_or_is_not_its_hash_is_the_platforms_fault(
    warm_generator, make_batch, first, tmp_path
):
    other = tmp_path / "other.safetensors"
    other.write_bytes(first.path.read_bytes() + b"\x00")
    unseen = "0" * 64
    for path in (tmp_path / "nowhere.safetensors", other):
        spec = AdapterSpec(unseen, path, 1.0)
        with pytest.raises(AdapterMissing) as raised:
            warm_generator.generate(make_batch(adapters=(spec,)), on_step=unwatched)
        assert raised.value.code == "adapter_missing"
        assert raised.value.retryable is True


def a_pickle(_source: Path, target: Path) -> None:
    target.write_bytes(pickle.dumps({"unet.conv_in.lora_A.weight": [1.0]}))


def changed(change: Callable[[dict[str, torch.Tensor]], Any]) -> Callable[[Path, Path], None]:
    def write(source: Path, target: Path) -> None:
        weights = load_file(source)
        save_file(change(weights) or weights, target)

    return write


def with_nan(weights: dict[str, torch.Tensor]) -> None:
    next(iter(weights.values()))[0, 0] = float("nan")


def of_another_model(weights: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {key.replace("down_blocks.1", "down_blocks.3"): t for key, t in weights.items()}


def without_prefix(weights: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {key.partition(".")[2]: tensor for key, tensor in weights.items()}


def too_wide(weights: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {
        key: torch.ones(4, 48) if key.endswith("to_q.lora_A.weight") else tensor
        for key, tensor in weights.items()
    }


def no_adapter(weights: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {"unet.conv_in.weight": torch.ones(32, 4, 3, 3)}


@pytest.mark.parametrize(
    "damage",
    [
        a_pickle,
        changed(with_nan),
        changed(of_another_model),
        changed(without_prefix),
        changed(too_wide),
        changed(no_adapter),
        lambda _source, target: save_file({}, target),
        lambda _source, target: target.write_bytes(b""),
        lambda source, target: target.write_bytes(source.read_bytes()[:5000]),
        lambda source, target: save_file(
            load_file(source), target, metadata={"lora_adapter_metadata": "{"}
        ),
        lambda source, target: save_file(
            load_file(source), target, metadata={"lora_adapter_metadata": '{"unet.lora_alpha": -1}'}
        ),
        lambda source, target: save_file(
            load_file(source),
            target,
            metadata={"lora_adapter_metadata": '{"unet.use_dora": true}'},
        ),
    ],
    ids=[
        "pickle",
        "nan",
        "another model's keys",
        "no prefix",
        "another width",
        "no adapter at all",
        "no tensors",
        "empty",
        "truncated",
        "metadata no JSON",
        "alpha negative",
        "dora",
    ],
)
def test_an_adapter_that_does_not_fit_is_refused_and_leaves_nothing_behind(
    warm_generator, make_batch, tiny, first, tmp_path, damage
):
    base = render(warm_generator, make_batch())
    worn = render(warm_generator, make_batch(adapters=(first,)))
    target = tmp_path / "damaged.safetensors"
    damage(first.path, target)
    damaged = spec_of(target)

    for adapters in ((damaged,), (first, damaged)):
        with pytest.raises(AdapterIncompatible) as raised:
            warm_generator.generate(make_batch(adapters=adapters), on_step=unwatched)
        assert raised.value.code == "adapter_incompatible"
        assert raised.value.retryable is False

    assert render(warm_generator, make_batch()) == base
    assert render(warm_generator, make_batch(adapters=(first,))) == worn
    assert damaged.sha256 not in warm_generator._models[tiny.content_hash].adapters.held
