"""What has happened to requests since somebody last looked."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from avatars.models import RequestEvent
from brandhub.common.connections import release_connection

#: A request, and the sequence number of the last of its events that was seen.
Seen = tuple[UUID, int]

_AFTER_SQL = """
SELECT event.*, asked.seen
FROM unnest(%s::uuid[], %s::int[]) AS asked (request_id, seen)
JOIN avatars_requestevent event
  ON event.request_id = asked.request_id AND event.sequence > asked.seen
ORDER BY event.sequence
"""


def events_after(asked: Collection[Seen]) -> dict[Seen, list[RequestEvent]]:
    """For each request and sequence number the events after it, oldest first, in one statement.

    For threads that serve many: no connection is held afterwards.
    """
    found: dict[Seen, list[RequestEvent]] = {each: [] for each in asked}
    try:
        requests, numbers = zip(*asked, strict=True)
        for event in RequestEvent.objects.raw(_AFTER_SQL, [list(requests), list(numbers)]):
            seen: int = vars(event)["seen"]
            found[event.request_id, seen].append(event)
    finally:
        release_connection()
    return found
