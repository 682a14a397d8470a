"""What people write is in no log, however it fails: real processes, and a database that refuses.

The way where everything goes well is searched by ``test_chain``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from django.conf import settings
from django.db import connection

from avatars.models import GenerationRequest
from brandhub.embedded.layout import Layout
from brandhub.embedded.stack import WORKER_QUEUES
from tests.factories import (
    ApiClientFactory,
    ApiKeyFactory,
    BotFactory,
    StyleRevisionFactory,
    member,
)
from tests.integration.processes import Processes, RunningProcess, wait_until

pytestmark = pytest.mark.django_db(transaction=True)

#: In no word list, no vocabulary and no library.
MARKER = "zyxquokkablorp"
FAMILY = "light"
DEBUG = {"BRANDHUB_LOG_LEVEL": "DEBUG"}


@contextmanager
def refusing(condition: str, *, table: str = "avatars_generationrequest") -> Iterator[None]:
    """While entered, PostgreSQL refuses rows against ``condition``, and repeats the whole row as
    the reason.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT refused CHECK ({condition}) NOT VALID")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT refused")


def logs_of(*processes: RunningProcess) -> str:
    """Everything that they and the database's own server have written."""
    services = Layout(settings.DATA_DIR).logs.glob("*.log")
    return "\n".join(
        [
            *(each.output() for each in processes),
            *(path.read_text(errors="replace") for path in services),
        ]
    )


def test_no_failure_brings_a_prompt_into_a_log(processes: Processes) -> None:
    # given: a platform with a bot and a style, a person of the brand, and every log at its loudest
    client = ApiClientFactory()
    brand = client.brands.get()
    BotFactory(brand=brand, client=client, external_id="support")
    revision = StyleRevisionFactory(brand=brand, base_model__family=FAMILY)
    style = f"{brand.slug}/{revision.style.slug}"
    key = ApiKeyFactory(client=client).secret
    token = ApiKeyFactory(client=None, user=member(brand, "reviewer")).secret
    web = processes.web(extra=DEBUG)
    wanted = {"bot": "support", "style": style, "candidates": 1}
    with httpx.Client(base_url=f"{web.address}/api/v1/", timeout=30) as caller:

        def submit(prompt: str, **more: object) -> httpx.Response:
            body = wanted | {"prompt": prompt, "negative_prompt": f"no {MARKER}"} | more
            return caller.post("requests", json=body, headers={"Authorization": f"Bearer {key}"})

        # when: a prompt is refused for each reason that there is
        answers = [
            submit(f"naked {MARKER}").status_code,
            submit(f"{MARKER} " * 500).status_code,
            submit(f"a robot {MARKER}\x00").status_code,
            submit(f"a robot {MARKER}", style=f"{brand.slug}/{MARKER}").status_code,
            caller.post(
                "requests",
                content=f'{{"prompt": "{MARKER}"',
                headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
            ).status_code,
            caller.get(
                "requests", params={"q": MARKER}, headers={"Authorization": "Bearer x"}
            ).status_code,
        ]
        # and when: the database refuses the row that holds it
        with refusing("prompt = ''"):
            answers.append(submit(f"a robot {MARKER}").status_code)
        # and when: it is accepted, and the worker's own statements fail with it
        answers.append(submit(f"a robot {MARKER}", metadata={"for": MARKER}).status_code)
        with refusing("status <> 'rendering'"):
            worker = processes.worker(
                f"render.{FAMILY}",
                WORKER_QUEUES,
                extra=DEBUG | {"BRANDHUB_INFERENCE_BACKEND": "tests.inference.light_backend:build"},
            )
            beat = processes.beat(extra=DEBUG)
            wait_until(
                lambda: "CheckViolation" in worker.output(),
                what=lambda: f"the worker to fail:\n{worker.output()[-3000:]}",
            )
        # and when: it is let through after all, and its picture of one colour is blocked
        request = GenerationRequest.objects.get()
        wait_until(
            lambda: GenerationRequest.objects.get().status == "declined",
            what=lambda: f"a declined request:\n{worker.output()[-3000:]}",
        )
        # and when: a comment on it cannot be kept either
        case = request.review_cases.get()
        with refusing("text = ''", table="moderation_casecomment"):
            answers.append(
                caller.post(
                    f"reviews/{case.pk}/comment",
                    json={"text": f"I know {MARKER}"},
                    headers={"Authorization": f"Bearer {token}"},
                ).status_code
            )

    # then: each was what it was meant to be, and no log has the word
    assert answers == [422, 422, 400, 404, 400, 401, 500, 202, 500]
    logs = logs_of(web, worker, beat)
    assert logs.count("CheckViolation") >= 3
    assert MARKER not in logs.lower()
