"""What a reviewer works on: the queue, and a case with everything needed to decide it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from avatars.models import AvatarVersion, Candidate
from avatars.selectors.listings import CHECKED, presentable, wearing
from avatars.states import VersionStatus
from brandhub.accounts.models import Role, User
from moderation.models import Decision, Finding, ReviewCase
from moderation.states import OPEN_CASES, CaseStatus

#: Who decides in a brand.
REVIEWING_ROLES = (Role.REVIEWER, Role.MANAGER)
_EARLIER_VERSIONS = 8


def review_queue_for(user: User) -> QuerySet[ReviewCase]:
    """Open cases of the brands in which ``user`` reviews, the longest waiting first."""
    return _with_request(
        ReviewCase.objects.with_role(user, *REVIEWING_ROLES)
        .filter(status__in=OPEN_CASES)
        .order_by("pk")
    )


def decided_cases_for(user: User) -> QuerySet[ReviewCase]:
    """Closed cases of the brands in which ``user`` reviews, the latest first."""
    return _with_request(
        ReviewCase.objects.with_role(user, *REVIEWING_ROLES)
        .exclude(status__in=OPEN_CASES)
        .order_by("-pk")
    )


def _with_request(cases: QuerySet[ReviewCase]) -> QuerySet[ReviewCase]:
    return cases.select_related(
        "brand", "claimed_by", "request__bot", "request__style_revision__style"
    ).prefetch_related(
        Prefetch(
            "request__candidates",
            queryset=Candidate.objects.filter(presentable()).order_by("index"),
            to_attr="shown",
        ),
        Prefetch("request__bot__versions", queryset=wearing().queryset, to_attr="worn"),
    )


def claimable_for(user: User, *, now: datetime | None = None) -> QuerySet[ReviewCase]:
    """Cases that ``user`` could claim now, the longest waiting first.

    Neither what they asked for themselves nor what a colleague holds.
    """
    now = now or timezone.now()
    return (
        ReviewCase.objects.with_role(user, *REVIEWING_ROLES)
        .filter(
            Q(status=CaseStatus.OPEN) | Q(status=CaseStatus.CLAIMED, claimed_until__lt=now),
        )
        .exclude(request__requested_by=user)
        .order_by("pk")
    )


def case_for(user: User, pk: UUID) -> ReviewCase | None:
    """A case of the brands in which ``user`` reviews, with all that its page shows.

    ``request.judged`` holds the checked candidates with their findings, ``request.doubts`` the
    findings on the requirement, ``request.bot.earlier`` the latest versions not taken down.
    """
    return (
        ReviewCase.objects.with_role(user, *REVIEWING_ROLES)
        .select_related(
            "brand",
            "claimed_by",
            "request__bot",
            "request__client",
            "request__requested_by",
            "request__base_model",
            "request__continues",
            "request__style_revision__style",
        )
        .prefetch_related(
            "brand__palette",
            Prefetch(
                "request__candidates",
                queryset=Candidate.objects.filter(status__in=CHECKED)
                .prefetch_related(Prefetch("findings", queryset=Finding.objects.order_by("pk")))
                .order_by("index"),
                to_attr="judged",
            ),
            Prefetch(
                "request__findings",
                queryset=Finding.objects.filter(candidate__isnull=True).order_by("pk"),
                to_attr="doubts",
            ),
            Prefetch(
                "decisions", queryset=Decision.objects.select_related("reviewer").order_by("pk")
            ),
        )
        .filter(pk=pk)
        .first()
    )


def earlier_versions(case: ReviewCase) -> list[AvatarVersion]:
    """What the case's bot wore lately, newest first."""
    return list(
        AvatarVersion.objects.filter(bot_id=case.request.bot_id)
        .exclude(status=VersionStatus.TAKEN_DOWN)
        .order_by("-number")[:_EARLIER_VERSIONS]
    )


def open_case_count(user: User) -> int:
    """How many cases wait in the brands in which ``user`` reviews."""
    return (
        ReviewCase.objects.with_role(user, *REVIEWING_ROLES).filter(status__in=OPEN_CASES).count()
    )
