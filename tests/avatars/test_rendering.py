"""The rendering half of the chain: claims, results, failures and the ways a worker can be lost."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext

from avatars.models import Attempt, Candidate, GenerationRequest, RenderTurn, RequestEvent
from avatars.queue import claim_rows, join_turns
from avatars.renderer import render_once
from avatars.services.cancellation import cancel_request, retry_request
from avatars.services.rendering import (
    RenderedFile,
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
from brandhub.audit.models import AuditEvent
from brandhub.audit.record import SYSTEM
from brandhub.common.errors import InvalidTransition
from brandhub.common.pixels import pixel_sha256
from brandhub.common.storage import StorageFull, store
from brandhub.inference.errors import OutOfMemory
from brandhub.jobs.protocol import LeasedQueue, LeaseLost
from brandhub.webhooks.models import OutboxEvent
from tests.avatars.generators import PlainGenerator, picture_of
from tests.factories import BrandFactory, CandidateFactory, GenerationRequestFactory
from tests.plans import rows_read
from tests.races import AtBoundary, elsewhere, together

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("moderation"),
]

FAMILY = "avatar-mini"


def queued_request(*, count=2, seed=7, priority=1, brand=None, **values):
    request = GenerationRequestFactory(
        status="queued",
        candidate_count=count,
        seed=seed,
        priority=priority,
        **({"brand": brand} if brand else {}),
        **values,
    )
    GenerationRequest.objects.filter(pk=request.pk).update(queued_at=Now())
    CandidateFactory.create_batch(count, request=request, status="queued")
    join_turns(brand_id=request.brand_id, family=FAMILY)
    return request


def lease_of(candidate):
    return LeasedQueue.lease_of(candidate)


def claim(limit=8, holder="worker-1"):
    return claim_batch(family=FAMILY, limit=limit, holder=holder)


def expire(*candidates):
    Candidate.objects.filter(pk__in=[c.pk for c in candidates]).update(
        lease_until=Now() - timedelta(seconds=1)
    )


def statuses(request):
    return list(request.candidates.order_by("index").values_list("status", flat=True))


def make_due():
    Candidate.objects.filter(status="queued").update(available_at=Now())


FILE = RenderedFile(pixel_sha256="p" * 64, file_sha256="f" * 64, width=64, height=64, file_size=9)


class TestRenderOnce:
    def test_a_batch_goes_from_queue_to_screening_with_its_record(self, moderation):
        # given
        request = queued_request(count=2, seed=7)
        generator = PlainGenerator()
        # when
        count = render_once(family=FAMILY, generator=generator)
        # then
        assert count == 2
        request.refresh_from_db()
        assert request.status == "screening"
        assert moderation.done == [request.pk]
        (batch,) = generator.batches
        assert [image.seed for image in batch.images] == [7, 8]
        for candidate in request.candidates.all():
            picture = picture_of(candidate.seed)
            assert candidate.status == "rendered"
            assert candidate.pixel_sha256 == pixel_sha256(picture)
            assert candidate.lease_until is None
            data = store().read(request.brand.public_id, candidate.file_sha256)
            assert len(data) == candidate.file_size
            attempt = Attempt.objects.get(candidate=candidate)
            assert (attempt.outcome, attempt.batch_size) == ("rendered", 2)
            assert attempt.environment == {"device": "none"}
            assert attempt.ended_at >= attempt.started_at

    def test_followers_get_gapless_events_in_order(self):
        # given
        request = queued_request(count=1)
        # when
        render_once(family=FAMILY, generator=PlainGenerator())
        # then
        events = list(RequestEvent.objects.filter(request=request))
        assert [event.sequence for event in events] == list(range(1, len(events) + 1))
        assert [(e.kind, e.data["status"]) for e in events] == [
            ("status", "rendering"),
            ("candidate", "rendered"),
            ("status", "screening"),
        ]

    def test_nothing_due_is_nothing_done(self):
        assert render_once(family=FAMILY, generator=PlainGenerator()) == 0

    def test_one_fault_in_a_batch_leaves_the_others(self, moderation):
        # given
        request = queued_request(count=3, seed=10)
        # when
        render_once(family=FAMILY, generator=PlainGenerator(faults={11: "nan_output"}))
        # then the faulty one waits to run alone and the request waits for it
        assert statuses(request) == ["rendered", "queued", "rendered"]
        faulty = request.candidates.get(index=1)
        assert (faulty.run_alone, faulty.attempts, faulty.last_error) == (True, 1, "nan_output")
        request.refresh_from_db()
        assert (request.status, moderation.done) == ("rendering", [])
        # when it works the second time
        make_due()
        generator = PlainGenerator()
        render_once(family=FAMILY, generator=generator)
        # then
        assert [len(batch.images) for batch in generator.batches] == [1]
        request.refresh_from_db()
        assert (request.status, moderation.done) == ("screening", [request.pk])

    def test_poison_is_quarantined_at_the_cap_and_the_rest_goes_on(self, settings, moderation):
        # given
        settings.RENDER_MAX_ATTEMPTS = 2
        request = queued_request(count=2, seed=10)
        generator = PlainGenerator(faults={11: "nan_output"})
        # when
        render_once(family=FAMILY, generator=generator)
        make_due()
        render_once(family=FAMILY, generator=generator)
        # then
        assert statuses(request) == ["rendered", "quarantined"]
        request.refresh_from_db()
        assert (request.status, moderation.done) == ("screening", [request.pk])
        quarantined = AuditEvent.objects.get(action="candidate.quarantined")
        assert quarantined.data == {"error": "nan_output", "attempts": 2}

    def test_a_request_without_any_picture_has_failed_and_says_so(self, settings, moderation):
        # given
        settings.RENDER_MAX_ATTEMPTS = 1
        request = queued_request(count=1, seed=10)
        # when
        render_once(family=FAMILY, generator=PlainGenerator(faults={10: "nan_output"}))
        # then
        request.refresh_from_db()
        assert (request.status, request.reason) == ("failed", "no_candidate_rendered")
        assert moderation.done == []
        assert OutboxEvent.objects.get().type == "request.failed"
        assert list(request.events.values_list("kind", flat=True))[-1] == "done"

    def test_out_of_memory_in_the_whole_batch_runs_each_alone(self):
        # given
        request = queued_request(count=3)

        def explode(batch):
            if len(batch.images) > 1:
                raise OutOfMemory("as told")

        generator = PlainGenerator(on_batch=explode)
        # when
        render_once(family=FAMILY, generator=generator)
        make_due()
        for _ in range(3):
            render_once(family=FAMILY, generator=generator)
        # then
        assert [len(batch.images) for batch in generator.batches] == [3, 1, 1, 1]
        assert statuses(request) == ["rendered"] * 3

    def test_a_full_disk_costs_an_attempt_and_leaves_nothing_behind(self, monkeypatch):
        # given
        request = queued_request(count=1)

        def full(self, namespace, data):
            raise StorageFull("no room")

        monkeypatch.setattr("brandhub.common.storage.ContentStore.put", full)
        # when
        render_once(family=FAMILY, generator=PlainGenerator())
        # then
        candidate = request.candidates.get()
        assert (candidate.status, candidate.last_error) == ("queued", "storage_full")
        assert candidate.file_sha256 == ""


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


class TestCancellation:
    def test_cancelling_while_rendering_voids_the_result(self, moderation):
        # given a worker that has rendered and is about to store
        request = queued_request(count=2)

        def cancel():
            elsewhere(lambda: cancel_request(actor=SYSTEM, request_id=request.pk))

        # when
        with AtBoundary("render.after_generate", cancel):
            render_once(family=FAMILY, generator=PlainGenerator())
        # then
        request.refresh_from_db()
        assert request.status == "cancelled"
        assert statuses(request) == ["cancelled", "cancelled"]
        assert set(request.candidates.values_list("pixel_sha256", flat=True)) == {""}
        assert moderation.done == []
        assert moderation.cancelled == [request.pk]
        assert set(Attempt.objects.values_list("outcome", flat=True)) == {"cancelled"}
        assert OutboxEvent.objects.get().type == "request.cancelled"

    def test_cancelling_between_claim_and_begin_leaves_it_cancelled(self):
        # given
        request = queued_request(count=1)

        def cancel():
            elsewhere(lambda: cancel_request(actor=SYSTEM, request_id=request.pk))

        # when
        with AtBoundary("render.after_claim", cancel):
            render_once(family=FAMILY, generator=PlainGenerator())
        # then
        request.refresh_from_db()
        assert (request.status, statuses(request)) == ("cancelled", ["cancelled"])

    def test_cancelling_twice_tells_once(self):
        # given
        request = queued_request(count=1)
        # when
        cancel_request(actor=SYSTEM, request_id=request.pk)
        cancel_request(actor=SYSTEM, request_id=request.pk)
        # then
        assert OutboxEvent.objects.count() == 1

    def test_what_is_over_cannot_be_cancelled(self):
        # given
        request = GenerationRequestFactory(status="approved")
        # when
        with pytest.raises(InvalidTransition):
            cancel_request(actor=SYSTEM, request_id=request.pk)
        # then
        request.refresh_from_db()
        assert request.status == "approved"
        assert not OutboxEvent.objects.exists()


class TestRetry:
    def test_a_failed_request_gets_another_turn(self, settings):
        # given
        settings.RENDER_MAX_ATTEMPTS = 1
        request = queued_request(count=1, seed=10)
        render_once(family=FAMILY, generator=PlainGenerator(faults={10: "nan_output"}))
        settings.RENDER_MAX_ATTEMPTS = 3
        # when
        retry_request(actor=SYSTEM, request_id=request.pk)
        # then
        request.refresh_from_db()
        assert (request.status, request.reason, request.settled_at) == ("queued", "", None)
        render_once(family=FAMILY, generator=PlainGenerator())
        request.refresh_from_db()
        assert request.status == "screening"

    def test_only_a_failed_request_can_be_tried_again(self):
        # given
        request = queued_request(count=1)
        # when / then
        with pytest.raises(InvalidTransition):
            retry_request(actor=SYSTEM, request_id=request.pk)
        assert statuses(request) == ["queued"]


class TestWhoseTurnItIs:
    def test_a_higher_priority_goes_first(self):
        # given
        low, high = queued_request(count=1, priority=0), queued_request(count=1, priority=2)
        # when / then
        assert [claim(limit=1)[0].request_id for _ in range(2)] == [high.pk, low.pk]

    def test_waiting_makes_up_for_a_low_priority(self):
        # given a low one that has waited for three levels' worth
        low, high = queued_request(count=1, priority=0), queued_request(count=1, priority=2)
        low.candidates.update(queued_at=Now() - timedelta(minutes=7))
        # when / then
        assert claim(limit=1)[0].request_id == low.pk
        assert claim(limit=1)[0].request_id == high.pk

    def test_brands_take_turns_by_weight(self):
        # given one brand with ten candidates first, another with three and twice the weight
        busy, heavy = BrandFactory(queue_weight=1), BrandFactory(queue_weight=2)
        queued_request(count=9, brand=busy)
        queued_request(count=6, brand=heavy)
        # when
        order = [claim(limit=1)[0].brand_id for _ in range(9)]
        # then of every three turns the heavy one gets two
        for start in (0, 3, 6):
            assert sorted(order[start : start + 3]) == sorted([busy.pk, heavy.pk, heavy.pk])

    def test_a_brand_that_was_away_has_saved_no_turns(self):
        # given a brand that has been served ten times
        busy, idle = BrandFactory(), BrandFactory()
        join_turns(brand_id=idle.pk, family=FAMILY)
        queued_request(count=14, brand=busy)
        for _ in range(10):
            claim(limit=1)
        # when the idle one comes back
        join_turns(brand_id=idle.pk, family=FAMILY)
        request = GenerationRequestFactory(status="queued", brand=idle)
        CandidateFactory.create_batch(4, request=request, status="queued")
        order = [claim(limit=1)[0].brand_id for _ in range(4)]
        # then they alternate from here on
        assert sorted(order) == sorted([busy.pk, idle.pk] * 2)

    def test_a_batch_holds_one_recipe_and_prefers_one_request(self):
        # given two requests of one model and a third of another
        first = queued_request(count=2)
        same = queued_request(count=3, style_revision=first.style_revision)
        other = queued_request(count=1)
        # when
        rows = claim(limit=4)
        # then
        assert [row.request_id for row in rows] == [first.pk, first.pk, same.pk, same.pk]
        assert {row.batch_key for row in rows} == {first.candidates.first().batch_key}
        # and the other brand, which has had no turn yet, goes before the rest of the first
        assert [row.request_id for row in claim(limit=4)] == [other.pk]
        assert [row.request_id for row in claim(limit=4)] == [same.pk]

    def test_what_has_to_run_alone_joins_nobody_and_nobody_joins_it(self):
        # given two requests of one recipe, each with one that has to run alone, the first in line
        first = queued_request(count=3)
        same = queued_request(count=2, style_revision=first.style_revision, brand=first.brand)
        first.candidates.filter(index=1).update(
            run_alone=True, queued_at=Now() - timedelta(minutes=1)
        )
        same.candidates.filter(index=1).update(run_alone=True)
        # when / then
        assert [[(row.request_id, row.index) for row in claim()] for _ in range(3)] == [
            [(first.pk, 1)],
            [(first.pk, 0), (first.pk, 2), (same.pk, 0)],
            [(same.pk, 1)],
        ]

    def test_what_has_another_key_than_its_request_is_drawn_apart(self):
        # given
        request = queued_request(count=3)
        request.candidates.filter(index=1).update(batch_key="k")
        # when / then
        assert [[row.index for row in claim()] for _ in range(2)] == [[0, 2], [1]]

    def test_while_others_take_all_of_the_first_brands_the_next_ones_is_taken(self):
        # given
        queued_request(count=2)
        second = queued_request(count=1)
        with transaction.atomic():
            assert len(claim_rows(family=FAMILY, limit=8, holder="a")) == 2
            # when / then
            assert [row.request_id for row in elsewhere(claim)] == [second.pk]

    def test_a_claim_locks_nothing_but_what_it_takes(self):
        # given two brands, and a claim of the first one that is not committed yet
        first, second = queued_request(count=2), queued_request(count=1)
        with transaction.atomic():
            mine = claim_rows(family=FAMILY, limit=1, holder="a")
            # when others claim meanwhile
            theirs = [elsewhere(lambda: claim(limit=1)) for _ in range(3)]
        # then they get all the rest, the next brand's when nothing is left of the first
        assert [(row.request_id, row.index) for row in mine] == [(first.pk, 0)]
        assert [[(row.request_id, row.index) for row in each] for each in theirs] == [
            [(first.pk, 1)],
            [(second.pk, 0)],
            [],
        ]

    def test_another_request_of_the_recipe_is_taken_while_its_own_is_being_taken(self):
        # given
        first = queued_request(count=1)
        same = queued_request(count=2, style_revision=first.style_revision, brand=first.brand)
        with transaction.atomic():
            claim_rows(family=FAMILY, limit=2, holder="a")
            # when / then
            assert [(row.request_id, row.index) for row in elsewhere(claim)] == [(same.pk, 1)]

    def test_a_claim_is_one_statement_and_charges_in_another(self):
        # given
        queued_request(count=4)
        # when
        with CaptureQueriesContext(connection) as captured:
            assert len(claim(limit=4)) == 4
        # then no transaction is kept open in between
        statements = [each["sql"].split()[:2] for each in captured]
        assert statements == [["WITH", "head"], ["WITH", "unhurried"]]

    @pytest.mark.parametrize(("limit", "statistics", "read"), [(1, "old", 4), (2, "new", 8)])
    def test_a_claim_reads_what_it_takes_and_not_a_long_queue(self, limit, statistics, read):
        # given a long queue of one recipe, which the tables' statistics know or do not know yet
        first = queued_request(count=1)
        others = GenerationRequestFactory.build_batch(
            500,
            bot=first.bot,
            requested_by=first.requested_by,
            style_revision=first.style_revision,
            status="queued",
        )
        GenerationRequest.objects.bulk_create(others)
        Candidate.objects.bulk_create(
            CandidateFactory.build(request=each, brand=first.brand, index=0, status="failed")
            for each in others
        )
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE avatars_candidate")
            Candidate.objects.update(status="queued")
            if statistics == "new":
                cursor.execute("ANALYZE avatars_candidate")
        # when
        with CaptureQueriesContext(connection) as captured, transaction.atomic():
            assert len(claim_rows(family=FAMILY, limit=limit, holder="a")) == limit
            transaction.set_rollback(True)
        (claiming,) = (each["sql"] for each in captured if "SKIP LOCKED" in each["sql"])
        # then it looks at the head, and three times at what it takes: to lock, find and write it;
        # where it looks for other requests' rows, it meets its own first
        assert rows_read(claiming, "avatars_candidate") == read

    def test_begin_rendering_is_idempotent(self):
        # given
        request = queued_request(count=1)
        # when
        begin_rendering(request_id=request.pk)
        begin_rendering(request_id=request.pk)
        # then
        assert list(request.events.values_list("kind", flat=True)) == ["status"]
