"""``/metrics``: all figures in the text format of Prometheus, for whoever holds the token."""

from __future__ import annotations

from collections.abc import Iterable

import structlog
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from brandhub.common.health import redis_answers
from brandhub.common.metrics.gauges import Gauge, readings
from brandhub.common.metrics.http import HTTP_METRICS
from brandhub.common.metrics.process import ProcessFigures
from brandhub.common.metrics.reading import KeptReadings

log = structlog.get_logger(__name__)

FAILED = Gauge(
    "brandhub_reading_failed",
    "1 where figures of this kind could not be read, and are missing.",
    ("reading",),
)
SECONDS = Gauge("brandhub_readings_seconds", "Seconds that reading from the database took.")
UP = Gauge("brandhub_service_up", "1 where the service answers this process.", ("service",))
kept = KeptReadings()


class InstallationFigures(Collector):
    """The gauges that are read from PostgreSQL, and which of them are missing."""

    def describe(self) -> list[GaugeMetricFamily]:
        known = [gauge for reading in readings() for gauge in reading.gauges]
        return [_family(gauge) for gauge in [*known, FAILED, SECONDS, UP]]

    def collect(self) -> Iterable[Metric]:
        taken = kept.get()
        families = {family.name: family for family in self.describe()}
        of_itself = [
            SECONDS.at(taken.seconds),
            UP.at(taken.answered, "postgresql"),
            UP.at(redis_answers(), "redis"),
            *(FAILED.at(reading.name in taken.failed, reading.name) for reading in readings()),
        ]
        for sample in [*taken.samples, *of_itself]:
            families[sample.gauge.name].add_metric(sample.labels, sample.value)
        # One without a sample has nothing to say, as where it could not be read.
        return [family for family in families.values() if family.samples]


def _family(gauge: Gauge) -> GaugeMetricFamily:
    return GaugeMetricFamily(gauge.name, gauge.help, labels=gauge.labels)


def registry_of_everything() -> CollectorRegistry:
    """All that ``/metrics`` shows."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    for collector in (*HTTP_METRICS, ProcessFigures(), InstallationFigures()):
        registry.register(collector)
    return registry


REGISTRY = registry_of_everything()


@never_cache
@csrf_exempt
def metrics(request: HttpRequest) -> HttpResponse:
    """Every figure; 404, as for an unknown address, to whoever does not bring the token.

    Without ``BRANDHUB_METRICS_TOKEN`` that is everybody. One that fails leaves the others.
    """
    if not _is_let_in(request):
        raise Http404
    return _every_figure(request)


@require_safe
def _every_figure(request: HttpRequest) -> HttpResponse:
    encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    return HttpResponse(encode(REGISTRY), content_type=content_type)


def _is_let_in(request: HttpRequest) -> bool:
    if not settings.METRICS_TOKEN:
        return False
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "bearer" and constant_time_compare(token.strip(), settings.METRICS_TOKEN):
        return True
    log.warning("metrics_refused")
    return False
