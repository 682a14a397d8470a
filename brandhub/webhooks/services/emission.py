"""The outbox: an event is written in the transaction of what it tells."""

from __future__ import annotations

from typing import Any, Protocol
from uuid import UUID

from django.db import transaction

from brandhub.accounts.models import ApiClient, Brand
from brandhub.common.correlation import current_correlation_id
from brandhub.jobs.hints import hint_on_commit
from brandhub.webhooks.messages import MAX_BODY, body_bytes
from brandhub.webhooks.models import Delivery, EventType, OutboxEvent, WebhookEndpoint
from brandhub.webhooks.queue import DELIVER_QUEUE, DELIVER_TASK


class Sequenced(Protocol):
    """A bot, without importing its app: its key and the counter its caller has raised."""

    @property
    def pk(self) -> UUID: ...
    @property
    def event_sequence(self) -> int: ...


def emit(
    *,
    event_type: EventType,
    brand: Brand,
    client: ApiClient | None,
    data: dict[str, Any],
    bot: Sequenced | None = None,
    sandbox: bool = False,
) -> OutboxEvent:
    """Write one event and a delivery to each enabled endpoint of ``client`` that wants its type:
    to the live ones, or to those of its ``sandbox``.

    The caller holds the bot's lock and has raised ``bot.event_sequence``. Raises ``RuntimeError``
    outside a transaction, ``ValueError`` for data whose message would be over 20 kB.
    """
    event = record_event(
        event_type=event_type, brand=brand, client=client, data=data, bot=bot, sandbox=sandbox
    )
    if client is None:
        return event
    wanting = [
        endpoint
        for endpoint in WebhookEndpoint.objects.filter(
            client=client, sandbox=sandbox, is_enabled=True
        )
        if not endpoint.event_types or event_type in endpoint.event_types
    ]
    Delivery.objects.bulk_create(Delivery(event=event, endpoint=each) for each in wanting)
    if wanting:
        hint_on_commit(DELIVER_TASK, queue=DELIVER_QUEUE)
    return event


def record_event(
    *,
    event_type: EventType,
    brand: Brand,
    client: ApiClient | None,
    data: dict[str, Any],
    bot: Sequenced | None = None,
    sandbox: bool = False,
) -> OutboxEvent:
    """Write one event without deliveries. Raises as :func:`emit` does."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an event is emitted in the transaction of what it tells")
    event = OutboxEvent(
        brand=brand,
        client=client,
        sandbox=sandbox,
        type=event_type,
        bot_id=bot.pk if bot else None,
        sequence=bot.event_sequence if bot else None,
        data=data,
        correlation_id=current_correlation_id(),
    )
    event.save(force_insert=True)
    if len(body_bytes(event)) > MAX_BODY:
        raise ValueError(f"the message of {event_type} is over {MAX_BODY} bytes")
    return event
