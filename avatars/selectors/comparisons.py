"""Comparisons of styles as their page shows them."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from avatars.models import Candidate, StyleComparison
from brandhub.accounts.models import User


def comparisons_visible_to(user: User) -> QuerySet[StyleComparison]:
    """Comparisons in the person's brands with both requests, revisions and candidates."""
    candidates = Candidate.objects.order_by("index")
    return (
        StyleComparison.objects.visible_to(user)
        .select_related(
            "brand",
            "created_by",
            "first__style_revision__style",
            "first__style_revision__base_model",
            "second__style_revision__base_model",
        )
        .prefetch_related(
            Prefetch("first__candidates", candidates), Prefetch("second__candidates", candidates)
        )
    )


def comparison_of(user: User, request_id: UUID) -> StyleComparison | None:
    """The comparison that the request was drawn for, if it was for one."""
    return (
        StyleComparison.objects.visible_to(user)
        .filter(Q(first=request_id) | Q(second=request_id))
        .first()
    )
