"""The reviewers' queue, and one case with everything that a decision rests on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from avatars.models import Candidate
from avatars.selectors.ranking import ranked_candidates
from brandhub.accounts.models import Brand, Role, User
from brandhub.common.errors import NotFound
from brandhub.common.ids import uuid7_floor
from moderation.models import CaseComment, Decision, Finding, ReviewCase
from moderation.permissions import REVIEWERS, is_own_request, may_judge, require_reviewer
from moderation.selectors.delegations import managers_represented_by
from moderation.selectors.progress import CaseProgress, progress_of, standing_approvals
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
    #: Only what is before the managers, or what has waited too long.
    escalated: bool = False
    overdue: bool = False
    #: Only what was assigned to the person.
    assigned_to_me: bool = False
    #: Only what waits for the person's role and not for somebody else's further approval.
    in_turn: bool = False


#: No filter at all: whatever is open.
EVERYTHING = QueueFilters()


def review_queue_for(user: User, filters: QueueFilters = EVERYTHING) -> QuerySet[ReviewCase]:
    """Cases of the brands where ``user`` reviews, the one that waits longest first.

    Bot, style, claimant and candidates are read along, in a fixed number of queries. Pages
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
    if filters.escalated:
        cases = cases.filter(escalated_at__isnull=False)
    if filters.overdue:
        cases = cases.filter(overdue_at__isnull=False)
    if filters.assigned_to_me:
        cases = cases.filter(assigned_to=user)
    if filters.in_turn:
        cases = cases.filter(in_turn(user))
    return with_context(cases).order_by("pk")


def claimable(user: User, filters: QueueFilters = EVERYTHING) -> QuerySet[ReviewCase]:
    """Cases that ``user`` could claim now, the one that waits longest first.

    Neither what they are behind themselves or have approved, nor what waits for managers if they
    are none, nor what a colleague holds or was given.
    """
    offered = replace(filters, without_own=True, unclaimed=True, in_turn=True)
    return review_queue_for(user, offered)


def in_turn(user: User) -> Q:
    """Cases whose stage belongs to ``user``'s role or to one whose duty they do, that they have not
    approved, and that were assigned to nobody else.
    """
    free = Q(assigned_to__isnull=True) | Q(assigned_to=user)
    if user.is_superuser:
        return free & ~_spoken_of(user)
    managed = Brand.objects.filter(memberships__user=user, memberships__role=Role.MANAGER)
    role = Q(judged_by=Role.REVIEWER) | Q(brand__in=managed)
    for manager, brand_id in managers_represented_by(user):
        # What they may not do themselves they cannot hand on.
        theirs = ReviewCase.objects.filter(
            Q(request__requested_by=manager)
            | Q(request__client__owner=manager)
            | Q(request__revised_by=manager),
            pk=OuterRef("pk"),
        )
        role |= Q(brand=brand_id) & ~Q(Exists(theirs)) & ~_spoken_of(manager)
    return role & free & ~_spoken_of(user)


def _spoken_of(user: User) -> Q:
    """Cases in which an approval stands that is ``user``'s or was given on their behalf."""
    theirs = Q(reviewer=user) | Q(on_behalf_of=user)
    return Q(Exists(standing_approvals().filter(theirs, case=OuterRef("pk"))))


def with_context(cases: QuerySet[ReviewCase]) -> QuerySet[ReviewCase]:
    """``cases`` with what lists and pages show of each, in four queries however many."""
    return cases.select_related(
        "brand",
        "claimed_by",
        "assigned_to",
        "policy",
        "request__bot",
        "request__client",
        "request__requested_by",
        "request__revised_by",
        "request__base_model",
        "request__style_revision__style__brand",
    ).prefetch_related(
        Prefetch("request__candidates", ranked_candidates()),
        Prefetch("decisions", standing_approvals(), to_attr="standing"),
    )


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
    #: How far it has come through its stages.
    progress: CaseProgress
    #: Whether the person who looks may decide the case in its stage, if it is open.
    may_judge: bool


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
    progress = progress_of(case, case.standing)  # type: ignore[attr-defined]
    return CaseDetail(
        case=case,
        candidates=candidates,
        prompt_findings=findings.get(None, []),
        findings={each.pk: findings.get(each.pk, []) for each in candidates},
        decisions=list(
            case.decisions.select_related("reviewer", "on_behalf_of", "case", "policy").order_by(
                "pk"
            )
        ),
        comments=list(case.comments.select_related("author").order_by("pk")),
        is_own=is_own_request(user, case),
        progress=progress,
        may_judge=may_judge(user, case, progress),
    )


def case_standing(user: User, case_id: UUID) -> tuple[ReviewCase, Decision | None, bool, bool]:
    """A case with its claimant, its last decision, whether ``user`` is behind the request, and
    whether they may decide it in its stage.

    Little of :func:`case_detail`, and raises the same.
    """
    case = (
        ReviewCase.objects.filter(pk=case_id)
        .select_related("brand", "claimed_by", "assigned_to", "policy", "request__client")
        .first()
    )
    if case is None:
        raise NotFound(_("There is no such case."))
    require_reviewer(user, case)
    decision = case.decisions.select_related("reviewer", "policy").order_by("pk").last()
    judges = may_judge(user, case, progress_of(case))
    return case, decision, is_own_request(user, case), judges


def newest_case_of(request_id: UUID) -> UUID | None:
    """The case that was opened last about a request; None where none ever was."""
    keys = ReviewCase.objects.filter(request_id=request_id).order_by("-pk")
    return keys.values_list("pk", flat=True).first()
