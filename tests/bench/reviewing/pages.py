"""The reviewers' pages through Django's whole stack, and what PostgreSQL does for each."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from moderation.models import ReviewCase
from moderation.selectors.cases import EVERYTHING
from moderation.selectors.queue import queue_page
from tests.bench.reviewing.history import WHOLE, Cast

_SEED = 20
_READS = ("SELECT", "WITH")


@dataclass(frozen=True)
class Page:
    """A page as it was measured."""

    name: str
    seconds: list[float]
    #: Processor time of this process, which load changes little.
    busy: list[float]
    queries: int
    #: Pages of 8 kB that PostgreSQL touched for all of the queries: what load does not change.
    buffers: int
    #: What PostgreSQL says it took for all of the queries, in milliseconds.
    database_ms: float
    #: How it reaches the rows: kinds of scans, by index.
    scans: list[str]


def addresses(people: Cast) -> dict[str, Callable[[], str]]:
    """What is opened, each time anew."""
    queue = reverse("pages:review-queue")
    rng = random.Random(_SEED)
    whole = list(
        ReviewCase.objects.filter(status="open", brand=people.brand)
        .order_by("pk")
        .values_list("pk", flat=True)[: WHOLE // 2]
    )
    middle = queue_page(people.reviewer, EVERYTHING, after=str(whole[-1]), size=1).rows
    after = middle[0] if middle else whole[len(whole) // 2]
    return {
        "queue": lambda: queue,
        "queue, two brands deep": lambda: f"{queue}?after={after}",
        "queue, rare verdict": lambda: f"{queue}?verdict=block",
        "queue, one style": lambda: f"{queue}?brand=bench&style={people.styles[2].pk}",
        "queue, nobody's, over an hour": lambda: f"{queue}?who=unclaimed&age=hour",
        "queue, mine": lambda: f"{queue}?who=mine",
        "decided": lambda: f"{queue}?show=decided",
        "case": lambda: reverse("pages:review-case", args=[rng.choice(whole)]),
        "statistics": lambda: f"{reverse('pages:statistics')}?brand=bench&days=365",
    }


def measure(people: Cast, *, rounds: int) -> list[Page]:
    """Open every page ``rounds`` times, in turns, so that a slow moment of the machine hits all."""
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(people.reviewer)
    pages = addresses(people)
    seconds: dict[str, list[float]] = {name: [] for name in pages}
    busy: dict[str, list[float]] = {name: [] for name in pages}
    for turn in range(rounds + 2):
        for name, address in pages.items():
            where = address()
            began, working = time.perf_counter(), time.process_time()
            answer = client.get(where)
            took, worked = time.perf_counter() - began, time.process_time() - working
            if answer.status_code != 200:
                raise SystemExit(f"{where} answers {answer.status_code}")
            # The first two fill what is cached per process.
            if turn >= 2:
                seconds[name].append(took)
                busy[name].append(worked)
    return [
        _looked_into(client, name, address(), seconds[name], busy[name])
        for name, address in pages.items()
    ]


def _looked_into(
    client: Client, name: str, address: str, seconds: list[float], busy: list[float]
) -> Page:
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    reading = [each["sql"] for each in captured if each["sql"].strip(" (\n").startswith(_READS)]
    buffers, milliseconds, scans = 0, 0.0, set()
    for sql in reading:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}")
            (found,) = cursor.fetchone()
        plan = (json.loads(found) if isinstance(found, str) else found)[0]
        milliseconds += plan["Execution Time"]
        buffers += plan["Plan"].get("Shared Hit Blocks", 0) + plan["Plan"].get(
            "Shared Read Blocks", 0
        )
        scans |= set(_scans(plan["Plan"]))
    return Page(name, seconds, busy, len(captured), buffers, milliseconds, sorted(scans))


#: Tables that grow with the history; how the others are read says nothing.
_GROWING = ("moderation_", "avatars_generationrequest", "avatars_candidate")


def _scans(node: dict[str, object]) -> list[str]:
    kind = str(node["Node Type"])
    index = node.get("Index Name")
    table = str(node.get("Relation Name", ""))
    found = []
    if index and ("case_" in str(index) or "decision_" in str(index)):
        found.append(str(index))
    if kind == "Seq Scan" and table.startswith(_GROWING):
        found.append(f"SEQ SCAN {table}")
    for part in node.get("Plans", []):  # type: ignore[union-attr]
        found += _scans(part)
    return found
