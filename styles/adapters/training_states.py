from django.db import models
from django.utils.translation import gettext_lazy as _

from brandhub.common.transitions import TransitionGuard


class TrainingStatus(models.TextChoices):
    QUEUED = "queued", _("Queued")
    RUNNING = "running", _("Training")
    PAUSED = "paused", _("Paused")
    COMPLETED = "completed", _("Completed")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


_S = TrainingStatus
TRAINING = TransitionGuard(
    "training",
    {
        _S.QUEUED: [_S.RUNNING, _S.PAUSED, _S.CANCELLED],
        _S.RUNNING: [_S.QUEUED, _S.PAUSED, _S.COMPLETED, _S.FAILED, _S.CANCELLED],
        _S.PAUSED: [_S.QUEUED, _S.CANCELLED],
        _S.COMPLETED: [],
        _S.FAILED: [_S.QUEUED, _S.CANCELLED],
        _S.CANCELLED: [],
    },
)

#: Waiting for a worker or with one: what a page watches.
ACTIVE = frozenset({_S.QUEUED, _S.RUNNING})
UNFINISHED = frozenset({_S.QUEUED, _S.RUNNING, _S.PAUSED})
#: Nothing follows.
OVER = frozenset({_S.COMPLETED, _S.CANCELLED})
