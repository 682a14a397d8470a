"""The one place that moves a request: guard, time stamp, event, all under the caller's lock."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from avatars.events import append_first_event, append_request_event
from avatars.models import GenerationRequest, RequestEvent
from avatars.states import REQUEST, SETTLED_REQUESTS, RequestStatus

_STAMPS = {
    RequestStatus.QUEUED: "queued_at",
    RequestStatus.RENDERING: "rendering_at",
    RequestStatus.SCREENING: "screening_at",
    RequestStatus.IN_REVIEW: "in_review_at",
}


def move_request(
    request: GenerationRequest, status: RequestStatus, *, reason: str = ""
) -> GenerationRequest:
    """Move a locked request to ``status`` and tell its followers.

    Raises ``InvalidTransition``. A settled request also gets the event that ends its stream.
    """
    REQUEST.check(request.status, status)
    now: datetime = timezone.now()
    changed: dict[str, Any] = {"status": status, "reason": reason}
    if status in _STAMPS:
        changed[_STAMPS[status]] = now
    changed["settled_at"] = now if status in SETTLED_REQUESTS else None
    for name, value in changed.items():
        setattr(request, name, value)
    request.save(update_fields=list(changed))
    announce_status(request)
    return request


def announce_new(request: GenerationRequest) -> None:
    """Tell that a request was accepted: its first event, counted when it was made."""
    data = {"status": request.status, "reason": request.reason}
    append_first_event(request=request, kind=RequestEvent.Kind.STATUS, data=data)


def announce_status(request: GenerationRequest) -> None:
    """Append the event of the request's present status, and the last one if it is settled."""
    data = {"status": request.status, "reason": request.reason}
    append_request_event(request=request, kind=RequestEvent.Kind.STATUS, data=data)
    if request.status in SETTLED_REQUESTS:
        append_request_event(request=request, kind=RequestEvent.Kind.DONE, data=data)
