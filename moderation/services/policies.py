"""Policies: written as drafts, frozen when they are published; one of a brand is in force.

A case follows the policy that was in force when it was opened, so publishing changes nothing that
is under way. Who may write them is asked by the pages: managers of the brand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from brandhub.accounts.models import Brand, Role, User
from brandhub.audit.record import SYSTEM, Actor, record
from brandhub.common.errors import Conflict, FieldError, InvalidInput, NotFound
from moderation.models import ReviewPolicy
from moderation.policies.catalogue import KNOWN, Bounds
from moderation.policies.eligibility import Shortage, shortage_of
from moderation.policies.rules import (
    DEFAULT_RULES,
    CheckRule,
    Stage,
    checks_as_json,
    stages_as_json,
)
from moderation.states import POLICY, CheckMode, PolicyStatus

MAX_STAGES = 10
MAX_APPROVALS = 10
MAX_CLAIM_MINUTES = 24 * 60
MAX_AGE_HOURS = 90 * 24
MAX_STAGE_NAME = 60
MAX_NOTE = 500


def first_policy(brand_id: UUID) -> ReviewPolicy:
    """The version that every brand begins with, not stored: what held before there were any."""
    return ReviewPolicy(
        brand_id=brand_id,
        number=1,
        status=PolicyStatus.CURRENT,
        checks=checks_as_json(DEFAULT_RULES.checks),
        stages=stages_as_json(DEFAULT_RULES.stages),
    )


@transaction.atomic
def policy_in_force(brand_id: UUID) -> ReviewPolicy:
    """The brand's policy; its first version is stored when it is first needed."""
    first = first_policy(brand_id)
    policy, created = ReviewPolicy.objects.get_or_create(
        brand_id=brand_id,
        status=PolicyStatus.CURRENT,
        defaults={
            "number": first.number,
            "checks": first.checks,
            "stages": first.stages,
            "published_at": Now(),
        },
    )
    if created:
        policy.refresh_from_db(fields=["published_at"])
        record(actor=SYSTEM, action="review_policy.published", of=policy, brand=brand_id, number=1)
    return policy


@transaction.atomic
def draft_policy(*, actor: Actor, brand_id: UUID, source_id: UUID | None = None) -> ReviewPolicy:
    """Start the brand's next policy as a draft that says what ``source_id`` does.

    Without one it says what is in force. Raises ``NotFound`` for a source of another brand and
    ``Conflict`` (``policy_draft_exists``) while the brand has a draft.
    """
    brand = _lock_brand(brand_id)
    source = policy_in_force(brand.pk)
    if source_id is not None:
        found = ReviewPolicy.objects.filter(pk=source_id, brand=brand).first()
        if found is None:
            raise NotFound(_("There is no such policy."))
        source = found
    if ReviewPolicy.objects.filter(brand=brand, status=PolicyStatus.DRAFT).exists():
        raise Conflict(
            _("This brand has a draft already. Go on with that one."), code="policy_draft_exists"
        )
    last = brand.review_policies.aggregate(last=Max("number"))["last"]
    draft = ReviewPolicy.objects.create(
        brand=brand,
        number=last + 1,
        checks=source.checks,
        stages=source.stages,
        auto_approve=source.auto_approve,
    )
    record(
        actor=actor,
        action="review_policy.drafted",
        of=draft,
        brand=brand,
        number=draft.number,
        source=source.number,
    )
    return draft


