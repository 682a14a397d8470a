"""What the sweep does for screening and for the reviewers."""

from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Now

from avatars.models import GenerationRequest
from avatars.states import RequestStatus
from brandhub.common.metrics.gauges import age
from brandhub.jobs.hints import send_hint
from brandhub.jobs.listeners import Line
from brandhub.jobs.sweep import sweep_rows
from moderation.models import ReviewCase, ScreeningRun
from moderation.notice_queue import NOTIFY_QUEUE, NOTIFY_TASK, notice_queue
from moderation.queue import SCREEN_QUEUE, SCREEN_TASK, screening_queue
from moderation.services.cases import expire_claim
from moderation.services.deadlines import mark_overdue
from moderation.services.notices import expire_notice
from moderation.services.screening import expire_screening, reconcile_screening
from moderation.states import OPEN_CASES, CaseStatus, ScreeningStatus

#: A request may be between two transactions of its own; only what lies longer is overdue.
RECONCILE_AFTER = timedelta(seconds=10)


def sweep_expired_screenings() -> int:
    """Take runs away from workers that no longer renew."""
    return sweep_rows(screening_queue().expired(), lambda key: expire_screening(run_id=key))


def sweep_lost_screening_hints() -> int:
    """Hint again where runs are due."""
    return int(screening_queue().due().exists() and send_hint(SCREEN_TASK, queue=SCREEN_QUEUE))


def sweep_unsettled_screenings() -> int:
    """Take up requests in screening for which no run is under way, although some should be."""
    under_way = ScreeningRun.objects.filter(
        candidate__request=OuterRef("pk"),
        status__in=[ScreeningStatus.QUEUED, ScreeningStatus.RUNNING],
    )
    overdue = GenerationRequest.objects.filter(
        ~Exists(under_way),
        status=RequestStatus.SCREENING,
        screening_at__lt=Now() - RECONCILE_AFTER,
    ).values_list("pk", flat=True)[:100]
    return sweep_rows(overdue, lambda key: reconcile_screening(request_id=key))


def sweep_expired_claims() -> int:
    """Give cases back whose reviewer has left them."""
    over = (
        ReviewCase.objects.filter(status=CaseStatus.CLAIMED, claimed_until__lte=Now())
        .order_by("claimed_until")
        .values_list("pk", flat=True)[:100]
    )
    return sweep_rows(over, lambda key: expire_claim(case_id=key))


def sweep_overdue_cases() -> int:
    """Mark the cases whose stage has lasted too long, and tell of them."""
    late = (
        ReviewCase.objects.filter(
            status__in=sorted(OPEN_CASES), due_at__lte=Now(), overdue_at__isnull=True
        )
        .order_by("due_at")
        .values_list("pk", flat=True)[:100]
    )
    return sweep_rows(late, lambda key: mark_overdue(case_id=key))


def sweep_expired_notices() -> int:
    """Take letters away from workers that are gone."""
    return sweep_rows(notice_queue().expired(), lambda key: expire_notice(notice_id=key))


def sweep_due_notices() -> int:
    """Hint for letters that have come due, and for hints that were lost."""
    return int(notice_queue().due().exists() and send_hint(NOTIFY_TASK, queue=NOTIFY_QUEUE))


class ScreeningLine(Line):
    """Screenings, whose index has what is live before what sandboxes ask for, as they are taken."""

    def oldest_due(self) -> QuerySet[Any, timedelta | None]:
        """Of live work, or where none is due of a sandbox's."""
        due = self.work.due().order_by("sandbox", "available_at")
        return due.values_list(age("available_at"), flat=True)[:1]


def moderation_lines() -> tuple[Line, ...]:
    """What should be screened, and which letters should be written."""
    return (ScreeningLine(SCREEN_QUEUE, screening_queue()), Line(NOTIFY_QUEUE, notice_queue()))
