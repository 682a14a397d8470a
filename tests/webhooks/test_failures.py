"""Attempts that fail: backed off, tried again, given up, and what becomes of the endpoint."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from brandhub.audit.models import AuditEvent
from brandhub.audit.record import SYSTEM
from brandhub.webhooks.delivering import drain
from brandhub.webhooks.models import Delivery
from brandhub.webhooks.queue import MAX_ATTEMPTS, RETRY_AFTER, due_heads, retry_delay
from brandhub.webhooks.sending import Outcome
from brandhub.webhooks.services import ping
from brandhub.webhooks.services.deliveries import finish_delivery
from tests.factories import DeliveryFactory
from tests.integration.processes import PATIENCE
from tests.webhooks.receiver import answering, dripping_headers, in_turn, listening, never_answering
from tests.webhooks.steps import claim, fail, make_due, registered, tell

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("loopback_allowed"),
]


class TestFailure:
    def test_a_failure_waits_for_its_back_off(self, platform):
        before = timezone.now()
        with listening(answering(503)) as receiver:
            endpoint, _secret = registered(platform, receiver.address)
            tell(platform)
            drain(seconds=PATIENCE)

        delivery = Delivery.objects.get()
        assert (delivery.status, delivery.response_status) == ("pending", 503)
        assert (delivery.last_error, delivery.attempts) == ("http_503", 1)
        assert delivery.available_at >= before + timedelta(seconds=4.5)
        assert delivery.available_at <= timezone.now() + timedelta(seconds=5.5)
        endpoint.refresh_from_db()
        assert endpoint.failing_since is not None
        # Five seconds may be over by now; an hour is not.
        Delivery.objects.update(available_at=Now() + timedelta(hours=1))
        assert due_heads(limit=1) == []

    def test_a_success_forgets_the_failures(self, platform):
        with listening(in_turn(answering(500), answering(200))) as receiver:
            endpoint, _secret = registered(platform, receiver.address)
            tell(platform)
            drain(seconds=PATIENCE)
            make_due()
            drain(seconds=PATIENCE)

        endpoint.refresh_from_db()
        assert endpoint.failing_since is None
        assert Delivery.objects.get().last_error == ""

    def test_the_pause_that_a_receiver_asks_for_is_kept(self, platform):
        before = timezone.now()
        with listening(answering(429, "Retry-After: 3600")) as receiver:
            registered(platform, receiver.address)
            tell(platform)
            drain(seconds=PATIENCE)

        due = Delivery.objects.get().available_at
        assert before + timedelta(seconds=3600) <= due <= timezone.now() + timedelta(seconds=3600)

    def test_a_shorter_pause_does_not_shorten_the_back_off(self):
        DeliveryFactory(attempts=3)
        before = timezone.now()

        delivery = fail(Outcome(429, "http_429", retry_after=timedelta(seconds=1)))

        delivery.refresh_from_db()
        assert delivery.available_at >= before + timedelta(seconds=6480)

    def test_ten_attempts_over_three_days(self):
        delivery = DeliveryFactory()
        waits = []
        for attempt in range(1, MAX_ATTEMPTS + 1):
            before = timezone.now()
            failed = fail()
            failed.refresh_from_db()
            assert failed.attempts == attempt
            if failed.status == "pending":
                waits.append(failed.available_at - before)
                make_due()

        delivery.refresh_from_db()
        assert (delivery.status, delivery.attempts) == ("abandoned", 10)
        assert len(waits) == 9
        assert timedelta(days=2.6) < sum(waits, timedelta()) < timedelta(days=3.4)

    def test_the_waits_are_jittered_within_a_tenth(self):
        for attempt, planned in enumerate(RETRY_AFTER, start=1):
            drawn = [retry_delay(attempt) for _ in range(50)]
            assert all(planned * 0.9 <= each <= planned * 1.1 for each in drawn)
            assert len(set(drawn)) > 40
        assert retry_delay(99) <= RETRY_AFTER[-1] * 1.1

    def test_410_disables_the_endpoint_and_gives_up_what_waits(self, platform):
        with listening(answering(410)) as receiver:
            endpoint, _secret = registered(platform, receiver.address)
            first = tell(platform)
            waiting = DeliveryFactory(
                endpoint=endpoint, available_at=timezone.now() + timedelta(hours=1)
            )
            drain(seconds=PATIENCE)

        endpoint.refresh_from_db()
        assert (endpoint.is_enabled, endpoint.disabled_reason) == (False, "gone")
        assert first.deliveries.get().status == "abandoned"
        waiting.refresh_from_db()
        assert (waiting.status, waiting.last_error) == ("abandoned", "endpoint_disabled")
        event = AuditEvent.objects.get(action="webhook_endpoint.disabled")
        assert event.data == {
            "reason": "gone",
            "given_up": 1,
            "owner": str(platform.owner_id),
        }
        assert not tell(platform).deliveries.exists()

    def test_a_long_backlog_is_given_up_in_as_many_statements_as_a_short_one(self):
        counted = []
        for waiting in (1, 20):
            delivery = DeliveryFactory()
            later = timezone.now() + timedelta(hours=1)
            backlog = DeliveryFactory.create_batch(
                waiting, endpoint=delivery.endpoint, available_at=later
            )
            claimed, lease = claim()
            with CaptureQueriesContext(connection) as queries:
                finish_delivery(
                    lease=lease, endpoint_id=claimed.endpoint_id, outcome=Outcome(410, "http_410")
                )
            counted.append(len(queries))
            told = Delivery.objects.filter(pk__in=[each.pk for each in backlog])
            assert set(told.values_list("status", "lease_token")) == {("abandoned", 1)}
        assert counted[0] == counted[1]

    @pytest.mark.parametrize(
        ("failing_for", "disabled"),
        [(timedelta(days=5, seconds=1), True), (timedelta(days=4, hours=23), False)],
    )
    def test_five_days_of_failures_disable_the_endpoint(self, failing_for, disabled):
        delivery = DeliveryFactory(endpoint__failing_since=timezone.now() - failing_for)

        fail()

        endpoint = delivery.endpoint
        endpoint.refresh_from_db()
        assert endpoint.is_enabled is not disabled
        assert endpoint.disabled_reason == ("failing" if disabled else "")
        recorded = AuditEvent.objects.filter(action="webhook_endpoint.disabled").count()
        assert recorded == int(disabled)

    def test_a_forbidden_target_is_a_failure_like_others(self, platform, settings):
        with listening(answering(200)) as receiver:
            registered(platform, receiver.address)
            settings.WEBHOOK_ALLOWED_NETWORKS = []
            tell(platform)
            drain(seconds=PATIENCE)

        delivery = Delivery.objects.get()
        assert (delivery.status, delivery.last_error) == ("pending", "target_forbidden")
        assert receiver.connections == 0


@pytest.mark.parametrize("slow", [never_answering, dripping_headers])
def test_a_receiver_that_takes_its_time_is_tried_again(slow, platform, settings):
    settings.WEBHOOK_TIMEOUT_SECONDS = 0.4
    with listening(slow) as receiver:
        endpoint, _secret = registered(platform, receiver.address)
        ping(actor=SYSTEM, endpoint_id=endpoint.pk)
        drain(seconds=PATIENCE)

    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.last_error) == ("pending", "timeout")
    assert delivery.response_status is None
