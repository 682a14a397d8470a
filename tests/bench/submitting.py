"""How long a submission takes, asked for at a steady pace whether or not the last was answered."""

from __future__ import annotations

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx

from tests.bench.results import Row, milliseconds
from tests.bench.world import World
from tests.chaos.load import PROMPTS

PER_SECOND = 20
SECONDS = 20.0
CALLERS = 16


def rows(world: World) -> list[Row]:
    """Idle: nobody renders or checks. Busy: a renderer, a worker and beat work on what comes."""
    submit_for(world, 3)
    idle = submit_for(world, SECONDS)
    hardest = longest_prompts(world)
    world.start("beat", "worker0", "worker1", "renderer0")
    _wait_until_rendering(world)
    busy = submit_for(world, SECONDS)
    pace = f"{PER_SECOND} a second for {SECONDS:.0f} s, 4 pictures each, with Idempotency-Key"
    return [
        Row("submit, renderer idle", "p50 / p99", milliseconds(idle), "p99 ≤ 50 ms", pace),
        Row("submit, renderer busy", "p50 / p99", milliseconds(busy), "", pace),
        Row(
            "submit, 2,000 characters",
            "p50 / p99",
            milliseconds(hardest),
            "",
            "one after another; the longest prompt there may be, drawn from the vocabulary",
        ),
    ]


def submit_for(world: World, seconds: float) -> list[float]:
    """Submit at the pace; return for each the seconds from when it was due to its answer."""
    answered: list[float] = []
    lock = threading.Lock()
    chance = random.Random(0)
    run = f"{time.monotonic_ns()}"
    with world.client as client, ThreadPoolExecutor(CALLERS) as callers:
        began = time.monotonic() + 0.1

        def call(number: int, body: dict[str, Any]) -> None:
            due = began + number / PER_SECOND
            time.sleep(max(due - time.monotonic(), 0))
            answer = client.post(
                "/api/v1/requests", json=body, headers={"Idempotency-Key": f"{run}-{number}"}
            )
            taken = time.monotonic() - due
            answer.raise_for_status()
            with lock:
                answered.append(taken)

        calls = [
            callers.submit(call, number, _body(world, chance))
            for number in range(int(seconds * PER_SECOND))
        ]
        for each in calls:
            each.result()
    return answered


def longest_prompts(world: World) -> list[float]:
    """Seconds of submissions whose prompt is as long as it may be."""
    text = ""
    while len(text) < 2000:
        text += PROMPTS[len(text) % len(PROMPTS)] + ", "
    taken = []
    with world.client as client:
        for _ in range(50):
            body = _body(world, random.Random(1)) | {"prompt": text[:2000]}
            began = time.monotonic()
            answer = client.post("/api/v1/requests", json=body)
            taken.append(time.monotonic() - began)
            if answer.status_code != httpx.codes.UNPROCESSABLE_ENTITY:
                answer.raise_for_status()
    return taken


def _body(world: World, chance: random.Random) -> dict[str, Any]:
    return {
        "bot": chance.choice(world.people["bots"]),
        "style": world.people["style"],
        "prompt": chance.choice(PROMPTS),
        "candidates": 4,
    }


def _wait_until_rendering(world: World) -> None:
    import psycopg

    end = time.monotonic() + 180
    while time.monotonic() < end:
        with psycopg.connect(world.stack.layout.database_url()) as connection:
            row = connection.execute(
                "SELECT count(*) FROM avatars_candidate WHERE status = 'rendered'"
                " OR status = 'screened'"
            ).fetchone()
        if row and row[0]:
            return
        time.sleep(0.5)
    raise SystemExit(f"nothing is rendered:\n{world.stack.log_text()[-3000:]}")
