"""``python -m brandhub.inference.training.corpus build | report``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from brandhub.inference.training.corpus.build import build
from brandhub.inference.training.corpus.report import report


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
    text, short = report(chosen.folder, least=chosen.least)
    print(text)
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())
