"""One run: set up, load and faults, drain, check."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psycopg

from brandhub.settings.env import BASE_DIR
from tests.chaos.faults import Injector
from tests.chaos.history import History
from tests.chaos.load import Journal, Platform, Receiver, Reviewer
from tests.chaos.recovery import queues_without_claims, recoveries
from tests.chaos.stack import Stack, wait_for
from tests.integration.processes import free_port

BOTS = 24
PLATFORMS = 4
REVIEWERS = 4
#: Work that goes on is waited for as long as this, whatever the machine does besides.
DRAIN_SECONDS = 900.0
#: Nothing is under way any more when no row has changed for so long.
STUCK_SECONDS = 60.0
#: So many requests under way are enough load; the drain has to see them through.
CROWD = 100
#: The first picture is waited for so long before the faults begin.
WARM_SECONDS = 180.0
#: How often the number of open requests is looked at, seconds.
LOOK_SECONDS = 2.0
#: What the targets that misbehave are told of: a tenth of all requests.
RARE_EVENTS = ["request.cancelled"]


@dataclass(frozen=True)
class Plan:
    """How much load, which faults, for how long."""

    requests: int
    seconds: float
    seed: int
    only: tuple[str, ...] = ()
    mutant: str = ""
    pause: tuple[float, float] = (0.5, 2.0)
    #: Pictures asked for by a request, drawn from these.
    sizes: tuple[int, ...] = (1, 2, 2, 4)
    #: Requests accepted between two faults, at least.
    spacing: int = 0
    #: Faults go on until so many processes were killed.
    kills: int = 0
    #: The load and the faults end after this, seconds, whatever was reached; then the drain.
    limit: float = 3600.0


@dataclass
class Outcome:
    """What a run found and measured."""

    violations: list[str]
    accepted: int
    published: int
    delivered: int
    kills: int
    starts: int
    #: Per fault: how often it was tried, and how often felt.
    fired: dict[str, tuple[int, int]]
    #: How often each kind of webhook target misbehaved.
    misbehaved: dict[str, int]
    recovery: dict[str, list[float]] = field(default_factory=dict)
    #: Queues of whose claims nothing is known, so that their recovery was not measured.
    unmeasured: list[str] = field(default_factory=list)
    submit_seconds: list[float] = field(default_factory=list)
    seconds: float = 0.0
    drain_seconds: float = 0.0
    #: What the plan wanted and the time limit cut off; empty for a whole run.
    cut_short: str = ""

    @property
    def not_felt(self) -> list[str]:
        """Faults of the plan that the product never felt: of these the run says nothing.

        Those of a mutant's own boundary cannot be felt by the sound product.
        """
        quiet = [name for name, (_, felt) in self.fired.items() if not felt]
        quiet += [f"webhook target {kind}" for kind, count in self.misbehaved.items() if not count]
        quiet += [f"claims of {queue}" for queue in self.unmeasured]
        return [name for name in quiet if "outbox." not in name]


def run(plan: Plan, *, keep: bool = False) -> Outcome:
    """Set up, break, drain and check. SIGTERM and SIGINT end the faults early, and cleanly."""
    folder = Path(tempfile.mkdtemp(prefix="brandhub-chaos-"))
    began = time.monotonic()
    try:
        with _receiver() as receiver, _stack(folder, plan) as stack, _asked_to_end() as ending:
            people = _seed(stack)
            _say(f"seeded after {time.monotonic() - began:.0f} s; starting the processes")
            stack.start()
            if not wait_for(lambda: _answers(stack.address), seconds=300):
                raise SystemExit(f"the web process does not answer:\n{stack.log_text()[-3000:]}")
            _make_endpoints(stack, people, receiver)
            outcome = _Run(stack, plan, people, receiver, ending).outcome()
            outcome.seconds = time.monotonic() - began
            if outcome.violations:
                _say(f"logs: {folder}" if keep else "use --keep to keep the logs")
            return outcome
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)


class _Run:
    """Load, faults and people on a running stack."""

    def __init__(
        self,
        stack: Stack,
        plan: Plan,
        people: dict[str, Any],
        receiver: Receiver,
        ending: threading.Event,
    ) -> None:
        self._stack, self._plan, self._receiver, self._ending = stack, plan, receiver, ending
        self._journal, self._over = Journal(), threading.Event()
        self._enough, self._crowded = threading.Event(), threading.Event()
        self._cut_short = ""
        self._platforms = [
            Platform(
                address=stack.address,
                key=people["key"],
                bots=people["bots"],
                style=people["style"],
                count=plan.requests // PLATFORMS,
                seconds=plan.seconds * 0.9,
                sizes=plan.sizes,
                journal=self._journal,
                crowded=self._crowded,
                stop=self._enough,
                over=self._over,
                seed=plan.seed * 100 + number,
            )
            for number in range(PLATFORMS)
        ]
        self._reviewers = [
            Reviewer(
                address=stack.address,
                token=token,
                journal=self._journal,
                stop=self._over,
                part=n,
                colleagues=REVIEWERS,
            )
            for n, token in enumerate(people["tokens"])
        ]
        self._injector = Injector(
            stack,
            seed=plan.seed,
            only=plan.only,
            pause=plan.pause,
            accepted=lambda: len(self._journal.accepted),
            spacing=plan.spacing,
        )

    def outcome(self) -> Outcome:
        for actor in (*self._platforms, *self._reviewers):
            actor.start()
        # A fault that comes before everybody has started is felt by nobody.
        wait_for(lambda: _count(self._stack, _SCREENED) > 0, seconds=WARM_SECONDS, step=0.5)
        self._injector.start()
        self._watch()
        drain = self._drain()
        stack, faults = self._stack, self._stack.faults
        history = History(
            dsn=stack.layout.database_url(),
            storage=stack.folder / "storage",
            journal=self._journal,
            receiver=self._receiver,
            faults=len(self._injector.happened),
            server_log=stack.layout.logs / "postgres.log",
        )
        return Outcome(
            violations=history.violations(),
            accepted=len(self._journal.accepted),
            published=_count(stack, "SELECT count(*) FROM avatars_avatarversion"),
            delivered=len(set(self._receiver.received)),
            kills=self._injector.kills,
            starts=stack.starts,
            fired=self._injector.fired(),
            misbehaved={
                kind: self._receiver.misbehaved[kind]
                for kind in self._receiver.secrets
                if kind != "sound"
            },
            recovery=recoveries(self._injector.happened, faults / "log", faults / "ledger"),
            unmeasured=queues_without_claims(faults / "ledger"),
            submit_seconds=self._journal.submit_seconds,
            drain_seconds=drain,
            cut_short=self._cut_short,
        )

    def _watch(self) -> None:
        """Let it run until the plan is done, its time is up or it is asked to end."""
        began = said = time.monotonic()
        while not self._ending.wait(LOOK_SECONDS):
            now = time.monotonic()
            open_now = _count(self._stack, _OPEN)
            if open_now >= 0:
                (self._crowded.set if open_now > CROWD else self._crowded.clear)()
            if now - said >= 10:
                said = now
                _say(
                    f"{now - began:.0f} s: {len(self._journal.accepted)} accepted, "
                    f"{len(self._journal.approved)} approved, {open_now} open, "
                    f"{len(self._injector.happened)} faults, {self._injector.kills} kills, "
                    f"{self._stack.starts} starts"
                )
            if self._is_done(now - began):
                break
        else:
            self._note_cut("asked to end")
        self._enough.set()
        self._injector.stop()

    def _is_done(self, passed: float) -> bool:
        plan = self._plan
        submitting = any(platform.is_alive() for platform in self._platforms)
        whole = passed >= plan.seconds and not submitting and self._injector.kills >= plan.kills
        if not whole and passed >= plan.limit:
            self._note_cut(f"the limit of {plan.limit:.0f} s")
            return True
        return whole

    def _note_cut(self, why: str) -> None:
        plan = self._plan
        self._cut_short = (
            f"cut short by {why}: {len(self._journal.accepted)} of {plan.requests} requests, "
            f"{self._injector.kills} of {plan.kills} kills"
        )

    def _drain(self) -> float:
        """Wait until nothing is left to do, or nothing moves any more; return how long it took.

        Only the product's own standstill ends this: a slow machine is waited for.
        """
        began = time.monotonic()
        _say("faults are over; draining")
        for platform in self._platforms:
            platform.join(DRAIN_SECONDS)
        moved, before = time.monotonic(), None
        while time.monotonic() - began < DRAIN_SECONDS:
            state = _rows(self._stack, _STATE)
            left = _count(self._stack, _LEFT)
            if left == 0 or time.monotonic() - moved > STUCK_SECONDS:
                break
            if state != before:
                moved, before = time.monotonic(), state
            time.sleep(0.5)
        self._over.set()
        for reviewer in self._reviewers:
            reviewer.join(60)
        wait_for(lambda: _count(self._stack, _LEFT) == 0, seconds=STUCK_SECONDS, step=0.5)
        return time.monotonic() - began


#: Requests under way; their partial index makes it cheap.
_OPEN = """
SELECT count(*) FROM avatars_generationrequest
WHERE status IN ('held', 'queued', 'rendering', 'screening', 'in_review')
"""
#: Pictures that went all the way to the reviewers.
_SCREENED = "SELECT count(*) FROM avatars_candidate WHERE status = 'screened'"
#: Work that is left, but for deliveries that wait for their next attempt.
_LEFT = """
SELECT (SELECT count(*) FROM avatars_generationrequest
        WHERE status IN ('held', 'queued', 'rendering', 'screening', 'in_review'))
     + (SELECT count(*) FROM webhooks_delivery
        WHERE status = 'sending' OR (status = 'pending' AND available_at < now()))
     + (SELECT count(*) FROM moderation_reviewcase WHERE status IN ('open', 'claimed'))
