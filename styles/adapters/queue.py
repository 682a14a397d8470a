"""The queue of checks: the lease protocol over uploaded adapters, on the workers with a model."""

from __future__ import annotations

from datetime import timedelta

from brandhub.jobs.protocol import LeasedQueue, LeaseTerms, exponential_backoff
from styles.adapters.states import ADAPTER, AdapterStatus
from styles.models.adapters import AdapterRevision

CHECK_TASK = "styles.check_adapters"

#: Converting and each picture of the preview are steps; the longest of them, a file of 2 GB being
#: converted, takes less than this.
TERMS = LeaseTerms(
    lease=timedelta(seconds=20),
    hard_limit=timedelta(minutes=10),
    max_attempts=3,
    backoff=exponential_backoff(first=timedelta(seconds=1), cap=timedelta(seconds=30)),
)
HEARTBEAT = timedelta(seconds=4)
#: A task checks for so long and then makes way for pictures.
DRAIN_SECONDS = 20.0


def check_queue() -> LeasedQueue[AdapterRevision]:
    """The lease protocol over adapter revisions."""
    return LeasedQueue(
        "adapter check",
        AdapterRevision,
        ready=AdapterStatus.UPLOADED,
        running=AdapterStatus.CHECKING,
        guard=ADAPTER,
        terms=TERMS,
    )
