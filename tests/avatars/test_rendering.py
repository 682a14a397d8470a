"""The rendering half of the chain: results, failures, cancelling and trying again."""

import pytest

from avatars.models import Attempt, RequestEvent
from avatars.renderer import render_once
from avatars.services.cancellation import cancel_request, retry_request
from brandhub.audit.models import AuditEvent
from brandhub.audit.record import SYSTEM
from brandhub.common.errors import InvalidTransition
from brandhub.common.pixels import pixel_sha256
from brandhub.common.storage import StorageFull, store
from brandhub.inference.errors import OutOfMemory
from brandhub.webhooks.models import OutboxEvent
from tests.avatars.generators import PlainGenerator, picture_of
from tests.avatars.steps import FAMILY, make_due, queued_request, statuses
from tests.factories import GenerationRequestFactory
from tests.races import AtBoundary, elsewhere

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("moderation"),
]


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
