"""``python -m brandhub.demo``: one request, from its words to a published avatar.

Uses the product over HTTP as its users do, with the key and the token that ``seed_demo`` made.
``make demo`` starts what is not running yet and calls this.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from brandhub.demo.api import DemoFailed
from brandhub.demo.credentials import load
from brandhub.demo.story import Patience, Story
from brandhub.settings import env


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m brandhub.demo", description=__doc__)
    parser.add_argument(
        "--address", default=f"http://127.0.0.1:{env.PORT}", help="where BrandHub answers"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    parser.add_argument(
        "--out", type=Path, default=Path("out"), help="the folder for the avatar (default: out/)"
    )
    parser.add_argument(
        "--patience",
        type=float,
        default=Patience.render,
        metavar="SECONDS",
        help="how long rendering and checking may take (default: %(default).0f)",
    )
    parser.add_argument(
        "--start-patience",
        type=float,
        default=Patience.start,
        metavar="SECONDS",
        help="how long BrandHub may take to answer at first (default: %(default).0f)",
    )
    return parser.parse_args()


def _summary(record: dict[str, Any]) -> Table:
    table = Table(title="Seconds per stage", title_justify="left")
    table.add_column("stage")
    table.add_column("seconds", justify="right")
    for stage, seconds in record["seconds"].items():
        table.add_row(stage.replace("_", " "), f"{seconds:.2f}")
    return table


def main() -> int:
    """Tell the story; returns the exit status, 1 with a sentence when a stage fails."""
    options = _arguments()
    # The JSON alone goes to standard output, so that it can be piped.
    console = Console(stderr=options.json)
    story = Story(
        address=options.address.rstrip("/"),
        credentials=load(env.DATA_DIR),
        out=options.out,
        console=console,
        patience=Patience(start=options.start_patience, render=options.patience),
    )
    failure = ""
    try:
        story.tell()
    except DemoFailed as failed:
        failure = str(failed)
        console.print(
            f"[bold red]The demo stopped at “{story.stage}”.[/] {failure}", highlight=False
        )
    else:
        console.print(_summary(story.record))
    if options.json:
        outcome = {"ok": not failure, **story.record}
        if failure:
            outcome |= {"failed_at": story.stage, "error": failure}
        print(json.dumps(outcome, ensure_ascii=False), flush=True)  # noqa: T201
    return 1 if failure else 0


if __name__ == "__main__":
    sys.exit(main())
