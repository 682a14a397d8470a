"""``python -m brandhub.demo`` against real processes, and against none."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from PIL import Image
from pytest_django import Settings

from avatars.models import AvatarVersion
from brandhub.demo.credentials import Credentials, credentials_file, keep
from brandhub.demo.seeding import MODEL_FOLDER, seed
from brandhub.embedded.stack import WORKER_QUEUES
from brandhub.settings.env import BASE_DIR
from brandhub.webhooks.models import WebhookEndpoint
from tests.inference.tiny import build_tiny_pipeline
from tests.integration.processes import Processes, free_port
from tests.webhooks.receiver import answering, in_turn, listening

pytestmark = pytest.mark.django_db(transaction=True)


def run_demo(
    processes: Processes, address: str, out: Path, *arguments: str
) -> tuple[int, dict[str, Any], str]:
    """Exit status, the JSON of the last line, and what people read."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "brandhub.demo", "--json", "--address", address),
            *("--out", str(out), *arguments),
        ],
        cwd=BASE_DIR,
        env=processes.environment(),
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    lines = done.stdout.splitlines()
    assert len(lines) == 1, done.stdout + done.stderr
    return done.returncode, json.loads(lines[0]), done.stderr


@pytest.fixture
def seeded(tmp_path: Path, settings: Settings) -> Credentials:
    settings.MODELS_DIR = tmp_path / "weights"
    build_tiny_pipeline(settings.MODELS_DIR / MODEL_FOLDER, surfaces=True)
    return seed(configured.DATA_DIR).credentials


def test_the_demo_takes_one_request_to_a_published_avatar(
    seeded: Credentials, processes: Processes, settings: Settings, tmp_path: Path
) -> None:
    # given
    extra = {
        "BRANDHUB_MODELS_DIR": str(settings.MODELS_DIR),
        "BRANDHUB_WEBHOOK_ALLOWED_NETWORKS": "127.0.0.0/8",
    }
    web = processes.web(extra=extra)
    for queue in (f"render.{MODEL_FOLDER}", WORKER_QUEUES):
        processes.worker(queue, extra=extra, wait=False)
    processes.beat(extra=extra)

    # when
    status, told, read = run_demo(processes, web.address, tmp_path / "out")

    # then
    assert status == 0, read
    assert told["ok"] is True
    assert told["request"]["status"] == "approved"
    assert [each["index"] for each in told["candidates"]] == [0, 1, 2, 3]
    version = AvatarVersion.objects.get()
    assert told["version"]["id"] == str(version.pk)
    assert (told["version"]["number"], version.number) == (1, 1)
    assert told["webhook"]["verified"] is True
    assert told["webhook"]["type"] == "avatar.version.published"
    written = Path(told["avatar"]["path"]).read_bytes()
    assert hashlib.sha256(written).hexdigest() == told["avatar"]["sha256"]
    # The tiny model draws 64 px, and nothing is enlarged.
    image = Image.open(io.BytesIO(written))
    assert (image.format, image.size) == ("WEBP", (64, 64))
    assert told["avatar"]["fetched_again"] == 304
    stages = set(told["seconds"])
    assert {"register", "submit", "render_and_check", "review", "webhook", "total"} <= stages
    # It cleans up after itself, and says no secret.
    assert not WebhookEndpoint.objects.exists()
    for secret in (seeded.api_key, seeded.reviewer_token, *seeded.passwords.values()):
        assert secret not in read + json.dumps(told)


def test_a_demo_that_nobody_draws_for_says_where_it_stopped(
    seeded: Credentials, processes: Processes, tmp_path: Path
) -> None:
    # given a web process without workers
    web = processes.web(extra={"BRANDHUB_WEBHOOK_ALLOWED_NETWORKS": "127.0.0.0/8"})

    # when: (the stream is left after ten seconds of silence, which is later)
    status, told, read = run_demo(processes, web.address, tmp_path / "out", "--patience", "9")

    # then
    assert (status, told["ok"], told["failed_at"]) == (1, False, "render_and_check")
    assert told["error"] == "The event stream ended and the request was not in review."
    assert "The demo stopped at “render_and_check”." in read
    assert told["request"]["status"] == "queued"
    assert not WebhookEndpoint.objects.exists()


def test_a_key_that_opens_nothing_is_told(processes: Processes, tmp_path: Path) -> None:
    keep(Credentials(api_key="bh_live_wrong", reviewer_token="x"), configured.DATA_DIR)
    problem = '{"detail": "This key is not valid.", "code": "invalid_key"}'
    with listening(in_turn(answering(200), answering(401, body=problem))) as server:
        status, told, _read = run_demo(
            processes, f"http://127.0.0.1:{server.port}", tmp_path / "out"
        )

    assert (status, told["failed_at"]) == (1, "connect")
    assert told["error"] == (
        "GET me, as the platform, was answered 401: This key is not valid. (invalid_key)"
    )
    assert "bh_live_wrong" not in _read
    credentials_file(configured.DATA_DIR).unlink()


def test_without_a_web_process_and_without_a_key_it_says_what_to_do(
    processes: Processes, tmp_path: Path
) -> None:
    credentials_file(configured.DATA_DIR).unlink(missing_ok=True)
    with listening(answering(200)) as ready:
        status, told, _read = run_demo(
            processes, f"http://127.0.0.1:{ready.port}", tmp_path / "out"
        )
    assert (status, told["error"]) == (
        1,
        "There is no demo key; `manage.py seed_demo` makes one.",
    )

    address = f"http://127.0.0.1:{free_port()}"
    status, told, _read = run_demo(processes, address, tmp_path / "out", "--start-patience", "1")
    assert (status, told["failed_at"]) == (1, "connect")
    assert told["error"].startswith(f"Nothing answers at {address}.")
