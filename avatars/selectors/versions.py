"""Reading versions, and the lineage that leads from a published pixel to a decision."""

from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet

from avatars.content_credentials import recipe_sha256
from avatars.hooks import moderation
from avatars.models import Attempt, AvatarVersion, Bot, Rendition
from avatars.states import AttemptOutcome, VersionStatus


def current_version(bot: Bot) -> AvatarVersion | None:
    """What the bot wears now."""
    rows = bot.versions.select_related("brand", "candidate")
    return rows.filter(status=VersionStatus.CURRENT).first()


def current_versions(bot_ids: list[UUID]) -> dict[UUID, AvatarVersion]:
    """What each of the bots wears now, in one query."""
    rows = AvatarVersion.objects.select_related("brand").filter(
        bot_id__in=bot_ids, status=VersionStatus.CURRENT
    )
    return {row.bot_id: row for row in rows}


def versions_of(bot: Bot) -> QuerySet[AvatarVersion]:
    """The bot's history, newest first."""
    return bot.versions.select_related("brand", "bot").order_by("-number")


def was_withdrawn(bot: Bot) -> bool:
    """Whether the bot's newest version was taken down, so that its address answers 410."""
    newest = bot.versions.order_by("-number").values_list("status", flat=True).first()
    return newest == VersionStatus.TAKEN_DOWN


def provenance(version: AvatarVersion) -> dict[str, Any]:
    """The lineage record of a version: style, recipe, execution, checks, decision, delivery.

    Holds everything needed to draw the picture again, and every digest along the way.
    """
    candidate = version.candidate
    request = candidate.request
    revision = request.style_revision
    attempt = (
        Attempt.objects.filter(candidate=candidate, outcome=AttemptOutcome.RENDERED)
        .order_by("-lease_token")
        .first()
    )
    findings = moderation().findings_of(request_ids=[request.pk]).get(request.pk, [])
    relevant = (None, str(candidate.pk))
    return {
        "version": {
            "id": str(version.pk),
            "bot": version.bot.external_id,
            "number": version.number,
            "livemode": not version.bot.sandbox,
            "status": version.status,
            "published_at": _time(version.published_at),
            "pixel_sha256": version.pixel_sha256,
            "file_sha256": version.file_sha256,
            "rolled_back_to": version.rolled_back_to.number if version.rolled_back_to else None,
        },
        "style": {
            "brand": revision.style.brand.slug,
            "style": revision.style.slug,
            "revision": revision.number,
            "revision_id": str(revision.pk),
        },
        "base_model": {
            "name": request.base_model.name,
            "family": request.base_model.family,
            "content_hash": request.base_model.content_hash,
        },
        "request": {
            "id": str(request.pk),
            "created_at": _time(request.created_at),
            "prompt": request.prompt,
            "negative_prompt": request.negative_prompt,
            "tags": request.tags,
            "absent_tags": request.absent_tags,
            "reference_images": [
                {
                    "id": str(reference.image_id),
                    "role": reference.role,
                    "weight": reference.weight,
                    "file_sha256": reference.image.file_sha256,
                }
                for reference in request.references.select_related("image")
            ],
        },
        "recipe": {
            "prompt": request.composed_prompt,
            "negative_prompt": request.composed_negative_prompt,
            "seed": candidate.seed,
            "width": candidate.width,
            "height": candidate.height,
            "steps": request.steps,
            "guidance_scale": request.guidance_scale,
            "guidance_schedule": request.guidance_schedule,
            "scheduler": request.scheduler,
            "route": request.route or None,
            "adapters": request.adapters,
            "badge": request.badge or None,
            "watermark": None if attempt is None else attempt.environment.get("watermark"),
            "strength": request.strength,
        },
        "attempt": None
        if attempt is None
        else {
            "id": str(attempt.pk),
            "lease_token": attempt.lease_token,
            "batch_id": str(attempt.batch_id),
            "batch_size": attempt.batch_size,
            "started_at": _time(attempt.started_at),
            "ended_at": _time(attempt.ended_at),
            "environment": attempt.environment,
        },
        "findings": [each for each in findings if each["candidate_id"] in relevant],
        "decision": {"id": str(version.decision_id), **version.decision},
        "content_credentials": _content_credentials(version),
    }


def _content_credentials(version: AvatarVersion) -> dict[str, Any]:
    """Whose credentials the files of these pixels carry, and the digest that is signed in them."""
    rows = (
        Rendition.objects.filter(brand_id=version.brand_id, pixel_sha256=version.pixel_sha256)
        .exclude(signed_by="")
        .values("signed_by")
        .annotate(files=Count("pk"))
        .order_by("signed_by")
    )
    return {"signed": list(rows), "recipe_sha256": recipe_sha256(version)}


def version_with_lineage(versions: QuerySet[AvatarVersion]) -> QuerySet[AvatarVersion]:
    """``versions`` with everything :func:`provenance` follows, in one query."""
    return versions.select_related(
        "bot",
        "brand",
        "rolled_back_to",
        "candidate__request__base_model",
        "candidate__request__style_revision__style__brand",
    )


def _time(value: Any) -> str | None:
    return value.isoformat() if value is not None else None
