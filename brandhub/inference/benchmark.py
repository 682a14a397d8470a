"""Measure a model on this machine: seconds an image by batch, threads and number format.

    python -m brandhub.inference.benchmark --model weights/avatar-mini --size 256 --steps 25

Prints a table in Markdown. Wall time says what a person waits, on a machine that does nothing else;
processor time hardly changes with what runs beside it. `differs` is the largest difference of a
colour value, of 255, between an image of the batch and the same image alone, when passes are shared
regardless. The best of several rounds counts.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageChops

from brandhub.inference.contracts import Generator
from brandhub.inference.model_folder import content_hash
from brandhub.inference.specs import BatchSpec, ImageSpec, ModelSpec, RenderedImage

PROMPTS = (
    "戴眼镜的卡通机器人，蓝色背景",
    "a friendly pink critter, green background",
    "a person with long hair, cartoon",
    "红色的像素机器人，黄色背景",
)


@dataclass(frozen=True, slots=True)
class Measurement:
    """The best round of one batch size: seconds for the whole batch, and its pictures."""

    wall: float
    processor: float
    images: list[Image.Image]


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    options = _parser().parse_args(arguments)
    model = ModelSpec("benchmark", options.model, content_hash(options.model))
    batch = BatchSpec(
        model=model,
        images=_images(max(options.batches)),
        width=options.size,
        height=options.size,
        steps=options.steps,
        guidance_scale=4.0,
        scheduler="default",
    )
    _say(f"Importing the libraries: {_import_seconds():.1f} s.\n")
    _say("| format | threads | load, s | batch | wall, s/image | processor, s/image | differs |")
    _say("| --- | --- | --- | --- | --- | --- | --- |")
    for dtype in options.dtypes:
        for threads in options.threads:
            _measure_setting(batch, dtype, threads, options)


def measure(generator: Generator, batch: BatchSpec, rounds: int) -> Measurement:
    """Render `batch` once to warm up, then `rounds` times. Raises `ValueError` for a fault."""
    generator.generate(dataclasses.replace(batch, steps=1), on_step=_unwatched)
    walls, processors = [], []
    for _ in range(rounds):
        wall, processor = time.perf_counter(), time.process_time()
        result = generator.generate(batch, on_step=_unwatched)
        walls.append(time.perf_counter() - wall)
        processors.append(time.process_time() - processor)
    images = [output.image for output in result.outputs if isinstance(output, RenderedImage)]
    if len(images) < len(result.outputs):
        raise ValueError("An image of the benchmark came out as a fault.")
    return Measurement(min(walls), min(processors), images)


def largest_difference(one: Image.Image, other: Image.Image) -> int:
    """The largest difference of a colour value between two pictures of equal size, 0 to 255."""
    histogram = ImageChops.difference(one, other).convert("RGB").histogram()
    return max(place % 256 for place, count in enumerate(histogram) if count)


def _measure_setting(
    batch: BatchSpec, dtype: str, threads: int, options: argparse.Namespace
) -> None:
    from brandhub.inference.diffusers_backend.configuration import Configuration
    from brandhub.inference.diffusers_backend.generator import DiffusersGenerator

    generator = DiffusersGenerator(
        Configuration(
            device=options.device, dtype=dtype, threads=threads, max_forward=64, exact="off"
        )
    )
    started = time.perf_counter()
    generator.warm(batch.model)
    load = time.perf_counter() - started
    alone = [
        measure(generator, dataclasses.replace(batch, images=(image,)), rounds=1).images[0]
        for image in batch.images
    ]
    for size in options.batches:
        part = dataclasses.replace(batch, images=batch.images[:size])
        found = measure(generator, part, options.rounds)
        differs = max(map(largest_difference, found.images, alone[:size]))
        _say(
            f"| {dtype} | {threads} | {load:.2f} | {size} | {found.wall / size:.3f} "
            f"| {found.processor / size:.3f} | {differs} |"
        )


def _images(count: int) -> tuple[ImageSpec, ...]:
    return tuple(
        ImageSpec(prompt=PROMPTS[place % len(PROMPTS)], negative_prompt="", seed=place)
        for place in range(count)
    )


def _import_seconds() -> float:
    from brandhub.inference.diffusers_backend import build_generator

    started = time.perf_counter()
    build_generator()
    return time.perf_counter() - started


def _unwatched(_done: int, _total: int) -> None:
    pass


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _numbers(text: str) -> list[int]:
    return [int(number) for number in text.split(",")]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m brandhub.inference.benchmark",
        description="Measure a model on this machine.",
    )
    parser.add_argument("--model", type=Path, required=True, help="a diffusers folder")
    parser.add_argument("--size", type=int, default=256, help="pixels of a side")
    parser.add_argument("--steps", type=int, default=25)
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:<number>")
    parser.add_argument("--batches", type=_numbers, default=[1, 2, 4, 8], help="such as 1,2,4,8")
    parser.add_argument("--threads", type=_numbers, default=[1, 2], help="such as 1,2")
    parser.add_argument(
        "--dtypes",
        type=lambda text: text.split(","),
        default=["float32", "bfloat16"],
        help="of float32, bfloat16, float16",
    )
    parser.add_argument("--rounds", type=int, default=3)
    return parser


if __name__ == "__main__":
    main()
