"""Render a sheet of pictures from a model's folder, for a person to look at.

    python -m brandhub.inference.sample --model weights/avatar-mini \\
        --prompt "戴眼镜的卡通机器人，蓝色背景" --prompt "a friendly critter" --seed 1 --count 6 \\
        --out out/sheet.png

One row for each prompt, one column for each seed from `--seed` on.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from brandhub.inference.errors import RenderError
from brandhub.inference.model_folder import content_hash, file_sha256
from brandhub.inference.runtime import generator
from brandhub.inference.specs import (
    GUIDANCE_SCHEDULES,
    SCHEDULERS,
    AdapterSpec,
    BatchResult,
    BatchSpec,
    ImageSpec,
    ModelSpec,
    RenderedImage,
)

GAP = 4
PAPER = (255, 255, 255)
FAULT = (200, 30, 30)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns its exit status: 0, or 1 with a sentence if nothing was rendered."""
    options = _parser().parse_args(arguments)
    try:
        batch = batch_from(options)
        result = generator().generate(batch, on_step=_show_progress)
    except (RenderError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sheet = contact_sheet(result, columns=options.count, width=batch.width, height=batch.height)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(options.out)
    _report(result, options.out)
    return 0


def batch_from(options: argparse.Namespace) -> BatchSpec:
    """The batch that the command line asks for. Raises `InvalidSpec`, `ModelMissing`, `OSError`."""
    return BatchSpec(
        model=ModelSpec("sample", options.model, content_hash(options.model)),
        images=tuple(
            ImageSpec(prompt=prompt, negative_prompt=options.negative, seed=options.seed + place)
            for prompt in options.prompt
            for place in range(options.count)
        ),
        width=options.size,
        height=options.size,
        steps=options.steps,
        guidance_scale=options.guidance,
        guidance_schedule=options.guidance_schedule,
        scheduler=options.scheduler,
        adapters=tuple(
            AdapterSpec(file_sha256(path), path, options.adapter_weight) for path in options.adapter
        ),
    )


def contact_sheet(result: BatchResult, *, columns: int, width: int, height: int) -> Image.Image:
    """All outputs in rows of `columns`, each `width` × `height`; a fault is a red field."""
    rows = -(-len(result.outputs) // columns)
    sheet = Image.new("RGB", (columns * (width + GAP) + GAP, rows * (height + GAP) + GAP), PAPER)
    for output in result.outputs:
        row, column = divmod(output.index, columns)
        place = (GAP + column * (width + GAP), GAP + row * (height + GAP))
        if isinstance(output, RenderedImage):
            sheet.paste(output.image, place)
        else:
            sheet.paste(FAULT, (*place, place[0] + width, place[1] + height))
    return sheet


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m brandhub.inference.sample",
        description="Render a sheet of pictures from a model's folder.",
    )
    parser.add_argument("--model", type=Path, required=True, help="a diffusers folder")
    parser.add_argument("--prompt", action="append", required=True, help="may be given again")
    parser.add_argument("--negative", default="", help="negative prompt")
    parser.add_argument("--seed", type=int, default=0, help="the first seed")
    parser.add_argument("--count", type=int, default=4, help="seeds for each prompt")
    parser.add_argument("--size", type=int, default=256, help="pixels of a side")
    parser.add_argument("--steps", type=int, default=25)
    parser.add_argument("--guidance", type=float, default=4.0)
    parser.add_argument(
        "--guidance-schedule", choices=sorted(GUIDANCE_SCHEDULES), default="constant"
    )
    parser.add_argument("--scheduler", choices=sorted(SCHEDULERS), default="default")
    parser.add_argument("--adapter", type=Path, action="append", default=[], help="safetensors")
    parser.add_argument("--adapter-weight", type=float, default=1.0)
    parser.add_argument("--out", type=Path, required=True, help="a PNG to write")
    return parser


def _show_progress(done: int, total: int) -> None:
    sys.stderr.write(f"\rstep {done} of {total}" + ("\n" if done == total else ""))
    sys.stderr.flush()


def _report(result: BatchResult, path: Path) -> None:
    for output in result.outputs:
        if not isinstance(output, RenderedImage):
            sys.stdout.write(f"image {output.index}: {output.code}: {output.detail}\n")
        elif output.tokens_dropped:
            sys.stdout.write(
                f"image {output.index}: the prompt is {output.tokens_dropped} tokens too long\n"
            )
    facts = ", ".join(f"{name} {value}" for name, value in result.environment.items())
    each = result.seconds / len(result.outputs)
    sys.stdout.write(f"{path}: {result.seconds:.2f} s, {each:.2f} s an image ({facts})\n")


if __name__ == "__main__":
    sys.exit(main())
