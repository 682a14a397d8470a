"""The delivery queue: its lease terms, and which deliveries go next.

Each endpoint has its turn: a claim takes the oldest due deliveries of every enabled endpoint, a
few of each, so that one endpoint with a long backlog or a slow answer holds up no other.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection

from brandhub.jobs.protocol import LeasedQueue, LeaseTerms
from brandhub.webhooks.models import Delivery
from brandhub.webhooks.states import DELIVERY, DeliveryStatus

DELIVER_TASK = "webhooks.deliver"
#: Apart from screening: workers that listen to several queues take from each in turn, so that what
#: is told to platforms waits for one turn of screening at most, and not for all that is due.
DELIVER_QUEUE = "webhooks"

#: Deliveries of one endpoint under way at once.
PER_ENDPOINT = 4
#: The waits between ten attempts: 71.6 hours in all, give or take the jitter.
RETRY_AFTER = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 72_000)
)
MAX_ATTEMPTS = len(RETRY_AFTER) + 1
#: Share of a wait by which it is shortened or lengthened at random, so that what failed together
#: does not come back together.
JITTER = 0.1


def retry_delay(attempt: int) -> timedelta:
    """The wait after attempt number ``attempt`` has failed, with jitter."""
    planned = RETRY_AFTER[min(max(attempt, 1), len(RETRY_AFTER)) - 1]
    return planned * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - spreads load only


def delay_after_death(attempt: int) -> timedelta:
    """The wait after a sender has died with attempt number ``attempt``, as with the one before.

    A second for each minute that the receiver's own failure would cost: it is hardly the receiver
    that kills a sender of ours, yet workers that die in a loop must not use all attempts up at
    once. The first attempt counts as the second does.
    """
    return retry_delay(max(attempt, 2)) / 60


def delivery_queue() -> LeasedQueue[Delivery]:
    """The lease protocol over deliveries. Leases are not renewed: an attempt is bounded."""
    lease = timedelta(seconds=settings.WEBHOOK_LEASE_SECONDS)
    return LeasedQueue(
        "webhooks",
        Delivery,
        ready=DeliveryStatus.PENDING,
        running=DeliveryStatus.SENDING,
        guard=DELIVERY,
        terms=LeaseTerms(
            lease=lease, hard_limit=lease, max_attempts=MAX_ATTEMPTS, backoff=retry_delay
        ),
    )


_HEADS_SQL = """
SELECT head.id
FROM webhooks_webhookendpoint endpoint
LEFT JOIN unnest(%(endpoints)s::uuid[], %(counts)s::int[]) AS running (endpoint_id, count)
    ON running.endpoint_id = endpoint.id
CROSS JOIN LATERAL (
    SELECT d.id, d.available_at, row_number() OVER (ORDER BY d.available_at) AS place
    FROM webhooks_delivery d
    WHERE d.endpoint_id = endpoint.id AND d.status = 'pending'
      AND d.available_at <= statement_timestamp()
    ORDER BY d.available_at
    LIMIT %(each)s
) head
WHERE endpoint.is_enabled AND head.place + coalesce(running.count, 0) <= %(each)s
ORDER BY head.available_at
LIMIT %(limit)s
"""


def due_heads(*, limit: int, under_way: Mapping[UUID, int] | None = None) -> list[UUID]:
    """Ids of the deliveries that go next; with what an endpoint has ``under_way``, never more than
    ``PER_ENDPOINT`` of it.
    """
    running = under_way or {}
    with connection.cursor() as cursor:
        cursor.execute(
            _HEADS_SQL,
            {
                "each": PER_ENDPOINT,
                "endpoints": list(running),
                "counts": list(running.values()),
                "limit": limit,
            },
        )
        return [row[0] for row in cursor.fetchall()]
