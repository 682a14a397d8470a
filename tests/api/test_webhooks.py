"""Webhook endpoints, their log, and the list of events."""

from typing import Any

import pytest
from django.conf import settings

from brandhub.accounts.models import ApiClient, Brand, IdempotencyRecord, User
from brandhub.common.ids import uuid7
from brandhub.webhooks.models import Delivery, WebhookEndpoint
from brandhub.webhooks.secrets import decrypt
from tests.api.conftest import Api, as_person, code_of, told
from tests.factories import (
    ApiClientFactory,
    DeliveryFactory,
    OutboxEventFactory,
    WebhookEndpointFactory,
)

pytestmark = pytest.mark.django_db

URL = "/api/v1/webhook-endpoints"
GOOD = {"url": "https://platform.example/hooks", "event_types": ["request.completed"]}


def test_registering_shows_the_secret_once(api: Api, platform: ApiClient) -> None:
    response = api.post(URL, GOOD)

    assert response.status_code == 201
    body = response.json()
    endpoint = WebhookEndpoint.objects.get()
    assert endpoint.client == platform
    assert response["Location"] == f"{settings.PUBLIC_URL}{URL}/{endpoint.pk}"
    assert body.pop("secret") == decrypt(endpoint.secret_encrypted)
    assert body == {
        "id": str(endpoint.pk),
        "livemode": True,
        "url": "https://platform.example/hooks",
        "event_types": ["request.completed"],
        "is_enabled": True,
        "disabled_reason": "",
        "failing_since": None,
        "previous_secret_until": None,
        "created_at": endpoint.created_at.isoformat().replace("+00:00", "Z"),
        "deliveries_url": f"{settings.PUBLIC_URL}{URL}/{endpoint.pk}/deliveries",
    }
    assert api.get(f"{URL}/{endpoint.pk}").json() == body
    assert api.get(URL).json()["results"] == [body]


def test_a_replayed_answer_holds_no_secret(api: Api) -> None:
    first = api.post(URL, GOOD, Idempotency_Key="k-1").json()
    again = api.post(URL, GOOD, Idempotency_Key="k-1")

    assert again.status_code == 201
    assert again["Idempotency-Replayed"] == "true"
    assert again.json() == first | {"secret": None}
    assert first["secret"].startswith("whsec_")
    assert first["secret"] not in str(IdempotencyRecord.objects.get().response_body)
    assert WebhookEndpoint.objects.count() == 1


def test_rotating_draws_another_secret_and_keeps_the_old_for_a_day(api: Api) -> None:
    created = api.post(URL, GOOD).json()

    response = api.post(f"{URL}/{created['id']}/rotate-secret", Idempotency_Key="k-1")
    again = api.post(f"{URL}/{created['id']}/rotate-secret", Idempotency_Key="k-1")

    assert response.status_code == 200
    assert response.json()["secret"] not in {created["secret"], None}
    assert response.json()["previous_secret_until"] is not None
    assert again.json()["secret"] is None
    endpoint = WebhookEndpoint.objects.get()
    assert decrypt(endpoint.secret_encrypted) == response.json()["secret"]
    assert decrypt(endpoint.previous_secret_encrypted) == created["secret"]


def test_changing_leaves_the_rest(api: Api, platform: ApiClient) -> None:
    endpoint = WebhookEndpointFactory(client=platform, is_enabled=False, disabled_reason="failing")

    response = api.send("PATCH", f"{URL}/{endpoint.pk}", {"is_enabled": True})

    assert response.status_code == 200
    assert (response.json()["is_enabled"], response.json()["disabled_reason"]) == (True, "")
    assert response.json()["url"] == endpoint.url
    assert "secret" not in response.json()


