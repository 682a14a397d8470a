"""What of a person's words these rows keep, and how it is emptied for good.

Pictures, tags and the composed prompt stay: they are of the vocabulary and the style, and without
them nothing could be traced or drawn again.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from avatars.locking import lock_bot, lock_request
from avatars.models import AvatarVersion, GenerationRequest
from avatars.states import OPEN_REQUESTS
from brandhub.accounts.models import IdempotencyRecord
from brandhub.common.errors import Conflict


def erase_request_texts(request_id: UUID) -> int:
    """Empty what was written in a request, in the answers kept for its callers too.

    Returns how many texts held something. Raises ``Conflict`` (``request_open``) while it is under
    way: whoever judges it has to read it.
    """
    request = lock_request(request_id)
    if request.status in OPEN_REQUESTS:
        raise Conflict(_("The request is under way; cancel it first."), code="request_open")
    empty: dict[str, Any] = {
        "prompt": "",
        "negative_prompt": "",
        "not_understood": [],
        "metadata": {},
    }
    held = [name for name in empty if getattr(request, name)]
    GenerationRequest.objects.filter(pk=request_id).update(**empty)
    answers = IdempotencyRecord.objects.filter(
        client_id=request.client_id, response_body__id=str(request_id)
    )
    for answer in answers.select_for_update(no_key=True):
        body: dict[str, Any] = answer.response_body or {}
        answer.response_body = body | {name: empty[name] for name in empty if name in body}
        answer.save(update_fields=["response_body"])
    return len(held)


def erase_version_texts(version_id: UUID) -> int:
    """Empty the reason for which a version was taken down."""
    version = AvatarVersion.objects.get(pk=version_id)
    lock_bot(version.bot_id)
    held = AvatarVersion.objects.filter(pk=version_id).exclude(take_down_reason="")
    return held.update(take_down_reason="")
