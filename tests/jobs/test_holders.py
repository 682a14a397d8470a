"""What the dead held is given to others as soon as somebody can tell that they are dead."""

import os
import subprocess
import sys
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
from brandhub.jobs import holders
from brandhub.jobs.holders import end_leases_of_the_dead, holder_name, is_dead
from brandhub.jobs.sweep import sweep
from tests.factories import CandidateFactory, GenerationRequestFactory

#: Above every limit of process numbers that Linux knows.
DEAD = 4_194_305


def claimed_by(holder):
    """A candidate that ``holder`` has leased for an hour."""
    request = GenerationRequestFactory(status="queued")
    row = CandidateFactory(request=request, status="queued")
    join_turns(brand_id=request.brand_id, family=row.family)
    claim_batch(family=row.family, limit=1, holder=holder)
    Candidate.objects.filter(pk=row.pk).update(lease_until=timezone.now() + timedelta(hours=1))
    row.refresh_from_db()
    return row


class TestIsDead:
    def test_a_process_that_runs_is_not(self):
        assert not is_dead(holder_name())
        # nor is one that belongs to somebody else
        assert not is_dead(holder_name(1))

    def test_one_that_has_ended_is(self):
        # given
        ended = subprocess.Popen([sys.executable, "-c", ""])
        ended.wait()
        # when / then
        assert is_dead(holder_name(ended.pid))

    def test_one_that_nobody_has_buried_is(self):
        # given a child that has ended, and whose end its parent has not asked for
        child = os.fork()
        if child == 0:
            os._exit(0)
        os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
        # when / then
        assert is_dead(holder_name(child))
        os.waitpid(child, 0)

    @pytest.mark.parametrize(
        "holder",
        ["", "elsewhere:4194305", "no number", holder_name() + "0x", "9" * 30],
        ids=["nobody", "another machine", "unsigned", "no process number", "a number alone"],
    )
    def test_of_others_nothing_is_known(self, holder):
        assert not is_dead(holder)

    def test_a_number_beyond_any_process_ends_in_no_error(self):
        assert not is_dead(holder_name(int("9" * 30)))

    def test_another_namespace_of_this_machine_is_elsewhere(self, monkeypatch):
        # given what a process in another container would sign
        mine = holder_name(DEAD)
        assert is_dead(mine)
        # when / then
        monkeypatch.setattr(holders, "_namespace", lambda: mine.rpartition(":")[0] + "1")
        assert not is_dead(mine)

    def test_a_name_fits_its_column(self, monkeypatch):
        # given
        monkeypatch.setattr(holders.socket, "gethostname", lambda: "h" * 300)
        # when
        name = holders._namespace.__wrapped__() + f":{2**22}"
        # then
        assert len(name) <= Candidate._meta.get_field("lease_holder").max_length


@pytest.mark.django_db(transaction=True)
class TestEndLeasesOfTheDead:
    def test_what_the_dead_held_is_due_at_once_and_others_keep_theirs(self):
        # given
        of_the_dead = claimed_by(holder_name(DEAD))
        of_the_living, elsewhere = claimed_by(holder_name()), claimed_by("elsewhere:1")
        # when one sweep has ended its leases and taken the rows
        assert sweep()["leases of the dead"] == 1
        # then the one is queued again, before others
        of_the_dead.refresh_from_db()
        assert of_the_dead.status == "queued"
        assert of_the_dead.available_at <= timezone.now()
        assert of_the_dead.attempts == 1
        for row in (of_the_living, elsewhere):
            row.refresh_from_db()
            assert row.status == "rendering"
            assert row.lease_until > timezone.now() + timedelta(minutes=30)

    def test_what_the_dead_wrote_last_is_still_fenced(self):
        # given a result that was on its way as the process died
        row = claimed_by(holder_name(DEAD))
        lease = render_queue().lease_of(row)
        # when
        sweep()
        # then nobody can finish under the old token
        with transaction.atomic():
            assert not render_queue()._held([lease]).exists()

    def test_a_pool_that_was_closed_meanwhile_keeps_no_child_from_it(self, monkeypatch):
        # given a pool that Celery has closed, as it does at a child's start and before each task
        row = claimed_by(holder_name(DEAD))
        closed = ConnectionPool(open=False)
        closed.close()
        with monkeypatch.context() as patch:
            patch.setitem(connections.settings[DEFAULT_DB_ALIAS]["OPTIONS"], "pool", True)
            patch.setitem(DatabaseWrapper._connection_pools, DEFAULT_DB_ALIAS, closed)
            # when
            child = threading.Thread(target=holders._succeed)
            child.start()
            child.join()
        # then
        row.refresh_from_db()
        assert row.status == "queued"

    def test_without_their_leases_a_child_does_not_sweep(self, monkeypatch):
        # given
        claimed_by(holder_name())
        monkeypatch.setattr(holders, "sweep", lambda: pytest.fail("swept"))
        # when / then
        child = threading.Thread(target=holders._succeed)
        child.start()
        child.join()

    def test_rows_that_are_done_are_left_alone(self):
        # given
        row = CandidateFactory(status="rendered", lease_holder=holder_name(DEAD))
        # when
        assert end_leases_of_the_dead() == 0
        # then
        row.refresh_from_db()
        assert (row.status, row.lease_until) == ("rendered", None)

    def test_of_what_is_done_nothing_is_read(self, django_assert_num_queries):
        # given six queues
        assert len(holders._queues) == 6
        # when / then
        with django_assert_num_queries(6):
            end_leases_of_the_dead()


@pytest.mark.django_db(transaction=True)
def test_a_killed_childs_work_is_due_again_long_before_its_lease_has_run_out(processes):
    """A real worker: its only child holds a lease of an hour and is killed."""
    # given
    from tests.integration.processes import wait_until

    worker = processes.worker("default", extra={"BRANDHUB_LOG_LEVEL": "INFO"})
    (child,) = [each for each in worker.family() if each.pid != worker.pid]
    row = claimed_by(holder_name(child.pid))
    # when
    child.kill()
    # then
    wait_until(
        lambda: Candidate.objects.get(pk=row.pk).status == "queued",
        what=lambda: f"the row to be queued:\n{worker.output()}",
    )
