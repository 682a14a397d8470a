"""Revisions: written as drafts, frozen when they are published, retired when they are old.

A request pins a revision, so a published one never changes: a trigger stands behind that.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from brandhub.audit.record import Actor, record
from brandhub.common.errors import Conflict, FieldError, InvalidInput, NotFound
from brandhub.common.validation import refuse_invalid
from brandhub.inference.specs import SCHEDULERS, SIDE_MULTIPLE
from styles.composition import check_template, resolve_tags
from styles.logos.badges import badge_for
from styles.logos.uploading import current_logo
from styles.models import BaseModel, PinnedReference, Style, StyleRevision
from styles.references.rights import require_rights
from styles.services.pinning import check_pins, copy_pins
from styles.states import REVISION, RevisionStatus

#: What a draft says; a copy and a style pack say the same.
SETTABLE = frozenset(
    {"base_model", "default_tags", "prompt_template", "negative_prompt", "steps", "guidance_scale",
     "guidance_schedule", "scheduler", "tier", "image_size", "badge_corner", "badge_size"}
)  # fmt: skip


@transaction.atomic
def create_revision(
    *, actor: Actor, style: Style, base_model: BaseModel, **values: Any
) -> StyleRevision:
    """Create the style's next revision as a draft, with the base model's settings where none given.

    ``values`` are those of :func:`change_revision`. Numbers have no gaps and are given under the
    style's lock. Raises ``InvalidInput`` with pointers.
    """
    Style.objects.select_for_update(no_key=True).get(pk=style.pk)
    last = style.revisions.aggregate(last=Max("number"))["last"] or 0
    revision = StyleRevision(style=style, number=last + 1, base_model=base_model)
    revision.steps = base_model.default_steps
    revision.guidance_scale = base_model.default_guidance_scale
    revision.guidance_schedule = base_model.default_guidance_schedule
    revision.scheduler = base_model.default_scheduler
    revision.image_size = base_model.image_size
    _set(revision, values)
    revision.save(force_insert=True)
    record(
        actor=actor,
        action="style_revision.created",
        of=revision,
        brand=style.brand_id,
        number=revision.number,
    )
    return revision


@transaction.atomic
def copy_revision(*, actor: Actor, revision_id: UUID) -> StyleRevision:
    """Start the style's next revision as a draft with everything that this one says.

    Raises ``NotFound``, ``Conflict`` (``draft_exists``) while the style has a draft, and
    ``InvalidInput`` where today's rules no longer allow what the old one says.
    """
    source = _lock(revision_id)
    Style.objects.select_for_update(no_key=True).get(pk=source.style_id)
    if source.style.revisions.filter(status=RevisionStatus.DRAFT).exists():
        raise Conflict(
            _("This style has a draft already. Go on with that one."), code="draft_exists"
        )
    values = {name: getattr(source, name) for name in SETTABLE - {"base_model"}}
    copy = create_revision(actor=actor, style=source.style, base_model=source.base_model, **values)
    PinnedReference.objects.bulk_create(
        PinnedReference(revision=copy, reference_id=pin.reference_id, position=pin.position)
        for pin in source.pinned_references.all()
    )
    copy_pins(source=source, target=copy)
    return copy


@transaction.atomic
def change_revision(*, actor: Actor, revision_id: UUID, **values: Any) -> StyleRevision:
    """Change a draft: its base model, default tags, template, negative prompt or parameters.

    Raises ``NotFound``, ``InvalidInput`` with pointers, and ``Conflict`` (``revision_frozen``) for
    a revision that was published.
    """
    revision = _lock(revision_id)
    if revision.status != RevisionStatus.DRAFT:
        raise Conflict(
            _("A published revision does not change. Make a new one."), code="revision_frozen"
        )
    _set(revision, values)
    revision.save(update_fields=sorted(values))
    record(
        actor=actor,
        action="style_revision.changed",
        of=revision,
        brand=revision.style.brand_id,
        fields=sorted(values),
    )
    return revision


@transaction.atomic
def publish_revision(*, actor: Actor, revision_id: UUID) -> StyleRevision:
    """Freeze a draft and offer it to requests.

    Checked once more as a whole, for a draft may have been written past the services. Raises
    ``NotFound``, ``InvalidInput`` and ``InvalidTransition``.
    """
    revision = _lock(revision_id)
    REVISION.check(revision.status, RevisionStatus.PUBLISHED)
    check_values(revision)
    check_pins(revision)
    pins = revision.pinned_references.select_related("reference")
    require_rights(revision.style.brand, [pin.reference for pin in pins])
    badge_for(revision, current_logo(revision.style.brand))
    revision.status = RevisionStatus.PUBLISHED
    revision.published_at = timezone.now()
    revision.save(update_fields=["status", "published_at"])
    record(
        actor=actor,
        action="style_revision.published",
        of=revision,
        brand=revision.style.brand_id,
        number=revision.number,
    )
    return revision


@transaction.atomic
def retire_revision(*, actor: Actor, revision_id: UUID) -> StyleRevision:
    """Offer a published revision to no further request; what was asked of it goes on.

    Raises ``NotFound`` and ``InvalidTransition``.
    """
    revision = _lock(revision_id)
    REVISION.check(revision.status, RevisionStatus.RETIRED)
    revision.status = RevisionStatus.RETIRED
    revision.save(update_fields=["status"])
    record(
        actor=actor,
        action="style_revision.retired",
        of=revision,
        brand=revision.style.brand_id,
        number=revision.number,
    )
    return revision


def _lock(revision_id: UUID) -> StyleRevision:
    revision = (
        StyleRevision.objects.select_for_update(of=("self",), no_key=True)
        .select_related("style__brand", "base_model")
        .filter(pk=revision_id)
        .first()
    )
    if revision is None:
        raise NotFound(_("There is no such revision."))
    return revision


def _set(revision: StyleRevision, values: Mapping[str, Any]) -> None:
    if unknown := set(values) - SETTABLE:
        raise TypeError(f"a revision has no {', '.join(sorted(unknown))} to set")
    for name, value in values.items():
        setattr(revision, name, value)
    check_values(revision)


def check_values(revision: StyleRevision) -> None:
    """Raise ``InvalidInput`` unless a request could be drawn with these values."""
    revision.default_tags = resolve_tags(revision.default_tags, pointer="/default_tags")
    check_template(revision.prompt_template)
    refuse_invalid(revision, exclude=["style", "base_model", "default_tags"])
    errors = []
    if revision.scheduler not in SCHEDULERS:
        known = ", ".join(sorted(SCHEDULERS))
        errors.append(
            FieldError(
                "/scheduler",
                "unknown_scheduler",
                _("One of these: %(known)s.") % {"known": known},
            )
        )
    size = revision.image_size
    if size % SIDE_MULTIPLE or not 64 <= size <= revision.base_model.image_size:
        errors.append(
            FieldError(
                "/image_size",
                "out_of_range",
                _("A multiple of %(step)d from 64 to %(most)d, which this base model draws.")
                % {"step": SIDE_MULTIPLE, "most": revision.base_model.image_size},
            )
        )
    if errors:
        raise InvalidInput(_("Some values are not valid."), errors=errors)
