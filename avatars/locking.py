"""Locks of the chain in their one order: bot, request, case, candidate, and last a brand's pixels.

Those of rows are ``FOR NO KEY UPDATE``: they shut out every other writer of the row and let rows
that merely refer to it be inserted.
"""

from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from avatars.models import Bot, Candidate, GenerationRequest
from brandhub.common.errors import NotFound


def lock_bot(bot_id: UUID) -> Bot:
    """Lock a bot. Raises ``NotFound``."""
    bot = Bot.objects.select_for_update(no_key=True).filter(pk=bot_id).first()
    if bot is None:
        raise NotFound(_("There is no such bot."))
    return bot


def lock_request(request_id: UUID) -> GenerationRequest:
    """Lock a request and, before it, its bot, whose counter every told event raises.

    Raises ``NotFound``. The request's ``bot`` is the locked row.
    """
    bot_id = (
        GenerationRequest.objects.filter(pk=request_id).values_list("bot_id", flat=True).first()
    )
    if bot_id is None:
        raise NotFound(_("There is no such request."))
    bot = lock_bot(bot_id)
    request = GenerationRequest.objects.select_for_update(no_key=True).get(pk=request_id)
    request.bot = bot
    return request


def lock_candidates(request: GenerationRequest, *statuses: str) -> list[Candidate]:
    """Lock the candidates of a locked request, in order; only those in ``statuses`` if given."""
    rows = Candidate.objects.select_for_update(no_key=True).filter(request=request)
    if statuses:
        rows = rows.filter(status__in=statuses)
    return list(rows.order_by("index"))


def lock_pixels(*, brand_id: UUID, pixel_sha256: str) -> None:
    """Let nobody else publish or take down these pixels in the brand until this transaction ends.

    They are no row of their own, and versions of several bots may show them: the bots' locks do not
    keep one from being published while the others are taken down.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"pixels:{brand_id}:{pixel_sha256}"],
        )
