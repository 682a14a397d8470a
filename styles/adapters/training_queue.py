"""The queue of trainings: the lease protocol, on workers of their own."""

from __future__ import annotations

from datetime import timedelta

from brandhub.jobs.protocol import LeasedQueue, LeaseTerms, exponential_backoff
from styles.adapters.training_states import TRAINING, TrainingStatus
from styles.models.trainings import AdapterTraining

TRAIN_TASK = "styles.train_adapter"
#: The Celery queue of the training workers.
TRAIN_QUEUE = "training"

#: Loading the model and a step are the longest stretches without news: a second of two free cores,
#: over a minute beside a dozen busy processes. A dead worker's training is taken up after this, a
#: killed child's at once.
TERMS = LeaseTerms(
    lease=timedelta(seconds=180),
    hard_limit=timedelta(hours=6),
    max_attempts=3,
    backoff=exponential_backoff(first=timedelta(seconds=1), cap=timedelta(seconds=30)),
)
HEARTBEAT = timedelta(seconds=4)


def training_queue() -> LeasedQueue[AdapterTraining]:
    """The lease protocol over trainings."""
    return LeasedQueue(
        "training",
        AdapterTraining,
        ready=TrainingStatus.QUEUED,
        running=TrainingStatus.RUNNING,
        guard=TRAINING,
        terms=TERMS,
    )
