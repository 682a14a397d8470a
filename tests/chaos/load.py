"""The world around the product: platforms that submit, people who decide, receivers of webhooks.

Each keeps a journal of what the product told it, which the checker holds against the database.
"""

from __future__ import annotations

import contextlib
import json
import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID

import httpx
from standardwebhooks import Webhook, WebhookVerificationError

#: Prompts that the vocabulary knows and the screening passes.
PROMPTS = (
    "a cartoon robot with glasses, blue background",
    "戴眼镜的卡通机器人，蓝色背景",
    "a smiling robot",
    "flat style person with a hat",
    "没有帽子的像素风人物",
)


@dataclass
class Journal:
    """What callers were promised: every accepted request, decision and cancel."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    #: external id → request id, as answered with 202.
    accepted: dict[str, str] = field(default_factory=dict)
    approved: dict[str, str] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    submit_seconds: list[float] = field(default_factory=list)

    def note(self, where: dict[str, str], key: str, value: str) -> None:
        with self.lock:
            earlier = where.setdefault(key, value)
        if earlier != value:
            self.errors.append(f"{key} was answered with {earlier} and then with {value}")


class Caller:
    """An HTTP client that goes on asking until it is answered, as a platform's job would."""

    def __init__(self, address: str, key: str, stop: threading.Event) -> None:
        self._client = httpx.Client(
            base_url=address, headers={"Authorization": f"Bearer {key}"}, timeout=10
        )
        self._stop = stop

    def ask(self, method: str, path: str, **options: Any) -> httpx.Response | None:
        """The answer, once there is one that is neither a failure of transport nor 5xx.

        409 ``idempotency_in_progress`` and 429 are asked again too. None when the run is over.
        """
        while not self._stop.is_set():
            try:
                answer = self._client.request(method, path, **options)
            except httpx.HTTPError:
                time.sleep(0.1)
                continue
            if answer.status_code >= 500 or answer.status_code == 429:
                time.sleep(0.1)
                continue
            if answer.status_code == 409 and "idempotency_in_progress" in answer.text:
                continue
            return answer
        return None


class Platform(threading.Thread):
    """Submits ``count`` requests within ``seconds``, each under an idempotency key; cancels some.

    Who was kept waiting makes up for it afterwards. While ``crowded`` is set nothing is submitted:
    on a slow machine the load takes longer, and the drain does not. ``stop`` ends it after the
    request at hand, ``over`` gives even that one up.
    """

    def __init__(
        self,
        *,
        address: str,
        key: str,
        bots: list[str],
        style: str,
        count: int,
        seconds: float,
        sizes: tuple[int, ...],
        journal: Journal,
        crowded: threading.Event,
        stop: threading.Event,
        over: threading.Event,
        seed: int,
    ) -> None:
        super().__init__(daemon=True, name=f"platform-{seed}")
        self._caller = Caller(address, key, over)
        self._bots = bots
        self._style = style
        self._count = count
        self._seconds = seconds
        self._sizes = sizes
        self._journal = journal
        self._crowded = crowded
        self._stop_event = stop
        self._random = random.Random(seed)
        self._name = f"p{seed}"

    def run(self) -> None:
        began = time.monotonic()
        for number in range(self._count):
            due = began + self._seconds * (number + self._random.random()) / self._count
            if self._stop_event.wait(max(due - time.monotonic(), 0)):
                return
            while self._crowded.is_set():
                if self._stop_event.wait(0.5):
                    return
            self._submit(f"{self._name}-{number}")

    def _submit(self, external_id: str) -> None:
        body = {
            "bot": self._random.choice(self._bots),
            "style": self._style,
            "prompt": self._random.choice(PROMPTS),
            "candidates": self._random.choice(self._sizes),
            "seed": self._random.randrange(1_000_000),
            "priority": self._random.choice(["low", "normal", "normal"]),
            "external_id": external_id,
        }
        began = time.monotonic()
        answer = self._caller.ask(
            "POST", "/api/v1/requests", json=body, headers={"Idempotency-Key": external_id}
        )
        if answer is None:
            return
        if answer.status_code != 202:
            self._journal.errors.append(f"submit: {answer.status_code} {answer.text[:200]}")
            return
        self._journal.submit_seconds.append(time.monotonic() - began)
        request_id = answer.json()["id"]
        self._journal.note(self._journal.accepted, external_id, request_id)
        if self._random.random() < 0.1:
            self._caller.ask("POST", f"/api/v1/requests/{request_id}/cancel")


