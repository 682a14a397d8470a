"""The whole chain on real processes: HTTP, render worker, screening, a person, a signed webhook.

One request runs through; afterwards the run's logs are searched for what must never be there.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.conf import settings
from pytest_django import Settings
from standardwebhooks.webhooks import Webhook

from avatars.models import AvatarVersion, Bot, GenerationRequest
from avatars.watermark import WATERMARK
from brandhub.accounts.models import ApiKey, Role, Scope
from brandhub.accounts.models.clients import LIVE_SCOPES
from brandhub.accounts.services import issue_key
from brandhub.audit.models import AuditEvent
from brandhub.audit.record import SYSTEM
from brandhub.embedded.layout import Layout
from brandhub.embedded.stack import WORKER_QUEUES
from brandhub.webhooks.models import Delivery
from moderation.models import ReviewCase
from styles.services import create_revision, create_style, publish_revision, register_base_model
from tests.factories import PASSWORD, ApiClientFactory, BrandFactory, UserFactory, member
from tests.inference.tiny import build_tiny_pipeline
from tests.integration.processes import Processes, RunningProcess, RunningWebServer, wait_until
from tests.webhooks.receiver import Received, Receiver, answering, listening

pytestmark = pytest.mark.django_db(transaction=True)

FAMILY = "tiny"
PROMPT = "戴眼镜的卡通机器人，蓝色背景，来自织女星的问候"
NEGATIVE = "zebrafinch, hat"
SUBMITTED = "chain-submit-0001"
DECIDED = "chain-review-0002"


@dataclass
class World:
    """A brand with a style on tiny weights, a platform with a key, a reviewer with a token."""

    key: str
    test_key: str
    token: str
    brand_slug: str
    style: str


@dataclass
class Run:
    """The processes of one run and what was seen of it."""

    web: RunningWebServer
    all: list[RunningProcess]
    receiver: Receiver
    platform: httpx.Client
    reviewer: httpx.Client
    tester: httpx.Client
    world: World
    secret: str = ""
    hidden: dict[str, str] = field(default_factory=dict)

    def logs(self) -> str:
        """Everything that any process of the run has written, the database's own log included."""
        services = Layout(settings.DATA_DIR).logs.glob("*.log")
        return "\n".join(
            [
                *(each.output() for each in self.all),
                *(path.read_text(errors="replace") for path in services),
            ]
        )

    def heard(self, kind: str) -> list[Received]:
        """The webhooks of a type, each verified."""
        found = []
        for received in self.receiver.received:
            message = Webhook(self.secret).verify(received.body, received.headers)
            if message["type"] == kind:
                found.append(received)
        return found


@pytest.fixture
def world(tmp_path: Path, settings: Settings) -> World:
    settings.MODELS_DIR = tmp_path / "weights"
    build_tiny_pipeline(settings.MODELS_DIR / FAMILY, surfaces=True)
    brand = BrandFactory(slug="acme")
    model, _created = register_base_model(actor=SYSTEM, folder=FAMILY, steps=3)
    style = create_style(actor=SYSTEM, brand=brand, slug="robots", name="Robots")
    revision = create_revision(actor=SYSTEM, style=style, base_model=model)
    publish_revision(actor=SYSTEM, revision_id=revision.pk)
    client = ApiClientFactory(brands=[brand], owner=UserFactory())
    _key, key = issue_key(actor=SYSTEM, client=client, name="key", scopes=Scope.values)
    _key, test_key = issue_key(
        actor=SYSTEM,
        client=client,
        name="test key",
        mode=ApiKey.Mode.TEST,
        scopes=set(Scope.values) - LIVE_SCOPES,
    )
    reviewer = member(brand, Role.REVIEWER)
    _token, token = issue_key(actor=SYSTEM, user=reviewer, name="token", scopes=Scope.values)
    return World(
        key=key, test_key=test_key, token=token, brand_slug=brand.slug, style="acme/robots"
    )


