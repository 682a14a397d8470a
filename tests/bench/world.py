"""The product's services and processes for a measurement, with one brand that asks for avatars."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from brandhub.settings.env import BASE_DIR
from tests.chaos.stack import Stack, wait_for
from tests.integration.processes import free_port

STEPS = 4


@dataclass(frozen=True)
class World:
    """A running database with its people, and what starts the processes."""

    stack: Stack
    people: dict[str, Any]

    @property
    def client(self) -> httpx.Client:
        """A platform's client of the API."""
        return httpx.Client(
            base_url=self.stack.address,
            headers={"Authorization": f"Bearer {self.people['key']}"},
            timeout=60,
        )

    def start(self, *names: str) -> None:
        """Start processes by name; returns once the web process answers, if it is one of them."""
        self.stack.start(*names)
        if "web" in names and not wait_for(self._answers, seconds=180):
            raise SystemExit(f"the web process does not answer:\n{self.stack.log_text()[-3000:]}")

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.stack.address}/readyz", timeout=5).is_success
        except httpx.HTTPError:
            return False

    def measure(self, module: str, *arguments: str, **environment: str) -> Any:
        """Run ``python -m module`` in the product's environment; what it printed last, as JSON."""
        return measure(self.stack.environment | environment, module, *arguments)


def measure(environment: Mapping[str, str], module: str, *arguments: str) -> Any:
    """See :meth:`World.measure`."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        env=dict(environment),
        cwd=BASE_DIR,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


@contextmanager
def world() -> Iterator[World]:
    """Services that survive a power cut, as in production, and the shipped model."""
    folder = Path(tempfile.mkdtemp(prefix="brandhub-bench-"))
    models = BASE_DIR / "weights"
    try:
        with Stack(
            folder,
            models=models,
            renderers=1,
            port=free_port(),
            settings="brandhub.settings.test",
            intervals={},
            durable=True,
        ) as stack:
            arguments = [str(models), "24", "2", "avatar-mini", "256", str(STEPS)]
            people = measure(stack.environment, "tests.chaos.seeding", *arguments)
            yield World(stack, people)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
