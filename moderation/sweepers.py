"""What the sweep does for screening and for the reviewers."""

from django.db.models.functions import Now

from brandhub.jobs.hints import send_hint
from moderation.models import ReviewCase
from moderation.queue import SCREEN_QUEUE, SCREEN_TASK, screening_queue
from moderation.services.cases import expire_claim
from moderation.services.screening import expire_screening
from moderation.states import CaseStatus


def sweep_expired_screenings() -> int:
    """Take runs away from workers that no longer renew."""
    return sum(expire_screening(run_id=run) for run in screening_queue().expired())


def sweep_lost_screening_hints() -> int:
    """Hint again where runs are due."""
    return int(screening_queue().due().exists() and send_hint(SCREEN_TASK, queue=SCREEN_QUEUE))


def sweep_expired_claims() -> int:
    """Give cases back whose reviewer has left them."""
    over = (
        ReviewCase.objects.filter(status=CaseStatus.CLAIMED, claimed_until__lte=Now())
        .order_by("claimed_until")
        .values_list("pk", flat=True)[:100]
    )
    return sum(expire_claim(case_id=case) for case in over)