"""
#: Changes with everything that is done.
_STATE = """
SELECT (SELECT count(*) FROM audit_auditevent), (SELECT count(*) FROM avatars_requestevent),
       (SELECT sum(lease_token) FROM avatars_candidate),
       (SELECT sum(lease_token) FROM moderation_screeningrun),
       (SELECT sum(lease_token) FROM webhooks_delivery)
"""


@contextmanager
def _receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    try:
        yield receiver
    finally:
        receiver.close()


@contextmanager
def _asked_to_end() -> Iterator[threading.Event]:
    """An event that SIGTERM and SIGINT set, for the block."""
    ending = threading.Event()
    former = {
        number: signal.signal(number, lambda *_: ending.set())
        for number in (signal.SIGTERM, signal.SIGINT)
    }
    try:
        yield ending
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def _stack(folder: Path, plan: Plan) -> Stack:
    from tests.inference.tiny import build_tiny_pipeline

    models = folder / "models"
    build_tiny_pipeline(models / "tiny", spare=True)
    return Stack(folder, models=models, mutant=plan.mutant, port=free_port())


def _seed(stack: Stack) -> dict[str, Any]:
    """Brand, style, people and keys, made by the product's own services.

    In a process of its own, for this one has read another environment already.
    """
    arguments = [str(stack.folder / "models"), str(BOTS), str(REVIEWERS)]
    done = subprocess.run(
        [sys.executable, "-m", "tests.chaos.seeding", *arguments],
        env=stack.environment | {"BRANDHUB_CHAOS_MUTANT": ""},
        cwd=BASE_DIR,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    people: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return people


def _make_endpoints(stack: Stack, people: dict[str, Any], receiver: Receiver) -> None:
    """Webhook endpoints through the API, which shows each secret once."""
    with httpx.Client(
        base_url=stack.address, headers={"Authorization": f"Bearer {people['key']}"}, timeout=60
    ) as client:
        for kind in ("sound", "hanging", "refusing", "redirecting"):
            body = {
                "url": f"{receiver.address}/{kind}",
                "event_types": [] if kind == "sound" else RARE_EVENTS,
            }
            answer = client.post("/api/v1/webhook-endpoints", json=body)
            answer.raise_for_status()
            receiver.secrets[kind] = answer.json()["secret"]


def _rows(stack: Stack, query: str) -> list[tuple[Any, ...]]:
    try:
        with psycopg.connect(stack.layout.database_url()) as connection:
            return connection.execute(query).fetchall()  # type: ignore[call-overload, no-any-return]
    except psycopg.OperationalError:
        return []


def _count(stack: Stack, query: str) -> int:
    """The query's one number; -1 while the database is away."""
    rows = _rows(stack, query)
    return int(rows[0][0]) if rows else -1


def _answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/readyz", timeout=5).is_success
    except httpx.HTTPError:
        return False


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)
