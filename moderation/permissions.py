"""Who may review: a reviewer or a manager of the brand, and never one's own request."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from avatars.models import GenerationRequest
from brandhub.accounts.models import Role, User
from brandhub.accounts.permissions import has_role
from brandhub.common.errors import NotFound, Refused
from moderation.models import ReviewCase
from moderation.selectors.delegations import managers_delegating_to
from moderation.selectors.progress import CaseProgress, progress_of
from moderation.states import OPEN_CASES

REVIEWERS = (Role.REVIEWER, Role.MANAGER)


@dataclass(frozen=True, slots=True)
class Judge:
    """Somebody who may decide a case now: how far it is, and whose duty they do."""

    progress: CaseProgress
    #: Who has delegated it; None where it is one's own.
    on_behalf_of: User | None = None


def is_own_request(user: User, case: ReviewCase) -> bool:
    """Whether ``user`` is one of :func:`people_behind` the case's request."""
    return user.pk in people_behind(case.request)


def people_behind(request: GenerationRequest) -> set[UUID]:
    """Who may not decide about ``request``: who asked, the owner of the client, and the reviewer
    who reworded it. Who asked and the owner are both meant, for a client may have changed hands.
    """
    owner = request.client.owner_id if request.client is not None else None
    return {each for each in (request.requested_by_id, owner, request.revised_by_id) if each}


def require_reviewer(user: User, case: ReviewCase) -> None:
    """Raise unless ``user`` may see and comment the case.

    ``NotFound`` where the brand is another one, ``Refused`` (``role_required``) for a member of
    the brand who is neither reviewer nor manager.
    """
    if has_role(user, case.brand_id, *REVIEWERS):
        return
    if has_role(user, case.brand_id, *Role.values):
        raise Refused(_("Only reviewers and managers see cases."), code="role_required")
    raise NotFound(_("There is no such case."))


def require_judge(user: User, case: ReviewCase) -> Judge:
    """Raise unless ``user`` may decide the case in its present stage.

    Raises as :func:`require_reviewer`, and ``Refused``: ``own_request`` for the person behind the
    request, a superuser included; in an open case ``approved_already`` for one whose own approval
    stands, in whatever stage, and ``stage_role_required`` where the stage, or the escalation,
    belongs to managers. A reviewer does a manager's duty where that manager has delegated it and
    could do it themselves.
    """
    require_reviewer(user, case)
    # Where one approval is enough, it has closed the case: what is open has none.
    one_is_enough = case.status in OPEN_CASES and case.approvals_needed == 1
    judge = _judged(user, case, progress_of(case, () if one_is_enough else None))
    if isinstance(judge, Refused):
        raise judge
    return judge


def may_judge(user: User, case: ReviewCase, progress: CaseProgress) -> bool:
    """Whether ``user``, who reviews in the brand, may decide the case in its present stage."""
    return isinstance(_judged(user, case, progress), Judge)


def _judged(user: User, case: ReviewCase, progress: CaseProgress) -> Judge | Refused:
    if is_own_request(user, case):
        return Refused(_("Somebody else must review your request."), code="own_request")
    if case.status not in OPEN_CASES:
        return Judge(progress)
    if progress.has_spoken(user.pk):
        return Refused(
            _("You have approved this already; the next approval is somebody else's."),
            code="approved_already",
        )
    if case.judged_by != Role.MANAGER or has_role(user, case.brand_id, Role.MANAGER):
        return Judge(progress)
    for manager in managers_delegating_to(user, case.brand_id):
        # What they may not do themselves they cannot hand on.
        if not is_own_request(manager, case) and not progress.has_spoken(manager.pk):
            return Judge(progress, on_behalf_of=manager)
    return Refused(_("This stage is for managers to decide."), code="stage_role_required")
