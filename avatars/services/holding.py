"""What becomes of a held request once a person has looked at its prompt."""

from uuid import UUID

from django.db import transaction

from avatars.locking import lock_request
from avatars.models import GenerationRequest
from avatars.services.enqueueing import enqueue_candidates
from avatars.services.request_status import move_request
from avatars.services.telling import tell_of_request
from avatars.states import RequestStatus
from brandhub.audit.record import Actor, record
from brandhub.webhooks.models import EventType


@transaction.atomic
def release_held_request(*, actor: Actor, request_id: UUID) -> GenerationRequest:
    """Let a held request be rendered. Raises ``InvalidTransition`` unless it is held."""
    request = lock_request(request_id)
    move_request(request, RequestStatus.QUEUED)
    enqueue_candidates(request)
    record(actor=actor, action="request.released", of=request, brand=request.brand_id)
    return request


@transaction.atomic
def decline_held_request(*, actor: Actor, request_id: UUID, reason: str) -> GenerationRequest:
    """Refuse a held request; nothing of it was rendered. Raises ``InvalidTransition``."""
    request = lock_request(request_id)
    move_request(request, RequestStatus.DECLINED, reason=reason)
    record(
        actor=actor,
        action="request.declined",
        of=request,
        brand=request.brand_id,
        sandbox=request.sandbox,
        reason=reason,
    )
    tell_of_request(event_type=EventType.REQUEST_DECLINED, request=request)
    return request
