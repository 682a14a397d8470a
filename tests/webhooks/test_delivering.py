"""Deliveries from the outbox to a real listener: signed, leased, tried again, given up."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from brandhub.audit.models import AuditEvent
from brandhub.audit.record import SYSTEM
from brandhub.common.correlation import correlated
from brandhub.jobs.protocol import LeasedQueue, LeaseLost
from brandhub.jobs.sweep import sweep
from brandhub.webhooks import delivering, turns
from brandhub.webhooks.delivering import drain
from brandhub.webhooks.models import Delivery, EventType, OutboxEvent
from brandhub.webhooks.queue import (
    MAX_ATTEMPTS,
    PER_ENDPOINT,
    RETRY_AFTER,
    delay_after_death,
    due_heads,
    retry_delay,
)
from brandhub.webhooks.sending import Outcome
from brandhub.webhooks.services import (
    change_endpoint,
    create_endpoint,
    delete_endpoint,
    deliveries,
    emit,
    ping,
    replay_delivery,
    rotate_secret,
)
from brandhub.webhooks.services.deliveries import (
    claim_deliveries,
    expire_delivery,
    finish_delivery,
    give_up_waiting,
)
from brandhub.webhooks.sweepers import sweep_deliveries_of_disabled_endpoints
from tests.factories import (
    ApiClientFactory,
    BotFactory,
    BrandFactory,
    DeliveryFactory,
    OutboxEventFactory,
    WebhookEndpointFactory,
)
from tests.plans import indexes_of, plan_of
from tests.races import AtBoundary, elsewhere, together
from tests.webhooks.receiver import (
    answering,
    dripping_headers,
    in_turn,
    listening,
    never_answering,
)

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("loopback_allowed"),
]


def tell(client, *, event_type=EventType.VERSION_PUBLISHED, bot=None, **data):
    with transaction.atomic():
        return emit(
            event_type=event_type,
            brand=client.brands.first(),
            client=client,
            data=data,
            bot=bot,
        )


def registered(platform, url, **values):
    return create_endpoint(actor=SYSTEM, client=platform, url=url, **values)


def claim():
    (delivery,) = claim_deliveries(limit=1, holder="w")
    return delivery, LeasedQueue.lease_of(delivery)


def fail(outcome=Outcome(500, "http_500")):  # noqa: B008 - a frozen value
    delivery, lease = claim()
    return finish_delivery(lease=lease, endpoint_id=delivery.endpoint_id, outcome=outcome)


def make_due():
    Delivery.objects.filter(status="pending").update(available_at=Now())


class TestEmission:
    def test_an_event_fans_out_to_the_endpoints_that_want_it(self, platform):
        wanting = WebhookEndpointFactory(client=platform)
        chosen = WebhookEndpointFactory(client=platform, event_types=["avatar.version.published"])
        WebhookEndpointFactory(client=platform, event_types=["request.failed"])
        WebhookEndpointFactory(client=platform, is_enabled=False)
        WebhookEndpointFactory()

        event = tell(platform, number=1)

        assert {d.endpoint for d in event.deliveries.all()} == {wanting, chosen}
        assert OutboxEvent.objects.get() == event

    def test_event_and_deliveries_stand_or_fall_with_the_deed(self, platform):
        WebhookEndpointFactory(client=platform)

        def tell_and_fail():
            with transaction.atomic():
                tell(platform)
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            tell_and_fail()
        assert not OutboxEvent.objects.exists()
        assert not Delivery.objects.exists()
        with pytest.raises(RuntimeError):
            emit(event_type=EventType.PING, brand=platform.brands.first(), client=platform, data={})

    def test_a_message_over_twenty_kilobytes_is_not_written(self, platform):
        tell(platform, text="路" * 6000)
        with pytest.raises(ValueError, match="over 20000 bytes"):
            tell(platform, text="路" * 6700)
        assert OutboxEvent.objects.count() == 1


class TestMessage:
    def test_what_arrives_is_signed_complete_and_can_be_traced(self, platform, settings):
        settings.PUBLIC_URL = "https://avatars.example"
        bot = BotFactory(brand=platform.brands.first(), client=platform, event_sequence=5)
        with listening(answering(200)) as receiver:
            _endpoint, secret = registered(platform, receiver.address)
            with correlated("request-0042"):
                event = tell(
                    platform,
                    bot=bot,
                    number=3,
                    name="机器人",
                    links={"avatar": "/api/v1/bots/b/avatar", "other": "https://else.example/"},
                )
            assert drain(seconds=10) == 1
            (received,) = receiver.received

        event.refresh_from_db()
        body = Webhook(secret).verify(received.body, received.headers)
        assert body == {
            "type": "avatar.version.published",
            "timestamp": event.created_at.isoformat().replace("+00:00", "Z"),
            "livemode": True,
            "data": {
                "number": 3,
                "name": "机器人",
                "sequence": 5,
                "links": {
                    "avatar": "https://avatars.example/api/v1/bots/b/avatar",
                    "other": "https://else.example/",
                },
            },
        }
        assert "机器人".encode() in received.body
        assert received.headers["webhook-id"] == str(event.pk)
        assert received.headers["x-request-id"] == "request-0042"
        assert received.headers["content-type"] == "application/json"
        assert received.headers["user-agent"] == "BrandHub-Webhooks/1"
        delivery = Delivery.objects.get()
        assert (delivery.status, delivery.response_status) == ("delivered", 200)
        assert (delivery.attempts, delivery.lease_until) == (1, None)
        assert delivery.delivered_at is not None

    def test_a_changed_body_and_another_secret_do_not_verify(self, platform):
        with listening(answering(200)) as receiver:
            _endpoint, secret = registered(platform, receiver.address)
            tell(platform, number=1)
            drain(seconds=10)
            (received,) = receiver.received

        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(received.body.replace(b"1", b"2"), received.headers)
        with pytest.raises(WebhookVerificationError):
            Webhook("whsec_" + "A" * 43 + "=").verify(received.body, received.headers)

    def test_both_secrets_sign_while_one_is_replaced(self, platform):
        with listening(answering(200)) as receiver:
            endpoint, first = registered(platform, receiver.address)
            _endpoint, second = rotate_secret(actor=SYSTEM, endpoint_id=endpoint.pk)
            tell(platform)
            drain(seconds=10)
            during = receiver.received[0]
            endpoint.refresh_from_db()
            endpoint.previous_secret_until = timezone.now() - timedelta(seconds=1)
            endpoint.save()
            tell(platform)
            drain(seconds=10)
            after = receiver.received[1]

        assert during.headers["webhook-signature"].count("v1,") == 2
        for secret in (first, second):
            Webhook(secret).verify(during.body, during.headers)
        Webhook(second).verify(after.body, after.headers)
        with pytest.raises(WebhookVerificationError):
            Webhook(first).verify(after.body, after.headers)

    def test_retries_and_replays_carry_the_same_id_and_body(self, platform):
        with listening(in_turn(answering(500), answering(200))) as receiver:
            _endpoint, secret = registered(platform, receiver.address)
            event = tell(platform, number=1)
            drain(seconds=10)
            make_due()
            drain(seconds=10)
            replay_delivery(actor=SYSTEM, delivery_id=Delivery.objects.get().pk)
            drain(seconds=10)

        assert len(receiver.received) == 3
        assert {r.headers["webhook-id"] for r in receiver.received} == {str(event.pk)}
        assert len({r.body for r in receiver.received}) == 1
        for received in receiver.received:
            Webhook(secret).verify(received.body, received.headers)

    def test_a_secret_that_cannot_be_read_is_a_failed_attempt(self, platform):
        with listening(answering(200)) as receiver:
            WebhookEndpointFactory(client=platform, url=receiver.address)
            tell(platform)
            drain(seconds=10)

        delivery = Delivery.objects.get()
        assert (delivery.status, delivery.last_error) == ("pending", "secret_unreadable")
        assert receiver.connections == 0

    def test_the_log_names_no_secret_no_path_and_no_word_of_the_message(self, platform, caplog):
        caplog.set_level("DEBUG")
        with listening(answering(200)) as receiver:
            url = receiver.address + "/t0ps3cretpath?key=querykey"
            _endpoint, secret = registered(platform, url)
            tell(platform, prompt="a robot that nobody may read of")
            drain(seconds=10)
            signature = receiver.received[0].headers["webhook-signature"]

        written = caplog.text + str([record.__dict__ for record in caplog.records])
        assert "webhook_delivered" in written
        for hidden in (secret, signature[3:], "t0ps3cretpath", "querykey", "nobody may read"):
            assert hidden not in written


class TestFailure:
    def test_a_failure_waits_for_its_back_off(self, platform):
        before = timezone.now()
        with listening(answering(503)) as receiver:
            endpoint, _secret = registered(platform, receiver.address)
            tell(platform)
            drain(seconds=10)

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
            drain(seconds=10)
            make_due()
            drain(seconds=10)

        endpoint.refresh_from_db()
        assert endpoint.failing_since is None
        assert Delivery.objects.get().last_error == ""

    def test_the_pause_that_a_receiver_asks_for_is_kept(self, platform):
        before = timezone.now()
        with listening(answering(429, "Retry-After: 3600")) as receiver:
            registered(platform, receiver.address)
            tell(platform)
            drain(seconds=10)

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
            drain(seconds=10)

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
            drain(seconds=10)

        delivery = Delivery.objects.get()
        assert (delivery.status, delivery.last_error) == ("pending", "target_forbidden")
        assert receiver.connections == 0


class TestTurns:
    def test_a_slow_endpoint_holds_up_no_other(self, platform, settings):
        # Given a slow endpoint that answers nobody before the quick one has had all of its own,
        settings.WEBHOOK_TIMEOUT_SECONDS = 30.0
        quick_is_done, waiting = threading.Event(), []

        def slowly(connection, number):
            waiting.append(quick_is_done.wait(30))
            answering(500)(connection, number)

        def quickly(connection, number):
            answering(200)(connection, number)
            if number == 20:
                under_way.append(slow.connections)
                quick_is_done.set()

        under_way: list[int] = []
        with listening(slowly) as slow, listening(quickly) as quick:
            registered(platform, slow.address)
            other = ApiClientFactory(brands=[BrandFactory()])
            registered(other, quick.address)
            for _ in range(10):
                tell(platform)
            for _ in range(20):
                tell(other)
            # when
            drain(seconds=30)

        # then it waited with no more than it may have under way, and had its turn afterwards.
        assert all(waiting)
        assert under_way[0] <= PER_ENDPOINT
        states = Counter(Delivery.objects.values_list("endpoint__url", "status", "last_error"))
        assert states == {
            (quick.address, "delivered", ""): 20,
            (slow.address, "pending", "http_500"): 10,
        }

    def test_an_attempt_whose_thread_hangs_is_given_up_in_time(
        self, platform, settings, monkeypatch
    ):
        settings.WEBHOOK_TIMEOUT_SECONDS = 0.3
        may_end, ended = threading.Event(), threading.Event()

        def hang(*args, **kwargs):
            may_end.wait()
            ended.set()
            return Outcome(200)

        monkeypatch.setattr(delivering, "send", hang)
        WebhookEndpointFactory(client=platform)
        endpoint, _secret = registered(platform, "https://hooks.example/")
        tell(platform)
        try:
            drain(seconds=5)

            # Whoever waited for the thread would wait for ever.
            assert not ended.is_set()
            assert endpoint.deliveries.get().last_error == "timeout"
        finally:
            may_end.set()

    def test_one_worker_drains_at_a_time(self, platform, monkeypatch):
        # (No turn is over because the machine is busy.)
        monkeypatch.setattr(turns, "_SECONDS", 600)
        inner = []

        def another_worker():
            tell(platform)
            inner.append(drain(seconds=5))

        with listening(answering(200)) as receiver:
            registered(platform, receiver.address)
            tell(platform)
            with AtBoundary("webhooks.after_claim", another_worker):
                made = drain(seconds=5)

        # The other one found work and left it to the one whose turn it was.
        assert (inner, made, len(receiver.received)) == ([0], 2, 2)
        assert drain(seconds=1) == 0

    def test_a_backlog_leaves_other_endpoints_their_turn(self):
        busy, quiet = WebhookEndpointFactory(), WebhookEndpointFactory()
        DeliveryFactory.create_batch(20, endpoint=busy)
        latest = DeliveryFactory(endpoint=quiet)

        taken = claim_deliveries(limit=5, holder="w")

        assert [each.endpoint for each in taken].count(busy) == PER_ENDPOINT
        assert latest in taken
        assert due_heads(limit=10, under_way={busy.pk: PER_ENDPOINT}) == []

    def test_an_endpoint_has_no_more_under_way_than_it_may(self):
        busy, quiet = WebhookEndpointFactory(), WebhookEndpointFactory()
        first, *_rest = DeliveryFactory.create_batch(6, endpoint=busy)
        other = DeliveryFactory(endpoint=quiet)

        taken = claim_deliveries(
            limit=10, holder="w", under_way={busy.pk: PER_ENDPOINT - 1, quiet.pk: 0}
        )

        assert taken == [first, other]

    def test_an_attempt_that_breaks_takes_no_other_along(self, platform, monkeypatch, caplog):
        def breaking(url, **how):
            if url.endswith("/broken"):
                raise RuntimeError(f"nobody foresaw {url}")
            return Outcome(200)

        monkeypatch.setattr(delivering, "send", breaking)
        broken, _secret = registered(platform, "https://hooks.example/broken")
        whole, _secret = registered(platform, "https://hooks.example/whole")
        tell(platform)

        assert drain(seconds=5) == 2

        states = {
            each.endpoint: (each.status, each.last_error, each.attempts)
            for each in Delivery.objects.select_related("endpoint")
        }
        assert states == {
            broken: ("pending", "internal_error", 1),
            whole: ("delivered", "", 1),
        }
        assert "webhook_attempt_broke" in caplog.text
        assert "/broken" not in caplog.text

    def test_a_disabled_endpoint_has_no_turn_until_it_is_enabled(self):
        delivery = DeliveryFactory(endpoint__is_enabled=False)
        assert claim_deliveries(limit=5, holder="w") == []

        change_endpoint(actor=SYSTEM, endpoint_id=delivery.endpoint_id, is_enabled=True)

        assert claim_deliveries(limit=5, holder="w") == [delivery]

    def test_two_claims_at_once_share_no_delivery(self):
        endpoints = WebhookEndpointFactory.create_batch(6)
        for endpoint in endpoints:
            DeliveryFactory(endpoint=endpoint)

        results = together(*[lambda: claim_deliveries(limit=6, holder="w")] * 4)

        taken = [delivery.pk for result in results for delivery in result]
        assert len(taken) == len(set(taken))
        taken += [delivery.pk for delivery in claim_deliveries(limit=6, holder="w")]
        assert len(set(taken)) == 6


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
                drain(seconds=5)

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
                assert drain(seconds=5) == 2

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
                drain(seconds=5)

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


@pytest.mark.parametrize("slow", [never_answering, dripping_headers])
def test_a_receiver_that_takes_its_time_is_tried_again(slow, platform, settings):
    settings.WEBHOOK_TIMEOUT_SECONDS = 0.4
    with listening(slow) as receiver:
        endpoint, _secret = registered(platform, receiver.address)
        ping(actor=SYSTEM, endpoint_id=endpoint.pk)
        drain(seconds=5)

    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.last_error) == ("pending", "timeout")
    assert delivery.response_status is None


def test_events_of_other_clients_go_nowhere(platform):
    with listening(answering(200)) as receiver:
        registered(platform, receiver.address)
        OutboxEventFactory()
        other = ApiClientFactory()
        tell(other)
        assert drain(seconds=2) == 0

    assert receiver.connections == 0
