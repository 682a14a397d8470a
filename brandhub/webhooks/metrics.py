"""How telling platforms goes: what waits to be told, what came of it, who does not listen."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Max, Q

from brandhub.common.counting import COUNTED
from brandhub.common.metrics.gauges import (
    Gauge,
    Sample,
    age,
    by_value,
    newest,
    register_reading,
    seconds,
    some,
)
from brandhub.webhooks.models import Delivery, WebhookEndpoint
from brandhub.webhooks.selectors import GIVEN_UP
from brandhub.webhooks.states import DeliveryStatus

LAG = Gauge(
    "brandhub_outbox_lag_seconds",
    "Age of the oldest event that an enabled endpoint was not told yet, though it may have been"
    f" tried; of {COUNTED} where more wait.",
)
DELIVERIES = Gauge(
    "brandhub_deliveries_recent",
    f"What came of the deliveries of the last ten minutes, the newest {COUNTED} of them.",
    ("status",),
)
ENDPOINTS = Gauge(
    "brandhub_webhook_endpoints",
    "Endpoints that answer, that have been failing, that were given up, that somebody disabled.",
    ("state",),
)


def read_webhooks() -> Iterator[Sample]:
    """Three queries."""
    waiting = Delivery.objects.filter(status=DeliveryStatus.PENDING, endpoint__is_enabled=True)
    lag = some(waiting).aggregate(age=Max(age("created_at")))["age"]
    yield LAG.at(seconds(lag))
    yield from by_value(DELIVERIES, newest(Delivery.objects.all()), "status", DeliveryStatus.values)
    enabled, given_up = Q(is_enabled=True), Q(disabled_reason__in=GIVEN_UP)
    states = {
        "answering": enabled & Q(failing_since__isnull=True),
        "failing": enabled & Q(failing_since__isnull=False),
        "given_up": ~enabled & given_up,
        "disabled": ~enabled & ~given_up,
    }
    counts = {state: Count("pk", filter=condition) for state, condition in states.items()}
    for state, number in WebhookEndpoint.objects.aggregate(**counts).items():
        yield ENDPOINTS.at(number, state)


register_reading("webhooks", read_webhooks, LAG, DELIVERIES, ENDPOINTS)
