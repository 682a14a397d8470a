"""Fan-out of news to whoever watches: Redis publish, at most once, never needed for the truth."""

import json
from functools import cache
from typing import Any

import redis
import structlog
from django.conf import settings

from brandhub.common.outage import redis_outage

log = structlog.get_logger(__name__)


@cache
def _client() -> redis.Redis:
    # Short time-outs: news is not worth making a worker wait for a broker that is away.
    return redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1, health_check_interval=15
    )


def publish(channel: str, message: dict[str, Any]) -> None:
    """Tell the watchers of ``channel``; silent when Redis is away, for they poll besides."""
    if redis_outage.lasts:
        return
    try:
        _client().publish(channel, json.dumps(message, separators=(",", ":")))
    except redis.TimeoutError:
        redis_outage.note()
        log.warning("news_not_published", error="TimeoutError")
    except (redis.RedisError, OSError) as error:
        log.warning("news_not_published", error=type(error).__name__)
