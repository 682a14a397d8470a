"""Comparing two revisions of a style: the same requirement, the same seeds, side by side."""

from __future__ import annotations

import secrets

from django.db import transaction
from django.utils.translation import gettext as _

from avatars.models import Bot, StyleComparison
from avatars.models.requests import Priority
from avatars.services.submission import submit_request
from brandhub.accounts.models import User
from brandhub.audit.record import Actor, record
from brandhub.common.errors import FieldError, InvalidInput
from styles.models import StyleRevision

#: Pictures of each revision.
PICTURES = 4


@transaction.atomic
def compare_revisions(
    *,
    actor: Actor,
    person: User,
    first: StyleRevision,
    second: StyleRevision,
    bot: Bot,
    prompt: str,
    seed: int | None = None,
) -> StyleComparison:
    """Have four pictures drawn in each of two revisions, drafts too, with the same seeds.

    Both are previews: they go through queue and checks like any request, behind those that
    somebody waits for, and nothing of them can be published. Raises what
    :func:`~avatars.services.submission.submit_request` raises, and ``InvalidInput``
    (``same_revision``, ``other_style``); nothing is drawn then.
    """
    if first.pk == second.pk:
        raise _refused("same_revision", _("Choose two different revisions."))
    if first.style_id != second.style_id:
        raise _refused("other_style", _("Both revisions are of one style."))
    shared = secrets.randbelow(2**31) if seed is None else seed
    requests = [
        submit_request(
            actor=actor,
            bot=bot,
            style_revision=revision,
            requested_by=person,
            prompt=prompt,
            candidates=PICTURES,
            seed=shared,
            priority=Priority.LOW,
            preview=True,
        )
        for revision in (first, second)
    ]
    comparison = StyleComparison.objects.create(
        brand_id=bot.brand_id, first=requests[0], second=requests[1], created_by=person
    )
    record(
        actor=actor,
        action="style_comparison.requested",
        of=comparison,
        brand=bot.brand_id,
        first=str(first.pk),
        second=str(second.pk),
    )
    return comparison


def _refused(code: str, detail: str) -> InvalidInput:
    return InvalidInput(detail, code=code, errors=[FieldError("/other", code, detail)])