@transaction.atomic
def change_policy(
    *,
    actor: Actor,
    policy_id: UUID,
    checks: Mapping[str, CheckRule],
    stages: Sequence[Stage],
    auto_approve: bool,
    note: str = "",
) -> ReviewPolicy:
    """Write a draft anew. Raises ``NotFound``, ``InvalidInput`` with pointers, and ``Conflict``
    (``policy_frozen``) for a policy that was published.
    """
    draft = _lock(policy_id)
    if draft.status != PolicyStatus.DRAFT:
        raise Conflict(
            _("A published policy does not change. Draft a new one."), code="policy_frozen"
        )
    errors = [*_wrong_checks(checks), *_wrong_stages(stages)]
    if len(note) > MAX_NOTE:
        errors.append(_too_long("/note", MAX_NOTE))
    if errors:
        raise InvalidInput(_("Some values are not valid."), errors=errors)
    draft.checks = checks_as_json(checks)
    draft.stages = stages_as_json(stages)
    draft.auto_approve = auto_approve
    draft.note = note
    draft.save(update_fields=["checks", "stages", "auto_approve", "note"])
    record(
        actor=actor,
        action="review_policy.changed",
        of=draft,
        brand=draft.brand_id,
        number=draft.number,
    )
    return draft


@transaction.atomic
def publish_policy(*, actor: Actor, user: User, policy_id: UUID) -> ReviewPolicy:
    """Freeze a draft and put it in force; what was in force is superseded.

    Cases that are open go on under the policy they were opened with. Raises ``NotFound``,
    ``InvalidTransition``, and ``Conflict`` (``too_few_reviewers``, with ``needed`` and
    ``available``) where the brand lacks the people that the stages ask for, counted without
    whoever asked.
    """
    brand_id = ReviewPolicy.objects.filter(pk=policy_id).values_list("brand_id", flat=True).first()
    if brand_id is None:
        raise NotFound(_("There is no such policy."))
    brand = _lock_brand(brand_id)
    draft = _lock(policy_id)
    POLICY.check(draft.status, PolicyStatus.CURRENT)
    shortage = shortage_of(brand, draft.rules)
    if shortage is not None:
        raise _too_few(shortage)
    former = _lock(policy_in_force(brand.pk).pk)
    POLICY.check(former.status, PolicyStatus.SUPERSEDED)
    former.status = PolicyStatus.SUPERSEDED
    former.save(update_fields=["status"])
    draft.status = PolicyStatus.CURRENT
    draft.published_by = user
    draft.published_at = Now()  # type: ignore[assignment]
    draft.save(update_fields=["status", "published_by", "published_at"])
    draft.refresh_from_db(fields=["published_at"])
    record(
        actor=actor,
        action="review_policy.published",
        of=draft,
        brand=brand,
        number=draft.number,
        superseded=former.number,
        auto_approve=draft.auto_approve,
        people_needed=draft.rules.people_needed,
    )
    return draft


@transaction.atomic
def discard_policy(*, actor: Actor, policy_id: UUID) -> None:
    """Throw a draft away. Raises ``NotFound``, and ``Conflict`` (``policy_frozen``) for a policy
    that was published.
    """
    draft = _lock(policy_id)
    if draft.status != PolicyStatus.DRAFT:
        raise Conflict(_("A published policy is kept."), code="policy_frozen")
    record(
        actor=actor,
        action="review_policy.discarded",
        of=draft,
        brand=draft.brand_id,
        number=draft.number,
    )
    draft.delete()


def _lock_brand(brand_id: UUID) -> Brand:
    """Numbers and the one in force are given under the brand's lock. Raises ``NotFound``."""
    brand = Brand.objects.select_for_update(no_key=True).filter(pk=brand_id).first()
    if brand is None:
        raise NotFound(_("There is no such brand."))
    return brand


def _lock(policy_id: UUID) -> ReviewPolicy:
    policy = ReviewPolicy.objects.select_for_update(no_key=True).filter(pk=policy_id).first()
    if policy is None:
        raise NotFound(_("There is no such policy."))
    return policy


def _too_few(shortage: Shortage) -> Conflict:
    return Conflict(
        shortage_in_words(shortage),
        code="too_few_reviewers",
        needed=shortage.needed,
        available=shortage.available,
        role=Role.MANAGER if shortage.of_managers else Role.REVIEWER,
    )


