"""Reading endpoints and the log of deliveries."""

from __future__ import annotations

from django.db.models import QuerySet

from brandhub.accounts.models import ApiClient, User
from brandhub.webhooks.models import Delivery, OutboxEvent, WebhookEndpoint

#: Why an endpoint is disabled that nobody has asked to be: it said that it is gone, or failed for
#: too long.
GIVEN_UP = ("gone", "failing")


def endpoints_of(client: ApiClient, *, sandbox: bool) -> QuerySet[WebhookEndpoint]:
    """The client's endpoints, live or of its sandbox, newest first."""
    return WebhookEndpoint.objects.filter(client=client, sandbox=sandbox).order_by("-id")


def given_up_endpoints_of(owner: User) -> QuerySet[WebhookEndpoint]:
    """Live endpoints of the person's clients that were disabled for failing, newest first."""
    return (
        WebhookEndpoint.objects.filter(
            client__owner=owner,
            client__is_active=True,
            sandbox=False,
            is_enabled=False,
            disabled_reason__in=GIVEN_UP,
        )
        .select_related("client")
        .order_by("-id")
    )


def deliveries_of(endpoint: WebhookEndpoint) -> QuerySet[Delivery]:
    """The endpoint's deliveries with their events, newest first."""
    return Delivery.objects.filter(endpoint=endpoint).select_related("event").order_by("-id")


def events_of(client: ApiClient, *, sandbox: bool) -> QuerySet[OutboxEvent]:
    """What the client was or would have been told about its brands, live or in its sandbox, newest
    first.
    """
    told = OutboxEvent.objects.of_client(client).filter(client=client, sandbox=sandbox)
    return told.order_by("-id")
