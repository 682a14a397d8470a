"""``python -m brandhub.inference.training.corpus build | report | sheet``."""

from __future__ import annotations

import argparse
import random
import sys
from pathlib import Path

import numpy as np

from brandhub.inference.training.corpus.build import build
from brandhub.inference.training.corpus.compose import STYLES, SUBJECTS, paint
from brandhub.inference.training.corpus.report import report
from brandhub.inference.training.evaluate.sheets import contact_sheet


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the exit status says whether the corpus is complete."""
    parser = argparse.ArgumentParser(prog="python -m brandhub.inference.training.corpus")
    commands = parser.add_subparsers(dest="command", required=True)
    drawing = commands.add_parser("build", help="draw the corpus, or continue it")
    drawing.add_argument("--out", type=Path, required=True)
    drawing.add_argument("--count", type=int, default=100_000)
    drawing.add_argument("--seed", type=int, default=1)
    drawing.add_argument("--processes", type=int)
    counting = commands.add_parser("report", help="count pictures by subject and tag")
    counting.add_argument("folder", type=Path)
    counting.add_argument("--least", type=int, default=300, help="pictures a cell must have")
    showing = commands.add_parser("sheet", help="draw a sheet of every subject in every style")
    showing.add_argument("path", type=Path)
    showing.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    if chosen.command == "build":
        try:
            build(
                chosen.out,
                count=chosen.count,
                seed=chosen.seed,
                processes=chosen.processes,
                progress=lambda line: print(line, flush=True),
            )
        except ValueError as refusal:
            print(refusal, file=sys.stderr)
            return 2
        return 0
    if chosen.command == "sheet":
        _draw_sheet(chosen.path, chosen.seed)
        return 0
    text, short = report(chosen.folder, least=chosen.least)
    print(text)
    return 1 if short else 0


def _draw_sheet(path: Path, seed: int, *, columns: int = 12) -> None:
    rows = []
    for style in STYLES:
        for subject in SUBJECTS:
            rngs = (random.Random(f"{seed}:{subject}:{style}:{k}") for k in range(columns))
            pictures = np.stack([paint(subject, style, rng)[0] for rng in rngs])
            rows.append((f"{style} {subject}", pictures.transpose(0, 3, 1, 2)))
    contact_sheet(rows, path, columns=columns, tile=80)


if __name__ == "__main__":
    sys.exit(main())
