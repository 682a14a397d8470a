"""Screening in a real Celery worker, and what is left when that is killed in the middle of it."""

import os
from datetime import timedelta

import pytest
from django.db.models.functions import Now

from brandhub.common.storage import store
from brandhub.jobs.hints import send_hint
from moderation.models import Finding, ReviewCase, ScreeningRun
from moderation.queue import SCREEN_QUEUE, SCREEN_TASK
from moderation.screener import IMAGE_CHECKS
from moderation.sweepers import sweep_expired_screenings
from tests.integration.processes import Processes, wait_until
from tests.moderation.conftest import scene

pytestmark = pytest.mark.django_db(transaction=True)


def hint():
    # One that is still on its way is as good.
    send_hint(SCREEN_TASK, queue=SCREEN_QUEUE)


def status_of(request):
    request.refresh_from_db()
    return request.status


def test_a_worker_screens_what_a_hint_points_at(processes: Processes, being_screened):
    # given
    request = being_screened(scene(0), scene(1))
    worker = processes.worker(SCREEN_QUEUE)
    # when
    hint()
    # then
    wait_until(lambda: status_of(request) == "in_review", what=worker.output)
    assert Finding.objects.count() == 2 * len(IMAGE_CHECKS)
    assert ReviewCase.objects.get().status == "open"
    assert set(ScreeningRun.objects.values_list("status")) == {("done",)}


def test_a_worker_that_is_killed_in_mid_screening_loses_nothing(
    processes: Processes, brand, being_screened
):
    # given: a worker that hangs between its claim and its commit, reading a file without an end
    request = being_screened(scene())
    path = store().path_of(brand.public_id, request.candidates.get().file_sha256)
    data = path.read_bytes()
    path.unlink()
    os.mkfifo(path)
    first = processes.worker(SCREEN_QUEUE)
    hint()
    wait_until(
        lambda: ScreeningRun.objects.filter(status="running").exists(),
        what=first.output,
    )
    # when
    first.kill()
    path.unlink()
    path.write_bytes(data)
    ScreeningRun.objects.update(lease_until=Now() - timedelta(seconds=1))
    assert sweep_expired_screenings() == 1
    ScreeningRun.objects.update(available_at=Now())
    second = processes.worker(SCREEN_QUEUE)
    hint()
    # then
    wait_until(lambda: status_of(request) == "in_review", what=second.output)
    assert ScreeningRun.objects.values_list("status", "attempts").get() == ("done", 2)
    assert Finding.objects.count() == len(IMAGE_CHECKS)
    assert request.candidates.get().verdict == "pass"
