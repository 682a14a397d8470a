"""A client's webhook endpoints, and the log of what was sent to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from brandhub.accounts.models import ApiClient, Scope
from brandhub.api.fields import Body, Boolean, Choice, Query, Text
from brandhub.api.idempotency import idempotent
from brandhub.api.pagination import paginated
from brandhub.api.permissions import client_scopes
from brandhub.api.schema import LIVEMODE, PAGE_QUERY, page_of
from brandhub.api.views import ApiView
from brandhub.common.errors import NotFound
from brandhub.common.links import link_to
from brandhub.webhooks.models import Delivery, EventType, WebhookEndpoint
from brandhub.webhooks.selectors import deliveries_of, endpoints_of
from brandhub.webhooks.services import (
    change_endpoint,
    create_endpoint,
    delete_endpoint,
    ping,
    replay_delivery,
    rotate_secret,
)
from brandhub.webhooks.states import DeliveryStatus

#: A ping is sent on request, to any endpoint.
CHOOSABLE = tuple(each for each in EventType.values if each != EventType.PING)


class EndpointBody(Body):
    url = Text(max_length=500, help_text="https, and no address inside a network.")
    event_types = serializers.ListField(
        child=Choice(choices=CHOOSABLE),
        required=False,
        default=list,
        max_length=len(CHOOSABLE),
        help_text="Empty for every type.",
    )


class EndpointChange(Body):
    url = Text(max_length=500, required=False)
    event_types = serializers.ListField(
        child=Choice(choices=CHOOSABLE), required=False, max_length=len(CHOOSABLE)
    )
    is_enabled = Boolean(required=False)


class EndpointSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    livemode = serializers.SerializerMethodField(help_text=LIVEMODE)
    url = serializers.CharField()
    event_types = serializers.ListField(child=serializers.CharField())
    is_enabled = serializers.BooleanField()
    disabled_reason = serializers.CharField(allow_blank=True)
    failing_since = serializers.DateTimeField(allow_null=True)
    previous_secret_until = serializers.DateTimeField(
        allow_null=True, help_text="Until when the secret before signs as well."
    )
    created_at = serializers.DateTimeField()
    deliveries_url = serializers.SerializerMethodField()

    def get_livemode(self, endpoint: WebhookEndpoint) -> bool:
        return not endpoint.sandbox

    def get_deliveries_url(self, endpoint: WebhookEndpoint) -> str:
        return link_to("webhook-deliveries", endpoint.pk)


class EndpointSecretSerializer(EndpointSerializer):
    secret = serializers.CharField(
        allow_null=True, help_text="`whsec_…`, shown this once; null in a replayed answer."
    )


class DeliverySerializer(serializers.Serializer):
    id = serializers.UUIDField()
    event_id = serializers.UUIDField(help_text="The header `webhook-id`.")
    event_type = serializers.CharField(source="event.type")
    status = serializers.ChoiceField(choices=DeliveryStatus.choices)
    attempts = serializers.IntegerField()
    response_status = serializers.IntegerField(allow_null=True)
    last_error = serializers.CharField(allow_blank=True)
    available_at = serializers.DateTimeField(help_text="Not before this time.")
    created_at = serializers.DateTimeField()
    delivered_at = serializers.DateTimeField(allow_null=True)


class DeliveryFilters(Query):
    status = serializers.ChoiceField(choices=DeliveryStatus.values, required=False)


def _represent(endpoints: Sequence[WebhookEndpoint]) -> list[dict[str, Any]]:
    return list(EndpointSerializer(endpoints, many=True).data)


def _with_secret(endpoint: WebhookEndpoint, secret: str) -> dict[str, Any]:
    # The database gave the time.
    endpoint.refresh_from_db(fields=["created_at"])
    return {**EndpointSerializer(endpoint).data, "secret": secret}


def _represent_deliveries(deliveries: Sequence[Delivery]) -> list[dict[str, Any]]:
    return list(DeliverySerializer(deliveries, many=True).data)


class _EndpointView(ApiView):
    """What belongs to a client, live or in its sandbox; a person manages it in the web admin."""

    @property
    def client(self) -> ApiClient:
        client = self.caller.client
        if client is None:
            raise NotFound(_("There is no such endpoint."))
        return client

    def endpoints(self) -> QuerySet[WebhookEndpoint]:
        return endpoints_of(self.client, sandbox=self.caller.sandbox)

    def endpoint(self, endpoint_id: UUID) -> WebhookEndpoint:
        """The client's endpoint. Raises ``NotFound`` (``endpoint_not_found``)."""
        found = self.endpoints().filter(pk=endpoint_id).first()
        if found is None:
            raise NotFound(_("There is no such endpoint."), code="endpoint_not_found")
        return found


