"""Queues that nobody listens to: seen where work waits, and nowhere else."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db.models.functions import Now
from pytest_django import Settings

from avatars.models import Candidate
from avatars.queue import join_turns
from avatars.states import CandidateStatus
from brandhub.jobs import listeners
from brandhub.jobs.hints import send_hint
from brandhub.jobs.listeners import (
    PATIENCE,
    note_heard,
    tell_of_unheard_queues,
    unheard_queues,
)
from brandhub.webhooks.models import Delivery
from moderation.models import ScreeningRun
from moderation.models.notices import Notice, NoticeKind
from styles.models import AdapterRevision, AdapterTraining
from tests import factories
from tests.integration.processes import Processes, free_port, wait_until

pytestmark = pytest.mark.django_db(transaction=True)

LONG_AGO = Now() - PATIENCE - timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _nobody_was_heard() -> None:
    for queue in ("default", "screening", "webhooks", "training"):
        cache.delete(f"heard:{queue}")
    cache.delete(listeners._TOLD)


@pytest.fixture
def family() -> str:
    """Of a model that no other test's workers have drawn with."""
    return f"family-{uuid4().hex[:8]}"


@pytest.fixture
def candidate(family: str) -> Candidate:
    """One that has waited too long."""
    model = factories.BaseModelFactory(family=family)
    revision = factories.StyleRevisionFactory(base_model=model)
    request = factories.GenerationRequestFactory(style_revision=revision, base_model=model)
    join_turns(brand_id=request.brand_id, family=family)
    row = factories.CandidateFactory(request=request, status=CandidateStatus.QUEUED)
    Candidate.objects.filter(pk=row.pk).update(available_at=LONG_AGO)
    return row


def make_late(model: Any) -> None:
    assert model.objects.update(available_at=LONG_AGO) == 1


def notice() -> None:
    case = factories.ReviewCaseFactory()
    Notice.objects.create(
        brand=case.brand,
        case=case,
        kind=NoticeKind.values[0],
        stage=1,
        recipient=factories.UserFactory(),
    )


def screening() -> None:
    candidate = factories.CandidateFactory(status=CandidateStatus.RENDERED)
    ScreeningRun.objects.create(brand=candidate.brand, candidate=candidate)


@pytest.mark.parametrize(
    ("make", "model", "queue"),
    [
        (notice, Notice, "default"),
        (screening, ScreeningRun, "screening"),
        (factories.DeliveryFactory, Delivery, "webhooks"),
        (factories.AdapterTrainingFactory, AdapterTraining, "training"),
        (
            lambda: factories.AdapterRevisionFactory(status="uploaded", base_model__family="deaf"),
            AdapterRevision,
            "render.deaf",
        ),
    ],
)
def test_work_that_nobody_takes_up_names_its_queue(make: Any, model: Any, queue: str) -> None:
    make()
    assert unheard_queues() == []  # it may wait for a while

    make_late(model)

    assert unheard_queues() == [queue]


def test_pictures_name_the_queue_of_their_family(candidate: Candidate, family: str) -> None:
    assert unheard_queues() == [f"render.{family}"]


def test_a_queue_that_was_heard_has_a_worker(candidate: Candidate, family: str) -> None:
    note_heard(f"render.{family}")

    assert unheard_queues() == []


def test_who_holds_a_lease_listens(candidate: Candidate, family: str) -> None:
    other = factories.CandidateFactory(request=candidate.request, status=CandidateStatus.RENDERING)
    assert unheard_queues() == []

    Candidate.objects.filter(pk=other.pk).update(lease_until=Now() - timedelta(seconds=1))

    assert unheard_queues() == [f"render.{family}"]


def test_what_waits_for_a_disabled_endpoint_lacks_no_worker() -> None:
    factories.DeliveryFactory(endpoint__is_enabled=False)
    make_late(Delivery)

    assert unheard_queues() == []


def test_without_redis_nobody_is_accused(candidate: Candidate, settings: Settings) -> None:
    url = f"redis://127.0.0.1:{free_port()}/0"
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": url}}

    assert unheard_queues() == []


def test_the_log_is_told_once_a_minute(candidate: Candidate, family: str, caplog: Any) -> None:
    assert tell_of_unheard_queues() == 0
    assert tell_of_unheard_queues() == 0

    [told] = [each for each in caplog.messages if "queue_unheard" in each]
    assert f"render.{family}" in told


def test_a_worker_that_takes_a_hint_up_is_heard(processes: Processes) -> None:
    processes.worker("default")
    assert send_hint("accounts.purge_idempotency_records", queue="default")

    wait_until(lambda: cache.get("heard:default") is not None, what=lambda: "the queue heard")


def test_a_process_says_what_it_hears_now_and_then_and_not_around_each_task(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Given a process that has taken up nothing yet,
    monkeypatch.setattr(listeners, "_due", {})
    now, noted = [0.0], []
    monkeypatch.setattr(listeners, "monotonic", lambda: now[0])
    monkeypatch.setattr(listeners, "note_heard", lambda queue: noted.append((now[0], queue)))
    # when tasks of two queues begin and end,
    for now[0], queue in [(0, "a"), (1, "a"), (2, "b"), (29, "a"), (30, "a"), (31, "b"), (32, "b")]:
        listeners._hear(
            SimpleNamespace(request=SimpleNamespace(delivery_info={"routing_key": queue}))
        )
    # then each queue is noted at once, and half a minute later again.
    assert noted == [(0, "a"), (2, "b"), (30, "a"), (32, "b")]
