"""A brand's policies, and what the one in force says."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Case, IntegerField, QuerySet, Value, When

from brandhub.common.rows import only_row
from moderation.models import ReviewPolicy
from moderation.policies.rules import DEFAULT_RULES, PolicyRules
from moderation.states import PolicyStatus


def rules_in_force(brand_id: UUID) -> tuple[UUID | None, PolicyRules]:
    """The policy in force with its key; the rules of the first version where none is stored yet.

    Reads only: screening a requirement that nobody has accepted must not write.
    """
    policy = only_row(ReviewPolicy.objects.filter(brand_id=brand_id, status=PolicyStatus.CURRENT))
    return (policy.pk, policy.rules) if policy else (None, DEFAULT_RULES)


def policies_of(brand_id: UUID) -> QuerySet[ReviewPolicy]:
    """Every version of a brand: the draft, the one in force, then the others, newest first."""
    rank = Case(
        When(status=PolicyStatus.DRAFT, then=Value(0)),
        When(status=PolicyStatus.CURRENT, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return (
        ReviewPolicy.objects.filter(brand_id=brand_id)
        .select_related("published_by")
        .order_by(rank, "-number")
    )
