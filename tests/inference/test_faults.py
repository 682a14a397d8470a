"""A fault of one picture or of memory costs that picture, never its neighbours or the worker."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from brandhub.inference.errors import OutOfMemory
from brandhub.inference.model_folder import content_hash
from brandhub.inference.specs import ImageSpec, ModelSpec, RenderedImage, RenderFault
from tests.inference.conftest import IMAGES
from tests.inference.rendering import before_each_pass, pixels, render, unet_of, unwatched
from tests.inference.tiny import build_tiny_pipeline, tiny_tokenizer

POISON = ImageSpec(prompt="a ~ robot", negative_prompt="", seed=2)


def rewrite(path: Path, change) -> None:
    weights = load_file(path)
    change(weights)
    save_file(weights, path, metadata={"format": "pt"})


@pytest.fixture(scope="module")
def poisoned(tmp_path_factory) -> ModelSpec:
    """A model whose embedding of "~" holds NaN: prompts with it break, others don't."""
    folder = tmp_path_factory.mktemp("poisoned")
    model = build_tiny_pipeline(folder)
    (token,) = tiny_tokenizer()("~", add_special_tokens=False).input_ids

    def poison(weights: dict[str, torch.Tensor]) -> None:
        (key,) = [name for name in weights if name.endswith("token_embedding.weight")]
        weights[key][token] = float("nan")

    rewrite(folder / "text_encoder" / "model.safetensors", poison)
    return dataclasses.replace(model, content_hash=content_hash(folder))


def test_a_prompt_that_yields_nan_spares_the_rest_of_its_batch(generator, poisoned, make_batch):
    images = (IMAGES[0], POISON, IMAGES[2])

    result = generator.generate(make_batch(model=poisoned, images=images), on_step=unwatched)

    assert result.outputs[1] == RenderFault(
        1, "nan_output", "The result has values that are no numbers."
    )
    alone = [
        render(generator, make_batch(model=poisoned, images=(image,)))[0]
        for image in (IMAGES[0], IMAGES[2])
    ]
    assert [result.outputs[place].image.tobytes() for place in (0, 2)] == alone


def test_a_fault_names_no_prompt(generator, poisoned, make_batch):
    result = generator.generate(make_batch(model=poisoned, images=(POISON,)), on_step=unwatched)
    assert "robot" not in repr(result.outputs)


def test_a_model_that_only_draws_black_gives_faults_and_stays_up(generator, tmp_path, make_batch):
    black = build_tiny_pipeline(tmp_path)

    def darken(weights: dict[str, torch.Tensor]) -> None:
        weights["decoder.conv_out.weight"].zero_()
        weights["decoder.conv_out.bias"].fill_(-1.0)

    rewrite(tmp_path / "vae" / "diffusion_pytorch_model.safetensors", darken)
    black = dataclasses.replace(black, content_hash=content_hash(tmp_path))

    result = generator.generate(make_batch(model=black, images=IMAGES[:2]), on_step=unwatched)

    assert result.outputs == tuple(
        RenderFault(place, "nan_output", "The result is black throughout.") for place in (0, 1)
    )
    assert len(pixels(generator.generate(make_batch(), on_step=unwatched))) == 5


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"),
        RuntimeError(
            "[enforce fail at alloc_cpu.cpp:124] DefaultCPUAllocator: can't allocate"
            " memory: you tried to allocate 9 bytes."
        ),
        RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
        MemoryError(),
    ],
    ids=["cuda", "cpu", "cublas", "python"],
)
def test_a_batch_that_is_too_large_is_rendered_in_halves(
    sharing_generator, make_batch, tiny, error
):
    expected = render(sharing_generator, make_batch())
    seen = []

    def too_many(rows: int) -> None:
        if rows > 4:  # two images with guidance
            raise error

    with before_each_pass(unet_of(sharing_generator, tiny), too_many) as passes:
        result = sharing_generator.generate(
            make_batch(), on_step=lambda done, total: seen.append((done, total))
        )

    assert pixels(result) == expected
    assert result.environment["forward_sizes"] == "2+2+1"
    assert 10 in passes
    assert 6 in passes
    assert seen[-1] == (9, 9)
    assert [done for done, _ in seen] == sorted({done for done, _ in seen})


def test_memory_that_runs_out_in_mid_batch_keeps_what_is_done(make_batch, sharing_generator, tiny):
    expected = render(sharing_generator, make_batch())
    failures = iter([True])
    seen = []

    def on_step(done: int, total: int) -> None:
        seen.append((done, total))

    def fail_once_after_two_steps(_rows: int) -> None:
        if len(seen) == 3 and next(failures, False):
            raise torch.OutOfMemoryError("out of memory")

    with before_each_pass(unet_of(sharing_generator, tiny), fail_once_after_two_steps):
        result = sharing_generator.generate(make_batch(), on_step=on_step)

    assert pixels(result) == expected
    assert result.environment["forward_sizes"] == "3+2"
    assert seen == [(0, 3), (1, 3), (2, 3), *((done, 8) for done in range(3, 9))]


def test_an_image_that_does_not_fit_even_alone_is_a_fault_and_the_worker_stays_up(
    generator, make_batch, tiny
):
    expected = render(generator, make_batch())

    def never(_rows: int) -> None:
        raise torch.OutOfMemoryError("out of memory")

    with before_each_pass(unet_of(generator, tiny), never):
        result = generator.generate(make_batch(images=IMAGES[:2]), on_step=unwatched)
    assert result.outputs == tuple(
        RenderFault(place, "out_of_memory", "There is no memory for this image, even alone.")
        for place in (0, 1)
    )

    assert render(generator, make_batch()) == expected


def test_memory_that_runs_out_in_the_decoder_is_no_different(sharing_generator, make_batch, tiny):
    decoder = sharing_generator._models[tiny.content_hash].pipeline.vae.decoder
    with before_each_pass(decoder, fail_first()):
        result = sharing_generator.generate(make_batch(images=IMAGES[:2]), on_step=unwatched)
    assert all(isinstance(output, RenderedImage) for output in result.outputs)
    assert result.environment["forward_sizes"] == "1+1"


def fail_first():
    failures = iter([True])

    def fail(_rows: int) -> None:
        if next(failures, False):
            raise torch.OutOfMemoryError("out of memory")

    return fail


def test_a_model_that_does_not_fit_is_a_platform_fault(generator, tiny, monkeypatch):
    from diffusers import UNet2DConditionModel

    def no_room(*_args, **_options):
        raise torch.OutOfMemoryError("out of memory")

    with monkeypatch.context() as patch:
        patch.setattr(UNet2DConditionModel, "from_pretrained", no_room)
        with pytest.raises(OutOfMemory) as raised:
            generator.warm(tiny)
    assert raised.value.code == "out_of_memory"
    assert raised.value.retryable is True
    generator.warm(tiny)
