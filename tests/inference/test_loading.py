"""A model's folder is loaded strictly or refused with a sentence; the worker stays up."""

from __future__ import annotations

import dataclasses
import json
import pickle
import shutil
from pathlib import Path

import pytest
from safetensors.torch import load_file, save_file

from brandhub.inference.errors import InvalidSpec, ModelBroken, ModelMissing
from brandhub.inference.model_folder import content_hash
from brandhub.inference.specs import ModelSpec
from tests.inference.rendering import render, unwatched

UNET = Path("unet") / "diffusion_pytorch_model.safetensors"


@pytest.fixture
def copy(tiny, tmp_path) -> Path:
    return shutil.copytree(tiny.path, tmp_path / "model")


def pinned(folder: Path) -> ModelSpec:
    return ModelSpec("tiny", folder, content_hash(folder))


def refused(generator, folder: Path) -> str:
    with pytest.raises(ModelBroken) as raised:
        generator.warm(pinned(folder))
    assert raised.value.code == "model_broken"
    return raised.value.detail


def test_a_copy_of_a_model_is_the_same_model(generator, tiny, copy, make_batch):
    assert pinned(copy).content_hash == tiny.content_hash
    assert render(generator, make_batch(model=pinned(copy))) == render(generator, make_batch())


def test_a_folder_that_is_not_there_is_missing(generator, tiny, tmp_path):
    with pytest.raises(ModelMissing):
        generator.warm(dataclasses.replace(tiny, path=tmp_path / "nowhere"))


def test_a_model_that_is_not_the_pinned_one_is_refused(generator, tiny, copy):
    (copy / "scheduler" / "scheduler_config.json").write_text("{}")
    with pytest.raises(ModelBroken, match="not the one that was pinned"):
        generator.warm(dataclasses.replace(tiny, path=copy))


def test_a_folder_with_pickled_weights_is_refused_and_never_unpickled(generator, tiny, copy):
    class Bomb:
        def __reduce__(self):
            return (Path.touch, (copy / "exploded",))

    (copy / UNET).unlink()
    (copy / "unet" / "diffusion_pytorch_model.bin").write_bytes(pickle.dumps(Bomb()))
    with pytest.raises(ModelBroken, match=r"diffusion_pytorch_model\.bin"):
        generator.warm(dataclasses.replace(tiny, path=copy))
    assert not (copy / "exploded").exists()


def test_a_pickle_named_safetensors_is_refused(generator, copy):
    (copy / UNET).write_bytes(pickle.dumps({"weight": 1}))
    refused(generator, copy)


def test_a_truncated_file_is_refused(generator, copy):
    (copy / UNET).write_bytes((copy / UNET).read_bytes()[:1000])
    refused(generator, copy)


def test_a_missing_tensor_is_refused_and_not_filled_with_noise(generator, copy):
    weights = load_file(copy / UNET)
    del weights["conv_in.weight"]
    save_file(weights, copy / UNET)
    assert "missing_keys" in refused(generator, copy)


def test_a_tensor_missing_from_the_text_encoder_is_refused_too(generator, copy):
    path = copy / "text_encoder" / "model.safetensors"
    weights = load_file(path)
    del weights[next(name for name in weights if name.endswith("final_layer_norm.weight"))]
    save_file(weights, path, metadata={"format": "pt"})
    assert "missing_keys" in refused(generator, copy)


def test_a_tensor_of_another_shape_is_refused(generator, copy):
    weights = load_file(copy / UNET)
    weights["conv_in.weight"] = weights["conv_in.weight"][:, :2].contiguous()
    save_file(weights, copy / UNET)
    refused(generator, copy)


@pytest.mark.parametrize("part", ["unet", "vae", "text_encoder"])
def test_a_missing_part_is_missing(generator, copy, part):
    shutil.rmtree(copy / part)
    with pytest.raises(ModelMissing, match=part):
        generator.warm(pinned(copy))


@pytest.mark.parametrize("part", ["tokenizer", "scheduler"])
def test_a_missing_small_part_is_refused(generator, copy, part):
    shutil.rmtree(copy / part)
    refused(generator, copy)


@pytest.mark.parametrize(
    "entry", [["os", "system"], ["diffusers", "StableDiffusionPipeline"], None, "unet", [None]]
)
def test_an_index_cannot_name_classes_of_its_own(generator, copy, entry):
    path = copy / "model_index.json"
    index = json.loads(path.read_text())
    index["unet"] = entry
    path.write_text(json.dumps(index))
    assert "UNet2DConditionModel" in refused(generator, copy)


@pytest.mark.parametrize("text", ["{", "[]", '{"_class_name": "Evil"}', "\x00"])
def test_an_index_that_is_no_pipelines_is_refused(generator, copy, text):
    (copy / "model_index.json").write_text(text)
    refused(generator, copy)


def test_after_every_refusal_the_generator_renders(generator, copy, make_batch):
    (copy / UNET).write_bytes(b"")
    refused(generator, copy)
    assert len(render(generator, make_batch())) == 5


def test_sides_that_the_decoder_cannot_draw_are_the_requesters_fault(
    warm_generator, tiny, make_batch, monkeypatch
):
    pipeline = warm_generator._models[tiny.content_hash].pipeline
    monkeypatch.setattr(pipeline, "vae_scale_factor", 16)
    with pytest.raises(InvalidSpec, match="multiples of 16"):
        warm_generator.generate(make_batch(width=72), on_step=unwatched)
