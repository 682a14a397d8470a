"""The delivering half of the lease protocol: every way a claimed delivery can end.

A claim takes deliveries; :func:`finish_delivery` ends an attempt with its outcome, the sweep's
:func:`expire_delivery` one whose worker is gone. Locks: endpoint, then delivery.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from brandhub.audit.record import SYSTEM, Actor, record
from brandhub.common.errors import InvalidTransition, NotFound
from brandhub.jobs.hints import hint_on_commit
from brandhub.jobs.protocol import LEASE_EXPIRED, Lease
from brandhub.webhooks.models import Delivery, WebhookEndpoint
from brandhub.webhooks.queue import (
    DELIVER_QUEUE,
    DELIVER_TASK,
    delay_after_death,
    delivery_queue,
    due_heads,
)
from brandhub.webhooks.sending import Outcome
from brandhub.webhooks.services.endpoints import lock_endpoint, require_enabled
from brandhub.webhooks.states import DeliveryStatus

GONE = 410
#: An endpoint that has only failed for this long is disabled.
FAILING_LIMIT = timedelta(days=5)
#: Deliveries that waited for a disabled endpoint this long are given up: as long as ten attempts
#: take, and a day.
WAITING_LIMIT = timedelta(days=4)


@transaction.atomic
def claim_deliveries(
    *, limit: int, holder: str, under_way: Mapping[UUID, int] | None = None
) -> list[Delivery]:
    """Lease the deliveries that go next, at most ``limit``.

    Of no endpoint more than may be under way at once, what is ``under_way`` already included.
    """
    heads = due_heads(limit=limit, under_way=under_way)
    rows = (
        Delivery.objects.filter(pk__in=heads)
        .select_related("event", "endpoint")
        .order_by("available_at")
    )
    return delivery_queue().claim(rows, limit=limit, holder=holder)


@transaction.atomic
def finish_delivery(*, lease: Lease, endpoint_id: UUID, outcome: Outcome) -> Delivery:
    """Record how an attempt ended. Raises ``LeaseLost`` and writes nothing if it is not ours now.

    A failure is tried again after the back-off or the pause that the receiver asked for, ten
    times in all. 410, and five days without a success, disable the endpoint.
    """
    endpoint = lock_endpoint(endpoint_id)
    queue = delivery_queue()
    delivery = queue.held(lease)
    if outcome.delivered:
        queue.finish(
            delivery,
            DeliveryStatus.DELIVERED,
            response_status=outcome.status,
            delivered_at=timezone.now(),
            last_error="",
        )
        if endpoint.failing_since is not None:
            endpoint.failing_since = None
            endpoint.save(update_fields=["failing_since"])
        return delivery
    delivery.response_status = outcome.status
    delivery.save(update_fields=["response_status"])
    if outcome.status == GONE or queue.exhausted(delivery):
        queue.finish(delivery, DeliveryStatus.ABANDONED, last_error=outcome.error)
    else:
        queue.give_back(
            delivery,
            counted=True,
            error=outcome.error,
            at_least=outcome.retry_after or timedelta(),
        )
    _count_failure(endpoint, outcome)
    return delivery


def _count_failure(endpoint: WebhookEndpoint, outcome: Outcome) -> None:
    now = timezone.now()
    if endpoint.failing_since is None:
        endpoint.failing_since = now
        endpoint.save(update_fields=["failing_since"])
    if outcome.status == GONE:
        _disable(endpoint, "gone")
    elif now - endpoint.failing_since >= FAILING_LIMIT:
        _disable(endpoint, "failing")


def _disable(endpoint: WebhookEndpoint, reason: str) -> None:
    """Disable a locked endpoint and give up what still waited for it."""
    if not endpoint.is_enabled:
        return
    endpoint.is_enabled = False
    endpoint.disabled_reason = reason
    endpoint.save(update_fields=["is_enabled", "disabled_reason"])
    given_up = delivery_queue().take_away_all(
        Delivery.objects.filter(endpoint=endpoint, status=DeliveryStatus.PENDING),
        DeliveryStatus.ABANDONED,
        last_error="endpoint_disabled",
    )
    record(
        actor=SYSTEM,
        action="webhook_endpoint.disabled",
        of=endpoint,
        brand=None,
        reason=reason,
        given_up=given_up,
        owner=str(endpoint.client.owner_id),
    )


@transaction.atomic
def release_delivery(*, lease: Lease) -> Delivery:
    """Give a delivery back that was not sent: its worker stops on purpose. Raises ``LeaseLost``."""
    queue = delivery_queue()
    delivery = queue.give_back(queue.held(lease), counted=False)
    hint_on_commit(DELIVER_TASK, queue=DELIVER_QUEUE)
    return delivery


@transaction.atomic
def expire_delivery(*, delivery_id: UUID) -> bool:
    """Take a delivery away from a worker whose lease ran out. Returns whether it had.

    Whether the receiver got it nobody knows, so it is sent again; the receiver tells by the id.
    One death is ours and takes none of the receiver's attempts. A delivery with which senders die
    one after the other uses its attempts up, and waits a little between them.
    """
    queue = delivery_queue()
    delivery = queue.lock_if_expired(delivery_id)
    if delivery is None:
        return False
    again = queue.died_again(delivery)
    if again and queue.exhausted(delivery):
        queue.finish(delivery, DeliveryStatus.ABANDONED, last_error=LEASE_EXPIRED)
        return True
    queue.give_back(
        delivery,
        counted=again,
        wait=False,
        at_least=delay_after_death(delivery.attempts) if again else timedelta(),
        error=LEASE_EXPIRED,
    )
    hint_on_commit(DELIVER_TASK, queue=DELIVER_QUEUE)
    return True


@transaction.atomic
def give_up_waiting(*, delivery_id: UUID) -> bool:
    """Give up a delivery that has waited too long for a disabled endpoint. Returns whether so."""
    delivery = (
        Delivery.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
        .filter(
            pk=delivery_id,
            status=DeliveryStatus.PENDING,
            endpoint__is_enabled=False,
            created_at__lt=Now() - WAITING_LIMIT,
        )
        .first()
    )
    if delivery is None:
        return False
    delivery_queue().take_away(delivery, DeliveryStatus.ABANDONED, last_error="endpoint_disabled")
    return True


@transaction.atomic
def replay_delivery(*, actor: Actor, delivery_id: UUID) -> Delivery:
    """Send a delivery again that was delivered or given up, with ten attempts anew.

    It carries the same ``webhook-id``. Raises ``NotFound``, ``InvalidTransition`` for one that is
    still under way, and ``Conflict`` (``endpoint_disabled``).
    """
    endpoint_id = (
        Delivery.objects.filter(pk=delivery_id).values_list("endpoint_id", flat=True).first()
    )
    if endpoint_id is None:
        raise NotFound(_("There is no such delivery."))
    endpoint = lock_endpoint(endpoint_id)
    require_enabled(endpoint)
    delivery = Delivery.objects.select_for_update(of=("self",), no_key=True).get(pk=delivery_id)
    if delivery.status not in (DeliveryStatus.DELIVERED, DeliveryStatus.ABANDONED):
        raise InvalidTransition(_("This delivery is still under way."))
    delivery_queue().take_away(
        delivery,
        DeliveryStatus.PENDING,
        attempts=0,
        available_at=Now(),
        delivered_at=None,
        response_status=None,
        last_error="",
    )
    record(
        actor=actor,
        action="webhook_delivery.replayed",
        of=delivery,
        brand=None,
        endpoint=str(endpoint.pk),
    )
    hint_on_commit(DELIVER_TASK, queue=DELIVER_QUEUE)
    delivery.refresh_from_db()
    return delivery
