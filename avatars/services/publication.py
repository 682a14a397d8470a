"""Publishing, rolling back and taking down: what the world sees of a bot."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from avatars.hooks import moderation
from avatars.locking import lock_bot, lock_pixels
from avatars.models import AvatarVersion, Bot, Candidate
from avatars.services.telling import tell_of_version
from avatars.states import VERSION, CandidateStatus, VersionStatus
from brandhub.audit.record import Actor, record
from brandhub.common.errors import Conflict, NotFound
from brandhub.webhooks.models import EventType


@transaction.atomic
def publish_version(
    *,
    actor: Actor,
    bot: Bot,
    candidate: Candidate,
    decision_id: UUID,
    decision: dict[str, Any],
) -> AvatarVersion:
    """Make an approved candidate the bot's current avatar and return its version.

    The pixels that are current already publish as a no-op: the current version is returned.
    Raises ``Conflict``: ``candidate_not_approved``, ``preview_not_publishable``,
    ``sandbox_not_publishable`` where one of bot and picture is in the sandbox and the other is not,
    or ``pixels_taken_down`` where the brand has withdrawn these pixels before.
    """
    bot = lock_bot(bot.pk)
    if candidate.request.sandbox != bot.sandbox:
        raise Conflict(
            _("A picture of the sandbox stays there, and a live one outside."),
            code="sandbox_not_publishable",
        )
    if candidate.request.is_preview:
        raise Conflict(_("A preview is not published."), code="preview_not_publishable")
    if candidate.status != CandidateStatus.APPROVED:
        raise Conflict(_("Only an approved picture is published."), code="candidate_not_approved")
    return _make_current(
        actor=actor,
        bot=bot,
        action="version.published",
        candidate=candidate,
        decision_id=decision_id,
        decision=decision,
    )


@transaction.atomic
def roll_back(*, actor: Actor, bot_id: UUID, to: int) -> AvatarVersion:
    """Make the next version of a bot with the pixels of version ``to``, and return it.

    Where those are current already, the current version is returned. Raises ``NotFound`` for a
    number that the bot never had, ``Conflict`` (``version_taken_down``) for one withdrawn.
    """
    bot = lock_bot(bot_id)
    target = bot.versions.select_related("candidate").filter(number=to).first()
    if target is None:
        raise NotFound(
            _("This bot has no version %(number)d.") % {"number": to}, code="version_not_found"
        )
    if target.status == VersionStatus.TAKEN_DOWN:
        raise Conflict(
            _("Version %(number)d was taken down.") % {"number": to}, code="version_taken_down"
        )
    return _make_current(
        actor=actor,
        bot=bot,
        action="version.rolled_back",
        candidate=target.candidate,
        decision_id=target.decision_id,
        decision=target.decision,
        rolled_back_to=target,
    )


def _make_current(
    *,
    actor: Actor,
    bot: Bot,
    action: str,
    candidate: Candidate,
    decision_id: UUID,
    decision: dict[str, Any],
    rolled_back_to: AvatarVersion | None = None,
) -> AvatarVersion:
    """Supersede the current version of a locked bot by a new one with the candidate's pixels."""
    current = _current_for_update(bot)
    if current is not None and current.pixel_sha256 == candidate.pixel_sha256:
        return current
    lock_pixels(brand_id=bot.brand_id, pixel_sha256=candidate.pixel_sha256)
    refuse_withdrawn_pixels(bot, candidate.pixel_sha256)
    now = timezone.now()
    if current is not None:
        VERSION.check(current.status, VersionStatus.SUPERSEDED)
        current.status = VersionStatus.SUPERSEDED
        current.save(update_fields=["status"])
    last = bot.versions.aggregate(last=Max("number"))["last"] or 0
    version = AvatarVersion.objects.create(
        brand_id=bot.brand_id,
        bot=bot,
        number=last + 1,
        status=VersionStatus.CURRENT,
        candidate=candidate,
        pixel_sha256=candidate.pixel_sha256,
        file_sha256=candidate.file_sha256,
        decision_id=decision_id,
        decision=decision,
        rolled_back_to=rolled_back_to,
        published_at=now,
    )
    record(
        actor=actor,
        action=action,
        of=version,
        brand=bot.brand_id,
        sandbox=bot.sandbox,
        number=version.number,
        pixel_sha256=version.pixel_sha256,
        decision_id=str(decision_id),
        bot=str(bot.pk),
    )
    tell_of_version(event_type=EventType.VERSION_PUBLISHED, version=version, bot=bot)
    moderation().visibility_changed(candidate_ids=[candidate.pk])
    return version