class Reviewer(threading.Thread):
    """Approves a picture of whatever waits in the queue, and rejects one in ten.

    Colleagues share the queue out among themselves, each having a ``part``, and look into each
    other's now and then: two at one case are a race worth having, four at every case only keep
    the web process from its other callers.
    """

    def __init__(
        self,
        *,
        address: str,
        token: str,
        journal: Journal,
        stop: threading.Event,
        part: int,
        colleagues: int,
    ) -> None:
        super().__init__(daemon=True, name=f"reviewer-{part}")
        self._part, self._colleagues = part, colleagues
        self._caller = Caller(address, token, stop)
        self._journal = journal
        self._stop_event = stop
        self._random = random.Random(part)

    def run(self) -> None:
        while not self._stop_event.is_set():
            answer = self._caller.ask("GET", "/api/v1/reviews", params={"page_size": 50})
            cases = answer.json()["results"] if answer is not None and answer.is_success else []
            self._random.shuffle(cases)
            taken = [case["id"] for case in cases if self._takes(case["id"])]
            for case_id in taken:
                self._decide(case_id)
            if len(taken) < 5:
                # A list costs the product as much as some decisions; few are not worth one.
                self._stop_event.wait(1.5)

    def _takes(self, case_id: str) -> bool:
        mine = UUID(case_id).int % self._colleagues == self._part
        return mine or self._random.random() < 0.1

    def _decide(self, case_id: str) -> None:
        answer = self._caller.ask("GET", f"/api/v1/reviews/{case_id}")
        if answer is None or not answer.is_success:
            return
        shown = [each for each in answer.json()["candidates"] if each["status"] == "screened"]
        if not shown:
            return
        chosen = self._random.choice(shown)
        if self._random.random() < 0.1:
            self._caller.ask(
                "POST",
                f"/api/v1/reviews/{case_id}/reject",
                json={"reason_codes": ["off_brand"], "comment": ""},
            )
            return
        decision = self._caller.ask(
            "POST",
            f"/api/v1/reviews/{case_id}/approve",
            json={
                "candidate_id": chosen["id"],
                "pixel_sha256": chosen["pixel_sha256"],
                # An untrained pipeline draws noise, which the checks rightly block.
                "override": chosen["verdict"] == "block",
                "comment": "a chaos run",
            },
        )
        if decision is not None and decision.is_success:
            self._journal.note(self._journal.approved, case_id, chosen["id"])


class Receiver:
    """A webhook target that verifies every signature, with paths that misbehave.

    ``misbehaved`` counts how often each did.
    """

    #: Longer than the product waits for an answer.
    HANGING_SECONDS = 6.0

    def __init__(self) -> None:
        self.received: list[str] = []
        self.bad: list[str] = []
        self.secrets: dict[str, str] = {}
        self.misbehaved: Counter[str] = Counter()
        self._random = random.Random(0)
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                # A sender that gave up, or was killed, is nothing that this side can help.
                with contextlib.suppress(ConnectionError):
                    receiver.answer(self)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Take one message in, or misbehave as the path says."""
        length = int(handler.headers["content-length"])
        body = handler.rfile.read(length)
        if len(body) < length:
            # Its sender was killed in the middle; no message has arrived.
            return
        kind = handler.path.strip("/")
        if kind != "sound" and self._random.random() < 0.5:
            self.misbehaved[kind] += 1
            if self._misbehave(kind, handler):
                return
        try:
            Webhook(self.secrets[kind]).verify(body, dict(handler.headers))
            json.loads(body)
        except (WebhookVerificationError, KeyError, ValueError) as error:
            self.bad.append(f"{handler.path}: {type(error).__name__}: {error}")
            handler.send_error(400)
            return
        self.received.append(f"{kind} {handler.headers['webhook-id']}")
        handler.send_response(204)
        handler.end_headers()

    def _misbehave(self, kind: str, handler: BaseHTTPRequestHandler) -> bool:
        """Returns whether that was the answer; one that hangs answers in the end."""
        if kind == "hanging":
            time.sleep(self.HANGING_SECONDS)
            return False
        if kind == "refusing":
            handler.send_error(503)
        else:
            handler.send_response(302)
            handler.send_header("Location", self.address + "/stolen")
            handler.end_headers()
        return True

    def close(self) -> None:
        self._server.shutdown()