def shortage_in_words(shortage: Shortage) -> str:
    """What is missing, as a sentence that says whose requests would be stuck."""
    values: dict[str, object] = {"needed": shortage.needed, "available": shortage.available}
    if shortage.requester is not None:
        values["person"] = shortage.requester.get_full_name() or shortage.requester.get_username()
        if shortage.of_managers:
            return (
                _(
                    "The stages need %(needed)d different managers. Nobody reviews their own "
                    "request: for those of %(person)s there are %(available)d."
                )
                % values
            )
        return (
            _(
                "The stages need %(needed)d different people. Nobody reviews their own request: "
                "for those of %(person)s there are %(available)d."
            )
            % values
        )
    if shortage.of_managers:
        return (
            _("The stages need %(needed)d different managers, and the brand has %(available)d.")
            % values
        )
    return (
        _(
            "The stages need %(needed)d different people who may review, and the brand has "
            "%(available)d."
        )
        % values
    )


def _wrong_checks(checks: Mapping[str, CheckRule]) -> list[FieldError]:
    """What no policy may say of checks: unknown ones, modes they lack, thresholds out of bounds."""
    errors = []
    for name, rule in checks.items():
        known = KNOWN.get(name)
        if known is None:
            errors.append(FieldError(f"/checks/{name}", "unknown_check", _("No such check.")))
            continue
        if rule.mode not in known.modes:
            detail = (
                _("This check is the platform's own rule and stays on.")
                if rule.mode == CheckMode.OFF
                else _("This check has no such mode.")
            )
            errors.append(FieldError(f"/checks/{name}/mode", "mode_not_possible", detail))
        for field, bounds in (
            ("threshold", known.threshold),
            ("block_threshold", known.block_threshold),
        ):
            value = getattr(rule, field)
            if value is not None and not _within(value, bounds):
                errors.append(_out_of_bounds(f"/checks/{name}/{field}", bounds))
        if (
            rule.threshold is not None
            and rule.block_threshold is not None
            and rule.block_threshold < rule.threshold
        ):
            errors.append(
                FieldError(
                    f"/checks/{name}/block_threshold",
                    "below_threshold",
                    _("What blocks lies no lower than what flags."),
                )
            )
    return errors


def _within(value: float, bounds: Bounds | None) -> bool:
    return bounds is not None and bounds.low <= value <= bounds.high


def _out_of_bounds(pointer: str, bounds: Bounds | None) -> FieldError:
    if bounds is None:
        return FieldError(pointer, "no_threshold", _("This check has no threshold."))
    detail = _("From %(low)g to %(high)g.") % {"low": bounds.low, "high": bounds.high}
    return FieldError(pointer, "out_of_bounds", detail)


def _wrong_stages(stages: Sequence[Stage]) -> list[FieldError]:
    errors = []
    if not 1 <= len(stages) <= MAX_STAGES:
        detail = _("From 1 to %(most)d stages.") % {"most": MAX_STAGES}
        errors.append(FieldError("/stages", "stage_count", detail))
    for at, stage in enumerate(stages):
        if stage.role not in {Role.REVIEWER, Role.MANAGER}:
            errors.append(
                FieldError(f"/stages/{at}/role", "unknown_role", _("Reviewers or managers."))
            )
        if len(stage.name) > MAX_STAGE_NAME:
            errors.append(_too_long(f"/stages/{at}/name", MAX_STAGE_NAME))
        for field, value, most in (
            ("approvals", stage.approvals, MAX_APPROVALS),
            ("claim_minutes", stage.claim_minutes, MAX_CLAIM_MINUTES),
            ("age_limit_hours", stage.age_limit_hours, MAX_AGE_HOURS),
        ):
            if value is not None and not 1 <= value <= most:
                detail = _("From %(low)g to %(high)g.") % {"low": 1, "high": most}
                errors.append(FieldError(f"/stages/{at}/{field}", "out_of_bounds", detail))
    return errors


def _too_long(pointer: str, most: int) -> FieldError:
    return FieldError(pointer, "too_long", _("At most %(count)d characters.") % {"count": most})
