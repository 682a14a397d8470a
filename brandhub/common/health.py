"""Liveness and readiness, for supervisors and load balancers."""

import structlog
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from psycopg_pool import PoolTimeout
from redis.exceptions import RedisError

logger = structlog.get_logger(__name__)


@never_cache
@csrf_exempt
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers at all; touches nothing else."""
    return JsonResponse({"status": "ok"})


@never_cache
@csrf_exempt
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 when PostgreSQL and Redis answer within their time limits, 503 otherwise.

    The body names what failed and nothing about it; the log has the reason.
    """
    checks = {"postgresql": _postgresql_answers(), "redis": redis_answers()}
    ok = all(checks.values())
    body = {
        "status": "ok" if ok else "unavailable",
        "checks": {name: "ok" if passed else "failed" for name, passed in checks.items()},
    }
    return JsonResponse(body, status=200 if ok else 503)


def _postgresql_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return cursor.fetchone() == (1,)
    except (DatabaseError, PoolTimeout) as error:
        logger.warning("readiness_failed", service="postgresql", reason=type(error).__name__)
        return False


def redis_answers() -> bool:
    """Whether Redis answers within its time limits."""
    try:
        cache.get("readiness")
    except (RedisError, OSError) as error:
        logger.warning("readiness_failed", service="redis", reason=type(error).__name__)
        return False
    return True
