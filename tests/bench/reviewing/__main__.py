"""``make bench-review``: sizes of history and queue one after another, one table, kept as JSON.

Services of its own, which sync to disk, in a temporary folder.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from brandhub.embedded.layout import Layout
from tests.bench.results import Row, as_json, machine, milliseconds, percentile, table

if TYPE_CHECKING:
    # Django's models want their settings first.
    from tests.bench.reviewing.history import Cast
    from tests.bench.reviewing.pages import Page

_SIZES = ["1000:5000", "100000:5000", "10000000:5000", "10000000:1000000"]


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench-review", description=__doc__)
    parser.add_argument(
        "--sizes", nargs="*", default=_SIZES, help="DECIDED:OPEN, one after another"
    )
    parser.add_argument("--rounds", type=int, default=100, help="how often each page is opened")
    parser.add_argument("--no-claims", action="store_true", help="leave the claims out")
    parser.add_argument("--data", type=Path, help="a folder with room; default: temporary")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="brandhub-bench-", dir=options.data))
    os.environ["BRANDHUB_DATA_DIR"] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "brandhub.settings.dev"
    # Writing the history is one long statement.
    os.environ["BRANDHUB_DB_STATEMENT_TIMEOUT_MS"] = "0"
    for name in ("DATABASE_URL", "REDIS_URL", "STORAGE_URL"):
        os.environ.pop(name, None)
    os.environ.setdefault("BRANDHUB_LOG_LEVEL", "WARNING")
    try:
        with ExitStack() as stack:
            rows = _measured(stack, Layout(folder), options)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(machine())
    print()
    print(table(rows))
    kept = Path("out/bench-review.json")
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps({"machine": machine(), "rows": as_json(rows)}, indent=2))
    return 0


def _measured(stack: ExitStack, layout: Layout, options: argparse.Namespace) -> list[Row]:
    import django

    from brandhub.embedded.services import Services, ownership

    stack.enter_context(ownership(layout))
    stack.enter_context(Services(layout, say=lambda sentence: None))
    django.setup()
    from django.core.management import call_command

    from tests.bench.reviewing import claims, history

    call_command("migrate", verbosity=0)
    people = history.cast()
    rows: list[Row] = []
    for size in options.sizes:
        decided, _colon, waiting = size.partition(":")
        rows += _of_size(people, int(decided), int(waiting), options.rounds)
        history.clear()
    if not options.no_claims:
        history.write(people, decided=0, open_cases=claims.QUEUE)
        _claimants(people)
        rows += claims.rows()
    return rows


def _of_size(people: Cast, decided: int, waiting: int, rounds: int) -> list[Row]:
    from tests.bench.reviewing import history, pages

    began = time.monotonic()
    history.write(people, decided=decided, open_cases=waiting)
    wrote = time.monotonic() - began
    subject = f"{decided:,} decided, {waiting:,} open"
    sys.stderr.write(f"{subject}: written in {wrote:.0f} s\n")
    rows = [
        Row(subject, "disk", history.disk(), "", f"written in {wrote:.0f} s"),
        *(_row(subject, page) for page in pages.measure(people, rounds=rounds)),
    ]
    sys.stderr.write(table(rows) + "\n")
    return rows


def _row(subject: str, page: Page) -> Row:
    return Row(
        subject,
        page.name,
        f"{milliseconds(page.seconds)}; processor {percentile(page.busy, 0.5) * 1000:.1f} ms,"
        f" database {page.database_ms:.1f} ms,"
        f" {page.buffers:,} buffers",
        "",
        f"{page.queries} queries; {', '.join(page.scans)}",
    )


def _claimants(people: Cast) -> None:
    """Reviewers without a password: sixty-four would take a minute to hash."""
    from brandhub.accounts.models import Role, User
    from tests.bench.reviewing.claims import REVIEWERS
    from tests.factories import MembershipFactory

    for number in range(REVIEWERS):
        user = User.objects.create(username=f"claimant-{number:03}")
        MembershipFactory(brand=people.brand, user=user, role=Role.REVIEWER)


if __name__ == "__main__":
    sys.exit(main())
