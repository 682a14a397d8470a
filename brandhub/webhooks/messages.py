"""What is sent: the body of an event and the headers that sign it (Standard Webhooks 1.0)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from standardwebhooks.webhooks import Webhook

from brandhub.common.links import absolute
from brandhub.webhooks.models import OutboxEvent

#: The most that a receiver has to expect, bytes.
MAX_BODY = 20_000
USER_AGENT = "BrandHub-Webhooks/1"
REQUEST_ID_HEADER = "X-Request-ID"


def event_body(event: OutboxEvent) -> dict[str, Any]:
    """An event as receivers and the list of events show it, its links absolute.

    ``data.sequence`` counts the events of one bot without gaps; null where there is no bot.
    """
    links = {
        name: absolute(link) if link.startswith("/") else link
        for name, link in event.data.get("links", {}).items()
    }
    return {
        "type": event.type,
        "timestamp": event.created_at.isoformat().replace("+00:00", "Z"),
        "livemode": not event.sandbox,
        "data": {
            **event.data,
            **({"links": links} if links else {}),
            "sequence": event.sequence,
        },
    }


def body_bytes(event: OutboxEvent) -> bytes:
    """The body as it is signed and sent: the same bytes at every attempt."""
    body = json.dumps(event_body(event), ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return body.encode()


def signed_headers(
    event: OutboxEvent, body: bytes, *, secrets: Sequence[str], at: datetime
) -> dict[str, str]:
    """The headers of one attempt, signed with each of ``secrets``, the present one first.

    ``webhook-id`` is the event's and stays the same over retries and replays, so that a receiver
    can tell twins apart.
    """
    message_id = str(event.pk)
    text = body.decode()
    signatures = [Webhook(secret).sign(message_id, at, text) for secret in secrets]
    headers = {
        "content-type": "application/json",
        "user-agent": USER_AGENT,
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
    if event.correlation_id:
        headers[REQUEST_ID_HEADER] = event.correlation_id
    return headers
