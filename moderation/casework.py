"""What the reviewers' pages show beside a case itself: rows of the queue, what comes next."""

from __future__ import annotations

from django.db.models import Prefetch, Q, QuerySet
from django.db.models.functions import Now

from avatars.models import AvatarVersion, Candidate
from avatars.selectors.listings import presentable, wearing
from avatars.states import VersionStatus
from brandhub.accounts.models import User
from moderation.models import ReviewCase
from moderation.permissions import REVIEWERS
from moderation.selectors.cases import QueueFilters, review_queue_for
from moderation.states import OPEN_CASES, CaseStatus

_EARLIER_VERSIONS = 8


def queue_rows(user: User) -> QuerySet[ReviewCase]:
    """The open cases as a list shows them, the one that waits longest first."""
    return _as_rows(review_queue_for(user))


def decided_rows(user: User) -> QuerySet[ReviewCase]:
    """The closed cases as a list shows them, the latest first."""
    closed = ReviewCase.objects.with_role(user, *REVIEWERS).exclude(status__in=OPEN_CASES)
    return _as_rows(
        closed.select_related(
            "brand", "claimed_by", "request__bot", "request__style_revision__style"
        )
    ).order_by("-pk")


def _as_rows(cases: QuerySet[ReviewCase]) -> QuerySet[ReviewCase]:
    """With ``request.shown``, the pictures anybody may see, and what the bot wears; nothing else
    of the candidates is read."""
    shown = Candidate.objects.filter(presentable()).order_by("index")
    return cases.prefetch_related(None).prefetch_related(
        Prefetch("request__candidates", queryset=shown, to_attr="shown"),
        Prefetch("request__bot__versions", queryset=wearing().queryset, to_attr="worn"),
    )


def claimable_for(user: User) -> QuerySet[ReviewCase]:
    """Cases that ``user`` could claim now, the one that waits longest first.

    Neither what they are behind themselves or have approved, nor what waits for managers if they
    are none, nor what a colleague holds or was given.
    """
    free = Q(status=CaseStatus.OPEN) | Q(claimed_until__lte=Now())
    return review_queue_for(user, QueueFilters(without_own=True, in_turn=True)).filter(free)


def earlier_versions(case: ReviewCase) -> list[AvatarVersion]:
    """What the case's bot wore lately, newest first; nothing that was taken down."""
    return list(
        AvatarVersion.objects.filter(bot_id=case.request.bot_id)
        .exclude(status=VersionStatus.TAKEN_DOWN)
        .order_by("-number")[:_EARLIER_VERSIONS]
    )


def open_case_count(user: User) -> int:
    """How many cases wait in the brands in which ``user`` reviews."""
    return ReviewCase.objects.with_role(user, *REVIEWERS).filter(status__in=OPEN_CASES).count()
