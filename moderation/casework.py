"""What the reviewers' pages show beside a case itself: rows of the queue, what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Prefetch, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from avatars.models import AvatarVersion, Candidate
from avatars.selectors.listings import presentable, wearing
from avatars.states import VersionStatus
from brandhub.accounts.models import User
from moderation.models import Decision, ReviewCase
from moderation.permissions import REVIEWERS
from moderation.selectors.cases import QueueFilters, review_queue_for
from moderation.states import OPEN_CASES, CaseStatus
from styles.models import PinnedReference

_EARLIER_VERSIONS = 8
#: A style shows what it means in a few pictures; the others are a click away.
_STYLE_REFERENCES = 8


class Holder(StrEnum):
    """Whose turn a case is, as one person sees it."""

    NOBODY = "nobody"
    ME = "me"
    COLLEAGUE = "colleague"
    #: The person is behind the request themselves, so somebody else decides.
    NOT_ME = "not_me"
    #: It is over.
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a case stands for a person at this moment."""

    holder: Holder
    #: What closed it last, if a person did.
    decision: Decision | None

    @property
    def may_decide(self) -> bool:
        return self.holder in {Holder.NOBODY, Holder.ME}


def standing_of(
    user: User, case: ReviewCase, decision: Decision | None, *, is_own: bool
) -> Standing:
    """How ``case`` stands for ``user``; ``decision`` is its last one."""
    until = case.claimed_until
    held = case.status == CaseStatus.CLAIMED and until is not None and until > timezone.now()
    if case.status not in OPEN_CASES:
        holder = Holder.CLOSED
    elif is_own:
        holder = Holder.NOT_ME
    elif not held:
        holder = Holder.NOBODY
    else:
        holder = Holder.ME if case.claimed_by_id == user.pk else Holder.COLLEAGUE
    return Standing(holder, decision)


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

    Neither what they are behind themselves nor what a colleague holds.
    """
    free = Q(status=CaseStatus.OPEN) | Q(claimed_until__lte=Now())
    return review_queue_for(user, QueueFilters(without_own=True)).filter(free)


def earlier_versions(case: ReviewCase) -> list[AvatarVersion]:
    """What the case's bot wore lately, newest first; nothing that was taken down."""
    return list(
        AvatarVersion.objects.filter(bot_id=case.request.bot_id)
        .exclude(status=VersionStatus.TAKEN_DOWN)
        .order_by("-number")[:_EARLIER_VERSIONS]
    )


def style_references(case: ReviewCase) -> list[PinnedReference]:
    """The pictures that show what the style of the case's request means, in their order."""
    return list(
        PinnedReference.objects.filter(revision_id=case.request.style_revision_id).select_related(
            "reference"
        )[:_STYLE_REFERENCES]
    )


def open_case_count(user: User) -> int:
    """How many cases wait in the brands in which ``user`` reviews."""
    return ReviewCase.objects.with_role(user, *REVIEWERS).filter(status__in=OPEN_CASES).count()
