"""Sending a request back with other words: the decision, and the request that carries them on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from avatars.models import GenerationRequest
from avatars.models.requests import Priority
from avatars.services import submit_request
from avatars.services.references import ReferenceUse
from brandhub.accounts.models import User
from brandhub.audit.record import Actor
from brandhub.common.errors import Conflict
from moderation.locking import lock_case_with_request
from moderation.permissions import people_behind
from moderation.policies.eligibility import reviewing_roles, shortage_without
from moderation.selectors.policies import rules_in_force
from moderation.services.decisions import request_changes


@transaction.atomic
def revise_request(
    *,
    actor: Actor,
    user: User,
    case_id: UUID,
    comment: str,
    reason_codes: Sequence[str] = (),
    prompt: str = "",
    tags: Mapping[str, Any] | Sequence[str] | None = None,
    negative_prompt: str = "",
) -> GenerationRequest:
    """Ask for changes and have them drawn at once: one decision and one new request, or neither.

    The new request continues the old one for the same bot, client, asker and style revision; only
    its words and tags are the reviewer's, who may therefore not decide about it. Raises
    ``Conflict`` (``no_other_reviewer``) where nobody would be left who may,
    (``revision_not_published``) where the style's revision was retired, and what
    :func:`~moderation.services.decisions.request_changes` and
    :func:`~avatars.services.submission.submit_request` raise.
    """
    request, case = lock_case_with_request(case_id)
    request_changes(
        actor=actor, user=user, case_id=case.pk, comment=comment, reason_codes=reason_codes
    )
    _require_another_reviewer(request, user)
    return submit_request(
        actor=actor,
        bot=request.bot,
        style_revision=request.style_revision,
        # Who asked stays answerable, and is told of what becomes of it.
        requested_by=request.requested_by or user,
        client=request.client,
        prompt=prompt,
        tags=tags,
        negative_prompt=negative_prompt,
        candidates=request.candidate_count,
        references=[
            ReferenceUse(each.image, each.role, each.weight)
            for each in request.references.select_related("image")
        ],
        priority=Priority(request.priority),
        external_id=request.external_id,
        metadata=request.metadata,
        continues=request,
        revised_by=user,
    )


def _require_another_reviewer(request: GenerationRequest, reviser: User) -> None:
    """Raise ``Conflict`` where too few would be left to approve the new request, whose case will
    follow the policy in force.
    """
    _policy_id, rules = rules_in_force(request.brand_id)
    behind = people_behind(request) | {reviser.pk}
    if shortage_without(rules, reviewing_roles(request.brand_id), behind) is not None:
        raise Conflict(
            _("Nobody would be left to review your own words; send it back with a comment."),
            code="no_other_reviewer",
        )
