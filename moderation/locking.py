"""The lock of a case, which comes after its bot's and request's and before its candidates'."""

from uuid import UUID

from django.db.models.functions import Now
from django.utils.translation import gettext as _

from avatars.locking import lock_request
from avatars.models import GenerationRequest
from brandhub.common.errors import NotFound
from moderation.models import ReviewCase
from moderation.states import CaseStatus


def lock_case(case_id: UUID) -> ReviewCase:
    """Lock a case alone: for what changes nothing but the case. Raises ``NotFound``."""
    rows = ReviewCase.objects.select_related("request__client", "brand", "policy")
    case = rows.select_for_update(no_key=True, of=("self",)).filter(pk=case_id).first()
    if case is None:
        raise NotFound(_("There is no such case."))
    return case


def lock_case_with_request(case_id: UUID) -> tuple[GenerationRequest, ReviewCase]:
    """Lock bot, request and case, in this order: for decisions. Raises ``NotFound``."""
    request_id = ReviewCase.objects.filter(pk=case_id).values_list("request_id", flat=True).first()
    if request_id is None:
        raise NotFound(_("There is no such case."))
    request = lock_request(request_id)
    return request, lock_case(case_id)


def claim_is_over(case: ReviewCase) -> bool:
    """Whether the claim of a locked case has run out, by the database's clock."""
    return ReviewCase.objects.filter(
        pk=case.pk, status=CaseStatus.CLAIMED, claimed_until__lte=Now()
    ).exists()
