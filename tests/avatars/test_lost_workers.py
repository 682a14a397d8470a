"""The ways a rendering worker can be lost, and what becomes of its work."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext

from avatars.models import Attempt, Candidate, GenerationRequest, RenderTurn
from avatars.queue import claim_rows
from avatars.renderer import render_once
from avatars.services.rendering import (
    begin_rendering,
    claim_batch,
    complete_candidate,
    fail_candidate,
    release_candidate,
)
from avatars.sweepers import (
    sweep_expired_renders,
    sweep_lost_render_hints,
    sweep_unsettled_requests,
)
from brandhub.common.storage import store
from brandhub.jobs.protocol import LeasedQueue, LeaseLost
from tests.avatars.generators import PlainGenerator
from tests.avatars.steps import (
    FAMILY,
    FILE,
    claim,
    expire,
    lease_of,
    make_due,
    queued_request,
    statuses,
)
from tests.races import AtBoundary, elsewhere, together

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("moderation"),
]


class TestLostWorkers:
    def test_killed_after_claim_a_batch_is_rendered_together_once_more(self):
        """SIGKILL leaves rows that nobody renews; only the clock says so."""
        # given a batch of three whose worker is gone
        request = queued_request(count=3)
        expire(*claim())
        # when they are taken away, they are due at once: the lease was wait enough
        assert sweep_expired_renders() == 3
        assert render_once(family=FAMILY, generator=PlainGenerator()) == 3
        # then
        assert statuses(request) == ["rendered"] * 3
        outcomes = Attempt.objects.order_by("candidate__index", "lease_token").values_list(
            "outcome", flat=True
        )
        assert list(outcomes) == ["expired", "rendered"] * 3

    def test_what_a_batch_died_with_joins_no_other(self):
        # given two of a batch whose worker is gone, and two of the same recipe that came later
        lost = queued_request(count=2)
        fresh = queued_request(count=2, base_model=lost.base_model)
        (key,) = set(Candidate.objects.values_list("batch_key", flat=True))
        expire(*claim(limit=2))
        sweep_expired_renders()
        assert Candidate.objects.filter(batch_key=key).count() == 2
        # when / then
        assert {row.request_id for row in claim()} == {lost.pk}
        assert {row.request_id for row in claim()} == {fresh.pk}

    def test_what_dies_again_waits_for_the_back_off(self):
        # given a candidate whose worker died, which another one takes up at once
        queued_request(count=1)
        expire(*claim())
        assert sweep_expired_renders() == 1
        (again,) = claim()
        # when that one dies, too
        expire(again)
        assert sweep_expired_renders() == 1
        # then nobody gets it for a while: what kills worker after worker must not do so in a loop
        assert claim() == []
        make_due()
        assert [row.pk for row in claim()] == [again.pk]

    def test_a_death_after_a_failure_keeps_nobody_waiting(self):
        # given a candidate that a full disk refused, whose next worker dies
        request = queued_request(count=1)
        (first,) = claim()
        fail_candidate(
            request_id=request.pk, lease=LeasedQueue.lease_of(first), error="storage_full"
        )
        make_due()
        (second,) = claim()
        expire(second)
        # when
        assert sweep_expired_renders() == 1
        # then
        assert [row.pk for row in claim()] == [first.pk]

    def test_where_few_attempts_are_allowed_each_member_is_alone_at_once(self, settings):
        # given a cap that leaves no attempt after a second shared death
        settings.RENDER_MAX_ATTEMPTS = 2
        request = queued_request(count=2)
        expire(*claim())
        # when
        assert sweep_expired_renders() == 2
        # then
        assert list(request.candidates.values_list("run_alone", flat=True)) == [True, True]

    def test_killed_twice_each_member_is_rendered_alone(self):
        # given a batch of three that two workers have died of
        request = queued_request(count=3)
        for _ in range(2):
            expire(*claim())
            assert sweep_expired_renders() == 3
            make_due()
        # when
        generator = PlainGenerator()
        for _ in range(3):
            assert render_once(family=FAMILY, generator=generator) == 1
        # then
        assert statuses(request) == ["rendered"] * 3

    def test_what_a_dead_worker_held_goes_before_what_came_later(self):
        # given a request of low priority whose worker is gone, and one that outranks it
        lost = queued_request(count=1, priority=0)
        claim_batch(family=FAMILY, limit=1, holder="gone:1")
        other = queued_request(count=1, priority=1)
        Candidate.objects.filter(request=lost).update(lease_until=Now() - timedelta(seconds=1))
        # when
        assert sweep_expired_renders() == 1
        # then
        (first,) = claim_batch(family=FAMILY, limit=1, holder="b")
        assert first.request_id == lost.pk
        (second,) = claim_batch(family=FAMILY, limit=1, holder="b")
        assert second.request_id == other.pk

    def test_killed_before_completion_the_file_is_stored_once_and_the_row_completed_once(self):
        # given a worker killed between the file and the completion
        class Killed(BaseException):
            pass

        def die():
            raise Killed

        request = queued_request(count=1)
        with pytest.raises(Killed), AtBoundary("render.after_file", die):
            render_once(family=FAMILY, generator=PlainGenerator())
        (candidate,) = request.candidates.all()
        assert candidate.status == "rendering"
        # when its lease runs out and another renders the same
        expire(candidate)
        sweep_expired_renders()
        make_due()
        render_once(family=FAMILY, generator=PlainGenerator())
        # then
        candidate.refresh_from_db()
        assert candidate.status == "rendered"
        files = [p for p in store().root.rglob("*") if p.is_file()]
        assert [path.name for path in files] == [candidate.file_sha256]

    def test_a_zombie_that_finishes_after_its_lease_writes_nothing(self):
        # given a worker that was stopped past its lease, and an heir that has the row now
        request = queued_request(count=1)
        (zombie,) = claim(holder="zombie")
        expire(zombie)
        sweep_expired_renders()
        make_due()
        (heir,) = claim(holder="heir")
        # when
        with pytest.raises(LeaseLost):
            complete_candidate(
                request_id=request.pk, lease=lease_of(zombie), file=FILE, environment={}
            )
        # then
        candidate = request.candidates.get()
        assert (candidate.status, candidate.lease_holder) == ("rendering", "heir")
        assert candidate.pixel_sha256 == ""
        outcomes = dict(Attempt.objects.values_list("holder", "outcome"))
        assert outcomes == {"zombie": "expired", "heir": "running"}
        # and a zombie can neither fail nor release it
        with pytest.raises(LeaseLost):
            fail_candidate(request_id=request.pk, lease=lease_of(zombie), error="late")
        with pytest.raises(LeaseLost):
            release_candidate(request_id=request.pk, lease=lease_of(zombie))
        complete_candidate(request_id=request.pk, lease=lease_of(heir), file=FILE, environment={})
        assert statuses(request) == ["rendered"]

    def test_two_workers_on_one_batch_share_it_without_overlap(self):
        # given
        request = queued_request(count=4)
        # when a second worker claims while the first one's claim is not committed yet
        with transaction.atomic():
            mine = claim_rows(family=FAMILY, limit=2, holder="a")
            theirs = elsewhere(lambda: claim(limit=4, holder="b"))
        # then
        assert sorted(row.index for row in mine + theirs) == [0, 1, 2, 3]
        for row in mine + theirs:
            complete_candidate(
                request_id=request.pk, lease=lease_of(row), file=FILE, environment={}
            )
        request.refresh_from_db()
        assert request.status == "screening"

    def test_many_workers_take_every_row_once_each_with_its_attempt(self):
        # given
        request = queued_request(count=12)
        # when more than there is work for claim at once
        results = together(*[lambda: claim(limit=2)] * 8)
        # then
        taken = [row.pk for result in results for row in result]
        assert sorted(taken) == sorted(request.candidates.values_list("pk", flat=True))
        attempts = list(Attempt.objects.values_list("candidate", "lease_token"))
        assert sorted(attempts) == [(pk, 1) for pk in sorted(taken)]
        sizes = Counter(Attempt.objects.values_list("batch_id", "batch_size"))
        assert all(count == size for (_, size), count in sizes.items())
        assert RenderTurn.objects.get().virtual_time == 12

    def test_a_stopping_worker_gives_its_leases_back_uncounted(self, monkeypatch):
        # given
        request = queued_request(count=2)
        monkeypatch.setattr("avatars.renderer.stopping", lambda: True)
        # when
        render_once(family=FAMILY, generator=PlainGenerator())
        # then
        rows = request.candidates.values_list("status", "attempts", "run_alone", "lease_holder")
        assert list(rows) == [("queued", 0, False, "")] * 2
        assert set(Attempt.objects.values_list("outcome", flat=True)) == {"released"}

    def test_a_request_whose_settling_was_lost_is_reconciled(self, moderation):
        # given all candidates rendered, but a request still "rendering"
        request = queued_request(count=1)
        Candidate.objects.filter(request=request).update(
            status="rendered", pixel_sha256="p" * 64, file_sha256="f" * 64
        )
        GenerationRequest.objects.filter(pk=request.pk).update(
            status="rendering", queued_at=Now() - timedelta(minutes=1)
        )
        # when
        assert sweep_unsettled_requests() == 1
        # then
        request.refresh_from_db()
        assert (request.status, moderation.done) == ("screening", [request.pk])
        assert sweep_unsettled_requests() == 0

    def test_of_those_that_nobody_began_the_oldest_are_looked_at(self, monkeypatch, moderation):
        # given a request that waits, and a later one that is done although it was never begun
        monkeypatch.setattr("avatars.sweepers.WAITING", 1)
        waiting, stuck = queued_request(count=1), queued_request(count=1)
        Candidate.objects.filter(request=stuck).update(
            status="rendered", pixel_sha256="p" * 64, file_sha256="f" * 64
        )
        GenerationRequest.objects.update(queued_at=Now() - timedelta(minutes=1))
        assert sweep_unsettled_requests() == 0
        # when the first one's turn has come
        begin_rendering(request_id=waiting.pk)
        # then
        assert sweep_unsettled_requests() == 1
        stuck.refresh_from_db()
        assert (stuck.status, moderation.done) == ("screening", [stuck.pk])

    def test_whom_to_hint_is_asked_of_the_turns_and_not_of_a_long_queue(self, monkeypatch):
        queued_request(count=2)
        monkeypatch.setattr("avatars.sweepers.send_hint", lambda *_args, **_values: True)
        with CaptureQueriesContext(connection) as captured:
            assert sweep_lost_render_hints() == 1
        [asked] = [each["sql"] for each in captured]
        assert 'FROM "avatars_renderturn" WHERE EXISTS(' in asked

    def test_a_lost_hint_is_sent_again_once_per_window(self, monkeypatch):
        # given work whose message Redis forgot
        queued_request(count=1)
        sent = []
        monkeypatch.setattr(
            "brandhub.jobs.hints.current_app.send_task",
            lambda name, **options: sent.append((name, options["queue"], options["kwargs"])),
        )
        # when
        assert (sweep_lost_render_hints(), sweep_lost_render_hints()) == (1, 0)
        # then
        assert sent == [("avatars.render", "render.avatar-mini", {"family": FAMILY})]
