"""The people of a brand who may decide a case now."""

from __future__ import annotations

from collections.abc import Sequence

from brandhub.accounts.models import Role, User
from brandhub.accounts.permissions import has_role
from moderation.models import Notice, ReviewCase
from moderation.permissions import REVIEWERS, may_judge, people_behind
from moderation.selectors.delegations import delegations_now
from moderation.selectors.progress import progress_of
from moderation.states import OPEN_CASES, NoticeKind


def people_who_may_judge(case: ReviewCase, *, roles: Sequence[str] | None = None) -> list[User]:
    """Active members with the role that the case asks for (or ``roles``), but for whoever is
    behind the request and whoever has approved. By name; superusers are of no brand.
    """
    if roles is None:
        managers_only = case.judged_by == Role.MANAGER
        roles = [Role.MANAGER] if managers_only else [Role.REVIEWER, Role.MANAGER]
    behind = people_behind(case.request)
    progress = progress_of(case)
    members = User.objects.filter(
        is_active=True, memberships__brand_id=case.brand_id, memberships__role__in=roles
    ).order_by("username")
    return [each for each in members if each.pk not in behind and not progress.has_spoken(each.pk)]


def with_their_delegates(case: ReviewCase, people: Sequence[User]) -> list[User]:
    """``people`` and the colleagues who do their duty now, each once; never who asked."""
    behind = people_behind(case.request)
    given = (
        delegations_now()
        .filter(brand_id=case.brand_id, delegator__in=people, delegate__is_active=True)
        .select_related("delegate")
        .order_by("pk")
    )
    found = {each.pk: each for each in people}
    for each in given:
        if each.delegate_id not in behind:
            found.setdefault(each.delegate_id, each.delegate)
    return list(found.values())


def still_concerns(notice: Notice) -> bool:
    """Whether what ``notice`` tells of is still so, and its recipient one who can act on it."""
    case, person = notice.case, notice.recipient
    if case.status not in OPEN_CASES or case.stage != notice.stage or not person.email:
        return False
    if not has_role(person, case.brand_id, *REVIEWERS):
        return False
    if notice.kind == NoticeKind.ASSIGNED:
        holds = case.assigned_to_id == person.pk
    elif notice.kind == NoticeKind.ESCALATED:
        holds = case.escalated_at is not None
    else:
        assignee = case.assigned_to
        theirs = assignee is None or person in with_their_delegates(case, [assignee])
        holds = case.overdue_at is not None and theirs
    return holds and may_judge(person, case, progress_of(case))
