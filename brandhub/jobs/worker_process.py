"""What a Celery worker's parent does for the child that works: says when to stop, shares no socket.

Celery's warm shutdown lets the child finish its task, and the child itself gets no signal. The
event is made before the fork and shared with the child, which looks at it between two steps and
gives its leases back instead of finishing.
"""

import multiprocessing
import os
import socket

from celery.signals import worker_before_create_process, worker_shutting_down
from django.db import connections

_stopping = multiprocessing.get_context("fork").Event()


def stopping() -> bool:
    """Whether this worker was asked to stop."""
    return _stopping.is_set()


def holder_name() -> str:
    """How this process signs its leases."""
    return f"{socket.gethostname()}:{os.getpid()}"


@worker_shutting_down.connect
def _announce(**_: object) -> None:
    _stopping.set()


@worker_before_create_process.connect
def _close_pools(**_: object) -> None:
    """Close the parent's connections before each fork.

    A pool's threads do not survive a fork, so a child that inherits one waits for ever.
    """
    for connection in connections.all(initialized_only=True):
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]
