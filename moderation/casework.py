"""What the reviewers' pages show beside a case itself: rows of the queue, what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.db.models import Prefetch
from django.utils import timezone

from avatars.models import AvatarVersion, Candidate
from avatars.selectors.listings import presentable, wearing
from avatars.states import VersionStatus
from brandhub.accounts.models import User
from moderation.models import Decision, ReviewCase
from moderation.selectors.cases import QueueFilters, claimable, with_context
from moderation.selectors.queue import first_keys
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
    #: The stage is for managers, or the person has approved already: somebody else decides.
    NOT_NOW = "not_now"
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
    user: User, case: ReviewCase, decision: Decision | None, *, is_own: bool, may_judge: bool
) -> Standing:
    """How ``case`` stands for ``user``; ``decision`` is its last one."""
    until = case.claimed_until
    held = case.status == CaseStatus.CLAIMED and until is not None and until > timezone.now()
    if case.status not in OPEN_CASES:
        holder = Holder.CLOSED
    elif is_own:
        holder = Holder.NOT_ME
    elif not may_judge:
        holder = Holder.NOT_NOW
    elif not held:
        holder = Holder.NOBODY
    else:
        holder = Holder.ME if case.claimed_by_id == user.pk else Holder.COLLEAGUE
    return Standing(holder, decision)


def case_rows(keys: Sequence[UUID]) -> list[ReviewCase]:
    """The cases of ``keys`` in that order, as a list shows them.

    With ``request.shown``, the pictures anybody may see, and what the bot wears; nothing else of
    the candidates is read.
    """
    shown = Candidate.objects.filter(presentable()).order_by("index")
    cases = with_context(ReviewCase.objects.filter(pk__in=keys)).prefetch_related(None)
    found = {
        case.pk: case
        for case in cases.prefetch_related(
            Prefetch("request__candidates", queryset=shown, to_attr="shown"),
            Prefetch("request__bot__versions", queryset=wearing().queryset, to_attr="worn"),
        )
    }
    return [found[key] for key in keys if key in found]


def has_claimable(user: User, filters: QueueFilters) -> bool:
    """Whether ``user`` could claim a case now: one that is free and not their own."""
    return bool(first_keys(user, claimable(user, filters), size=1, brand=filters.brand))


def earlier_versions(case: ReviewCase) -> list[AvatarVersion]:
    """What the case's bot wore lately, newest first; nothing that was taken down."""
    return list(
        AvatarVersion.objects.filter(bot_id=case.request.bot_id)
        .exclude(status=VersionStatus.TAKEN_DOWN)
        .order_by("-number")[:_EARLIER_VERSIONS]
    )


def version_of(case: ReviewCase) -> AvatarVersion | None:
    """The version that the approval of ``case`` published."""
    return (
        AvatarVersion.objects.filter(candidate__request=case.request_id, rolled_back_to=None)
        .order_by("number")
        .first()
    )


def style_references(case: ReviewCase) -> list[PinnedReference]:
    """The pictures that show what the style of the case's request means, in their order."""
    return list(
        PinnedReference.objects.filter(revision_id=case.request.style_revision_id).select_related(
            "reference"
        )[:_STYLE_REFERENCES]
    )
