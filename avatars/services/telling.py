"""What bot platforms are told: outbox events about requests and versions."""

from typing import Any

from django.utils.encoding import escape_uri_path

from avatars.models import AvatarVersion, Bot, GenerationRequest
from brandhub.webhooks.models import EventType, OutboxEvent
from brandhub.webhooks.services import emit


def _next_sequence(bot: Bot) -> None:
    """Raise the counter of a bot whose row the caller has locked."""
    bot.event_sequence += 1
    bot.save(update_fields=["event_sequence"])


def tell_of_request(
    *, event_type: EventType, request: GenerationRequest, **more: Any
) -> OutboxEvent | None:
    """Put an event about ``request`` into the outbox, with ``more`` in its data. The caller holds
    its locks.

    Of a preview nobody is told: no platform asked for it.
    """
    if request.is_preview:
        return None
    bot = request.bot
    _next_sequence(bot)
    data: dict[str, Any] = {
        "request_id": str(request.pk),
        "bot": bot.external_id,
        "status": request.status,
        "reason": request.reason,
        "external_id": request.external_id,
        "metadata": request.metadata,
        "links": {"request": f"/api/v1/requests/{request.pk}"},
        **more,
    }
    return emit(
        event_type=event_type,
        brand=request.brand,
        client=request.client,
        data=data,
        bot=bot,
        sandbox=request.sandbox,
    )


def tell_of_version(*, event_type: EventType, version: AvatarVersion, bot: Bot) -> OutboxEvent:
    """Put an event about ``version`` into the outbox. The caller holds the bot's lock."""
    _next_sequence(bot)
    address = f"/api/v1/bots/{escape_uri_path(bot.external_id)}"
    data: dict[str, Any] = {
        "bot": bot.external_id,
        "version_id": str(version.pk),
        "number": version.number,
        "status": version.status,
        "pixel_sha256": version.pixel_sha256,
        "links": {
            "avatar": f"{address}/avatar",
            "version": f"{address}/versions/{version.number}/avatar",
            "provenance": f"/api/v1/versions/{version.pk}/provenance",
        },
    }
    return emit(
        event_type=event_type,
        brand=bot.brand,
        client=bot.client,
        data=data,
        bot=bot,
        sandbox=bot.sandbox,
    )