@pytest.fixture
def run(world: World, processes: Processes, settings: Settings) -> Iterator[Run]:
    extra = {
        "BRANDHUB_MODELS_DIR": str(settings.MODELS_DIR),
        "BRANDHUB_MODEL_FAMILY": FAMILY,
        "BRANDHUB_WEBHOOK_ALLOWED_NETWORKS": "127.0.0.0/8",
        # The most that a log can be told to say.
        "BRANDHUB_LOG_LEVEL": "DEBUG",
    }
    web = processes.web(extra=extra)
    workers = [
        processes.worker(f"render.{FAMILY}", extra=extra, wait=False),
        processes.worker(WORKER_QUEUES, extra=extra, wait=False),
    ]
    for worker in workers:
        worker.wait_for_output("ready.")
    beat = processes.beat(extra=extra)
    address = f"{web.address}/api/v1/"
    with (
        listening(answering(204)) as receiver,
        httpx.Client(base_url=address, headers=_bearer(world.key), timeout=30) as platform,
        httpx.Client(base_url=address, headers=_bearer(world.token), timeout=30) as reviewer,
        httpx.Client(base_url=address, headers=_bearer(world.test_key), timeout=30) as tester,
    ):
        yield Run(web, [web, *workers, beat], receiver, platform, reviewer, tester, world)


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_request_becomes_a_published_avatar_and_is_told_of(run: Run) -> None:
    # given a platform that listens, with a bot
    _register(run)

    # when it asks for an avatar
    request = _submit(run)
    _wait_for_status(run, request["id"], "in_review")

    # then it is told so, under the id that its own call carried
    run.receiver.wait_for(1)
    (in_review,) = run.heard("request.in_review")
    assert in_review.headers["x-request-id"] == SUBMITTED

    # when a person approves a candidate
    candidate = _approve(run, request["id"])

    # then version 1 has its pixels, and two more webhooks say so
    run.receiver.wait_for(3)
    version = AvatarVersion.objects.get()
    assert (version.number, version.status) == (1, "current")
    assert version.pixel_sha256 == candidate["pixel_sha256"]
    (published,) = run.heard("avatar.version.published")
    told = Webhook(run.secret).verify(published.body, published.headers)["data"]
    assert (told["version_id"], told["number"]) == (str(version.pk), 1)
    assert published.headers["x-request-id"] == DECIDED
    assert len(run.heard("request.completed")) == 1
    sequences = [
        Webhook(run.secret).verify(r.body, r.headers)["data"]["sequence"]
        for r in run.receiver.received
    ]
    assert sorted(sequences) == [1, 2, 3]
    assert Bot.objects.get().event_sequence == 3
    wait_until(
        lambda: set(Delivery.objects.values_list("status", flat=True)) == {"delivered"},
        what="all deliveries recorded",
    )

    # and the avatar is served, once with its bytes and once without
    first = run.platform.get("bots/support/avatar", params={"size": 64, "format": "webp"})
    assert (first.status_code, first.headers["content-type"]) == (200, "image/webp")
    again = run.platform.get(
        "bots/support/avatar",
        params={"size": 64, "format": "webp"},
        headers={"If-None-Match": first.headers["etag"]},
    )
    assert (again.status_code, again.content) == (304, b"")

    _the_request_id_runs_through(run, request["id"])
    _nothing_secret_was_logged(run)


def test_with_a_test_key_an_avatar_is_published_and_nobody_is_asked(run: Run) -> None:
    # given a platform that tries it out: an endpoint and a bot in its sandbox
    _register(run, run.tester)
    # when it asks for an avatar
    request = _submit(run, run.tester)
    assert request["livemode"] is False
    _wait_for_status(run, request["id"], "approved")
    # then it hears every step, each signed and said to be a test
    run.receiver.wait_for(3)
    told = [Webhook(run.secret).verify(r.body, r.headers) for r in run.receiver.received]
    assert {(each["type"], each["livemode"]) for each in told} == {
        ("request.in_review", False),
        ("request.completed", False),
        ("avatar.version.published", False),
    }
    # and the avatar is served with the mark in its pixels
    version = AvatarVersion.objects.get()
    lineage = run.tester.get(f"versions/{version.pk}/provenance").json()
    assert lineage["recipe"]["watermark"] == WATERMARK
    assert lineage["decision"]["rule"] == "sandbox"
    shown = run.tester.get("bots/support/avatar", params={"size": 64})
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/png")
    # and no reviewer, and no live key, ever sees it
    assert run.reviewer.get("reviews").json()["results"] == []
    assert not ReviewCase.objects.exists()
    assert run.platform.get("bots/support").status_code == 404
    assert run.platform.get(f"requests/{request['id']}").status_code == 404


