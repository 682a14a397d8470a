"""Endpoints: what may be registered, how secrets are kept and replaced, what is recorded."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from brandhub.audit.models import AuditEvent
from brandhub.audit.record import SYSTEM
from brandhub.common.errors import Conflict, InvalidInput, InvalidTransition, NotFound
from brandhub.common.ids import uuid7
from brandhub.webhooks.models import Delivery, EventType, OutboxEvent, WebhookEndpoint
from brandhub.webhooks.secrets import SecretUnreadable, decrypt, encrypt
from brandhub.webhooks.services import (
    change_endpoint,
    create_endpoint,
    delete_endpoint,
    ping,
    replay_delivery,
    rotate_secret,
)
from tests.factories import ApiClientFactory, DeliveryFactory, WebhookEndpointFactory
from tests.races import together

pytestmark = pytest.mark.django_db

URL = "https://hooks.example/brandhub/s3cret-path"


def events() -> list[tuple[str, dict]]:
    return list(AuditEvent.objects.order_by("id").values_list("action", "data"))


class TestCreation:
    def test_an_endpoint_and_its_secret(self, platform):
        endpoint, secret = create_endpoint(
            actor=SYSTEM,
            client=platform,
            url=URL,
            event_types=["request.completed", "avatar.version.published", "request.completed"],
        )

        endpoint.refresh_from_db()
        assert (endpoint.url, endpoint.is_enabled) == (URL, True)
        assert endpoint.event_types == ["avatar.version.published", "request.completed"]
        assert secret.startswith("whsec_")
        assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 32
        assert decrypt(endpoint.secret_encrypted) == secret

    def test_the_secret_lies_nowhere_in_the_clear(self, platform):
        _endpoint, secret = create_endpoint(actor=SYSTEM, client=platform, url=URL)

        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT encode(secret_encrypted, 'escape'), w::text FROM webhooks_webhookendpoint w"
            )
            stored = str(cursor.fetchall())
        assert secret not in stored
        assert secret.removeprefix("whsec_") not in stored
        # Nor does the trail keep the address: its path may be a secret of the receiver's.
        assert events() == [("webhook_endpoint.created", {"host": "hooks.example", "types": []})]

    @pytest.mark.parametrize(
        ("url", "kept"),
        [
            ("https://Hooks.Example:8443/a?b=c#d", "https://hooks.example:8443/a?b=c"),
            ("https://bücher.example/x", "https://xn--bcher-kva.example/x"),
            (" https://hooks.example ", "https://hooks.example"),
            ("https://[2606:4700:4700::1111]/x", "https://[2606:4700:4700::1111]/x"),
            ("https://1.1.1.1/x", "https://1.1.1.1/x"),
        ],
    )
    def test_addresses_that_may_be_used(self, platform, url, kept):
        endpoint, _secret = create_endpoint(actor=SYSTEM, client=platform, url=url)
        assert endpoint.url == kept

    @pytest.mark.parametrize(
        ("url", "code"),
        [
            ("http://hooks.example/", "https_required"),
            ("https://127.0.0.1/", "target_forbidden"),
            ("https://2130706433/", "target_forbidden"),
            ("https://0177.0.0.1/", "target_forbidden"),
            ("https://0x7f.1/", "target_forbidden"),
            ("https://127.1./", "target_forbidden"),
            ("https://[::1]/", "target_forbidden"),
            ("https://[::ffff:127.0.0.1]/", "target_forbidden"),
            ("https://169.254.169.254/latest/meta-data", "target_forbidden"),
            ("https://１２７.0.0.1/", "target_forbidden"),
            ("https://999.1.1.1/", "target_forbidden"),
            ("ftp://hooks.example/", "invalid_url"),
            ("file:///etc/passwd", "invalid_url"),
            ("javascript:alert(1)", "invalid_url"),
            ("https://user:password@hooks.example/", "invalid_url"),
            ("https://user@hooks.example/", "invalid_url"),
            ("https://hooks.example:99999/", "invalid_url"),
            ("https://hooks.example:abc/", "invalid_url"),
            ("https://hooks.example/a b", "invalid_url"),
            ("https://hooks.example/a\nb", "invalid_url"),
            ("https://hooks.example\t/", "invalid_url"),
            ("https://hooks.example/\r\nX-Injected: 1", "invalid_url"),
            ("https://hooks.example/\x00", "invalid_url"),
            ("https://hooks.example/路径", "invalid_url"),
            ("https://a/b@c.example:x/", None),
            ("https:///nohost", "invalid_url"),
            ("https://[not-an-address]/", "invalid_url"),
            ("https://hooks.example/" + "a" * 500, "invalid_url"),
            ("https://" + "a" * 300 + ".example/", "invalid_url"),
            ("", "invalid_url"),
            ("hooks.example", "invalid_url"),
        ],
    )
    def test_addresses_that_may_not(self, platform, url, code):
        if code is None:
            create_endpoint(actor=SYSTEM, client=platform, url=url)
            return
        with pytest.raises(InvalidInput) as refusal:
            create_endpoint(actor=SYSTEM, client=platform, url=url)
        assert [(e.pointer, e.code) for e in refusal.value.errors] == [("/url", code)]
        assert not WebhookEndpoint.objects.exists()
        assert events() == []

    def test_where_the_operator_opened_a_network_plain_addresses_there_may_be_used(
        self, platform, loopback_allowed
    ):
        endpoint, _secret = create_endpoint(
            actor=SYSTEM, client=platform, url="http://127.0.0.1:8141/hooks"
        )
        assert endpoint.url == "http://127.0.0.1:8141/hooks"
        with pytest.raises(InvalidInput) as refusal:
            create_endpoint(actor=SYSTEM, client=platform, url="http://10.0.0.1/")
        assert refusal.value.error_code == "target_forbidden"

    def test_types_that_there_are(self, platform):
        with pytest.raises(InvalidInput) as refusal:
            create_endpoint(
                actor=SYSTEM,
                client=platform,
                url=URL,
                event_types=["request.completed", "nope", "ping"],
            )
        assert [(e.pointer, e.code) for e in refusal.value.errors] == [
            ("/event_types/1", "unknown_event_type"),
            ("/event_types/2", "unknown_event_type"),
        ]

    def test_a_client_has_twenty_endpoints_at_most(self, platform):
        WebhookEndpointFactory.create_batch(20, client=platform)

        with pytest.raises(Conflict) as conflict:
            create_endpoint(actor=SYSTEM, client=platform, url=URL)
        assert conflict.value.error_code == "too_many_endpoints"
        assert create_endpoint(actor=SYSTEM, client=ApiClientFactory(), url=URL)


@pytest.mark.django_db(transaction=True)
def test_the_limit_holds_when_endpoints_are_made_at_once():
    client = ApiClientFactory()
    WebhookEndpointFactory.create_batch(19, client=client)

    results = together(*[lambda: create_endpoint(actor=SYSTEM, client=client, url=URL)] * 4)

    assert sum(isinstance(result, Conflict) for result in results) == 3
    assert client.webhook_endpoints.count() == 20


class TestSecrets:
    def test_a_secret_is_read_with_a_key_that_was_replaced(self, settings):
        settings.ENCRYPTION_KEYS = ["o" * 40]
        stored = encrypt("whsec_abc")
        settings.ENCRYPTION_KEYS = ["n" * 40, "o" * 40]
        assert decrypt(stored) == "whsec_abc"
        settings.ENCRYPTION_KEYS = ["n" * 40]
        with pytest.raises(SecretUnreadable):
            decrypt(stored)

    def test_without_keys_of_its_own_the_secret_key_serves(self, settings):
        settings.ENCRYPTION_KEYS = []
        stored = encrypt("whsec_abc")
        assert b"abc" not in stored
        assert decrypt(memoryview(stored)) == "whsec_abc"
        settings.SECRET_KEY = "x" * 50
        with pytest.raises(SecretUnreadable):
            decrypt(stored)

    def test_rotation_keeps_the_old_secret_for_a_day(self, platform):
        endpoint, first = create_endpoint(actor=SYSTEM, client=platform, url=URL)

        _endpoint, second = rotate_secret(actor=SYSTEM, endpoint_id=endpoint.pk)

        endpoint.refresh_from_db()
        assert second != first
        assert decrypt(endpoint.secret_encrypted) == second
        assert decrypt(endpoint.previous_secret_encrypted) == first
        left = endpoint.previous_secret_until - timezone.now()
        assert timedelta(hours=23, minutes=59) < left <= timedelta(hours=24)
        assert events()[-1] == ("webhook_endpoint.secret_rotated", {"host": "hooks.example"})


class TestChange:
    def test_what_is_given_changes_and_the_rest_stays(self, platform):
        endpoint, _secret = create_endpoint(actor=SYSTEM, client=platform, url=URL)

        change_endpoint(
            actor=SYSTEM, endpoint_id=endpoint.pk, event_types=["request.failed"], is_enabled=False
        )

        endpoint.refresh_from_db()
        assert (endpoint.url, endpoint.event_types) == (URL, ["request.failed"])
        assert (endpoint.is_enabled, endpoint.disabled_reason) == (False, "by_request")
        with pytest.raises(InvalidInput):
            change_endpoint(actor=SYSTEM, endpoint_id=endpoint.pk, url="https://10.0.0.1/")
        endpoint.refresh_from_db()
        assert endpoint.url == URL

    def test_enabling_forgets_the_failures(self, platform):
        endpoint = WebhookEndpointFactory(
            client=platform,
            is_enabled=False,
            disabled_reason="failing",
            failing_since=timezone.now() - timedelta(days=6),
        )

        change_endpoint(actor=SYSTEM, endpoint_id=endpoint.pk, is_enabled=True)

        endpoint.refresh_from_db()
        assert (endpoint.is_enabled, endpoint.disabled_reason) == (True, "")
        assert endpoint.failing_since is None

    def test_changing_nothing_records_nothing(self, platform):
        endpoint, _secret = create_endpoint(actor=SYSTEM, client=platform, url=URL)

        change_endpoint(actor=SYSTEM, endpoint_id=endpoint.pk, url=URL, is_enabled=True)

        assert [action for action, _data in events()] == ["webhook_endpoint.created"]

    def test_deleting_takes_the_deliveries_along_and_leaves_the_events(self, platform):
        endpoint = WebhookEndpointFactory(client=platform)
        delivery = DeliveryFactory(endpoint=endpoint)

        delete_endpoint(actor=SYSTEM, endpoint_id=endpoint.pk)

        assert not Delivery.objects.exists()
        assert OutboxEvent.objects.get() == delivery.event
        assert [action for action, _data in events()] == ["webhook_endpoint.deleted"]

    def test_what_is_not_there(self):
        for service in (change_endpoint, delete_endpoint, rotate_secret, ping):
            with pytest.raises(NotFound):
                service(actor=SYSTEM, endpoint_id=uuid7())
        with pytest.raises(NotFound):
            replay_delivery(actor=SYSTEM, delivery_id=uuid7())


class TestPing:
    def test_a_ping_goes_to_one_endpoint_whatever_it_chose(self, platform, brand):
        endpoint = WebhookEndpointFactory(client=platform, event_types=["request.failed"])
        WebhookEndpointFactory(client=platform)

        delivery = ping(actor=SYSTEM, endpoint_id=endpoint.pk)

        assert Delivery.objects.get() == delivery
        assert (delivery.endpoint, delivery.status) == (endpoint, "pending")
        assert (delivery.event.type, delivery.event.brand) == (EventType.PING, brand)
        assert delivery.event.data == {"endpoint_id": str(endpoint.pk)}

    def test_a_disabled_endpoint_is_not_pinged(self, platform):
        endpoint = WebhookEndpointFactory(client=platform, is_enabled=False)

        with pytest.raises(Conflict) as conflict:
            ping(actor=SYSTEM, endpoint_id=endpoint.pk)
        assert conflict.value.error_code == "endpoint_disabled"

        orphan = WebhookEndpointFactory(client=ApiClientFactory(brands=[]))
        with pytest.raises(Conflict) as conflict:
            ping(actor=SYSTEM, endpoint_id=orphan.pk)
        assert conflict.value.error_code == "client_without_brand"
        assert not Delivery.objects.exists()


class TestReplay:
    @pytest.mark.parametrize("status", ["delivered", "abandoned"])
    def test_what_is_over_goes_out_again_with_ten_attempts(self, status):
        delivery = DeliveryFactory(
            status=status, attempts=10, response_status=500, last_error="http_500", lease_token=7
        )

        replay_delivery(actor=SYSTEM, delivery_id=delivery.pk)

        delivery.refresh_from_db()
        assert (delivery.status, delivery.attempts, delivery.lease_token) == ("pending", 0, 8)
        assert (delivery.response_status, delivery.last_error) == (None, "")
        assert delivery.available_at <= timezone.now()
        assert [action for action, _data in events()] == ["webhook_delivery.replayed"]

    @pytest.mark.parametrize("status", ["pending", "sending"])
    def test_what_is_under_way_is_not_replayed(self, status):
        delivery = DeliveryFactory(status=status)

        with pytest.raises(InvalidTransition):
            replay_delivery(actor=SYSTEM, delivery_id=delivery.pk)
        delivery.refresh_from_db()
        assert (delivery.status, delivery.lease_token) == (status, 0)

    def test_a_disabled_endpoint_is_not_replayed_to(self):
        delivery = DeliveryFactory(status="abandoned", endpoint__is_enabled=False)

        with pytest.raises(Conflict):
            replay_delivery(actor=SYSTEM, delivery_id=delivery.pk)
        delivery.refresh_from_db()
        assert delivery.status == "abandoned"
