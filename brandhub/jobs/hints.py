"""Wake-up hints: Celery messages that carry no work.

A hint says that a queue has something to do. It is sent after the commit, coalesced by a short
lived key in Redis, and may be lost, doubled or late: the sweep sends again whatever is still due.
"""

import structlog
from celery import current_app
from django.core.cache import cache
from django.db import transaction
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeout

from brandhub.common.outage import redis_outage

log = structlog.get_logger(__name__)

#: A hint is not repeated while one of this age may still wait in the broker. Short, because an
#: emptied broker must cost no more than this on top of the sweep's interval.
COALESCE_SECONDS = 2


def _key(task: str, queue: str) -> str:
    return f"hint:{queue}:{task}"


def send_hint(task: str, *, queue: str, **kwargs: str) -> bool:
    """Wake a worker of ``queue``. Returns whether a message went out; never raises for a broker
    that is away, because the row that is due stays due. One that hangs is waited for once.
    """
    if redis_outage.lasts:
        return False
    try:
        if not cache.add(_key(task, queue), 1, timeout=COALESCE_SECONDS):
            return False
        current_app.send_task(task, queue=queue, kwargs=kwargs, ignore_result=True, retry=False)
    except (OperationalError, RedisError, OSError) as error:
        if isinstance(error, RedisTimeout) or isinstance(error.__cause__, RedisTimeout):
            redis_outage.note()
        log.warning("hint_not_sent", task=task, queue=queue, error=type(error).__name__)
        return False
    return True


def hint_on_commit(task: str, *, queue: str, **kwargs: str) -> None:
    """Send a hint once the surrounding transaction has committed."""
    transaction.on_commit(lambda: send_hint(task, queue=queue, **kwargs), robust=True)


def taken_up(task: str, *, queue: str) -> None:
    """Called by the task as it starts: a hint from now on is news again."""
    try:
        cache.delete(_key(task, queue))
    except (RedisError, OSError) as error:
        log.warning("hint_key_not_cleared", queue=queue, error=type(error).__name__)