def _register(run: Run, platform: httpx.Client | None = None) -> None:
    platform = platform or run.platform
    endpoint = platform.post(
        "webhook-endpoints",
        json={"url": f"{run.receiver.address}/t0psecretpath", "event_types": []},
        headers={"Idempotency-Key": secrets.token_hex(8)},
    )
    assert endpoint.status_code == 201, endpoint.text
    run.secret = endpoint.json()["secret"]
    bot = platform.put("bots/support", json={"brand": "acme", "name": "Support"})
    assert bot.status_code == 201, bot.text


def _submit(run: Run, platform: httpx.Client | None = None) -> dict[str, Any]:
    answer = (platform or run.platform).post(
        "requests",
        json={
            "bot": "support",
            "style": run.world.style,
            "prompt": PROMPT,
            "negative_prompt": NEGATIVE,
            "candidates": 2,
            "metadata": {"note": "quokka-metadata"},
        },
        headers={"Idempotency-Key": secrets.token_hex(8), "X-Request-ID": SUBMITTED},
    )
    assert answer.status_code == 202, answer.text
    assert answer.headers["X-Request-ID"] == SUBMITTED
    body: dict[str, Any] = answer.json()
    assert body["not_understood"] == ["来自织女星的问候", "zebrafinch"]
    return body


def _wait_for_status(run: Run, request_id: str, status: str) -> None:
    wait_until(
        lambda: GenerationRequest.objects.get(pk=request_id).status == status,
        what=lambda: (
            f"a request {status}; it is {GenerationRequest.objects.get(pk=request_id).status}\n"
            + run.logs()[-6000:]
        ),
    )


def _approve(run: Run, request_id: str) -> dict[str, Any]:
    (case,) = run.reviewer.get("reviews").json()["results"]
    assert case["request_id"] == request_id
    candidates = run.platform.get(f"requests/{request_id}").json()["candidates"]
    candidate: dict[str, Any] = candidates[0]
    claimed = run.reviewer.post(f"reviews/{case['id']}/claim")
    assert claimed.status_code == 200, claimed.text
    decision = {"candidate_id": candidate["id"], "pixel_sha256": candidate["pixel_sha256"]}
    refused = run.platform.post(f"reviews/{case['id']}/approve", json=decision)
    assert refused.status_code in (401, 403, 404), "a platform's key decided"
    approved = run.reviewer.post(
        f"reviews/{case['id']}/approve", json=decision, headers={"X-Request-ID": DECIDED}
    )
    assert approved.status_code == 200, approved.text
    return candidate


def _the_request_id_runs_through(run: Run, request_id: str) -> None:
    """One id in the logs of every process that had a part, on the row, in the audit trail."""
    for process in run.all[:3]:
        assert SUBMITTED in process.output(), process.name
    assert GenerationRequest.objects.get(pk=request_id).correlation_id == SUBMITTED
    actions = set(
        AuditEvent.objects.filter(correlation_id=SUBMITTED).values_list("action", flat=True)
    )
    assert {"request.submitted", "candidate.rendered"} <= actions
    decided = set(
        AuditEvent.objects.filter(correlation_id=DECIDED).values_list("action", flat=True)
    )
    assert "version.published" in decided


def _nothing_secret_was_logged(run: Run) -> None:
    logs = run.logs()
    composed = GenerationRequest.objects.get().composed_prompt
    signatures = [r.headers["webhook-signature"].split(",")[1] for r in run.receiver.received]
    hidden = {
        "prompt": PROMPT,
        "a piece of the prompt": "织女星",
        "the prompt, escaped": PROMPT.encode("unicode_escape").decode()[:24],
        "the negative prompt": "zebrafinch",
        "the composed prompt": composed,
        "metadata": "quokka-metadata",
        "API key": run.world.key,
        # It may hold underlines itself.
        "its secret part": run.world.key.split("_", 3)[3],
        "personal token": run.world.token,
        "webhook secret": run.secret.removeprefix("whsec_"),
        "webhook path": "t0psecretpath",
        "public token": Bot.objects.get().public_token,
        "password": PASSWORD,
        "Django's key": settings.SECRET_KEY,
        **{f"signature {number}": each for number, each in enumerate(signatures)},
    }
    found = [what for what, text in hidden.items() if text in logs]
    assert not found, [_where(logs, hidden[what]) for what in found]
    # The search itself works: what may be logged is found.
    assert SUBMITTED in logs
    assert len(logs) > 10_000


def _where(logs: str, text: str) -> str:
    line = next(line for line in logs.splitlines() if text in line)
    return re.sub(re.escape(text), "<here>", line)[:400]
