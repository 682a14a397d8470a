"""Pictures of one batch that wear different adapters: one forward pass, and as alone."""

from __future__ import annotations

import dataclasses
import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch
from torch import nn

from brandhub.inference.diffusers_backend import adapters as wearing_rows
from brandhub.inference.diffusers_backend import sharing
from brandhub.inference.diffusers_backend.adapter_tiers import (
    AdapterDisk,
    AdapterFigures,
    stack_key,
)
from brandhub.inference.diffusers_backend.configuration import Configuration
from brandhub.inference.diffusers_backend.generator import DiffusersGenerator
from brandhub.inference.errors import AdapterMissing, AdapterRefused, InvalidSpec
from brandhub.inference.specs import AdapterSpec, ImageSpec
from tests.inference.conftest import IMAGES
from tests.inference.layouts import diffusers_layout, file_of, lora_weights
from tests.inference.rendering import before_each_pass, render, unet_of, unwatched
from tests.inference.test_conversion import spec_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "composed"


@pytest.fixture
def make_generator(folder: Path) -> Iterator[Callable[..., DiffusersGenerator]]:
    made: list[DiffusersGenerator] = []

    def make(**values: object) -> DiffusersGenerator:
        settings = {"device": "cpu", "threads": 1, "adapter_folder": str(folder)} | values
        made.append(DiffusersGenerator(Configuration(**settings)))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for each in made:
        each.unload()


@pytest.fixture(scope="session")
def adapters(tmp_path_factory: pytest.TempPathFactory) -> list[AdapterSpec]:
    """Five adapters of several ranks, with and without a text encoder's layers."""
    place = tmp_path_factory.mktemp("adapters")
    return [
        spec_of(
            file_of(diffusers_layout(lora_weights(seed, rank=2 + seed, text=seed % 2 == 0))), place
        )
        for seed in range(5)
    ]


def wearing(image: ImageSpec, *stack: AdapterSpec) -> ImageSpec:
    return dataclasses.replace(image, adapters=stack)


def weighing(spec: AdapterSpec, weight: float) -> AdapterSpec:
    return dataclasses.replace(spec, weight=weight)


@pytest.fixture
def mixed(adapters: list[AdapterSpec]) -> tuple[ImageSpec, ...]:
    """One adapter, another one, none, a stack, one at half its weight."""
    return (
        wearing(IMAGES[0], adapters[0]),
        wearing(IMAGES[1], adapters[1]),
        IMAGES[2],
        wearing(IMAGES[3], adapters[2], weighing(adapters[3], -0.5)),
        wearing(IMAGES[4], weighing(adapters[4], 0.5)),
    )


def test_mixed_pictures_are_bit_for_bit_as_alone(make_generator, make_batch, mixed) -> None:
    """They share passes as far as that changes no bit on this processor."""
    generator = make_generator()
    together = render(generator, make_batch(images=mixed))
    alone = [render(generator, make_batch(images=(image,)))[0] for image in mixed]
    assert together == alone
    bare = render(generator, make_batch())
    assert [one == other for one, other in zip(together, bare, strict=True)] == [
        False, False, True, False, False,
    ]  # fmt: skip


def test_exact_pictures_share_as_many_passes_as_without_adapters(
    make_generator, make_batch, mixed, tiny
) -> None:
    """What adapters add never costs a pass, whichever of the base's kernels this processor has."""
    generator = make_generator(dtype="bfloat16")
    generator.warm(tiny)
    render(generator, make_batch(images=mixed))  # the probes pass too
    render(generator, make_batch())
    taken = []
    for images in (mixed, IMAGES):
        with before_each_pass(unet_of(generator, tiny), lambda rows: None) as passes:
            render(generator, make_batch(images=images))
        taken.append(passes)
    assert taken[0] == taken[1]


def test_in_company_a_picture_meets_the_kernels_that_it_meets_alone(
    make_generator, make_batch, adapters, monkeypatch
) -> None:
    """Whatever the kernels are: what adapters multiply is shaped and laid out alike."""
    met: set[tuple[torch.Size, bool]] = set()
    product = wearing_rows._product

    def noting(layer: nn.Module, rows: torch.Tensor, *pair: torch.Tensor) -> torch.Tensor:
        met.add((rows.shape, rows.is_contiguous()))
        return product(layer, rows, *pair)

    monkeypatch.setattr(wearing_rows, "_product", noting)
    monkeypatch.setattr(sharing, "rows_are_independent", lambda unet, shape: True)
    same = tuple(wearing(image, adapters[0]) for image in IMAGES[:3])
    generator = make_generator(exact="on")
    render(generator, make_batch(images=same[:1]))
    alone = met.copy()
    render(generator, make_batch(images=same))
    assert met == alone


def test_the_base_is_bit_for_bit_the_same_after_a_mixed_batch(
    make_generator, make_batch, mixed
) -> None:
    generator = make_generator()
    before = render(generator, make_batch())
    render(generator, make_batch(images=mixed))
    assert render(generator, make_batch()) == before


def test_without_exactness_float32_is_as_alone_within_three_levels(
    make_generator, make_batch, mixed
) -> None:
    generator = make_generator(dtype="float32", exact="off")
    together = render(generator, make_batch(images=mixed))
    alone = [render(generator, make_batch(images=(image,)))[0] for image in mixed]
    for one, other in zip(together, alone, strict=True):
        assert max(abs(a - b) for a, b in zip(one, other, strict=True)) <= 3


