"""What the sweep does for deliveries."""

from datetime import timedelta
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Now

from brandhub.common.metrics.gauges import age
from brandhub.jobs.hints import send_hint
from brandhub.jobs.listeners import Line
from brandhub.jobs.sweep import sweep_rows
from brandhub.webhooks.models import Delivery, WebhookEndpoint
from brandhub.webhooks.queue import DELIVER_QUEUE, DELIVER_TASK, delivery_queue, due_heads
from brandhub.webhooks.services.deliveries import (
    WAITING_LIMIT,
    expire_delivery,
    give_up_waiting,
)
from brandhub.webhooks.states import DeliveryStatus


def sweep_expired_deliveries() -> int:
    """Take deliveries away from workers that are gone."""
    return sweep_rows(delivery_queue().expired(), lambda key: expire_delivery(delivery_id=key))


def sweep_due_deliveries() -> int:
    """Hint for what has come due, and for hints that were lost."""
    if not due_heads(limit=1):
        return 0
    return int(send_hint(DELIVER_TASK, queue=DELIVER_QUEUE))


def sweep_deliveries_of_disabled_endpoints() -> int:
    """Give up what has waited too long for an endpoint to be enabled again."""
    waiting = Delivery.objects.filter(
        status=DeliveryStatus.PENDING,
        endpoint__is_enabled=False,
        created_at__lt=Now() - WAITING_LIMIT,
    ).order_by("endpoint_id", "available_at")  # as in their index: not all there ever were
    return sweep_rows(
        waiting.values_list("pk", flat=True)[:100], lambda key: give_up_waiting(delivery_id=key)
    )


class DeliveryLine(Line):
    """Deliveries, whose index is by endpoint."""

    def oldest_due(self) -> QuerySet[Any, timedelta | None]:
        """One look into each endpoint's queue, however long they are."""
        due = self.work.due().filter(endpoint=OuterRef("pk")).order_by("available_at")
        enabled = WebhookEndpoint.objects.filter(is_enabled=True).annotate(
            waited=Subquery(due.values(waited=age("available_at"))[:1])
        )
        longest = enabled.order_by(F("waited").desc(nulls_last=True))
        return longest.values_list("waited", flat=True)[:1]


def delivery_lines() -> tuple[Line, ...]:
    """What the senders should send; what waits for a disabled endpoint is not theirs to take."""
    return (DeliveryLine.of(DELIVER_QUEUE, delivery_queue(), endpoint__is_enabled=True),)
