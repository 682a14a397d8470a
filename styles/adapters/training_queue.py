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
#: over a minute beside a dozen busy processes. What a whole machine held that is lost is taken up
#: after this; after any other death as soon as somebody sees it and the back-off is over, which
#: outlasts a few restarts of a worker that has too little memory.
TERMS = LeaseTerms(
    lease=timedelta(seconds=180),
    hard_limit=timedelta(hours=6),
    max_attempts=3,
    backoff=exponential_backoff(first=timedelta(seconds=20), cap=timedelta(minutes=5)),
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
