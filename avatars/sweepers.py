"""What the sweep does for rendering."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest, Now

from avatars.models import Candidate, GenerationRequest, RenderTurn
from avatars.models.requests import SANDBOX_PRIORITY, Priority
from avatars.queue import RENDER_TASK, queue_name, render_queue
from avatars.services.rendering import expire_candidate, reconcile_rendering
from avatars.states import CandidateStatus, RequestStatus
from brandhub.common.metrics.gauges import age
from brandhub.jobs.hints import send_hint
from brandhub.jobs.listeners import Line
from brandhub.jobs.sweep import sweep_rows

#: A request may be between two transactions of its own; only what lies longer is overdue.
RECONCILE_AFTER = timedelta(seconds=10)

#: How many requests that no worker took up are looked at, the oldest. One that is stuck there grows
#: old, while the backlog before it is rendered.
WAITING = 1000


def sweep_expired_renders() -> int:
    """Take candidates away from workers that no longer renew."""
    return sweep_rows(render_queue().expired(), lambda key: expire_candidate(candidate_id=key))


def sweep_lost_render_hints() -> int:
    """Hint again for every family with work that is due."""
    # One look into each brand's queue, however long they are.
    due = render_queue().due().filter(family=OuterRef("family"), brand=OuterRef("brand"))
    families = RenderTurn.objects.filter(Exists(due)).values_list("family", flat=True).distinct()
    return sum(
        send_hint(RENDER_TASK, queue=queue_name(family), family=family) for family in families
    )


class RenderLine(Line):
    """A family's pictures, whose index is by brand and priority."""

    def oldest_due(self) -> QuerySet[Any, timedelta | None]:
        """For how long what goes next was asked for: live work, or where none is due a sandbox's.

        One look into each brand's queues, however long they are.
        """
        turns = RenderTurn.objects.filter(self.rows).annotate(
            live=Greatest(*(self._oldest_of(priority) for priority in Priority.values)),
            sandbox=self._oldest_of(SANDBOX_PRIORITY),
        )
        longest = [F(name).desc(nulls_last=True) for name in ("live", "sandbox")]
        return turns.order_by(*longest).values_list(Coalesce("live", "sandbox"), flat=True)[:1]

    def _oldest_of(self, priority: int) -> Subquery:
        due = self.work.due().filter(
            family=OuterRef("family"), brand=OuterRef("brand"), priority=priority
        )
        return Subquery(due.order_by("queued_at").values(waited=age("queued_at"))[:1])


def render_lines() -> Iterator[Line]:
    """What each family's workers should take up."""
    for family in RenderTurn.objects.values_list("family", flat=True).distinct():
        yield RenderLine.of(queue_name(family), render_queue(), family=family)


def sweep_unsettled_requests() -> int:
    """Move on requests whose candidates are all done although nobody did so."""
    unfinished = Candidate.objects.filter(
        request=OuterRef("pk"), status__in=[CandidateStatus.QUEUED, CandidateStatus.RENDERING]
    )
    begun = GenerationRequest.objects.filter(status=RequestStatus.RENDERING)
    oldest = GenerationRequest.objects.filter(status=RequestStatus.QUEUED).order_by("pk")
    waiting = GenerationRequest.objects.filter(pk__in=oldest.values("pk")[:WAITING])
    done = 0
    for requests in (begun, waiting):
        overdue = requests.filter(~Exists(unfinished), queued_at__lt=Now() - RECONCILE_AFTER)
        done += sweep_rows(
            overdue.values_list("pk", flat=True)[:100],
            lambda key: reconcile_rendering(request_id=key),
        )
    return done
