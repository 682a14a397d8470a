"""Measure adapters on this machine: ``make bench-adapters``.

Four questions, one table, one run: how long a warm worker takes to switch, what a batch of four
adapters costs against four pictures of one, whether the base draws the same bits afterwards, and
whether memory stays within its bounds while fifty adapters come and go. Times are told by the clock
and in seconds of processor time, which a machine that does other work beside changes less.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from brandhub.inference.adapter_layers import base_layers
from brandhub.inference.diffusers_backend.configuration import Configuration
from brandhub.inference.diffusers_backend.process import prepare_process
from brandhub.inference.model_folder import content_hash
from brandhub.inference.specs import AdapterSpec, BatchSpec, ImageSpec, ModelSpec

_SIDES = ("to_q", "to_k", "to_v", "to_out.0", "ff.net.0.proj", "ff.net.2", "conv1", "conv2")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the benchmark as the command line says, and print a table or one JSON line."""
    parser = argparse.ArgumentParser(prog="brandhub.inference.diffusers_backend.adapter_benchmark")
    parser.add_argument("--model", type=Path, default=Path("weights/avatar-mini"))
    parser.add_argument("--rank", type=int, default=16)
    parser.add_argument("--cycled", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--exact", choices=("auto", "on", "off"), default="auto")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    prepare_process()
    with tempfile.TemporaryDirectory() as folder:
        figures = _Benchmark(options, Path(folder)).run()
    sys.stdout.write((json.dumps(figures) if options.json else _table(figures)) + "\n")


class _Benchmark:
    def __init__(self, options: Any, folder: Path) -> None:
        from brandhub.inference.diffusers_backend.generator import DiffusersGenerator

        self._options = options
        self._folder = folder
        self._model = ModelSpec("benchmark", options.model, content_hash(options.model))
        self._generator = DiffusersGenerator(
            Configuration(adapter_folder=str(folder / "composed"), adapters=4, exact=options.exact)
        )
        self._generator.warm(self._model)
        unet = json.loads((options.model / "unet" / "config.json").read_text(encoding="utf-8"))
        vae = json.loads((options.model / "vae" / "config.json").read_text(encoding="utf-8"))
        self._side = int(unet["sample_size"]) * 2 ** (len(vae["block_out_channels"]) - 1)

    def run(self) -> dict[str, float | int | str]:
        """Every figure of the table, by name."""
        adapters = [self._adapter(seed) for seed in range(4)]
        before = self._draw([()] * 2)
        figures: dict[str, float | int | str] = {}
        figures |= self._batches(adapters)
        figures |= self._switches(adapters)
        figures |= self._cycle()
        figures["base_bits_equal"] = int(self._draw([()] * 2) == before)
        figures |= self._generator.adapter_figures()
        return figures

    def _adapter(self, seed: int) -> AdapterSpec:
        """An adapter of the size that trainings make, of random numbers small enough to draw."""
        import torch

        from brandhub.inference.diffusers_backend.conversion import canonical_bytes

        generator = torch.Generator().manual_seed(seed)
        rank = self._options.rank
        pairs = {}
        for (part, module), shape in base_layers(self._options.model).shapes.items():
            if part == "unet" and module.endswith(_SIDES):
                down = torch.randn(rank, *shape[1:], generator=generator) * 0.02
                ones = (1,) * (len(shape) - 2)
                up = torch.randn(shape[0], rank, *ones, generator=generator) * 0.02
                pairs[part, module] = (down, up)
        data = canonical_bytes(pairs)
        sha256 = hashlib.sha256(data).hexdigest()
        path = self._folder / f"{sha256}.safetensors"
        path.write_bytes(data)
        return AdapterSpec(sha256, path, 1.0)

    def _draw(self, stacks: Sequence[tuple[AdapterSpec, ...]], steps: int = 0) -> list[bytes]:
        batch = BatchSpec(
            model=self._model,
            images=tuple(
                ImageSpec("a robot with glasses", "", seed, adapters=stack)
                for seed, stack in enumerate(stacks)
            ),
            width=self._side,
            height=self._side,
            steps=steps or self._options.steps,
            guidance_scale=4.0,
            scheduler="default",
        )
        result = self._generator.generate(batch, on_step=lambda done, total: None)
        return [output.image.tobytes() for output in result.outputs]  # type: ignore[union-attr]

    def _batches(self, adapters: list[AdapterSpec]) -> dict[str, float]:
        """Seconds of four adapters in a batch and of one for all four, taken in turns."""
        kinds: dict[str, list[tuple[AdapterSpec, ...]]] = {
            "mixed": [(adapter,) for adapter in adapters],
            "uniform": [(adapters[0],) for _ in adapters],
            "bare": [() for _ in adapters],
        }
        seconds: dict[str, list[float]] = {name: [] for name in kinds}
        work: dict[str, list[float]] = {name: [] for name in kinds}
        for stacks in kinds.values():
            self._draw(stacks)
        for _ in range(self._options.rounds):
            for name, stacks in kinds.items():
                began, worked = time.perf_counter(), time.process_time()
                self._draw(stacks)
                seconds[name].append(time.perf_counter() - began)
                work[name].append(time.process_time() - worked)
        middle = {name: statistics.median(taken) for name, taken in seconds.items()}
        least = {name: min(taken) for name, taken in work.items()}
        return {
            "mixed_seconds": middle["mixed"],
            "uniform_seconds": middle["uniform"],
            "bare_seconds": middle["bare"],
            "mixed_against_uniform": middle["uniform"] / middle["mixed"],
            "mixed_cpu_seconds": least["mixed"],
            "uniform_cpu_seconds": least["uniform"],
            "bare_cpu_seconds": least["bare"],
            "mixed_against_uniform_cpu": least["uniform"] / least["mixed"],
        }

    def _switches(self, adapters: list[AdapterSpec]) -> dict[str, float]:
        """What a warm adapter's turn costs before its first step: put on, and taken off."""
        worn = self._generator._models[self._model.content_hash].adapters.worn_by_rows
        taken, work = [], []
        for turn in range(200):
            began, worked = time.perf_counter(), time.process_time()
            with worn([(adapters[turn % len(adapters)],)]):
                pass
            taken.append(1000 * (time.perf_counter() - began))
            work.append(1000 * (time.process_time() - worked))
        taken.sort()
        work.sort()
        return {
            "switch_ms_p50": taken[len(taken) // 2],
            "switch_ms_p99": taken[-3],
            "switch_cpu_ms_p50": work[len(work) // 2],
            "switch_cpu_ms_p99": work[-3],
        }

    def _cycle(self) -> dict[str, float | int]:
        """Memory after ten adapters and after all of them, and what a cold one costs to put on."""
        worn = self._generator._models[self._model.content_hash].adapters.worn_by_rows
        cold: list[float] = []
        sizes: list[int] = []
        for seed in range(100, 100 + self._options.cycled):
            adapter = self._adapter(seed)
            began = time.perf_counter()
            with worn([(adapter,)]):
                cold.append(1000 * (time.perf_counter() - began))
            sizes.append(_resident_mb())
            adapter.path.unlink()
        return {
            "adapter_mb": round(self._adapter(0).path.stat().st_size / 1e6, 2),
            "cold_switch_ms_p50": statistics.median(cold),
            "resident_mb_after_10": sizes[min(9, len(sizes) - 1)],
            "resident_mb_after_all": sizes[-1],
            "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        }


def _resident_mb() -> int:
    with Path("/proc/self/statm").open(encoding="ascii") as file:
        return int(file.read().split()[1]) * resource.getpagesize() >> 20


def _table(figures: dict[str, float | int | str]) -> str:
    lines = ["| figure | value |", "| --- | --- |"]
    for name, value in figures.items():
        shown = f"{value:.3g}" if isinstance(value, float) else str(value)
        lines.append(f"| {name.replace('_', ' ')} | {shown} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
