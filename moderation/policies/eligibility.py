"""Whether a brand has the people that a policy asks for, whoever asks for the avatar."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import Q

from brandhub.accounts.models import Brand, Membership, Role, User
from moderation.policies.rules import PolicyRules


@dataclass(frozen=True, slots=True)
class Shortage:
    """What is missing: so many people (or managers) needed, so many there.

    ``requester`` is whose requests could never be approved; None where nobody's could.
    """

    needed: int
    available: int
    of_managers: bool
    requester: User | None = None


def reviewing_roles(brand_id: UUID) -> dict[UUID, str]:
    """Who of a brand may review, by key, with their role. Superusers are of no brand."""
    members = Membership.objects.filter(
        brand_id=brand_id, user__is_active=True, role__in=[Role.REVIEWER, Role.MANAGER]
    )
    return dict(members.values_list("user_id", "role"))


def shortage_without(
    rules: PolicyRules, roles: Mapping[UUID, str], absent: Set[UUID] = frozenset()
) -> Shortage | None:
    """What is missing where ``absent`` may not approve.

    Approvals are by different people through all stages, so counting is enough: managers may
    stand in for reviewers and not the other way round.
    """
    left = [role for user, role in roles.items() if user not in absent]
    managers = left.count(Role.MANAGER)
    if managers < rules.managers_needed:
        return Shortage(rules.managers_needed, managers, of_managers=True)
    if len(left) < rules.people_needed:
        return Shortage(rules.people_needed, len(left), of_managers=False)
    return None


def shortage_of(brand: Brand, rules: PolicyRules) -> Shortage | None:
    """A shortage under ``rules``; None where every request of the brand can be approved.

    Whoever asks may not approve, be it themselves or through a client of theirs.
    """
    roles = reviewing_roles(brand.pk)
    asking = User.objects.filter(
        Q(memberships__brand=brand, memberships__role=Role.MANAGER)
        | Q(api_clients__brands=brand, api_clients__is_active=True),
        is_active=True,
    ).distinct()
    if shortage := shortage_without(rules, roles):
        return shortage
    for requester in asking.order_by("username"):
        if shortage := shortage_without(rules, roles, {requester.pk}):
            return replace(shortage, requester=requester)
    return None
