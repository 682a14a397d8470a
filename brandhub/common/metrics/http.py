"""Requests by route: counted, and how long each took until its answer began."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from prometheus_client import Counter, Histogram, disable_created_metrics

# When each series began, as a series of its own: nobody asks, and there would be twice as many.
disable_created_metrics()

_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
#: Seconds. 25 and 50 ms are what the review page and a submission promise.
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

#: Registered where they are shown.
REQUESTS = Counter(
    "brandhub_http_requests",
    "Requests answered by this process.",
    ("method", "route", "status"),
    registry=None,
)
DURATION = Histogram(
    "brandhub_http_request_duration_seconds",
    "Seconds from a request's arrival in Django until its answer begins; a stream goes on after.",
    ("method", "route"),
    buckets=_BUCKETS,
    registry=None,
)
HTTP_METRICS: Final = (REQUESTS, DURATION)


class HttpMetricsMiddleware:
    """Counts and times every request. Stands first, so that all the others are timed, too."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = perf_counter()
        response = self._get_response(request)
        lasted = perf_counter() - began
        method = request.method if request.method in _METHODS else "other"
        route = route_of(request)
        REQUESTS.labels(method, route, str(response.status_code)).inc()
        DURATION.labels(method, route).observe(lasted)
        return response


def route_of(request: HttpRequest) -> str:
    """The pattern that the address matched, which names no object; ``static`` for static files,
    ``unmatched`` for what is answered before anything is looked up.
    """
    if match := request.resolver_match:
        return f"/{match.route}"
    return "static" if request.path_info.startswith(settings.STATIC_URL) else "unmatched"
