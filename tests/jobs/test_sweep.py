"""The sweep runs in beat's own process, whatever becomes of one sweeper or of the broker."""

import threading

import pytest
from django.conf import settings as django_settings
from django.db import OperationalError, connection

from avatars.models import Candidate
from avatars.queue import join_turns
from avatars.services.rendering import claim_batch
from brandhub.jobs import sweep as sweeping
from brandhub.jobs.sweep import sweep, sweep_rows, sweep_until
from tests.factories import CandidateFactory, GenerationRequestFactory
from tests.integration.processes import Processes, wait_until

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_sweeper_that_breaks_keeps_no_other_from_sweeping(monkeypatch):
    # given
    def broken():
        raise ZeroDivisionError

    monkeypatch.setattr(sweeping, "_sweepers", {"broken": broken, "sound": lambda: 3})
    # when / then
    assert sweep() == {"sound": 3}


def test_a_row_that_breaks_keeps_no_other_from_its_turn(caplog):
    # given
    seen = []

    def deed(row):
        seen.append(row)
        if row == 1:
            Candidate.objects.raw("SELECT nothing FROM nowhere")[0]
        return row != 2

    # when / then: the first breaks in the database, the second has nothing to do
    assert sweep_rows([1, 2, 3], deed) == 1
    assert seen == [1, 2, 3]
    assert "row_not_swept" in caplog.text


def test_without_the_database_no_row_is_tried_in_vain():
    # given a deed that finds the connection broken
    seen = []

    def deed(row):
        seen.append(row)
        connection.close()
        raise OperationalError

    # when / then
    with pytest.raises(OperationalError):
        sweep_rows([1, 2], deed)
    assert seen == [1]


def test_it_goes_on_until_it_is_told_to_stop(monkeypatch, settings):
    # given a sweeper that stops the loop at its third turn
    settings.SWEEP_SECONDS = 0.001
    turns, stop = [], threading.Event()

    def count():
        turns.append(1)
        if len(turns) == 3:
            stop.set()
        return 0

    monkeypatch.setattr(sweeping, "_sweepers", {"count": count})
    # when
    sweep_until(stop)
    # then
    assert len(turns) == 3


def test_beat_alone_gives_expired_work_back_without_worker_or_broker(processes: Processes):
    # given a lease that ran out, a broker that nobody reaches, and no worker at all
    request = GenerationRequestFactory(status="queued")
    row = CandidateFactory(request=request, status="queued")
    join_turns(brand_id=request.brand_id, family=row.family)
    claim_batch(family=row.family, limit=1, holder="gone:1")
    Candidate.objects.filter(pk=row.pk).update(lease_until="2020-01-01T00:00:00Z")
    # when
    beat = processes.beat(extra={"REDIS_URL": f"unix://{django_settings.DATA_DIR}/nobody.sock"})
    # then
    wait_until(
        lambda: Candidate.objects.get(pk=row.pk).status == "queued",
        what=lambda: f"the row to be queued:\n{beat.output()}",
    )
