"""Who does whose stage duty now."""

from __future__ import annotations

from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now

from brandhub.accounts.models import Brand, Role, User
from moderation.models import Delegation


def delegations_now() -> QuerySet[Delegation]:
    """Delegations that hold at this moment, by the database's clock."""
    return Delegation.objects.filter(revoked_at__isnull=True, until__gt=Now())


def delegations_around(user: User) -> QuerySet[Delegation]:
    """Those that ``user`` has given or taken and that hold now, newest first, with what is shown
    of them.
    """
    return (
        delegations_now()
        .filter(Q(delegator=user) | Q(delegate=user))
        .select_related("brand", "delegator", "delegate")
        .order_by("-pk")
    )


def managers_delegating_to(user: User, brand_id: UUID) -> list[User]:
    """Managers of the brand whose duty ``user`` does now, in the order in which they gave it."""
    return [manager for manager, brand in managers_represented_by(user) if brand == brand_id]


def managers_represented_by(user: User) -> list[tuple[User, UUID]]:
    """The managers whose duty ``user`` does now, each with the brand. One query."""
    given = (
        delegations_now()
        .filter(
            delegate=user,
            delegator__is_active=True,
            delegator__memberships__brand=F("brand"),
            delegator__memberships__role=Role.MANAGER,
        )
        .select_related("delegator")
        .order_by("pk")
    )
    return [(each.delegator, each.brand_id) for each in given]


def delegation_of(user: User, brand_id: UUID) -> Delegation | None:
    """To whom ``user`` has handed their duty now, if to anybody."""
    return (
        delegations_now()
        .filter(brand_id=brand_id, delegator=user)
        .select_related("delegate")
        .first()
    )


def colleagues_of(user: User, brand: Brand) -> list[User]:
    """The others who review in the brand, by name: to whom a duty can be handed."""
    return list(
        User.objects.filter(
            is_active=True,
            memberships__brand=brand,
            memberships__role__in=[Role.REVIEWER, Role.MANAGER],
        )
        .exclude(pk=user.pk)
        .order_by("username")
    )
