"""``make chaos``: break the product for a while, then check that nothing it promised was broken.

Exit status 0 only when no violation was found; with ``--mutants``, only when each mutant was seen.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psycopg

from brandhub.settings.env import BASE_DIR
from tests.chaos.faults import ALL_FAULTS, Injector
from tests.chaos.history import History, recovery_seconds
from tests.chaos.load import Journal, Platform, Receiver, Reviewer
from tests.chaos.mutants import MUTANTS
from tests.chaos.stack import INTERVALS, Stack, wait_for

BOTS = 6
PLATFORMS = 4


@dataclass
class Plan:
    """How much load, which faults, for how long."""

    requests: int
    seconds: float
    seed: int
    only: tuple[str, ...] = ()
    mutant: str = ""
    pause: tuple[float, float] = (0.5, 2.0)
    #: For the work that is left when the faults are over.
    drain_seconds: float = 120


@dataclass
class Outcome:
    """What a run found and measured."""

    violations: list[str]
    accepted: int
    published: int
    faults: dict[str, int]
    recovery: dict[str, list[float]] = field(default_factory=dict)
    submit_seconds: list[float] = field(default_factory=list)
    seconds: float = 0.0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--long", action="store_true", help="10,000 requests and 200 kills")
    parser.add_argument("--mutants", action="store_true", help="each safeguard taken out in turn")
    parser.add_argument("--mutant", choices=sorted(MUTANTS), default="")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=150, help="how long faults happen")
    parser.add_argument("--requests", type=int, default=400)
    parser.add_argument("--fault", action="append", default=[], choices=ALL_FAULTS)
    parser.add_argument("--keep", action="store_true", help="keep the run's folder")
    options = parser.parse_args()
    if options.mutants or options.mutant:
        names = [options.mutant] if options.mutant else list(MUTANTS)
        return _run_mutants(names, seed=options.seed, keep=options.keep)
    plan = Plan(
        requests=options.requests,
        seconds=options.seconds,
        seed=options.seed,
        only=tuple(options.fault),
    )
    if options.long:
        plan = Plan(requests=10_000, seconds=2_700, seed=options.seed, drain_seconds=600)
    outcome = run(plan, keep=options.keep)
    _report(outcome)
    return 1 if outcome.violations else 0


def _run_mutants(names: list[str], *, seed: int, keep: bool) -> int:
    """Each mutant under the faults that should show it; returns 1 if one goes unseen."""
    unseen = []
    for name in names:
        mutant = MUTANTS[name]
        plan = Plan(
            requests=120,
            seconds=40,
            seed=seed,
            only=mutant.faults,
            mutant=name,
            pause=(0.2, 0.8),
            drain_seconds=25,
        )
        outcome = run(plan, keep=keep)
        seen = bool(outcome.violations)
        first = outcome.violations[0] if seen else "NOTHING WAS REPORTED"
        print(f"mutant {name} ({mutant.what}): {len(outcome.violations)} violations; {first}")
        if not seen:
            unseen.append(name)
    if unseen:
        print(f"unseen: {', '.join(unseen)}")
    return 1 if unseen else 0


def run(plan: Plan, *, keep: bool = False) -> Outcome:
    """One run: set up, load and faults, drain, check."""
    folder = Path(tempfile.mkdtemp(prefix="brandhub-chaos-"))
    began = time.monotonic()
    try:
        with _receiver() as receiver, _stack(folder, plan) as stack:
            people = _seed(stack)
            _say(f"seeded after {time.monotonic() - began:.0f} s; starting the processes")
            stack.start()
            if not wait_for(lambda: _answers(stack.address), seconds=90):
                raise SystemExit(f"the web process does not answer:\n{stack.log_text()[-3000:]}")
            outcome = _load_and_break(stack, plan, people, receiver)
            outcome.seconds = time.monotonic() - began
            if outcome.violations:
                _say(f"logs and data: {folder}" if keep else "use --keep to keep the logs")
            return outcome
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _receiver():  # type: ignore[no-untyped-def]
    receiver = Receiver()
    try:
        yield receiver
    finally:
        receiver.close()


def _stack(folder: Path, plan: Plan) -> Stack:
    from tests.inference.tiny import build_tiny_pipeline

    models = folder / "models"
    build_tiny_pipeline(models / "tiny")
    return Stack(folder, models=models, mutant=plan.mutant, port=_free_port())


def _seed(stack: Stack) -> dict[str, Any]:
    """Brand, style, people and keys, made by the product's own services.

    In a process of its own, for this one has read another environment already.
    """
    done = subprocess.run(
        [sys.executable, "-m", "tests.chaos.seeding", str(stack.folder / "models"), str(BOTS)],
        env=stack.environment | {"BRANDHUB_CHAOS_MUTANT": ""},
        cwd=BASE_DIR,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    people: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return people


def _load_and_break(
    stack: Stack, plan: Plan, people: dict[str, Any], receiver: Receiver
) -> Outcome:
    journal, over = Journal(), threading.Event()
    _make_endpoints(stack, people, receiver)
    platforms = [
        Platform(
            address=stack.address,
            key=people["key"],
            bots=people["bots"],
            style=people["style"],
            count=plan.requests // PLATFORMS,
            pace=plan.seconds * 0.8 * PLATFORMS / plan.requests,
            journal=journal,
            stop=over,
            seed=plan.seed * 100 + number,
        )
        for number in range(PLATFORMS)
    ]
    reviewers = [
        Reviewer(address=stack.address, token=token, journal=journal, stop=over, seed=number)
        for number, token in enumerate(people["tokens"])
    ]
    for actor in (*platforms, *reviewers):
        actor.start()
    injector = Injector(stack, seed=plan.seed, only=plan.only, pause=plan.pause)
    if plan.only or not plan.mutant:
        injector.start()
    _watch(stack, plan, journal, injector)
    for platform in platforms:
        platform.join(plan.drain_seconds)
    if injector.is_alive():
        injector.stop()
    _say("faults are over; draining")
    wait_for(lambda: _drained(stack), seconds=plan.drain_seconds, step=0.5)
    over.set()
    for reviewer in reviewers:
        reviewer.join(15)
    wait_for(lambda: _drained(stack), seconds=20, step=0.5)
    history = History(
        dsn=stack.layout.database_url(),
        storage=stack.folder / "storage",
        journal=journal,
        receiver=receiver,
        happened=injector.happened,
    )
    counts: dict[str, int] = {}
    for fault in injector.happened:
        counts[fault.name] = counts.get(fault.name, 0) + 1
    return Outcome(
        violations=history.violations(),
        accepted=len(journal.accepted),
        published=_count(stack, "SELECT count(*) FROM avatars_avatarversion"),
        faults=counts,
        recovery=recovery_seconds(stack.layout.database_url(), stack.faults / "log"),
        submit_seconds=journal.submit_seconds,
    )


def _watch(stack: Stack, plan: Plan, journal: Journal, injector: Injector) -> None:
    """Let it run, saying every ten seconds how it goes."""
    end = time.monotonic() + plan.seconds
    while (left := end - time.monotonic()) > 0:
        time.sleep(min(10, left))
        starts = sum(member.starts for member in stack.members.values())
        _say(
            f"{len(journal.accepted)} accepted, {len(journal.approved)} approved, "
            f"{len(injector.happened)} faults, {starts} starts, {max(left - 10, 0):.0f} s left"
        )


def _make_endpoints(stack: Stack, people: dict[str, Any], receiver: Receiver) -> None:
    """Webhook endpoints through the API, which shows each secret once."""
    with httpx.Client(
        base_url=stack.address, headers={"Authorization": f"Bearer {people['key']}"}, timeout=30
    ) as client:
        for kind in ("sound", "hanging", "refusing", "redirecting"):
            answer = client.post(
                "/api/v1/webhook-endpoints", json={"url": f"{receiver.address}/{kind}"}
            )
            answer.raise_for_status()
            receiver.secrets[kind] = answer.json()["secret"]


def _drained(stack: Stack) -> bool:
    """Nothing is left to do but deliveries that wait for their next attempt."""
    return not _count(
        stack,
        "SELECT (SELECT count(*) FROM avatars_generationrequest"
        "  WHERE status IN ('held', 'queued', 'rendering', 'screening', 'in_review'))"
        " + (SELECT count(*) FROM webhooks_delivery WHERE status = 'sending'"
        "  OR (status = 'pending' AND available_at < now()))",
    )


def _count(stack: Stack, query: str) -> int:
    try:
        with psycopg.connect(stack.layout.database_url()) as connection:
            row = connection.execute(query).fetchone()  # type: ignore[arg-type]
    except psycopg.OperationalError:
        return -1
    return int(row[0]) if row else 0


def _answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/readyz", timeout=5).is_success
    except httpx.HTTPError:
        return False


def _free_port() -> int:
    from tests.integration.processes import free_port

    return free_port()


def _percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def _report(outcome: Outcome) -> None:
    lost = sum("lost" in sentence.split(":")[0] for sentence in outcome.violations)
    doubled = sum("doubled" in sentence.split(":")[0] for sentence in outcome.violations)
    print(
        f"\n{outcome.accepted} requests accepted, {outcome.published} versions published, "
        f"{sum(outcome.faults.values())} faults in {outcome.seconds:.0f} s"
    )
    print(f"lost: {lost}   doubled: {doubled}   violations in all: {len(outcome.violations)}")
    print("faults: " + ", ".join(f"{name} {n}" for name, n in sorted(outcome.faults.items())))
    every = [value for values in outcome.recovery.values() for value in values]
    for name, values in sorted({**outcome.recovery, "all": every}.items()):
        if values:
            print(
                f"recovery after SIGKILL {name}: n {len(values)}, "
                f"p50 {statistics.median(values):.1f} s, p99 {_percentile(values, 0.99):.1f} s"
            )
    print(
        "with "
        + ", ".join(
            f"{name.removeprefix('BRANDHUB_').lower()} {value}" for name, value in INTERVALS.items()
        )
    )
    for sentence in outcome.violations[:50]:
        print(f"VIOLATION {sentence}")


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
