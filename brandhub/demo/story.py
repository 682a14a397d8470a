"""The story: from a requirement to a published avatar, stage by stage, each timed.

A stage that fails raises :class:`~brandhub.demo.api.DemoFailed` with a sentence; the record then
holds what was reached until there.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
from PIL import Image
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from brandhub.demo.api import Api, DemoFailed
from brandhub.demo.credentials import Credentials
from brandhub.demo.listener import Listener, Told
from brandhub.demo.pictures import side_by_side

STYLE = "acme/friendly-robots"
PROMPT = "戴眼镜的卡通机器人，蓝色背景"
CANDIDATES = 4
SIZE = 256
PUBLISHED = "avatar.version.published"
_OVER = frozenset({"approved", "declined", "changes_requested", "failed", "cancelled"})


@dataclass
class Patience:
    """How long each wait may take, seconds."""

    start: float = 30.0
    render: float = 600.0
    webhook: float = 60.0


@dataclass
class Story:
    """Who takes part, and the record of what came of it."""

    address: str
    credentials: Credentials
    out: Path
    console: Console
    patience: Patience = field(default_factory=Patience)
    record: dict[str, Any] = field(default_factory=dict)
    stage: str = ""
    _closing: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    def tell(self) -> dict[str, Any]:
        """Run all stages and return the record. Raises ``DemoFailed``."""
        self.record = {"style": STYLE, "seconds": {}}
        began = time.monotonic()
        try:
            self._tell()
        finally:
            self.record["seconds"]["total"] = round(time.monotonic() - began, 3)
            self._closing.close()
        return self.record

    def _tell(self) -> None:
        with self._stage("connect"):
            self._connect()
        self.bot = f"support-{secrets.token_hex(3)}"
        with self._stage("register"):
            self._register()
        with self._stage("submit"):
            self._submit()
        with self._stage("render_and_check"):
            self._follow()
        with self._stage("look"):
            self._look()
        with self._stage("review"):
            self._review()
        with self._stage("webhook"):
            self._hear()
        with self._stage("fetch"):
            self._fetch()

    @contextlib.contextmanager
    def _stage(self, name: str) -> Iterator[None]:
        self.stage = name
        began = time.monotonic()
        try:
            yield
        finally:
            self.record["seconds"][name] = round(time.monotonic() - began, 3)

    def _say(self, sentence: str) -> None:
        self.console.print(f"[bold cyan]{self.stage:>16}[/]  {sentence}", highlight=False)

    def _connect(self) -> None:
        """Wait for the web process, and see that the key opens it."""
        deadline = time.monotonic() + self.patience.start
        while not _ready(self.address):
            if time.monotonic() > deadline:
                raise DemoFailed(
                    f"Nothing answers at {self.address}. `make demo` starts everything it needs; "
                    "`make run` keeps it running."
                )
            time.sleep(0.2)
        if not self.credentials.api_key:
            raise DemoFailed("There is no demo key; `manage.py seed_demo` makes one.")
        self.platform = Api(self.address, self.credentials.api_key, who="the platform")
        self._closing.callback(self.platform.close)
        self.reviewer = Api(self.address, self.credentials.reviewer_token, who="the reviewer")
        self._closing.callback(self.reviewer.close)
        me = self.platform.read("me")
        brands = ", ".join(brand["slug"] for brand in me["brands"])
        self._say(f"{me['client']['name']} has a key for {brands}")

    def _register(self) -> None:
        """A bot, and an endpoint that hears of it."""
        bot = self.platform.put(f"bots/{self.bot}", {"brand": "acme", "name": "Support assistant"})
        self.listener = self._closing.enter_context(Listener())
        endpoint = self.platform.post(
            "webhook-endpoints",
            {
                "url": self.listener.url,
                "event_types": ["request.in_review", "request.completed", PUBLISHED],
            },
        )
        self.listener.trust(endpoint["secret"])
        self._closing.callback(self._forget, endpoint["id"])
        self.record["bot"] = {"external_id": bot["external_id"], "brand": bot["brand"]}
        self._say(f"bot {self.bot} is registered; webhooks come to {self.listener.url}")

    def _forget(self, endpoint_id: str) -> None:
        """Take the endpoint away again, as nobody listens there any more."""
        try:
            self.platform.delete(f"webhook-endpoints/{endpoint_id}")
        except DemoFailed as failure:
            self.console.print(f"The webhook endpoint stays behind: {failure}")

    def _submit(self) -> None:
        asked = {"bot": self.bot, "style": STYLE, "prompt": PROMPT, "candidates": CANDIDATES}
        request = self.platform.post("requests", asked)
        self.request = request["id"]
        self.record["prompt"] = PROMPT
        self.record["request"] = {"id": self.request, "status": request["status"]}
        self.record["tags"] = request["tags"]
        tags = ", ".join(f"{name}: {value}" for name, value in request["tags"].items())
        self._say(f"“{PROMPT}” is understood as {tags}")
        if request["not_understood"]:
            self._say(f"not understood: {', '.join(request['not_understood'])}")

    def _follow(self) -> None:
        """The event stream, as a progress bar, until the request is in review."""
        request = self.platform.read(f"requests/{self.request}")
        columns = (
            TextColumn(f"[bold cyan]{self.stage:>16}[/]  {{task.description}}"),
            BarColumn(),
            TextColumn("{task.completed:.0f}/{task.total:.0f} steps"),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=self.console) as progress:
            bar = progress.add_task(
                request["status"], total=request["progress"]["steps_total"] or None
            )
            per_candidate = request["progress"]["steps_total"] // CANDIDATES
            steps = dict.fromkeys(range(CANDIDATES), 0)
            for kind, data in self._events():
                if kind == "progress":
                    steps.update(dict.fromkeys(data["candidates"], data["step"]))
                elif kind == "candidate" and data["status"] == "rendered":
                    steps[data["index"]] = per_candidate
                elif kind == "status":
                    progress.update(bar, description=data["status"].replace("_", " "))
                progress.update(bar, completed=sum(steps.values()))
                if kind == "status" and data["status"] == "in_review":
                    return
                if kind == "status" and data["status"] in _OVER:
                    raise DemoFailed(
                        f"The request is {data['status']}"
                        + (f": {data['reason']}." if data["reason"] else ".")
                    )

    def _events(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Kind and data of each event; comes back with ``Last-Event-ID`` where a stream breaks."""
        deadline = time.monotonic() + self.patience.render
        last = ""
        while True:
            for event in self.platform.follow(f"requests/{self.request}/events", last=last):
                last = event.id or last
                yield event.event, event.json()
                if time.monotonic() > deadline:
                    raise DemoFailed(
                        f"The request was not in review after {self.patience.render:.0f} s."
                    )
            if time.monotonic() > deadline:
                raise DemoFailed("The event stream ended and the request was not in review.")
            time.sleep(0.5)

    def _look(self) -> None:
        """The candidates as the platform may see them, with what the checks said."""
        request = self.platform.read(f"requests/{self.request}")
        self.record["request"]["status"] = request["status"]
        self.candidates = request["candidates"]
        self.record["candidates"] = [
            {name: each[name] for name in ("id", "index", "seed", "status", "verdict",
                                           "pixel_sha256")}
            for each in self.candidates
        ]  # fmt: skip
        table = Table(title=f"{len(self.candidates)} candidates", title_justify="left")
        for column in ("#", "seed", "verdict", "checks"):
            table.add_column(column)
        for each in self.candidates:
            checks = "  ".join(
                f"{finding['check']} {_score(finding['score'])}{_mark(finding['verdict'])}"
                for finding in each["findings"]
            )
            table.add_row(str(each["index"]), str(each["seed"]), each["verdict"], checks)
        self.console.print(table)
        shown = [each for each in self.candidates if each["verdict"] in ("pass", "flag")]
        if self.console.is_terminal and self.console.color_system in ("truecolor", "256"):
            pictures = [self._preview(each["id"]) for each in shown]
            side = max(8, min(24, (self.console.width - 2) // max(len(pictures), 1) - 2))
            self.console.print(side_by_side(pictures, side=side))

    def _preview(self, candidate_id: str) -> Image.Image:
        content = self.platform.get(f"candidates/{candidate_id}/image").content
        return Image.open(io.BytesIO(content))

    def _review(self) -> None:
        """A second person decides: takes the case, looks, approves one picture by its pixels."""
        case = self._case()
        self.reviewer.post(f"reviews/{case['id']}/claim")
        ranked = sorted(
            (each for each in self.candidates if each["verdict"] in ("pass", "flag")),
            key=lambda each: (each["verdict"] != "pass", each["index"]),
        )
        if not ranked:
            raise DemoFailed("The checks blocked every candidate; there is nothing to approve.")
        chosen = ranked[0]
        self.reviewer.post(
            f"reviews/{case['id']}/approve",
            {
                "candidate_id": chosen["id"],
                "pixel_sha256": chosen["pixel_sha256"],
                "comment": "Friendly, and it wears its glasses.",
            },
        )
        request = self.platform.read(f"requests/{self.request}")
        bot = self.platform.read(f"bots/{self.bot}")
        version = bot["current_version"]
        if version is None or request["status"] != "approved":
            raise DemoFailed(f"The decision published nothing: the request is {request['status']}.")
        self.record["request"]["status"] = request["status"]
        self.record["case"] = {"id": case["id"]}
        self.record["version"] = {
            name: version[name] for name in ("id", "number", "status", "pixel_sha256")
        }
        if version["pixel_sha256"] != chosen["pixel_sha256"]:
            raise DemoFailed("What was published is not what the reviewer approved.")
        self._say(
            f"candidate {chosen['index']} is approved; version {version['number']} is current"
        )

    def _case(self) -> dict[str, Any]:
        """The case of the request, from the reviewer's queue."""
        for case in self.reviewer.pages("reviews?kind=image"):
            if case["request_id"] == self.request:
                return case
        raise DemoFailed("The reviewer finds no case for the request.")

    def _hear(self) -> None:
        """The signed webhook about the version."""
        version = self.record["version"]["id"]

        def about_the_version(told: Told) -> bool:
            return told.type == PUBLISHED and told.data.get("version_id") == version

        told = self.listener.wait_for(
            about_the_version, seconds=self.patience.webhook, what="the published version"
        )
        self.record["webhook"] = {
            "id": told.id,
            "type": told.type,
            "sequence": told.data["sequence"],
            "verified": True,
        }
        self._say(f"webhook {told.type} arrived, its signature verified")

    def _fetch(self) -> None:
        """The avatar, and once more with its ETag."""
        path = f"bots/{quote(self.bot)}/avatar?size={SIZE}&format=webp"
        first = self.platform.get(path)
        # Nothing is enlarged: a model that draws smaller pictures serves those.
        side = min(SIZE, self.candidates[0]["width"])
        with Image.open(io.BytesIO(first.content)) as image:
            if (image.format, image.size) != ("WEBP", (side, side)):
                raise DemoFailed(f"The avatar is {image.format} of {image.size}.")
        second = self.platform.get(path, If_None_Match=first.headers["etag"])
        if second.status_code != httpx.codes.NOT_MODIFIED:
            raise DemoFailed(f"Fetched again, the avatar was answered {second.status_code}.")
        self.out.mkdir(parents=True, exist_ok=True)
        target = self.out / f"{self.bot}.webp"
        target.write_bytes(first.content)
        self.record["avatar"] = {
            "path": str(target),
            "side": side,
            "bytes": len(first.content),
            "sha256": hashlib.sha256(first.content).hexdigest(),
            "etag": first.headers["etag"],
            "fetched_again": second.status_code,
        }
        self._say(f"{target}, {side} px, {len(first.content)} bytes; fetched again: 304")


def _ready(address: str) -> bool:
    try:
        return httpx.get(f"{address}/readyz", timeout=5, trust_env=False).is_success
    except httpx.HTTPError:
        return False


def _score(score: float | None) -> str:
    return "" if score is None else f"{score:.2f} "


def _mark(verdict: str) -> str:
    return {"pass": "✓", "flag": "?", "block": "✗"}.get(verdict, verdict)