def test_removing_is_final(api: Api, platform: ApiClient) -> None:
    endpoint = WebhookEndpointFactory(client=platform)

    response = api.send("DELETE", f"{URL}/{endpoint.pk}")

    assert (response.status_code, response.content) == (204, b"")
    assert code_of(api.get(f"{URL}/{endpoint.pk}")) == (404, "endpoint_not_found")
    assert WebhookEndpoint.objects.count() == 0


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"url": "https://127.0.0.1/"}, "/url", "target_forbidden"),
        ({"url": "https://[::ffff:127.0.0.1]/"}, "/url", "target_forbidden"),
        ({"url": "https://169.254.169.254/latest"}, "/url", "target_forbidden"),
        ({"url": "https://2130706433/"}, "/url", "target_forbidden"),
        ({"url": "http://platform.example/"}, "/url", "https_required"),
        ({"url": "file:///etc/passwd"}, "/url", "invalid_url"),
        ({"url": "https://user:password@platform.example/"}, "/url", "invalid_url"),
        ({"url": "x" * 501}, "/url", "max_length"),
        ({"url": 5}, "/url", "invalid"),
        (GOOD | {"event_types": ["ping"]}, "/event_types/0", "invalid_choice"),
        (GOOD | {"event_types": "request.completed"}, "/event_types", "not_a_list"),
        (GOOD | {"secret": "whsec_mine"}, "/secret", "unknown_field"),
    ],
)
def test_what_is_not_possible_says_where(
    api: Api, body: dict[str, Any], pointer: str, code: str
) -> None:
    response = api.post(URL, body)

    assert response.status_code == 422
    assert [(each["pointer"], each["code"]) for each in response.json()["errors"]] == [
        (pointer, code)
    ]
    assert WebhookEndpoint.objects.count() == 0


def test_a_ping_goes_into_the_log(api: Api, platform: ApiClient) -> None:
    endpoint = WebhookEndpointFactory(client=platform)

    response = api.post(f"{URL}/{endpoint.pk}/ping")

    assert response.status_code == 202
    assert (response.json()["event_type"], response.json()["status"]) == ("ping", "pending")
    assert api.get(f"{URL}/{endpoint.pk}/deliveries").json()["results"] == [response.json()]


def test_a_disabled_endpoint_is_not_pinged(api: Api, platform: ApiClient) -> None:
    endpoint = WebhookEndpointFactory(client=platform, is_enabled=False)

    assert code_of(api.post(f"{URL}/{endpoint.pk}/ping")) == (409, "endpoint_disabled")
    assert Delivery.objects.count() == 0


def test_a_delivery_can_be_sent_again(api: Api, platform: ApiClient) -> None:
    endpoint = WebhookEndpointFactory(client=platform)
    delivery = DeliveryFactory(endpoint=endpoint, status="abandoned", attempts=10)
    under_way = DeliveryFactory(endpoint=endpoint, status="pending")
    path = f"{URL}/{endpoint.pk}/deliveries"

    response = api.post(f"{path}/{delivery.pk}/replay")

    assert response.status_code == 202
    body = response.json()
    assert (body["id"], body["event_id"]) == (str(delivery.pk), str(delivery.event_id))
    assert (body["status"], body["attempts"]) == ("pending", 0)
    refused = api.post(f"{path}/{under_way.pk}/replay")
    assert code_of(refused) == (409, "invalid_transition")


def test_the_log_can_be_filtered(api: Api, platform: ApiClient) -> None:
    endpoint = WebhookEndpointFactory(client=platform)
    DeliveryFactory(endpoint=endpoint, status="delivered")
    failed = DeliveryFactory(endpoint=endpoint, status="abandoned", last_error="timeout")
    DeliveryFactory(endpoint=WebhookEndpointFactory(client=platform), status="abandoned")

    results = api.get(f"{URL}/{endpoint.pk}/deliveries?status=abandoned").json()["results"]

    assert [(each["id"], each["last_error"]) for each in results] == [(str(failed.pk), "timeout")]


CALLS: dict[str, Any] = {
    "list": lambda api, e, d: api.get(URL),
    "create": lambda api, e, d: api.post(URL, GOOD),
    "get": lambda api, e, d: api.get(f"{URL}/{e}"),
    "change": lambda api, e, d: api.send("PATCH", f"{URL}/{e}", {"is_enabled": False}),
    "delete": lambda api, e, d: api.send("DELETE", f"{URL}/{e}"),
    "rotate": lambda api, e, d: api.post(f"{URL}/{e}/rotate-secret"),
    "ping": lambda api, e, d: api.post(f"{URL}/{e}/ping"),
    "deliveries": lambda api, e, d: api.get(f"{URL}/{e}/deliveries"),
    "replay": lambda api, e, d: api.post(f"{URL}/{e}/deliveries/{d}/replay"),
}


