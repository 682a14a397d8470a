"""Pictures before they are public, for members of the brand only."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from avatars.selectors.listings import CHECKED
from avatars.selectors.pictures import approved_and_withdrawn
from avatars.selectors.requests import candidate_visible_to, reference_visible_to
from avatars.states import Verdict
from brandhub.accounts.models import Brand, Role
from brandhub.accounts.permissions import has_role
from brandhub.accounts.signed_in import SignedInRequest
from brandhub.common.errors import Gone
from brandhub.common.storage import store


@login_required
@require_safe
def candidate_picture(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """A checked candidate's picture as PNG; one that the checks blocked is for reviewers only.

    Absent for everybody else, unchecked ones included: what nobody has looked at is not shown.
    """
    candidate = candidate_visible_to(request.user, pk)
    if candidate is None or candidate.status not in CHECKED:
        raise Http404
    if candidate.verdict == Verdict.BLOCK and not has_role(
        request.user, candidate.brand, Role.REVIEWER, Role.MANAGER
    ):
        raise Http404
    if approved_and_withdrawn(candidate.brand_id, candidate.pixel_sha256)[1]:
        raise Gone(_("This picture was taken down."))
    return _private(candidate.brand, candidate.file_sha256)


@login_required
@require_safe
def request_reference(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The picture that a request's drawing starts from; absent where it starts from noise."""
    reference = reference_visible_to(request.user, pk)
    if reference is None:
        raise Http404
    return _private(reference.image.brand, reference.image.file_sha256)


def _private(brand: Brand, file_sha256: str) -> HttpResponse:
    response = HttpResponse(store().read(brand.public_id, file_sha256), content_type="image/png")
    response["Cache-Control"] = "private, no-store"
    return response
