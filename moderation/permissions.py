"""Who may review: a reviewer or a manager of the brand, and never one's own request."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from avatars.models import GenerationRequest
from brandhub.accounts.models import Role, User
from brandhub.accounts.permissions import has_role
from brandhub.common.errors import NotFound, Refused
from moderation.models import ReviewCase

REVIEWERS = (Role.REVIEWER, Role.MANAGER)


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


def require_judge(user: User, case: ReviewCase) -> None:
    """Raise unless ``user`` may decide the case: :func:`require_reviewer`, and ``Refused``
    (``own_request``) for the person behind the request, a superuser included.
    """
    require_reviewer(user, case)
    if is_own_request(user, case):
        raise Refused(_("Somebody else must review your request."), code="own_request")
