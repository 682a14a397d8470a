"""What people do with a case, and what time does, in one word each."""

from datetime import timedelta

from django.utils import timezone

from brandhub.accounts.models import User
from brandhub.audit.record import Actor
from moderation.models import Decision, ReviewCase
from moderation.services import assign_case, escalate_case


def escalate(user: User, case: ReviewCase, comment: str = "Is this ours?") -> Decision:
    return escalate_case(actor=Actor.person(user), user=user, case_id=case.pk, comment=comment)


def assign(user: User, case: ReviewCase, assignee: User | None) -> ReviewCase:
    return assign_case(
        actor=Actor.person(user),
        user=user,
        case_id=case.pk,
        assignee_id=assignee.pk if assignee else None,
    )


def pass_time(case: ReviewCase) -> None:
    """As much as the case's stage may last, and a second."""
    ReviewCase.objects.filter(pk=case.pk).update(due_at=timezone.now() - timedelta(seconds=1))
