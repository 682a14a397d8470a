"""What tests of deliveries do by the way: tell of something, claim, fail."""

from __future__ import annotations

from django.db import transaction
from django.db.models.functions import Now

from brandhub.audit.record import SYSTEM
from brandhub.jobs.protocol import LeasedQueue
from brandhub.webhooks.models import Delivery, EventType
from brandhub.webhooks.sending import Outcome
from brandhub.webhooks.services import create_endpoint, emit
from brandhub.webhooks.services.deliveries import claim_deliveries, finish_delivery


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
