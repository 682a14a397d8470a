"""For a worker that is to be killed behind a checkpoint: it goes no further until that happens."""

import os
import threading
from pathlib import Path

from brandhub.jobs import boundaries

#: Names the file; while it is there, trainings of this worker are held.
HELD = "BRANDHUB_TEST_HELD_TRAINING"


def _stay(boundary: str) -> None:
    if boundary == "training.after_checkpoint" and Path(os.environ[HELD]).exists():
        threading.Event().wait()


if HELD in os.environ:
    boundaries.listen(_stay)
