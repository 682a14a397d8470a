"""``make bench-review``: sizes of history and queue one after another, one table, kept as JSON.

Services of its own, in a temporary folder or in one that is kept. The history is written without
syncing to disk and without PostgreSQL's log; what is measured has both, as in production.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
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
    parser.add_argument(
        "--rounds", type=int, default=100, help="how often each page is opened; 0: only write"
    )
    parser.add_argument("--no-claims", action="store_true", help="leave the claims out")
    parser.add_argument(
        "--keep",
        type=Path,
        help="a folder that outlives the run: what a later one finds there of the sizes that it"
        " wants, it need not write",
    )
    options = parser.parse_args()
    folder = options.keep or Path(tempfile.mkdtemp(prefix="brandhub-bench-"))
    os.environ["BRANDHUB_DATA_DIR"] = str(folder.resolve())
    os.environ["DJANGO_SETTINGS_MODULE"] = "brandhub.settings.dev"
    # Writing the history is one long statement.
    os.environ["BRANDHUB_DB_STATEMENT_TIMEOUT_MS"] = "0"
    for name in ("DATABASE_URL", "REDIS_URL", "STORAGE_URL"):
        os.environ.pop(name, None)
    os.environ.setdefault("BRANDHUB_LOG_LEVEL", "WARNING")
    try:
        rows = _measured(Layout(folder.resolve()), options)
    finally:
        if options.keep is None:
            shutil.rmtree(folder, ignore_errors=True)
    print(machine())
    print()
    print(table(rows))
    kept = Path("out/bench-review.json")
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps({"machine": machine(), "rows": as_json(rows)}, indent=2))
    return 0


def _measured(layout: Layout, options: argparse.Namespace) -> list[Row]:
    import django

    from brandhub.embedded.services import ownership

    rows: list[Row] = []
    with ownership(layout):
        django.setup()
        for size in options.sizes:
            decided, _colon, waiting = size.partition(":")
            rows += _of_size(layout, int(decided), int(waiting), options.rounds)
        if not options.no_claims:
            rows += _claims(layout)
    return rows


@contextmanager
def _services(layout: Layout, *, durable: bool) -> Iterator[None]:
    from django.db import connection

    from brandhub.embedded.services import Services

    with Services(layout, say=lambda sentence: None, durable=durable):
        try:
            yield
        finally:
            connection.close()
            connection.close_pool()


@contextmanager
def _writing(layout: Layout) -> Iterator[None]:
    """Services to which nothing can be lost, for all of it can be written again."""
    from django.core.management import call_command
    from django.db import connection

    in_bulk = {"wal_level": "minimal", "max_wal_senders": 0, "max_wal_size": "8GB"}
    # The server reads these when it starts.
    with _services(layout, durable=False), connection.cursor() as cursor:
        for name, value in in_bulk.items():
            cursor.execute(f"ALTER SYSTEM SET {name} = '{value}'")
    with _services(layout, durable=False):
        call_command("migrate", verbosity=0)
        yield
        with connection.cursor() as cursor:
            cursor.execute("ALTER SYSTEM RESET ALL")
            # Shutting down has little patience.
            cursor.execute("CHECKPOINT")
    os.sync()


def _of_size(layout: Layout, decided: int, waiting: int, rounds: int) -> list[Row]:
    from tests.bench.reviewing import history, pages

    began = time.monotonic()
    with _writing(layout):
        history.write(history.cast(), decided=decided, open_cases=waiting)
    wrote = time.monotonic() - began
    subject = f"{decided:,} decided, {waiting:,} open"
    sys.stderr.write(f"{subject}: there after {wrote:.0f} s\n")
    if not rounds:
        return []
    with _services(layout, durable=True):
        rows = [
            Row(subject, "disk", history.disk(), "", ""),
            *(_row(subject, page) for page in pages.measure(history.cast(), rounds=rounds)),
        ]
    sys.stderr.write(table(rows) + "\n")
    return rows


def _claims(layout: Layout) -> list[Row]:
    """After whatever history there is."""
    from tests.bench.reviewing import claims, history

    with _writing(layout):
        people = history.cast()
        history.write(people, decided=history.decided_cases(), open_cases=claims.QUEUE)
        _claimants(people)
    with _services(layout, durable=True):
        return claims.rows()


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
        user, made = User.objects.get_or_create(username=f"claimant-{number:03}")
        if made:
            MembershipFactory(brand=people.brand, user=user, role=Role.REVIEWER)


if __name__ == "__main__":
    sys.exit(main())
