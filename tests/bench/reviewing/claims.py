"""Sixty-four reviewers who all ask for the next case: how many a second, how long each waits.

``python -m tests.bench.reviewing.claims THREADS SECONDS NUMBER`` is one of the claiming processes:
it waits for a line on its input, claims for so long, and prints what it got.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from typing import Any

from tests.bench.results import Row, milliseconds
from tests.bench.together import run_together

REVIEWERS = 64
PROCESSES = 4
SECONDS = 20.0
QUEUE = 10_000


def rows() -> list[Row]:
    """Measure on the queue as it stands; the reviewers are made here."""
    from brandhub.audit.models import AuditEvent
    from moderation.models import ReviewCase

    waiting = ReviewCase.objects.filter(status="open").count()
    events = AuditEvent.objects.filter(action="case.claimed").count()
    threads = REVIEWERS // PROCESSES
    answers = run_together(
        "tests.bench.reviewing.claims",
        [[str(threads), str(SECONDS), str(number)] for number in range(PROCESSES)],
        environment=os.environ | {"BRANDHUB_DB_POOL_SIZE": str(threads + 2)},
    )
    keys = [key for answer in answers for key in answer["cases"]]
    waits = [wait for answer in answers for wait in answer["waits"]]
    lasted = max(answer["lasted"] for answer in answers)
    recorded = AuditEvent.objects.filter(action="case.claimed").count() - events
    if len(set(keys)) != len(keys) or recorded != len(keys):
        raise SystemExit(f"{len(keys)} claims, {len(set(keys))} cases, {recorded} events")
    return [
        Row(
            f"next case, {REVIEWERS} reviewers",
            f"claim_next_case on {waiting:,} open cases, audited",
            f"{len(keys) / lasted:.0f} claims/s, {milliseconds(waits)} (p50 / p99)",
            "≥ 300 claims/s, p99 ≤ 500 ms",
            f"{PROCESSES} processes of {threads} threads, {lasted:.0f} s; {len(keys):,} cases,"
            f" none twice, {recorded:,} audit events",
        )
    ]


def _claim(threads: int, seconds: float, number: int) -> dict[str, Any]:
    from django.db import connection

    from brandhub.accounts.models import User
    from brandhub.audit.record import Actor
    from moderation.services import claim_next_case

    people = list(
        User.objects.filter(username__startswith="claimant-").order_by("username")[
            number * threads : (number + 1) * threads
        ]
    )
    cases: list[str] = []
    waits: list[float] = []
    lasted: list[float] = []
    start, lock = threading.Event(), threading.Lock()

    def work(user: User) -> None:
        own, took = [], []
        connection.ensure_connection()
        start.wait()
        began = time.monotonic()
        while time.monotonic() < began + seconds:
            asked = time.monotonic()
            case = claim_next_case(actor=Actor.person(user), user=user)
            took.append(time.monotonic() - asked)
            if case is None:
                break
            own.append(str(case.pk))
        connection.close()
        with lock:
            cases.extend(own)
            waits.extend(took)
            lasted.append(time.monotonic() - began)

    running = [threading.Thread(target=work, args=(user,)) for user in people]
    for each in running:
        each.start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    start.set()
    for each in running:
        each.join()
    return {"cases": cases, "waits": waits, "lasted": max(lasted)}


if __name__ == "__main__":
    import django

    django.setup()
    threads, seconds, number = sys.argv[1:]
    print(json.dumps(_claim(int(threads), float(seconds), int(number))))
