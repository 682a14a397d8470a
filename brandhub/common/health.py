"""Liveness and readiness, for supervisors and load balancers."""

from collections.abc import Mapping

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
    """200 when PostgreSQL answers within its time limits, 503 otherwise.

    Without Redis the product is ``degraded``: slower to notice work, and ready all the same, so
    that a balancer leaves its processes where they are. The body names what failed and nothing
    about it; the log has the reason.
    """
    checks = {"postgresql": _postgresql_answers(), "redis": redis_answers()}
    body = {
        "status": _status_of(checks),
        "checks": {name: "ok" if passed else "failed" for name, passed in checks.items()},
    }
    return JsonResponse(body, status=200 if checks["postgresql"] else 503)


def _status_of(checks: Mapping[str, bool]) -> str:
    if not checks["postgresql"]:
        return "unavailable"
    return "ok" if all(checks.values()) else "degraded"


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
