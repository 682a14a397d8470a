"""The lease protocol over a real table, each race made to happen."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from avatars.models import Candidate
from avatars.states import CANDIDATE, CandidateStatus
from brandhub.common.errors import InvalidTransition
from brandhub.jobs.heartbeat import Heartbeat
from brandhub.jobs.protocol import (
    LeasedQueue,
    LeaseLost,
    LeaseTerms,
    exponential_backoff,
)
from tests.factories import CandidateFactory, GenerationRequestFactory
from tests.races import InAnotherConnection, elsewhere, together

pytestmark = pytest.mark.django_db(transaction=True)

TERMS = LeaseTerms(
    lease=timedelta(seconds=30),
    hard_limit=timedelta(seconds=300),
    max_attempts=3,
    backoff=exponential_backoff(first=timedelta(seconds=2), cap=timedelta(seconds=10)),
)


@pytest.fixture
def queue():
    return LeasedQueue(
        "render",
        Candidate,
        ready=CandidateStatus.QUEUED,
        running=CandidateStatus.RENDERING,
        guard=CANDIDATE,
        terms=TERMS,
    )


def queued(count=1):
    request = GenerationRequestFactory(status="queued")
    return CandidateFactory.create_batch(count, request=request, status=CandidateStatus.QUEUED)


def claim(queue, *, limit=10, holder="worker-1"):
    with transaction.atomic():
        return queue.claim(Candidate.objects.order_by("index"), limit=limit, holder=holder)


def expire(row):
    """What the clock would do: the lease's end moves into the past."""
    Candidate.objects.filter(pk=row.pk).update(lease_until=Now() - timedelta(seconds=1))


class TestClaim:
    def test_a_claim_leases_rows_in_order_and_counts_the_attempt(self, queue):
        # given
        first, second, third = queued(3)
        # when
        rows = claim(queue, limit=2)
        # then
        assert [row.pk for row in rows] == [first.pk, second.pk]
        first.refresh_from_db()
        assert (first.status, first.lease_token, first.attempts) == ("rendering", 1, 1)
        assert first.lease_holder == "worker-1"
        assert first.lease_until - first.leased_at == TERMS.lease
        third.refresh_from_db()
        assert (third.status, third.lease_token, third.lease_until) == ("queued", 0, None)

    def test_a_row_that_waits_for_its_back_off_is_not_due(self, queue):
        # given
        (row,) = queued()
        Candidate.objects.filter(pk=row.pk).update(available_at=Now() + timedelta(seconds=5))
        # when / then
        assert claim(queue) == []
        assert not queue.due().exists()

    def test_two_claims_at_once_never_share_a_row(self, queue):
        # given a first claim that has not committed yet
        rows = queued(4)
        with transaction.atomic():
            mine = queue.claim(Candidate.objects.order_by("index"), limit=2, holder="a")
            # when another worker claims meanwhile, it does not wait and takes the others
            theirs = elsewhere(lambda: claim(queue, limit=4, holder="b"))
        # then
        assert {row.pk for row in mine} == {rows[0].pk, rows[1].pk}
        assert {row.pk for row in theirs} == {rows[2].pk, rows[3].pk}

    def test_many_claimants_take_every_row_exactly_once(self, queue):
        # given
        rows = queued(12)
        # when
        results = together(*[lambda: claim(queue, limit=2)] * 8)
        # then
        taken = [row.pk for result in results for row in result]
        assert len(taken) == len(set(taken))
        left = {row.pk for row in claim(queue, limit=12)}
        assert set(taken) | left == {row.pk for row in rows}

    def test_a_claim_outside_a_transaction_is_refused(self, queue):
        with pytest.raises(RuntimeError):
            queue.claim(Candidate.objects.all(), limit=1, holder="a")


