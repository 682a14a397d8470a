"""Whether a brand has the people that a policy asks for, whoever asks for the avatar."""

from __future__ import annotations

from dataclasses import dataclass

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


def shortage_of(brand: Brand, rules: PolicyRules) -> Shortage | None:
    """The worst shortage under ``rules``; None where every request can be approved.

    Whoever asks may not approve, be it themselves or through a client of theirs. Approvals are by
    different people through all stages, so counting is enough: managers may stand in for
    reviewers and not the other way round. Superusers are of no brand and are not counted on.
    """
    members = Membership.objects.filter(
        brand=brand, user__is_active=True, role__in=[Role.REVIEWER, Role.MANAGER]
    )
    roles = dict(members.values_list("user_id", "role"))
    asking = User.objects.filter(
        Q(memberships__brand=brand, memberships__role=Role.MANAGER)
        | Q(api_clients__brands=brand, api_clients__is_active=True),
        is_active=True,
    ).distinct()
    shortages = []
    for requester in [None, *asking.order_by("username")]:
        left = [role for user, role in roles.items() if requester is None or user != requester.pk]
        managers = left.count(Role.MANAGER)
        if managers < rules.managers_needed:
            shortages.append(Shortage(rules.managers_needed, managers, True, requester))
        if len(left) < rules.people_needed:
            shortages.append(Shortage(rules.people_needed, len(left), False, requester))
    return shortages[0] if shortages else None
