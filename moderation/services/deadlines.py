"""Age limits: a case whose stage has lasted too long is marked, and those who can act are told."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from avatars.services.telling import tell_of_request
from brandhub.audit.record import SYSTEM, record
from brandhub.webhooks.models import EventType
from moderation.locking import lock_case_with_request
from moderation.models import ReviewCase
from moderation.selectors.eligible import people_who_may_judge, with_their_delegates
from moderation.services.notices import about_case, notify
from moderation.states import OPEN_CASES, NoticeKind


@transaction.atomic
def mark_overdue(*, case_id: UUID) -> bool:
    """Mark a case as overdue and tell of it, once for each time that it enters a stage.

    Written to are those who may decide it, or its assignee, and whoever does their duty; the
    platform is told (``review.overdue``). Returns whether it was due now.
    """
    request, case = lock_case_with_request(case_id)
    due = ReviewCase.objects.filter(
        pk=case.pk, status__in=sorted(OPEN_CASES), due_at__lte=Now(), overdue_at__isnull=True
    )
    if not due.exists():
        return False
    case.overdue_at = Now()  # type: ignore[assignment]
    case.save(update_fields=["overdue_at"])
    case.refresh_from_db(fields=["overdue_at"])
    record(actor=SYSTEM, action="case.overdue", of=case, brand=case.brand_id, stage=case.stage)
    tell_of_request(event_type=EventType.REVIEW_OVERDUE, request=request, review=about_case(case))
    people = [case.assigned_to] if case.assigned_to is not None else people_who_may_judge(case)
    notify(case=case, kind=NoticeKind.OVERDUE, people=with_their_delegates(case, people))
    return True
