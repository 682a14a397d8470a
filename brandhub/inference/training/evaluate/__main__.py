"""``python -m brandhub.inference.training.evaluate --weights DIR``: the table and the sheets."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

import torch

from brandhub.inference.adapter_recipes import AdapterRecipe
from brandhub.inference.diffusers_backend.judging import AlignerJudge
from brandhub.inference.training.aligner import Aligner
from brandhub.inference.training.classifier import TagClassifier
from brandhub.inference.training.evaluate.drawing import Model
from brandhub.inference.training.evaluate.figures import TARGETS, Figures, table, verdict
from brandhub.inference.training.evaluate.lora import measure_adapter
from brandhub.inference.training.evaluate.run import Evaluation, Scale
from brandhub.inference.training.lora import train_family


def main(arguments: list[str] | None = None) -> int:
    """Judge a model; status 1 says that a figure could not be measured."""
    parser = argparse.ArgumentParser(prog="python -m brandhub.inference.training.evaluate")
    parser.add_argument("--weights", type=Path, default=Path("weights/avatar-mini"))
    parser.add_argument("--judge", type=Path, default=Path("weights/avatar-mini-judge"))
    parser.add_argument("--corpus", type=Path, required=True, help="a built corpus folder")
    parser.add_argument("--out", type=Path, default=Path("docs/avatar-mini"))
    parser.add_argument("--sets", type=int, default=Scale().sets)
    parser.add_argument("--workers", type=int, default=2, help="threads that draw a batch each")
    parser.add_argument("--adapter", type=Path, help="an adapter trained on a left-out family")
    parser.add_argument("--family", default="notionists", help="train one on this, else")
    parser.add_argument(
        "--steps", type=int, default=AdapterRecipe().steps, help="in so many steps; 0 leaves it out"
    )
    parser.add_argument(
        "--adapter-only",
        action="store_true",
        help="measure the adapter alone; the other figures stay as they stand in --out",
    )
    chosen = parser.parse_args(arguments)
    torch.set_num_threads(1)
    start = time.monotonic()
    evaluation = Evaluation(
        Model(chosen.weights, workers=chosen.workers),
        TagClassifier.load(chosen.judge),
        Aligner.load(chosen.judge),
        AlignerJudge(chosen.judge),
        chosen.corpus,
        chosen.out,
        Scale(sets=chosen.sets, real=2 * chosen.sets),
        say=lambda line: print(line, flush=True),
    )
    kept = chosen.out / "figures.json"
    if chosen.adapter_only:
        evaluation.figures = Figures(**json.loads(kept.read_text(encoding="utf-8")))
    else:
        evaluation.run()
    figures = evaluation.figures
    with tempfile.TemporaryDirectory() as scratch:
        adapter = chosen.adapter
        if adapter is None and chosen.steps:
            adapter = Path(scratch)
            train_family(
                chosen.weights,
                family=chosen.family,
                folder=adapter,
                recipe=AdapterRecipe(steps=chosen.steps),
                workers=chosen.workers,
            )
            torch.set_num_threads(1)
        measure_adapter(evaluation, adapter)
    text = table(figures)
    chosen.out.mkdir(parents=True, exist_ok=True)
    (chosen.out / "figures.md").write_text(text + "\n", encoding="utf-8")
    kept.write_text(
        json.dumps(asdict(figures), indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    print(text)
    below = [
        t.key
        for t in TARGETS
        if t.key in figures.values and verdict(t, figures.values[t.key]) == "below"
    ]
    print(f"{time.monotonic() - start:.0f} s; below the floor: {', '.join(below) or 'none'}")
    return 0 if figures.complete else 1


if __name__ == "__main__":
    sys.exit(main())
