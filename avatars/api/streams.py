"""``GET /requests/{id}/events``: what happens to a request, as server-sent events.

The rows of ``RequestEvent`` are what a stream says; news from Redis only tells it when to look.
A stream holds neither a database connection nor a thread of its own while nothing happens.
"""

from __future__ import annotations

import asyncio
import json
import time
import weakref
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from avatars.events import channel_of
from avatars.models import RequestEvent
from avatars.selectors.events import Seen, events_after
from avatars.selectors.reachable import request_called
from avatars.states import SETTLED_REQUESTS
from brandhub.accounts.models import Scope
from brandhub.api.permissions import scopes
from brandhub.api.views import ApiView
from brandhub.common.connections import release_connection
from brandhub.common.errors import FieldError, InvalidInput
from brandhub.common.followers import subscription
from brandhub.common.shared_reads import SharedReads

#: A comment this often keeps proxies from closing a quiet stream, and shows us who has left.
HEARTBEAT_SECONDS = 15.0
#: How often the rows are looked at while news cannot reach us.
POLL_SECONDS = 2.0
#: Then the stream ends and the follower comes back with ``Last-Event-ID``: a key that was revoked
#: meanwhile does not.
LONGEST_SECONDS = 600.0
#: Tells the follower how long to wait before it comes back, in milliseconds.
_GREETING = b"retry: 2000\n\n"
_HEARTBEAT = b": still here\n\n"
_MAX_SEQUENCE = 2**31 - 1
EVENT_STREAM = "text/event-stream"
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}

LAST_EVENT_ID = OpenApiParameter(
    "Last-Event-ID",
    {"type": "integer", "minimum": 0, "maximum": _MAX_SEQUENCE},
    OpenApiParameter.HEADER,
    description="The id of the last event that was seen; the stream goes on after it.",
)


class RequestEvents(ApiView):
    """The event stream of a request."""

    permission_classes = scopes(GET=Scope.REQUESTS_READ)

    @extend_schema(
        operation_id="requests_events",
        summary="Follow a request",
        description="Server-sent events `status`, `progress`, `candidate` and `done`, after which "
        "the stream ends. `progress` has no id and is not repeated. 204 where everything was seen.",
        parameters=[LAST_EVENT_ID],
        responses={(200, EVENT_STREAM): OpenApiTypes.STR, 204: None},
    )
    def get(self, request: Request, request_id: UUID) -> HttpResponseBase:
        seen = self._seen_and_more_to_come(request, request_id)
        if seen is None:
            return HttpResponse(status=204)
        # The thread's would otherwise be held until the stream ends.
        release_connection()
        return StreamingHttpResponse(
            request_stream(request_id, seen=seen), content_type=EVENT_STREAM, headers=_HEADERS
        )

    @extend_schema(exclude=True)
    def head(self, request: Request, request_id: UUID) -> HttpResponse:
        """The headers alone: a stream that nobody reads would hold its connection to the end."""
        if self._seen_and_more_to_come(request, request_id) is None:
            return HttpResponse(status=204)
        return HttpResponse(content_type=EVENT_STREAM, headers=_HEADERS)

    def _seen_and_more_to_come(self, request: Request, request_id: UUID) -> int | None:
        """The event that was seen last; None where no other will follow.

        EventSource comes back whenever a stream ends, until it is told that there is no more.
        """
        self.query()
        seen = _last_event_id(request)
        found = request_called(self.caller, request_id)
        over = found.status in SETTLED_REQUESTS and seen >= found.event_sequence
        return None if over else seen


async def request_stream(
    request_id: UUID, *, seen: int, longest: float = LONGEST_SECONDS
) -> AsyncIterator[bytes]:
    """The stream itself, from the event after ``seen`` to the one that ends it."""
    channel = channel_of(request_id)
    ends = time.monotonic() + longest
    async with subscription().follow(channel) as follower:
        yield _GREETING
        look, spoke = True, time.monotonic()
        while True:
            if look:
                events = await _reads().ask((request_id, seen))
                for event in events:
                    seen = event.sequence
                    yield _frame(event.kind, event.data, event.sequence)
                    spoke = time.monotonic()
                if events and events[-1].kind == RequestEvent.Kind.DONE:
                    return
            now = time.monotonic()
            if now >= ends:
                return
            patience = HEARTBEAT_SECONDS if subscription().connected else POLL_SECONDS
            news = await follower.news(timeout=max(min(patience, ends - now), 0))
            for message in news:
                if message["kind"] == "progress":
                    yield _frame("progress", _without_kind(message))
                    spoke = time.monotonic()
            # Silence is a reason to look, too: news may have been lost.
            look = not news or any(message["kind"] == "event" for message in news)
            if time.monotonic() - spoke >= HEARTBEAT_SECONDS:
                yield _HEARTBEAT
                spoke = time.monotonic()


_reads_of: weakref.WeakKeyDictionary[
    asyncio.AbstractEventLoop, SharedReads[Seen, list[RequestEvent]]
] = weakref.WeakKeyDictionary()


def _reads() -> SharedReads[Seen, list[RequestEvent]]:
    """The running event loop's: news of a request that hundreds follow is read for all at once."""
    return _reads_of.setdefault(asyncio.get_running_loop(), SharedReads(events_after))


def _frame(kind: str, data: dict[str, Any], sequence: int | None = None) -> bytes:
    """One event as the stream writes it (HTML Living Standard, 9.2.6)."""
    lines = [f"event: {kind}", f"data: {json.dumps(data, separators=(',', ':'))}"]
    if sequence is not None:
        lines.insert(0, f"id: {sequence}")
    return ("\n".join(lines) + "\n\n").encode()


def _without_kind(message: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in message.items() if name != "kind"}


def _last_event_id(request: Request) -> int:
    text = request.headers.get("Last-Event-ID", "0")
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and int(text) <= _MAX_SEQUENCE):
        raise InvalidInput(
            _("Last-Event-ID is not the id of an event."),
            errors=[FieldError("?Last-Event-ID", "invalid_event_id", _("A whole number."))],
        )
    return int(text)
