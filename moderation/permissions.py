"""Who may review: a reviewer or a manager of the brand, and never one's own request."""

from __future__ import annotations

from django.utils.translation import gettext as _

from brandhub.accounts.models import Role, User
from brandhub.accounts.permissions import has_role
from brandhub.common.errors import NotFound, Refused
from moderation.models import ReviewCase
from moderation.selectors.progress import CaseProgress, progress_of
from moderation.states import OPEN_CASES

REVIEWERS = (Role.REVIEWER, Role.MANAGER)


def is_own_request(user: User, case: ReviewCase) -> bool:
    """Whether ``user`` is behind the case's request: as who asked, or as the owner of the client.

    Both are asked, for a client may have changed hands since.
    """
    request = case.request
    owner = request.client.owner_id if request.client is not None else None
    return user.pk in {request.requested_by_id, owner}


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


def require_judge(user: User, case: ReviewCase) -> CaseProgress:
    """Raise unless ``user`` may decide the case in its present stage; return how far it is.

    Raises as :func:`require_reviewer`, and ``Refused``: ``own_request`` for the person behind the
    request, a superuser included; in an open case ``stage_role_required`` where the stage belongs
    to managers, and ``approved_already`` for one whose own approval stands, in whatever stage.
    """
    require_reviewer(user, case)
    progress = progress_of(case)
    if objection := _objection(user, case, progress):
        raise objection
    return progress


def may_judge(user: User, case: ReviewCase, progress: CaseProgress) -> bool:
    """Whether ``user``, who reviews in the brand, may decide the case in its present stage."""
    return _objection(user, case, progress) is None


def _objection(user: User, case: ReviewCase, progress: CaseProgress) -> Refused | None:
    if is_own_request(user, case):
        return Refused(_("Somebody else must review your request."), code="own_request")
    if case.status not in OPEN_CASES:
        return None
    if case.judged_by == Role.MANAGER and not has_role(user, case.brand_id, Role.MANAGER):
        return Refused(_("This stage is for managers to decide."), code="stage_role_required")
    if progress.approval_of(user.pk) is not None:
        return Refused(
            _("You have approved this already; the next approval is somebody else's."),
            code="approved_already",
        )
    return None