class Endpoints(_EndpointView):
    """Endpoints of the client."""

    permission_classes = client_scopes(GET=Scope.WEBHOOKS_WRITE, POST=Scope.WEBHOOKS_WRITE)

    @extend_schema(
        operation_id="webhook_endpoints_list",
        summary="List webhook endpoints, newest first",
        parameters=PAGE_QUERY,
        responses=page_of(EndpointSerializer),
    )
    def get(self, request: Request) -> Response:
        self.query(paged=True)
        return paginated(request, self.endpoints(), _represent)

    @extend_schema(
        operation_id="webhook_endpoints_create",
        summary="Register a webhook endpoint",
        description="Answers with the signing secret, this once.",
        request=EndpointBody,
        responses={201: EndpointSecretSerializer},
    )
    @idempotent(withhold=("secret",))
    def post(self, request: Request) -> Response:
        self.query()
        body = self.body(EndpointBody)
        endpoint, secret = create_endpoint(
            actor=self.caller.actor,
            client=self.client,
            url=body["url"],
            event_types=body["event_types"],
            sandbox=self.caller.sandbox,
        )
        return Response(
            _with_secret(endpoint, secret),
            status=201,
            headers={"Location": link_to("webhook-endpoint", endpoint.pk)},
        )


class EndpointDetail(_EndpointView):
    """One endpoint."""

    permission_classes = client_scopes(
        GET=Scope.WEBHOOKS_WRITE, PATCH=Scope.WEBHOOKS_WRITE, DELETE=Scope.WEBHOOKS_WRITE
    )

    @extend_schema(
        operation_id="webhook_endpoints_get",
        summary="Get a webhook endpoint",
        responses=EndpointSerializer,
    )
    def get(self, request: Request, endpoint_id: UUID) -> Response:
        self.query()
        return Response(_represent([self.endpoint(endpoint_id)])[0])

    @extend_schema(
        operation_id="webhook_endpoints_change",
        summary="Change a webhook endpoint, or enable it again",
        request=EndpointChange,
        responses=EndpointSerializer,
    )
    def patch(self, request: Request, endpoint_id: UUID) -> Response:
        self.query()
        body = self.body(EndpointChange)
        endpoint = self.endpoint(endpoint_id)
        changed = change_endpoint(actor=self.caller.actor, endpoint_id=endpoint.pk, **body)
        return Response(_represent([changed])[0])

    @extend_schema(
        operation_id="webhook_endpoints_delete",
        summary="Remove a webhook endpoint with its log",
        responses={204: None},
    )
    def delete(self, request: Request, endpoint_id: UUID) -> Response:
        self.query()
        delete_endpoint(actor=self.caller.actor, endpoint_id=self.endpoint(endpoint_id).pk)
        return Response(status=204)


class RotateSecret(_EndpointView):
    """A new signing secret."""

    permission_classes = client_scopes(POST=Scope.WEBHOOKS_WRITE)

    @extend_schema(
        operation_id="webhook_endpoints_rotate_secret",
        summary="Draw a new signing secret",
        description="Both secrets sign for a day.",
        request=None,
        responses=EndpointSecretSerializer,
    )
    @idempotent(withhold=("secret",))
    def post(self, request: Request, endpoint_id: UUID) -> Response:
        self.query()
        endpoint, secret = rotate_secret(
            actor=self.caller.actor, endpoint_id=self.endpoint(endpoint_id).pk
        )
        return Response(_with_secret(endpoint, secret))


class Ping(_EndpointView):
    """A message on request."""

    permission_classes = client_scopes(POST=Scope.WEBHOOKS_WRITE)

    @extend_schema(
        operation_id="webhook_endpoints_ping",
        summary="Send a ping to an endpoint",
        request=None,
        responses={202: DeliverySerializer},
    )
    @idempotent()
    def post(self, request: Request, endpoint_id: UUID) -> Response:
        self.query()
        sent = ping(actor=self.caller.actor, endpoint_id=self.endpoint(endpoint_id).pk)
        sent.refresh_from_db()
        return Response(_represent_deliveries([sent])[0], status=202)


class Deliveries(_EndpointView):
    """The log of an endpoint."""

    permission_classes = client_scopes(GET=Scope.WEBHOOKS_WRITE)

    @extend_schema(
        operation_id="webhook_deliveries_list",
        summary="List what was sent to an endpoint, newest first",
        parameters=[DeliveryFilters, *PAGE_QUERY],
        responses=page_of(DeliverySerializer),
    )
    def get(self, request: Request, endpoint_id: UUID) -> Response:
        filters = self.query(DeliveryFilters, paged=True)
        rows = deliveries_of(self.endpoint(endpoint_id))
        if "status" in filters:
            rows = rows.filter(status=filters["status"])
        return paginated(request, rows, _represent_deliveries)


class ReplayDelivery(_EndpointView):
    """Sending again."""

    permission_classes = client_scopes(POST=Scope.WEBHOOKS_WRITE)

    @extend_schema(
        operation_id="webhook_deliveries_replay",
        summary="Send a delivery again",
        description="With the same `webhook-id` and ten attempts anew.",
        request=None,
        responses={202: DeliverySerializer},
    )
    @idempotent()
    def post(self, request: Request, endpoint_id: UUID, delivery_id: UUID) -> Response:
        self.query()
        found = deliveries_of(self.endpoint(endpoint_id)).filter(pk=delivery_id).first()
        if found is None:
            raise NotFound(_("There is no such delivery."), code="delivery_not_found")
        replayed = replay_delivery(actor=self.caller.actor, delivery_id=found.pk)
        return Response(_represent_deliveries([replayed])[0], status=202)
