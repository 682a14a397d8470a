"""How many claims a second sixty-four claimants make through the services, all records kept.

``python -m tests.bench.claims render|review THREADS SECONDS`` is one of the claiming processes: it
waits for a line on its input, claims for so long, and prints how often it did.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from typing import Any

from django.utils import timezone

from tests.bench.results import Row
from tests.bench.together import run_together
from tests.bench.world import World

CLAIMANTS = 64
PROCESSES = 4
SECONDS = 10.0
ROWS = 24_000
BRANDS = 8
#: Candidates of one request.
PICTURES = 16


def rows(world: World) -> list[Row]:
    """The subject's part of the table."""
    for member in list(world.stack.members):
        world.stack.end(member)
    world.measure("tests.bench.claims", "prepare", str(ROWS), str(BRANDS))
    found = []
    for kind, what, note in (
        ("render", "claim_batch of one candidate", "with its attempt and the brand's turn"),
        ("render4", "claim_batch of four candidates", "with their attempts and the brand's turn"),
        ("review", "claim_case", "with its audit event"),
    ):
        measured = _claim_for(world, kind)
        rate = measured["claims"] / SECONDS
        found.append(
            Row(
                f"claims, {CLAIMANTS} claimants",
                what,
                f"{rate:.0f} claims/s, {measured['rows'] / SECONDS:.0f} rows/s",
                "≥ 300 claims/s",
                f"{note}; {PROCESSES} processes of {CLAIMANTS // PROCESSES} threads, "
                f"{SECONDS:.0f} s; {measured['doubled']} claimed twice",
            )
        )
    return found


def _claim_for(world: World, kind: str) -> dict[str, int]:
    environment = world.stack.environment | {
        "BRANDHUB_DB_POOL_SIZE": str(CLAIMANTS // PROCESSES + 2)
    }
    arguments = [kind, str(CLAIMANTS // PROCESSES), str(SECONDS)]
    answers = run_together(
        "tests.bench.claims",
        [[*arguments, str(number)] for number in range(PROCESSES)],
        environment=environment,
    )
    keys = [key for answer in answers for key in answer["rows"]]
    return {
        "claims": sum(answer["claims"] for answer in answers),
        "rows": len(keys),
        "doubled": len(keys) - len(set(keys)),
    }


def _prepare(count: int, brands: int) -> None:
    """``count`` queued candidates and half as many open cases, written as they are."""
    from django.db import transaction

    from avatars.models import Candidate

    with transaction.atomic():
        # Nothing but these waits.
        Candidate.objects.filter(status="queued").update(status="cancelled")
        for _ in range(brands):
            _prepare_brand(count // brands)


def _prepare_brand(count: int) -> None:
    from avatars.models import Candidate, GenerationRequest
    from avatars.queue import join_turns
    from brandhub.accounts.models import Role
    from moderation.models import ReviewCase
    from tests.factories import (
        BotFactory,
        BrandFactory,
        GenerationRequestFactory,
        StyleRevisionFactory,
        digest_of,
        member,
    )

    brand = BrandFactory()
    revision = StyleRevisionFactory(brand=brand)
    common = {
        "brand": brand,
        "bot": BotFactory(brand=brand),
        "style_revision": revision,
        "requested_by": member(brand, Role.MANAGER),
    }
    member(brand, Role.REVIEWER)
    family = revision.base_model.family
    join_turns(brand_id=brand.pk, family=family)
    rendering = GenerationRequestFactory.build_batch(
        count // PICTURES, status="queued", candidate_count=PICTURES, **common
    )
    judged = GenerationRequestFactory.build_batch(count // 2, status="in_review", **common)
    GenerationRequest.objects.bulk_create([*rendering, *judged])
    ReviewCase.objects.bulk_create(
        ReviewCase(brand=brand, request=request, kind="image", status="open") for request in judged
    )
    Candidate.objects.bulk_create(
        Candidate(
            request=request,
            brand=brand,
            index=index,
            seed=index,
            family=family,
            batch_key=digest_of("bench"),
            priority=1,
            queued_at=timezone.now(),
            status="queued",
        )
        for request in rendering
        for index in range(PICTURES)
    )


def _claimants(kind: str, threads: int, seconds: float, number: int) -> dict[str, Any]:
    """``threads`` claimants, released together by a line on the input."""
    from django.db import connection

    work = _review_claims(number) if kind == "review" else _render_claims(kind)
    claimed: list[str] = []
    counts: list[int] = []
    start, lock = threading.Event(), threading.Lock()

    def claim(place: int) -> None:
        own: list[str] = []
        count = 0
        # A connection is made before the clock runs.
        connection.ensure_connection()
        start.wait()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            got = work(place)
            if not got:
                break
            own += got
            count += 1
        connection.close()
        with lock:
            claimed.extend(own)
            counts.append(count)

    running = [threading.Thread(target=claim, args=(place,)) for place in range(threads)]
    for each in running:
        each.start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    start.set()
    for each in running:
        each.join()
    return {"claims": sum(counts), "rows": claimed}


def _render_claims(kind: str):  # type: ignore[no-untyped-def]
    from avatars.services.rendering import claim_batch

    limit = 4 if kind == "render4" else 1

    def claim(place: int) -> list[str]:
        rows = claim_batch(family="avatar-mini", limit=limit, holder=f"claimant-{place}")
        return [str(row.pk) for row in rows]

    return claim


def _review_claims(number: int):  # type: ignore[no-untyped-def]
    """Each thread takes every nth open case, so that claims do not refuse each other."""
    from brandhub.accounts.models import Membership, Role
    from brandhub.audit.record import Actor
    from moderation.models import ReviewCase
    from moderation.services import claim_case

    reviewers = {
        each.brand_id: each.user
        for each in Membership.objects.filter(role=Role.REVIEWER).select_related("user")
    }
    cases = list(ReviewCase.objects.filter(status="open").order_by("pk").values("pk", "brand_id"))
    mine = iter(cases[number::PROCESSES])
    lock = threading.Lock()

    def claim(place: int) -> list[str]:
        with lock:
            case = next(mine, None)
        if case is None:
            return []
        user = reviewers[case["brand_id"]]
        claim_case(actor=Actor.person(user), user=user, case_id=case["pk"])
        return [str(case["pk"])]

    return claim


if __name__ == "__main__":
    import django

    django.setup()
    if sys.argv[1] == "prepare":
        _prepare(int(sys.argv[2]), int(sys.argv[3]))
        print("null")
    else:
        kind, threads, seconds, number = sys.argv[1:]
        print(json.dumps(_claimants(kind, int(threads), float(seconds), int(number))))
