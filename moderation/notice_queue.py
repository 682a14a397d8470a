"""The queue of letters: the lease protocol over notices."""

from datetime import timedelta

from brandhub.jobs.protocol import LeasedQueue, LeaseTerms, exponential_backoff
from moderation.models import Notice
from moderation.states import NOTICE, NoticeStatus

NOTIFY_TASK = "moderation.notify"
#: The Celery queue of the workers without a model.
NOTIFY_QUEUE = "default"

#: Longer than a mail server may take (``EMAIL_TIMEOUT``), for leases are not renewed meanwhile.
_LEASE = timedelta(seconds=60)
TERMS = LeaseTerms(
    lease=_LEASE,
    hard_limit=_LEASE,
    max_attempts=8,
    backoff=exponential_backoff(first=timedelta(seconds=30), cap=timedelta(hours=1)),
)
#: A task drains the queue for so long and then makes way for others.
DRAIN_SECONDS = 20.0


def notice_queue() -> LeasedQueue[Notice]:
    """The lease protocol over notices."""
    return LeasedQueue(
        "notices",
        Notice,
        ready=NoticeStatus.QUEUED,
        running=NoticeStatus.SENDING,
        guard=NOTICE,
        terms=TERMS,
    )