class TestFencing:
    def test_a_worker_whose_lease_was_given_to_another_writes_nothing(self, queue):
        # given a zombie, and a second worker on the same row
        (row,) = queued()
        zombie = queue.lease_of(claim(queue, holder="zombie")[0])
        expire(row)
        with transaction.atomic():
            queue.give_back(queue.lock_if_expired(row.pk), counted=False)
        heir = queue.lease_of(claim(queue, holder="heir")[0])
        # when the zombie finishes after all
        with pytest.raises(LeaseLost), transaction.atomic():
            queue.finish(
                queue.held(zombie), CandidateStatus.RENDERED, pixel_sha256="z", file_sha256="z"
            )
        # then the row is as the heir left it, and the heir can finish
        row.refresh_from_db()
        assert (row.status, row.lease_holder, row.pixel_sha256) == ("rendering", "heir", "")
        with transaction.atomic():
            queue.finish(
                queue.held(heir), CandidateStatus.RENDERED, pixel_sha256="h", file_sha256="h"
            )
        row.refresh_from_db()
        assert (row.status, row.pixel_sha256, row.lease_until) == ("rendered", "h", None)

    def test_an_expired_lease_that_nobody_took_can_still_be_finished(self, queue):
        """Work that is done is kept: only a taken row is lost, not a late one."""
        # given
        (row,) = queued()
        lease = queue.lease_of(claim(queue)[0])
        expire(row)
        # when
        with transaction.atomic():
            queue.finish(
                queue.held(lease), CandidateStatus.RENDERED, pixel_sha256="p", file_sha256="f"
            )
        # then
        row.refresh_from_db()
        assert row.status == "rendered"

    def test_a_finished_row_cannot_be_finished_twice(self, queue):
        # given
        (row,) = queued()
        lease = queue.lease_of(claim(queue)[0])
        with transaction.atomic():
            queue.finish(queue.held(lease), CandidateStatus.FAILED)
        # when / then
        with pytest.raises(LeaseLost), transaction.atomic():
            queue.held(lease)
        row.refresh_from_db()
        assert row.status == "failed"

    def test_whoever_finishes_while_the_sweep_takes_away_waits_and_loses(self, queue):
        # given a sweep that has locked the expired row and not committed
        (row,) = queued()
        lease = queue.lease_of(claim(queue)[0])
        expire(row)

        def finish():
            with transaction.atomic():
                return queue.finish(
                    queue.held(lease), CandidateStatus.RENDERED, pixel_sha256="p", file_sha256="f"
                )

        with transaction.atomic():
            locked = queue.lock_if_expired(row.pk)
            late = InAnotherConnection(finish).start()
            queue.give_back(locked, counted=True)
        # when the sweep has committed, then the late one finds its token void
        with pytest.raises(LeaseLost):
            late.finish()
        row.refresh_from_db()
        assert (row.status, row.lease_token) == ("queued", 2)

    def test_the_sweep_leaves_a_row_alone_that_is_being_finished(self, queue):
        # given a worker that has locked its expired row to finish it
        (row,) = queued()
        lease = queue.lease_of(claim(queue)[0])
        expire(row)

        def sweep_one():
            with transaction.atomic():
                return queue.lock_if_expired(row.pk)

        with transaction.atomic():
            held = queue.held(lease)
            # when the sweep passes, then it does not wait
            assert elsewhere(sweep_one) is None
            queue.finish(held, CandidateStatus.RENDERED, pixel_sha256="p", file_sha256="f")
        row.refresh_from_db()
        assert row.status == "rendered"


class TestRenewal:
    def test_a_renewal_extends_what_is_held_and_reports_what_is_lost(self, queue):
        # given
        kept, lost = queued(2)
        leases = [queue.lease_of(row) for row in claim(queue)]
        expire(kept)
        expire(lost)
        with transaction.atomic():
            queue.give_back(queue.lock_if_expired(lost.pk), counted=True)
        # when
        before = timezone.now()
        held = queue.renew(leases)
        # then
        assert held == {kept.pk}
        kept.refresh_from_db()
        lost.refresh_from_db()
        assert before + TERMS.lease <= kept.lease_until <= timezone.now() + TERMS.lease
        assert lost.lease_until is None

    def test_no_lease_is_renewed_past_the_hard_limit(self, queue):
        # given a row that was claimed almost a hard limit ago
        (row,) = queued()
        lease = queue.lease_of(claim(queue)[0])
        Candidate.objects.filter(pk=row.pk).update(
            leased_at=Now() - TERMS.hard_limit + timedelta(seconds=10)
        )
        # when
        held = queue.renew([lease])
        # then it ends at the limit, not a lease later
        row.refresh_from_db()
        assert held == {row.pk}
        assert row.lease_until == row.leased_at + TERMS.hard_limit
        # and past the limit it is not renewed at all
        Candidate.objects.filter(pk=row.pk).update(leased_at=Now() - TERMS.hard_limit)
        assert queue.renew([lease]) == frozenset()


