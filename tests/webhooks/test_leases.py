"""Deliveries whose worker is lost, late or stopped, and what the sweep does about them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from brandhub.audit.record import SYSTEM
from brandhub.jobs.protocol import LeaseLost
from brandhub.jobs.sweep import sweep
from brandhub.webhooks import delivering
from brandhub.webhooks.delivering import drain
from brandhub.webhooks.models import Delivery, OutboxEvent
from brandhub.webhooks.queue import delay_after_death
from brandhub.webhooks.sending import Outcome
from brandhub.webhooks.services import change_endpoint, delete_endpoint, deliveries
from brandhub.webhooks.services.deliveries import expire_delivery, finish_delivery, give_up_waiting
from brandhub.webhooks.sweepers import sweep_deliveries_of_disabled_endpoints
from tests.factories import ApiClientFactory, BrandFactory, DeliveryFactory, OutboxEventFactory
from tests.integration.processes import PATIENCE
from tests.plans import indexes_of, plan_of
from tests.races import AtBoundary, elsewhere
from tests.webhooks.receiver import answering, listening
from tests.webhooks.steps import claim, fail, registered, tell

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("loopback_allowed"),
]


class TestLeases:
    def test_a_late_worker_writes_nothing(self):
        DeliveryFactory()
        delivery, lease = claim()
        Delivery.objects.update(lease_until=Now() - timedelta(seconds=1))
        assert expire_delivery(delivery_id=delivery.pk)

        with pytest.raises(LeaseLost):
            finish_delivery(lease=lease, endpoint_id=delivery.endpoint_id, outcome=Outcome(200))

        delivery.refresh_from_db()
        assert (delivery.status, delivery.last_error) == ("pending", "lease_expired")
        assert delivery.delivered_at is None

    def test_the_sweep_leaves_a_delivery_that_is_under_way(self):
        DeliveryFactory()
        delivery, lease = claim()

        assert not expire_delivery(delivery_id=delivery.pk)

        finished = finish_delivery(
            lease=lease, endpoint_id=delivery.endpoint_id, outcome=Outcome(200)
        )
        assert finished.status == "delivered"

    def test_a_delivery_whose_workers_die_again_waits(self, monkeypatch):
        # given a wait that no machine is too slow for
        monkeypatch.setattr(deliveries, "delay_after_death", lambda attempt: timedelta(hours=1))
        DeliveryFactory()
        waits, attempts = [], []
        # when two senders die with it, one after the other
        for _ in range(2):
            delivery, _lease = claim()
            Delivery.objects.update(lease_until=Now() - timedelta(seconds=1))
            assert expire_delivery(delivery_id=delivery.pk)
            waits.append(Delivery.objects.filter(available_at__gt=Now()).exists())
            attempts.append(Delivery.objects.get().attempts)
        # then the first keeps nobody waiting and costs nothing; in a loop they must not use all
        # attempts up at once
        assert (waits, attempts) == ([False, True], [0, 1])

    @pytest.mark.parametrize(("attempt", "seconds"), [(1, 5), (2, 5), (3, 30), (9, 1200)])
    def test_our_deaths_cost_seconds_where_a_failure_costs_minutes(self, attempt, seconds):
        waited = delay_after_death(attempt).total_seconds()
        assert 0.9 * seconds <= waited <= 1.1 * seconds

    def test_a_death_after_what_the_endpoint_refused_keeps_nobody_waiting(self):
        # given a delivery that was refused once, whose next sender dies
        DeliveryFactory()
        delivery = fail()
        Delivery.objects.update(available_at=Now())
        claim()
        Delivery.objects.update(lease_until=Now() - timedelta(seconds=1))
        # when
        assert expire_delivery(delivery_id=delivery.pk)
        # then: the five minutes after a second refusal are the endpoint's, and so is the attempt
        again, _lease = claim()
        assert (again.pk, again.attempts) == (delivery.pk, 2)

    def test_a_death_at_the_last_attempt_leaves_it_to_the_receiver(self):
        DeliveryFactory(attempts=9, last_error="http_500")
        delivery, _lease = claim()
        Delivery.objects.update(lease_until=Now() - timedelta(seconds=1))

        sweep()

        delivery.refresh_from_db()
        assert (delivery.status, delivery.attempts) == ("pending", 9)

    def test_a_delivery_whose_workers_all_die_is_given_up_after_ten_attempts(self):
        DeliveryFactory(attempts=9, last_error="lease_expired")
        delivery, _lease = claim()
        Delivery.objects.update(lease_until=Now() - timedelta(seconds=1))

        sweep()

        delivery.refresh_from_db()
        assert (delivery.status, delivery.last_error) == ("abandoned", "lease_expired")

    def test_whoever_loses_the_lease_while_sending_says_so_and_goes_on(self, platform):
        def take_away():
            Delivery.objects.update(lease_until=Now() - timedelta(seconds=1))
            elsewhere(lambda: expire_delivery(delivery_id=Delivery.objects.get().pk))

        with listening(answering(200)) as receiver:
            registered(platform, receiver.address)
            tell(platform)
            with AtBoundary("webhooks.after_send", take_away):
                drain(seconds=PATIENCE)

        # The first attempt's success is discarded, the second's counts; the receiver saw both.
        delivery = Delivery.objects.get()
        assert (delivery.status, delivery.attempts, delivery.lease_token) == ("delivered", 1, 4)
        assert len({received.headers["webhook-id"] for received in receiver.received}) == 1
        assert len(receiver.received) == 2

    def test_an_endpoint_that_is_removed_while_it_is_sent_to_takes_no_other_along(self, platform):
        other = ApiClientFactory(brands=[BrandFactory()])
        with listening(answering(200)) as receiver:
            going, _secret = registered(platform, receiver.address)
            staying, _secret = registered(other, receiver.address)
            tell(platform)
            tell(other)
            with AtBoundary(
                "webhooks.after_send",
                lambda: elsewhere(lambda: delete_endpoint(actor=SYSTEM, endpoint_id=going.pk)),
            ):
                assert drain(seconds=PATIENCE) == 2

        delivery = Delivery.objects.get()
        assert delivery.endpoint == staying
        assert (delivery.status, delivery.attempts) == ("delivered", 1)
        assert len(receiver.received) == 2

    def test_a_worker_that_stops_gives_back_what_it_has_not_sent(self, platform, monkeypatch):
        with listening(answering(200)) as receiver:
            registered(platform, receiver.address)
            tell(platform)
            with AtBoundary(
                "webhooks.after_claim",
                lambda: monkeypatch.setattr(delivering, "stopping", lambda: True),
            ):
                drain(seconds=PATIENCE)

        delivery = Delivery.objects.get()
        assert (delivery.status, delivery.attempts) == ("pending", 0)
        assert receiver.connections == 0

    def test_the_sweep_gives_up_what_waited_four_days_for_a_disabled_endpoint(self):
        old = DeliveryFactory(endpoint__is_enabled=False)
        Delivery.objects.update(created_at=timezone.now() - timedelta(days=4, minutes=1))
        young = DeliveryFactory(endpoint__is_enabled=False)
        enabled = DeliveryFactory()
        Delivery.objects.filter(pk=enabled.pk).update(created_at=timezone.now() - timedelta(days=9))

        sweep()

        for row in (old, young, enabled):
            row.refresh_from_db()
        assert [row.status for row in (old, young, enabled)] == ["abandoned", "pending", "pending"]
        assert (old.last_error, old.lease_token) == ("endpoint_disabled", 1)

    def test_the_sweep_finds_what_waits_in_its_index_and_not_among_all_there_ever_was(self):
        # given: much that has waited for long, little of it for an endpoint that is disabled
        DeliveryFactory(endpoint__is_enabled=False)
        tried = DeliveryFactory()
        events = OutboxEvent.objects.bulk_create(
            OutboxEventFactory.build(brand=tried.event.brand) for _each in range(300)
        )
        Delivery.objects.bulk_create(
            Delivery(event=event, endpoint=tried.endpoint) for event in events
        )
        Delivery.objects.update(created_at=timezone.now() - timedelta(days=5))
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE webhooks_delivery, webhooks_webhookendpoint")
        # when
        with CaptureQueriesContext(connection) as asked:
            sweep_deliveries_of_disabled_endpoints()
        # then
        assert "delivery_claim" in indexes_of(plan_of(asked[0]["sql"]))

    def test_what_waits_for_an_endpoint_that_is_enabled_just_now_is_sent(self):
        # given: the sweep has found it waiting when its endpoint is enabled
        waiting = DeliveryFactory(endpoint__is_enabled=False)
        Delivery.objects.update(created_at=timezone.now() - timedelta(days=5))
        change_endpoint(actor=SYSTEM, endpoint_id=waiting.endpoint_id, is_enabled=True)
        # when / then
        assert give_up_waiting(delivery_id=waiting.pk) is False
        waiting.refresh_from_db()
        assert waiting.status == "pending"