def _current_for_update(bot: Bot) -> AvatarVersion | None:
    return bot.versions.select_for_update(no_key=True).filter(status=VersionStatus.CURRENT).first()


def is_withdrawn(bot: Bot, pixel_sha256: str) -> bool:
    """Whether the bot's brand has taken these pixels down."""
    return AvatarVersion.objects.filter(
        brand_id=bot.brand_id, pixel_sha256=pixel_sha256, status=VersionStatus.TAKEN_DOWN
    ).exists()


def refuse_withdrawn_pixels(bot: Bot, pixel_sha256: str) -> None:
    """Raise ``Conflict`` (``pixels_taken_down``) for pixels that the brand has taken down."""
    if is_withdrawn(bot, pixel_sha256):
        raise Conflict(_("These pixels were taken down before."), code="pixels_taken_down")


@transaction.atomic
def take_down(
    *, actor: Actor, bot_id: UUID, reason: str, shown: str | None = None
) -> list[AvatarVersion]:
    """Withdraw the bot's current avatar, and every version of its brand with the same pixels, on
    the bot's side of the sandbox.

    ``shown`` are the pixels that whoever asks has seen. Returns what was withdrawn. Raises
    ``Conflict``: ``nothing_published`` for a bot without a current version, ``avatar_changed`` for
    one that wears other pixels than were shown.
    """
    pixels = (
        AvatarVersion.objects.filter(bot_id=bot_id, status=VersionStatus.CURRENT)
        .values_list("brand_id", "pixel_sha256", "bot__sandbox")
        .first()
    )
    if pixels is None:
        lock_bot(bot_id)
        raise Conflict(_("This bot has no current avatar."), code="nothing_published")
    brand_id, pixel_sha256, sandbox = pixels
    if shown is not None and shown != pixel_sha256:
        raise _avatar_changed()
    wearers = AvatarVersion.objects.in_sandbox(sandbox).filter(
        brand_id=brand_id, pixel_sha256=pixel_sha256
    )
    bots = _lock_wearers(bot_id, wearers, brand_id=brand_id, pixel_sha256=pixel_sha256)
    if shown is not None:
        current = _current_for_update(bots[bot_id])
        if current is not None and current.pixel_sha256 != shown:
            # Given another picture while these locks were waited for.
            raise _avatar_changed()
    withdrawn = list(
        wearers.select_for_update(of=("self",), no_key=True)
        .exclude(status=VersionStatus.TAKEN_DOWN)
        .order_by("id")
    )
    if not any(version.bot_id == bot_id for version in withdrawn):
        raise Conflict(_("This bot has no current avatar."), code="nothing_published")
    for version in withdrawn:
        _withdraw(version, reason)
        record(
            actor=actor,
            action="version.taken_down",
            of=version,
            brand=brand_id,
            texts={"reason": version.take_down_reason},
            sandbox=sandbox,
            number=version.number,
            pixel_sha256=pixel_sha256,
        )
        tell_of_version(
            event_type=EventType.VERSION_TAKEN_DOWN, version=version, bot=bots[version.bot_id]
        )
    moderation().visibility_changed(candidate_ids=[each.candidate_id for each in withdrawn])
    return withdrawn


def _avatar_changed() -> Conflict:
    return Conflict(
        _("The bot wears another picture by now; look at it again."), code="avatar_changed"
    )


def _lock_wearers(
    bot_id: UUID, wearers: QuerySet[AvatarVersion], *, brand_id: UUID, pixel_sha256: str
) -> dict[UUID, Bot]:
    """Lock the bot and every other one that has worn the pixels, then the pixels: no bot is given
    them from then on, and who was just given them is among the locked.
    """
    bot_ids = {bot_id, *wearers.values_list("bot_id", flat=True)}
    while True:
        before = transaction.savepoint()
        # Several bots: locked in key order, as everybody who locks several does.
        bots = {each: lock_bot(each) for each in sorted(bot_ids)}
        lock_pixels(brand_id=brand_id, pixel_sha256=pixel_sha256)
        late = set(wearers.values_list("bot_id", flat=True)) - bot_ids
        if not late:
            transaction.savepoint_commit(before)
            return bots
        # Given the pixels while these locks were waited for; its own has its place among them.
        transaction.savepoint_rollback(before)
        bot_ids |= late


def _withdraw(version: AvatarVersion, reason: str) -> None:
    VERSION.check(version.status, VersionStatus.TAKEN_DOWN)
    version.status = VersionStatus.TAKEN_DOWN
    version.taken_down_at = timezone.now()
    version.take_down_reason = reason[:500]
    version.save(update_fields=["status", "taken_down_at", "take_down_reason"])
