"""Holding an answer back until a person can decide."""

from __future__ import annotations

import time
from uuid import UUID

from avatars.models import GenerationRequest
from avatars.states import SETTLED_REQUESTS, RequestStatus
from brandhub.common.connections import release_connection

MAX_WAIT_SECONDS = 30
#: How often the row is looked at; by its key, so a look costs next to nothing.
INTERVAL_SECONDS = 0.5


def wait_until_decidable(request_id: UUID, *, seconds: float) -> str:
    """Wait until the request is in review or over, at most ``seconds``; return its status.

    Holds no database connection while it sleeps, so that those who wait cannot starve the rest.
    """
    until = time.monotonic() + seconds
    while True:
        status = GenerationRequest.objects.values_list("status", flat=True).get(pk=request_id)
        left = until - time.monotonic()
        if status == RequestStatus.IN_REVIEW or status in SETTLED_REQUESTS or left <= 0:
            return status
        release_connection()
        time.sleep(min(INTERVAL_SECONDS, left))
