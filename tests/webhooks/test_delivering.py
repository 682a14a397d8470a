"""Deliveries from the outbox to a real listener: fanned out, signed, in turn."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from brandhub.audit.record import SYSTEM
from brandhub.common.correlation import correlated
from brandhub.webhooks import delivering, turns
from brandhub.webhooks.delivering import drain
from brandhub.webhooks.models import Delivery, EventType, OutboxEvent
from brandhub.webhooks.queue import PER_ENDPOINT, due_heads
from brandhub.webhooks.sending import Outcome
from brandhub.webhooks.services import change_endpoint, emit, replay_delivery, rotate_secret
from brandhub.webhooks.services.deliveries import claim_deliveries
from tests.factories import (
    ApiClientFactory,
    BotFactory,
    BrandFactory,
    DeliveryFactory,
    OutboxEventFactory,
    WebhookEndpointFactory,
)
from tests.integration.processes import PATIENCE
from tests.races import AtBoundary, together
from tests.webhooks.receiver import answering, in_turn, listening
from tests.webhooks.steps import make_due, registered, tell

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("loopback_allowed"),
]


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
            assert drain(seconds=PATIENCE) == 1
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
            drain(seconds=PATIENCE)
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
            drain(seconds=PATIENCE)
            during = receiver.received[0]
            endpoint.refresh_from_db()
            endpoint.previous_secret_until = timezone.now() - timedelta(seconds=1)
            endpoint.save()
            tell(platform)
            drain(seconds=PATIENCE)
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
            drain(seconds=PATIENCE)
            make_due()
            drain(seconds=PATIENCE)
            replay_delivery(actor=SYSTEM, delivery_id=Delivery.objects.get().pk)
            drain(seconds=PATIENCE)

        assert len(receiver.received) == 3
        assert {r.headers["webhook-id"] for r in receiver.received} == {str(event.pk)}
        assert len({r.body for r in receiver.received}) == 1
        for received in receiver.received:
            Webhook(secret).verify(received.body, received.headers)

    def test_a_secret_that_cannot_be_read_is_a_failed_attempt(self, platform):
        with listening(answering(200)) as receiver:
            WebhookEndpointFactory(client=platform, url=receiver.address)
            tell(platform)
            drain(seconds=PATIENCE)

        delivery = Delivery.objects.get()
        assert (delivery.status, delivery.last_error) == ("pending", "secret_unreadable")
        assert receiver.connections == 0

    def test_the_log_names_no_secret_no_path_and_no_word_of_the_message(self, platform, caplog):
        caplog.set_level("DEBUG")
        with listening(answering(200)) as receiver:
            url = receiver.address + "/t0ps3cretpath?key=querykey"
            _endpoint, secret = registered(platform, url)
            tell(platform, prompt="a robot that nobody may read of")
            drain(seconds=PATIENCE)
            signature = receiver.received[0].headers["webhook-signature"]

        written = caplog.text + str([record.__dict__ for record in caplog.records])
        assert "webhook_delivered" in written
        for hidden in (secret, signature[3:], "t0ps3cretpath", "querykey", "nobody may read"):
            assert hidden not in written


class TestTurns:
    def test_a_slow_endpoint_holds_up_no_other(self, platform, settings):
        # Given a slow endpoint that answers nobody before the quick one has had all of its own,
        settings.WEBHOOK_TIMEOUT_SECONDS = PATIENCE
        quick_is_done, waiting = threading.Event(), []

        def slowly(connection, number):
            waiting.append(quick_is_done.wait(PATIENCE))
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
            drain(seconds=PATIENCE)

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
            drain(seconds=PATIENCE)

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
            inner.append(drain(seconds=PATIENCE))

        with listening(answering(200)) as receiver:
            registered(platform, receiver.address)
            tell(platform)
            with AtBoundary("webhooks.after_claim", another_worker):
                made = drain(seconds=PATIENCE)

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

        assert drain(seconds=PATIENCE) == 2

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


def test_events_of_other_clients_go_nowhere(platform):
    with listening(answering(200)) as receiver:
        registered(platform, receiver.address)
        OutboxEventFactory()
        other = ApiClientFactory()
        tell(other)
        assert drain(seconds=2) == 0

    assert receiver.connections == 0
