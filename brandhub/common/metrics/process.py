"""Figures of this process and its machine: its connections to PostgreSQL, its disk."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from django.conf import settings
from django.db import connection
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

#: What psycopg's pool says of itself, and how it is told; its milliseconds become seconds.
_POOL_COUNTERS = {
    "requests_num": ("brandhub_db_pool_requests", "Connections asked for.", 1.0),
    "requests_queued": ("brandhub_db_pool_requests_queued", "Those that had to wait.", 1.0),
    "requests_errors": ("brandhub_db_pool_requests_failed", "Those that got none in time.", 1.0),
    "requests_wait_ms": ("brandhub_db_pool_wait_seconds", "Seconds waited, in all.", 0.001),
}


class ProcessFigures(Collector):
    """What is asked of this process alone; needs no row of any table."""

    def describe(self) -> Iterable[Metric]:
        """Names all, without asking anything."""
        return [_pool_connections({}), *_pool_counters({}), *_disk(None)]

    def collect(self) -> Iterable[Metric]:
        pool = pool_figures()
        return [
            *([_pool_connections(pool), *_pool_counters(pool)] if pool else []),
            *_disk(nearest_folder(Path(settings.STORAGE_ROOT))),
        ]


def pool_figures() -> Mapping[str, int]:
    """What the connection pool says of itself; nothing where there is none."""
    pool = connection.pool  # type: ignore[attr-defined]
    return pool.get_stats() if pool is not None else {}


def nearest_folder(folder: Path) -> Path:
    """The folder, or what is there of its path: a store is made with its first file."""
    return next(each for each in (folder, *folder.parents) if each.is_dir())


def _pool_connections(pool: Mapping[str, int]) -> Metric:
    family = GaugeMetricFamily(
        "brandhub_db_pool_connections",
        "Connections of this process to PostgreSQL: at most, open, idle; and who waits for one.",
        labels=("state",),
    )
    names = {"max": "pool_max", "open": "pool_size", "idle": "pool_available"}
    for state, name in (names | {"wanted": "requests_waiting"}).items():
        family.add_metric((state,), float(pool.get(name, 0)))
    return family


def _pool_counters(pool: Mapping[str, int]) -> Iterable[Metric]:
    # The pool leaves out what has not happened yet.
    for key, (name, text, unit) in _POOL_COUNTERS.items():
        yield CounterMetricFamily(name, text, value=pool.get(key, 0) * unit)


def _disk(folder: Path | None) -> Iterable[Metric]:
    usage = shutil.disk_usage(folder) if folder else None
    for name, text, value in (
        ("free", "Bytes that are free where files are stored.", usage and usage.free),
        ("size", "Bytes of the disk where files are stored.", usage and usage.total),
    ):
        yield GaugeMetricFamily(f"brandhub_storage_{name}_bytes", text, value=value)