def test_a_picture_of_a_batch_that_wears_one_adapter_is_as_in_a_mixed_one(
    make_generator, make_batch, adapters
) -> None:
    """With one adapter for all no rows are taken apart, and the text encoder's are worn too."""
    generator = make_generator(dtype="bfloat16")
    same = tuple(wearing(image, adapters[0]) for image in IMAGES[:2])
    mixed = (same[0], wearing(IMAGES[1], adapters[1]))
    assert (
        render(generator, make_batch(images=same))[0]
        == (render(generator, make_batch(images=mixed))[0])
    )
    by_batch = make_batch(images=IMAGES[:2], adapters=(adapters[0],))
    assert render(generator, by_batch) == render(generator, make_batch(images=same))


def test_the_output_names_the_composed_adapter(make_generator, make_batch, mixed, folder) -> None:
    generator = make_generator()
    outputs = generator.generate(make_batch(images=mixed), on_step=unwatched).outputs
    named = [output.adapter_sha256 for output in outputs]
    assert named[0] == mixed[0].adapters[0].sha256
    assert named[2] == ""
    on_disk = {path.name for path in folder.iterdir()}
    assert on_disk == {
        f"{stack_key(mixed[place].adapters)}-{named[place]}.safetensors" for place in (3, 4)
    }


def test_the_three_tiers_keep_to_their_bounds_and_count(
    make_generator, make_batch, adapters, folder
) -> None:
    size = adapters[0].path.stat().st_size
    generator = make_generator(adapters=2, adapter_memory_mb=1, adapter_disk_mb=1)
    stacks = [(weighing(spec, weight),) for weight in (0.5, 0.25) for spec in adapters]
    for stack in [*stacks, *stacks]:
        render(generator, make_batch(images=(wearing(IMAGES[0], *stack),), steps=1))
    figures = generator.adapter_figures()
    assert figures["device_misses"] == 20
    assert figures["device_evictions"] == 18
    assert figures["memory_bytes"] <= 1 << 20
    assert figures["memory_hits"] + figures["memory_misses"] == 20
    assert figures["disk_hits"] + figures["disk_misses"] == 20
    assert figures["disk_bytes"] == sum(path.stat().st_size for path in folder.iterdir()) <= 1 << 20
    assert size > 1000


def test_a_composed_file_that_was_changed_is_composed_anew(
    make_generator, make_batch, adapters, folder
) -> None:
    batch = make_batch(images=(wearing(IMAGES[0], weighing(adapters[0], 0.5)),))
    expected = render(make_generator(), batch)
    (file,) = folder.iterdir()
    file.write_bytes(b"something else")
    assert render(make_generator(), batch) == expected
    (file,) = folder.iterdir()
    assert file.stat().st_size > 1000


def test_a_full_disk_is_the_platforms_fault_and_keeps_nothing_half_written(
    adapters: list[AdapterSpec], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = AdapterDisk(folder, 1 << 20, AdapterFigures())
    write = Path.write_bytes

    def half(path: Path, data: bytes) -> int:
        write(path, data[: len(data) // 2])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", half)
    with pytest.raises(AdapterMissing):
        disk.composed(tuple(adapters[:2]))
    assert list(folder.iterdir()) == []


def test_what_a_killed_process_had_half_written_goes(
    adapters: list[AdapterSpec], folder: Path
) -> None:
    disk = AdapterDisk(folder, 1 << 20, AdapterFigures())
    folder.mkdir(mode=0o700)
    dead, written_now = folder / ".dead.part", folder / ".alive.part"
    for each in (dead, written_now):
        each.write_bytes(b"half")
    os.utime(dead, (0, 0))
    made = disk.composed(tuple(adapters[:2]))
    assert set(folder.iterdir()) == {written_now, made.path}


def test_a_member_that_is_missing_is_the_platforms_fault(
    make_generator, make_batch, adapters, tmp_path
) -> None:
    gone = AdapterSpec("0" * 64, tmp_path / "nowhere", 1.0)
    generator = make_generator()
    batch = make_batch(images=(IMAGES[0], wearing(IMAGES[1], adapters[0], gone)))
    with pytest.raises(AdapterMissing):
        generator.generate(batch, on_step=unwatched)
    assert render(generator, make_batch(images=IMAGES[:1])) == render(
        make_generator(), make_batch(images=IMAGES[:1])
    )


def test_a_stack_that_cannot_be_composed_says_why(make_generator, make_batch, tmp_path) -> None:
    wide = [
        spec_of(file_of(diffusers_layout(lora_weights(seed, rank=96, text=False))), tmp_path)
        for seed in range(3)
    ]
    with pytest.raises(AdapterRefused) as raised:
        make_generator().generate(
            make_batch(images=(wearing(IMAGES[0], *wide),)), on_step=unwatched
        )
    assert raised.value.reason == "stack_rank_too_high"


def test_adapters_are_the_batchs_or_the_pictures(make_batch, adapters) -> None:
    with pytest.raises(InvalidSpec):
        make_batch(images=(wearing(IMAGES[0], adapters[0]),), adapters=(adapters[1],))


def test_several_adapters_take_as_many_passes_as_one(
    make_generator, make_batch, adapters, tiny
) -> None:
    """One pass a step for all four pictures, doubled under guidance."""
    generator = make_generator(exact="off")
    generator.warm(tiny)
    four = tuple(wearing(IMAGES[i], adapters[i]) for i in range(4))
    one = tuple(wearing(IMAGES[i], adapters[0]) for i in range(4))
    for images in (four, one):
        with before_each_pass(unet_of(generator, tiny), lambda rows: None) as passes:
            render(generator, make_batch(images=images))
        assert passes == [8, 8, 8]
