"""A child that takes a killed one's place ends the leases which that one left."""

import os
import signal
import threading
from datetime import timedelta

import pytest
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.postgresql.base import DatabaseWrapper
from django.utils import timezone
from psycopg_pool import ConnectionPool

from avatars.models import Candidate
from avatars.queue import join_turns, render_queue
from avatars.services.rendering import claim_batch
from brandhub.jobs import inheritance
from brandhub.jobs.inheritance import holder_name, inherit, take_place
from tests.factories import CandidateFactory, GenerationRequestFactory

pytestmark = pytest.mark.django_db(transaction=True)

DEAD, ALIVE = 4_000_001, 4_000_002


def claimed_by(number):
    request = GenerationRequestFactory(status="queued")
    row = CandidateFactory(request=request, status="queued")
    join_turns(brand_id=request.brand_id, family=row.family)
    claim_batch(family=row.family, limit=1, holder=holder_name(number))
    return row


class TestInherit:
    def test_what_the_dead_held_is_due_at_once_and_others_keep_theirs(self):
        # given
        of_the_dead, of_the_living = claimed_by(DEAD), claimed_by(ALIVE)
        Candidate.objects.update(lease_until=timezone.now() + timedelta(hours=1))
        # when
        assert inherit(DEAD) == 1
        # then the one is queued again, to run alone and before others
        of_the_dead.refresh_from_db()
        assert (of_the_dead.status, of_the_dead.run_alone) == ("queued", True)
        assert of_the_dead.available_at <= timezone.now()
        assert of_the_dead.attempts == 1
        of_the_living.refresh_from_db()
        assert of_the_living.status == "rendering"
        assert of_the_living.lease_until > timezone.now() + timedelta(minutes=30)

    def test_what_the_dead_wrote_last_is_still_fenced(self):
        # given a result that was on its way as the process died
        row = claimed_by(DEAD)
        row.refresh_from_db()
        lease = render_queue().lease_of(row)
        # when
        inherit(DEAD)
        # then nobody can finish under the old token
        with transaction.atomic():
            assert not render_queue()._held([lease]).exists()

    def test_a_pool_that_was_closed_meanwhile_does_not_keep_the_heir_from_it(self, monkeypatch):
        # given a pool that Celery has closed, as it does at a child's start and before each task
        row = claimed_by(DEAD)
        closed = ConnectionPool(open=False)
        closed.close()
        with monkeypatch.context() as patch:
            patch.setitem(connections.settings[DEFAULT_DB_ALIAS]["OPTIONS"], "pool", True)
            patch.setitem(DatabaseWrapper._connection_pools, DEFAULT_DB_ALIAS, closed)
            # when
            heir = threading.Thread(target=inheritance._inherit, args=(DEAD,))
            heir.start()
            heir.join()
        # then
        row.refresh_from_db()
        assert row.status == "queued"

    def test_without_leases_nothing_is_swept(self, monkeypatch):
        # given
        claimed_by(ALIVE)
        monkeypatch.setattr(inheritance, "sweep", lambda: pytest.fail("swept"))
        # when / then
        assert inherit(DEAD) == 0

    def test_rows_that_are_done_are_left_alone(self):
        # given
        row = CandidateFactory(status="rendered", lease_holder=holder_name(DEAD))
        # when
        inherit(DEAD)
        # then
        row.refresh_from_db()
        assert (row.status, row.lease_until) == ("rendered", None)


class TestPlaces:
    def test_each_child_learns_of_the_one_before_it(self):
        # given a place that nobody had, then a child that is killed in it
        place = inheritance.PLACES - 1
        child = os.fork()
        if child == 0:
            first = take_place(place)
            os.kill(os.getpid(), signal.SIGKILL if first is None else signal.SIGTERM)
        _, status = os.waitpid(child, 0)
        assert os.WTERMSIG(status) == signal.SIGKILL
        # when the next one comes
        assert take_place(place) == child
        # then a process is no heir of itself
        assert take_place(place) is None


def test_a_killed_childs_work_is_due_again_long_before_its_lease_has_run_out(processes):
    """A real worker: its only child holds a lease of ten minutes and is killed."""
    # given
    from tests.integration.processes import wait_until

    worker = processes.worker("default", extra={"BRANDHUB_LOG_LEVEL": "INFO"})
    (child,) = [each for each in worker.family() if each.pid != worker.pid]
    row = claimed_by(child.pid)
    Candidate.objects.filter(pk=row.pk).update(lease_until=timezone.now() + timedelta(minutes=10))
    # when
    child.kill()
    # then
    wait_until(
        lambda: Candidate.objects.get(pk=row.pk).status == "queued",
        seconds=60,
        what=lambda: f"the row to be queued:\n{worker.output()}",
    )
