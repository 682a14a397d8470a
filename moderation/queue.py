"""The screening queue: the lease protocol over screening runs."""

from datetime import timedelta

from brandhub.jobs.protocol import LeasedQueue, LeaseTerms, exponential_backoff
from moderation.models import ScreeningRun
from moderation.states import SCREENING, ScreeningStatus

SCREEN_TASK = "moderation.screen"
#: Its own Celery queue: under load its hints pile up, and nothing else should wait behind them.
SCREEN_QUEUE = "screening"

#: A check takes tenths of a second and the heart beats between checks, so a lease outlives only a
#: worker that died or a check that hangs.
TERMS = LeaseTerms(
    lease=timedelta(seconds=6),
    hard_limit=timedelta(seconds=60),
    max_attempts=3,
    backoff=exponential_backoff(first=timedelta(seconds=1), cap=timedelta(seconds=30)),
)
HEARTBEAT = timedelta(seconds=1.5)
#: A task drains the queue for so long and then makes way for those of other queues: while pictures
#: wait in masses, a webhook waits no longer than this for a worker of both.
DRAIN_SECONDS = 5.0


def screening_queue() -> LeasedQueue[ScreeningRun]:
    """The lease protocol over screening runs."""
    return LeasedQueue(
        "screening",
        ScreeningRun,
        ready=ScreeningStatus.QUEUED,
        running=ScreeningStatus.RUNNING,
        guard=SCREENING,
        terms=TERMS,
    )
