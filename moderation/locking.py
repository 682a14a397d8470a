"""The lock of a case, which comes after its bot's and request's and before its candidates'."""

from uuid import UUID

from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from avatars.locking import lock_request
from avatars.models import GenerationRequest
from brandhub.common.errors import NotFound
from moderation.models import ReviewCase, ReviewPolicy
from moderation.states import CaseStatus


def lock_case(case_id: UUID) -> ReviewCase:
    """Lock a case alone: for what changes nothing but the case. Raises ``NotFound``."""
    rows = ReviewCase.objects.select_related("request__client", "brand", "policy")
    return _locked(rows, case_id)


def lock_case_to_claim(case_id: UUID) -> ReviewCase:
    """As :func:`lock_case`, of whose request only that is read which says whose it is."""
    return _locked(_to_claim(ReviewCase.objects.all()), case_id)


def lock_first(cases: QuerySet[ReviewCase]) -> ReviewCase | None:
    """Lock the oldest of ``cases`` that nobody else has locked, if there is one.

    Rows that changed since the statement began are held against the conditions of ``cases`` again,
    under their lock. Of the request only that is read which says whose it is.
    """
    locking = cases.select_related(None).prefetch_related(None).order_by("pk")
    locking = locking.select_for_update(no_key=True, skip_locked=True, of=("self",))
    return _to_claim(locking).first()


def _to_claim(cases: QuerySet[ReviewCase]) -> QuerySet[ReviewCase]:
    """With what the guards of a claim ask of a case; the rest is read where somebody asks."""
    return cases.select_related("request__client", "policy").only(
        *(field.attname for field in ReviewCase._meta.concrete_fields),
        *(f"policy__{field.attname}" for field in ReviewPolicy._meta.concrete_fields),
        "request__requested_by_id",
        "request__revised_by_id",
        "request__client__owner_id",
    )


def _locked(rows: QuerySet[ReviewCase], case_id: UUID) -> ReviewCase:
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
