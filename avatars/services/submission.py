"""Accepting a requirement: planned, screened, written in one transaction, hinted on commit."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from avatars.hooks import PromptScreening, moderation
from avatars.locking import lock_bot
from avatars.models import Bot, GenerationRequest
from avatars.models.requests import JustMade, Priority
from avatars.selectors.queue import estimate_for_new
from avatars.services.enqueueing import enqueue_candidates
from avatars.services.holding import decline_held_request
from avatars.services.references import (
    ReferenceUse,
    attach_references,
    check_references,
    strength_for,
)
from avatars.services.request_status import announce_new
from avatars.services.telling import tell_of_request
from avatars.states import RequestStatus, Verdict
from brandhub.accounts.models import ApiClient, User
from brandhub.audit.record import SYSTEM, Actor, record
from brandhub.common.correlation import current_correlation_id
from brandhub.common.errors import Conflict, FieldError, InvalidInput, Refused
from brandhub.inference.specs import steps_walked
from brandhub.jobs.boundaries import boundary
from brandhub.webhooks.models import EventType
from styles.composition import ComposedPrompt, compose_prompt
from styles.logos.badges import badge_for
from styles.logos.uploading import current_logo
from styles.models import StyleRevision
from styles.requirements import parse_requirement
from styles.routing import Route, route_for
from styles.services.pinning import pinned_stack
from styles.states import RevisionStatus

MAX_PROMPT = 2000
MAX_NEGATIVE_PROMPT = 500
MAX_CANDIDATES = 16
#: Leaves room for seed + index in PostgreSQL's bigint.
MAX_SEED = 2**63 - 1 - MAX_CANDIDATES


@dataclass(frozen=True, slots=True)
class RequestPlan:
    """What a requirement would become: shown by a dry run, written by a submission."""

    composed: ComposedPrompt
    screening: PromptScreening
    family: str
    base_model: str
    route: Route
    #: Until all candidates are rendered, seconds; None while there is no experience to judge by.
    estimate_seconds: float | None
    #: Work in image-steps: candidates × steps that are walked.
    cost: int


@dataclass(frozen=True, slots=True)
class _Asked:
    """A requirement as it came."""

    bot: Bot
    style_revision: StyleRevision
    prompt: str
    tags: Mapping[str, Any] | Sequence[str] | None
    negative_prompt: str
    candidates: int
    seed: int | None
    references: Sequence[ReferenceUse]


def plan_request(
    *,
    bot: Bot,
    style_revision: StyleRevision,
    prompt: str = "",
    tags: Mapping[str, Any] | Sequence[str] | None = None,
    negative_prompt: str = "",
    candidates: int = 4,
    seed: int | None = None,
    references: Sequence[ReferenceUse] = (),
) -> RequestPlan:
    """Parse, compose and screen a requirement. Writes nothing.

    Raises ``InvalidInput`` for what cannot be drawn as written, ``Refused`` where the style is of
    another brand than the bot. A blocked prompt is the plan's verdict here, not an error.
    """
    asked = _Asked(bot, style_revision, prompt, tags, negative_prompt, candidates, seed, references)
    composed, screening = _composed_and_screened(asked)
    base_model = style_revision.base_model
    route = route_for(style_revision, composed, has_references=bool(references))
    strength = strength_for(references, steps=route.steps)
    return RequestPlan(
        composed=composed,
        screening=screening,
        family=base_model.family,
        base_model=base_model.name,
        route=route,
        estimate_seconds=estimate_for_new(
            family=base_model.family, candidates=candidates, sandbox=bot.sandbox
        ),
        cost=candidates * steps_walked(route.steps, strength),
    )


def _composed_and_screened(asked: _Asked) -> tuple[ComposedPrompt, PromptScreening]:
    """What a submission writes of a plan, without what only a plan says."""
    _check_limits(asked)
    bot, revision = asked.bot, asked.style_revision
    if revision.style.brand_id != bot.brand_id:
        raise Refused(
            _("This style belongs to another brand than the bot."), code="style_of_another"
        )
    check_references(asked.references, revision=revision)
    composed = compose_prompt(
        revision=revision,
        requirement=parse_requirement(asked.prompt, never=bot.brand.forbidden_terms),
        tags=asked.tags,
        negative_prompt=asked.negative_prompt,
    )
    screening = moderation().screen_prompt(
        brand=bot.brand,
        prompt=asked.prompt,
        negative_prompt=asked.negative_prompt,
        tags=composed.tags,
    )
    return composed, screening


def submit_request(
    *,
    actor: Actor,
    bot: Bot,
    style_revision: StyleRevision,
    requested_by: User,
    client: ApiClient | None = None,
    prompt: str = "",
    tags: Mapping[str, Any] | Sequence[str] | None = None,
    negative_prompt: str = "",
    candidates: int = 4,
    seed: int | None = None,
    references: Sequence[ReferenceUse] = (),
    priority: Priority = Priority.NORMAL,
    external_id: str = "",
    metadata: Mapping[str, Any] | None = None,
    continues: GenerationRequest | None = None,
    revised_by: User | None = None,
    preview: bool = False,
) -> GenerationRequest:
    """Accept a requirement; once this returns it is on disk and will be drawn or answered.

    ``revised_by`` is the reviewer who changed the words of the request that this one continues.
    A doubtful prompt is accepted as ``held`` and waits for a person; for a bot of the sandbox, for
    which nobody comes, it is declined at once. With ``preview`` the pictures
    are for looking at: of a draft, too, and never published. Raises what :func:`plan_request`
    raises, ``Conflict`` (``revision_not_published``), and ``InvalidInput`` (``prompt_rejected``,
    with ``findings``) for a prompt that the screening blocks, or doubts where it is a preview;
    nothing is written then.
    """
    if not preview and style_revision.status != RevisionStatus.PUBLISHED:
        raise Conflict(
            _("A request is drawn in a published revision."), code="revision_not_published"
        )
    asked = _Asked(bot, style_revision, prompt, tags, negative_prompt, candidates, seed, references)
    composed, screening = _composed_and_screened(asked)
    if screening.verdict == Verdict.BLOCK or (
        # A person's time is for what may go out.
        preview and screening.verdict == Verdict.FLAG
    ):
        raise InvalidInput(
            _("The requirement asks for something that is not allowed here."),
            code="prompt_rejected",
            findings=screening.findings,
        )
    held = screening.verdict == Verdict.FLAG
    recipe = _recipe(asked, composed)
    now = timezone.now()
    with transaction.atomic():
        request = GenerationRequest(
            brand=bot.brand,
            # Only an event raises the bot's counter; without one its row need not be locked.
            bot=lock_bot(bot.pk) if held else bot,
            client=client,
            requested_by=requested_by,
            style_revision=style_revision,
            continues=continues,
            revised_by=revised_by,
            prompt=prompt,
            negative_prompt=negative_prompt,
            tags=composed.tags,
            absent_tags=list(composed.absent),
            not_understood=list(composed.not_understood),
            unsupported_tags=list(composed.unsupported),
            is_preview=preview,
            sandbox=bot.sandbox,
            external_id=external_id,
            metadata=dict(metadata or {}),
            **recipe,
            priority=priority,
            status=RequestStatus.HELD if held else RequestStatus.QUEUED,
            reason="prompt_in_doubt" if held else "",
            correlation_id=current_correlation_id(),
            event_sequence=1,
            queued_at=None if held else now,
        )
        request.save(force_insert=True)
        attached = attach_references(request, references)
        announce_new(request)
        enqueued = [] if held else enqueue_candidates(request)
        findings = moderation().request_accepted(request=request, screening=screening)
        record(
            actor=actor,
            action="request.submitted",
            of=request,
            brand=bot.brand_id,
            texts={"prompt": prompt, "negative_prompt": negative_prompt},
            sandbox=request.sandbox,
            status=request.status,
            candidates=candidates,
            style_revision=str(style_revision.pk),
        )
        if held:
            tell_of_request(event_type=EventType.REQUEST_HELD, request=request)
        if held and request.sandbox:
            return decline_held_request(
                actor=SYSTEM, request_id=request.pk, reason="prompt_in_doubt"
            )
        transaction.on_commit(lambda: boundary("submit.after_commit"))
        request.just_made = JustMade(enqueued, attached, findings)
    return request


def _recipe(asked: _Asked, composed: ComposedPrompt) -> dict[str, Any]:
    """The columns of a request that say what is drawn: with them it can be drawn again."""
    revision = asked.style_revision
    logo = current_logo(asked.bot.brand) if revision.badge_corner else None
    badge = badge_for(revision, logo)
    route = route_for(revision, composed, has_references=bool(asked.references))
    return {
        "base_model": revision.base_model,
        "composed_prompt": composed.prompt,
        "composed_negative_prompt": composed.negative_prompt,
        "candidate_count": asked.candidates,
        "seed": secrets.randbelow(2**31) if asked.seed is None else asked.seed,
        "image_size": revision.image_size,
        "steps": route.steps,
        "guidance_scale": revision.guidance_scale,
        "guidance_schedule": route.guidance_schedule,
        "scheduler": route.scheduler,
        "route": route.as_json(),
        "strength": strength_for(asked.references, steps=route.steps),
        "adapters": pinned_stack(revision),
        "badge": badge.as_json() if badge else {},
    }


def _at_most(count: int) -> str:
    return _("At most %(count)d characters.") % {"count": count}


def _between(least: int, most: int) -> str:
    return _("Between %(least)d and %(most)d.") % {"least": least, "most": most}


def _shows(character: str) -> bool:
    """Whether it is more than a blank: zero-width characters and the like ask for nothing."""
    return character.isprintable() and not character.isspace()


def _check_limits(asked: _Asked) -> None:
    errors = []
    if not asked.tags and not any(_shows(each) for each in asked.prompt):
        errors.append(FieldError("/prompt", "required", _("Say what to draw: a prompt or tags.")))
    if len(asked.prompt) > MAX_PROMPT:
        errors.append(FieldError("/prompt", "too_long", _at_most(MAX_PROMPT)))
    if len(asked.negative_prompt) > MAX_NEGATIVE_PROMPT:
        errors.append(FieldError("/negative_prompt", "too_long", _at_most(MAX_NEGATIVE_PROMPT)))
    if not 1 <= asked.candidates <= MAX_CANDIDATES:
        errors.append(FieldError("/candidates", "out_of_range", _between(1, MAX_CANDIDATES)))
    if asked.seed is not None and not 0 <= asked.seed <= MAX_SEED:
        errors.append(FieldError("/seed", "out_of_range", _between(0, MAX_SEED)))
    if errors:
        raise InvalidInput(_("The requirement is not valid as written."), errors=errors)