class TestGivingBack:
    def test_a_counted_return_waits_for_the_back_off_and_may_run_alone(self, queue):
        # given
        (row,) = queued()
        lease = queue.lease_of(claim(queue)[0])
        before = timezone.now()
        # when
        with transaction.atomic():
            queue.give_back(queue.held(lease), counted=True, error="nan_output", alone=True)
        # then
        row.refresh_from_db()
        assert (row.status, row.attempts, row.run_alone) == ("queued", 1, True)
        assert (row.last_error, row.lease_holder, row.lease_until) == ("nan_output", "", None)
        assert timedelta(seconds=2) <= row.available_at - before
        assert row.available_at - timezone.now() <= timedelta(seconds=2)

    def test_an_uncounted_return_is_due_at_once(self, queue):
        # given
        (row,) = queued()
        lease = queue.lease_of(claim(queue)[0])
        # when
        with transaction.atomic():
            queue.give_back(queue.held(lease), counted=False)
        # then
        row.refresh_from_db()
        assert (row.status, row.attempts, row.run_alone, row.lease_token) == ("queued", 0, False, 2)
        assert queue.due().get() == row

    def test_attempts_run_out_at_the_cap(self, queue):
        # given
        (row,) = queued()
        # when / then
        for attempt in (1, 2, 3):
            Candidate.objects.update(available_at=Now())
            (held,) = claim(queue)
            assert held.attempts == attempt
            assert queue.exhausted(held) is (attempt == 3)
            with transaction.atomic():
                queue.give_back(queue.held(queue.lease_of(held)), counted=True)
        row.refresh_from_db()
        assert row.attempts == 3

    def test_taking_away_voids_the_lease(self, queue):
        # given
        (row,) = queued()
        lease = queue.lease_of(claim(queue)[0])
        # when
        with transaction.atomic():
            queue.take_away(
                Candidate.objects.select_for_update().get(pk=row.pk), CandidateStatus.CANCELLED
            )
        # then
        with pytest.raises(LeaseLost), transaction.atomic():
            queue.held(lease)

    def test_a_step_the_guard_forbids_changes_nothing(self, queue):
        # given
        (row,) = queued()
        lease = queue.lease_of(claim(queue)[0])
        # when
        with pytest.raises(InvalidTransition), transaction.atomic():
            queue.finish(queue.held(lease), CandidateStatus.APPROVED)
        # then
        row.refresh_from_db()
        assert (row.status, row.lease_token) == ("rendering", 1)


class TestHeartbeat:
    def beating(self, queue, leases):
        """A heartbeat whose thread is not started: the test beats."""
        return Heartbeat(queue, leases, interval=timedelta(seconds=60))

    def test_it_renews_only_while_steps_are_finished(self, queue):
        # given
        (row,) = queued()
        heartbeat = self.beating(queue, [queue.lease_of(claim(queue)[0])])
        heartbeat.beat()
        # when no step was finished since
        expire(row)
        heartbeat.beat()
        # then the lease is left to run out
        assert queue.expired() == [row.pk]
        # when one is
        heartbeat.progressed()
        heartbeat.beat()
        # then it is renewed
        assert queue.expired() == []

    def test_it_knows_when_nothing_is_wanted_any_more(self, queue):
        # given
        first, second = queued(2)
        heartbeat = self.beating(queue, [queue.lease_of(row) for row in claim(queue)])
        for number, row in enumerate((first, second), start=1):
            # when one after the other is cancelled
            with transaction.atomic():
                queue.take_away(
                    Candidate.objects.select_for_update().get(pk=row.pk),
                    CandidateStatus.CANCELLED,
                )
            heartbeat.progressed()
            heartbeat.beat()
            # then
            assert len(heartbeat.lost) == number
            assert heartbeat.all_lost is (number == 2)

    def test_its_thread_beats_and_ends_with_the_block(self, queue):
        # given
        (row,) = queued()
        lease = queue.lease_of(claim(queue)[0])
        expire(row)
        # when
        with Heartbeat(queue, [lease], interval=timedelta(milliseconds=20)) as heartbeat:
            while queue.expired():
                heartbeat.progressed()
        # then
        assert heartbeat.lost == frozenset()
        assert not heartbeat._thread.is_alive()
