"""A task that keeps its process busy, for tests that end processes."""

import sys
import time

from celery import shared_task


@shared_task(name="tests.sleep")
def sleep() -> None:
    """Says that it has begun, and takes longer than any test waits."""
    sys.stderr.write("sleeping\n")
    sys.stderr.flush()
    time.sleep(300)