class TestDenied:
    @pytest.fixture
    def delivery(self, platform: ApiClient) -> Delivery:
        endpoint = WebhookEndpointFactory(client=platform)
        return DeliveryFactory(endpoint=endpoint, status="abandoned")

    @staticmethod
    def state() -> Any:
        return (
            list(WebhookEndpoint.objects.values()),
            list(Delivery.objects.values()),
            told(),
        )

    @pytest.mark.parametrize("call", sorted(set(CALLS) - {"list", "create"}))
    def test_to_strangers(self, stranger: Api, delivery: Delivery, call: str) -> None:
        before = self.state()

        response = CALLS[call](stranger, delivery.endpoint_id, delivery.pk)

        assert code_of(response) == (404, "endpoint_not_found")
        assert self.state() == before
        assert stranger.get(URL).json()["results"] == []

    def test_to_a_client_of_the_same_brand(self, delivery: Delivery, brand: Brand) -> None:
        from tests.factories import ApiKeyFactory

        neighbour = Api(ApiKeyFactory(client=ApiClientFactory(brands=[brand])).secret)

        response = neighbour.get(f"{URL}/{delivery.endpoint_id}")

        assert code_of(response) == (404, "endpoint_not_found")

    @pytest.mark.parametrize("call", sorted(CALLS))
    def test_without_the_scope(self, api_with: Any, delivery: Delivery, call: str) -> None:
        before = self.state()

        response = CALLS[call](api_with("requests:read"), delivery.endpoint_id, delivery.pk)

        assert code_of(response) == (403, "missing_scope")
        assert self.state() == before

    @pytest.mark.parametrize("call", sorted(CALLS))
    def test_to_persons(self, manager: User, delivery: Delivery, call: str) -> None:
        before = self.state()

        response = CALLS[call](as_person(manager), delivery.endpoint_id, delivery.pk)

        assert code_of(response) == (403, "client_key_required")
        assert self.state() == before

    def test_a_delivery_of_another_endpoint(
        self, api: Api, platform: ApiClient, delivery: Delivery
    ) -> None:
        other = WebhookEndpointFactory(client=platform)

        response = api.post(f"{URL}/{other.pk}/deliveries/{delivery.pk}/replay")

        assert code_of(response) == (404, "delivery_not_found")


class TestEvents:
    def test_events_are_told_as_webhooks_tell_them(
        self, api: Api, platform: ApiClient, brand: Brand
    ) -> None:
        event = OutboxEventFactory(
            brand=brand,
            client=platform,
            bot_id=uuid7(),
            sequence=3,
            data={"status": "in_review", "links": {"request": "/api/v1/requests/x"}},
        )

        assert api.get("/api/v1/events").json()["results"] == [
            {
                "id": str(event.pk),
                "type": "request.in_review",
                "timestamp": event.created_at.isoformat().replace("+00:00", "Z"),
                "livemode": True,
                "data": {
                    "status": "in_review",
                    "links": {"request": f"{settings.PUBLIC_URL}/api/v1/requests/x"},
                    "sequence": 3,
                },
            }
        ]

    def test_only_ones_own_are_told(
        self, api: Api, stranger: Api, viewer: User, platform: ApiClient, brand: Brand
    ) -> None:
        own = OutboxEventFactory(brand=brand, client=platform)
        house = OutboxEventFactory(brand=brand, client=None, type="request.failed")
        OutboxEventFactory()

        def ids(caller: Api, query: str = "") -> list[str]:
            return [each["id"] for each in caller.get(f"/api/v1/events{query}").json()["results"]]

        assert ids(api) == [str(own.pk)]
        assert ids(stranger) == []
        assert ids(as_person(viewer)) == [str(house.pk), str(own.pk)]
        assert ids(as_person(viewer), "?type=request.failed") == [str(house.pk)]

    def test_the_scope_is_needed(self, api_with: Any) -> None:
        response = api_with("webhooks:write").get("/api/v1/events")

        assert code_of(response) == (403, "missing_scope")
