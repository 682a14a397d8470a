"""The reviewers' queue, and one case with everything that a decision rests on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from avatars.models import Candidate
from avatars.selectors.ranking import ranked_candidates
from brandhub.accounts.models import User
from brandhub.common.errors import NotFound
from brandhub.common.ids import uuid7_floor
from moderation.models import CaseComment, Decision, Finding, ReviewCase
from moderation.permissions import REVIEWERS, is_own_request, require_reviewer
from moderation.states import OPEN_CASES, CaseStatus


@dataclass(frozen=True, slots=True)
class QueueFilters:
    """What of the queue is wanted; empty means everything that is open."""

    status: str = ""
    kind: str = ""
    brand: str = ""
    request_id: UUID | None = None
    #: Only what the person has claimed.
    claimed_by_me: bool = False
    #: Without what the person may not decide, because they are behind the request.
    without_own: bool = False
    style_id: UUID | None = None
    verdict: str = ""
    #: Only what has waited for so long.
    waiting_for: timedelta | None = None
    #: Only what nobody holds. A claim that has run out counts from when the sweep has seen it.
    unclaimed: bool = False


#: No filter at all: whatever is open.
EVERYTHING = QueueFilters()


def review_queue_for(user: User, filters: QueueFilters = EVERYTHING) -> QuerySet[ReviewCase]:
    """Cases of the brands where ``user`` reviews, the one that waits longest first.

    Bot, style, claimant and candidates are read along, in three queries however many cases. Pages
    are cut by the key, which grows with time; see the partial index ``case_queue``.
    """
    cases = ReviewCase.objects.with_role(user, *REVIEWERS)
    if filters.status:
        cases = cases.filter(status=filters.status)
    else:
        cases = cases.filter(status__in=sorted(OPEN_CASES))
    if filters.kind:
        cases = cases.filter(kind=filters.kind)
    if filters.brand:
        cases = cases.filter(brand__slug=filters.brand)
    if filters.request_id is not None:
        cases = cases.filter(request_id=filters.request_id)
    if filters.claimed_by_me:
        cases = cases.filter(claimed_by=user)
    if filters.style_id is not None:
        cases = cases.filter(style=filters.style_id)
    if filters.verdict:
        cases = cases.filter(verdict=filters.verdict)
    if filters.waiting_for is not None:
        # By the key, which grows with time: the queue's own order, and no column to look up.
        cases = cases.filter(pk__lt=uuid7_floor(timezone.now() - filters.waiting_for))
    if filters.unclaimed:
        # Not "or run out": that would walk past every claim; see the index ``case_free``.
        cases = cases.filter(status=CaseStatus.OPEN)
    if filters.without_own:
        cases = (
            cases.exclude(request__requested_by=user)
            .exclude(request__client__owner=user)
            .exclude(request__revised_by=user)
        )
    return with_context(cases).order_by("pk")


def claimable(user: User, filters: QueueFilters = EVERYTHING) -> QuerySet[ReviewCase]:
    """Cases that ``user`` could claim now, the one that waits longest first.

    Neither what they are behind themselves nor what a colleague holds.
    """
    return review_queue_for(user, replace(filters, without_own=True, unclaimed=True))


def with_context(cases: QuerySet[ReviewCase]) -> QuerySet[ReviewCase]:
    """``cases`` with what lists and pages show of each, in three queries however many."""
    return cases.select_related(
        "brand",
        "claimed_by",
        "request__bot",
        "request__client",
        "request__requested_by",
        "request__revised_by",
        "request__base_model",
        "request__style_revision__style__brand",
    ).prefetch_related(Prefetch("request__candidates", ranked_candidates()))


@dataclass(frozen=True, slots=True)
class CaseDetail:
    """A case with what a person needs to see before deciding it."""

    case: ReviewCase
    candidates: list[Candidate]
    #: What the checks say of the requirement.
    prompt_findings: list[Finding]
    #: What the checks say of each candidate.
    findings: dict[UUID, list[Finding]]
    decisions: list[Decision]
    comments: list[CaseComment]
    #: Whether the person who looks is the one behind the request.
    is_own: bool


def case_detail(user: User, case_id: UUID) -> CaseDetail:
    """One case as ``user`` may see it, in a fixed number of queries.

    Raises ``NotFound`` and ``Refused`` as :func:`~moderation.permissions.require_reviewer`.
    """
    case = with_context(ReviewCase.objects.filter(pk=case_id)).first()
    if case is None:
        raise NotFound(_("There is no such case."))
    require_reviewer(user, case)
    findings: dict[UUID | None, list[Finding]] = {}
    for finding in Finding.objects.filter(request_id=case.request_id).order_by("pk"):
        findings.setdefault(finding.candidate_id, []).append(finding)
    candidates = list(case.request.candidates.all())
    return CaseDetail(
        case=case,
        candidates=candidates,
        prompt_findings=findings.get(None, []),
        findings={each.pk: findings.get(each.pk, []) for each in candidates},
        decisions=list(case.decisions.select_related("reviewer", "case").order_by("pk")),
        comments=list(case.comments.select_related("author").order_by("pk")),
        is_own=is_own_request(user, case),
    )


def case_standing(user: User, case_id: UUID) -> tuple[ReviewCase, Decision | None, bool]:
    """A case with its claimant, its last decision, and whether ``user`` is behind the request.

    Little of :func:`case_detail`, and raises the same.
    """
    case = (
        ReviewCase.objects.filter(pk=case_id)
        .select_related("brand", "claimed_by", "request__client")
        .first()
    )
    if case is None:
        raise NotFound(_("There is no such case."))
    require_reviewer(user, case)
    decision = case.decisions.select_related("reviewer").order_by("pk").last()
    return case, decision, is_own_request(user, case)
