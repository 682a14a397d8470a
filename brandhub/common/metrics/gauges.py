"""Gauges of the installation, and who reads them. Imports no metrics library: workers come by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, DurationField, ExpressionWrapper, F, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from brandhub.common.counting import COUNTED
from brandhub.common.ids import uuid7_floor

#: What happened within this time is recent.
RECENT = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Gauge:
    """A figure of the installation. Labels are of a bounded vocabulary: the product's own statuses,
    queues, model families; never a brand, a person or what somebody wrote.
    """

    name: str
    help: str
    labels: tuple[str, ...] = ()

    def at(self, value: float, *labels: str) -> Sample:
        """The figure now. Raises ``ValueError`` for another number of labels."""
        if len(labels) != len(self.labels):
            raise ValueError(f"{self.name} has the labels {self.labels}")
        return Sample(self, float(value), labels)


@dataclass(frozen=True, slots=True)
class Sample:
    gauge: Gauge
    value: float
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """Some gauges that are read together, by queries that are bounded and have their index."""

    name: str
    gauges: tuple[Gauge, ...]
    read: Callable[[], Iterable[Sample]]


_readings: dict[str, Reading] = {}


def register_reading(name: str, read: Callable[[], Iterable[Sample]], *gauges: Gauge) -> None:
    """Have ``read`` called when somebody asks for figures; it gives samples of ``gauges``.

    What it raises costs its own gauges and no others.
    """
    _readings[name] = Reading(name, gauges, read)


def readings() -> list[Reading]:
    """All that are registered."""
    return list(_readings.values())


def seconds(age: timedelta | None) -> float:
    """An age as a figure: of nothing, 0."""
    return max(age.total_seconds(), 0.0) if age is not None else 0.0


def age(moment: str) -> ExpressionWrapper:
    """How long ago the field ``moment`` was, by the database's clock."""
    return ExpressionWrapper(Now() - F(moment), output_field=DurationField())


def some(rows: QuerySet[Any]) -> QuerySet[Any]:
    """``COUNTED`` of the rows at most, in no order, for which nothing is read or sorted besides."""
    return rows.order_by()[:COUNTED]


def newest(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Of ``rows``, whose keys grow with time, the recent ones, the newest ``COUNTED`` at most.

    A range of the primary key, however long the table is.
    """
    return rows.filter(pk__gte=uuid7_floor(timezone.now() - RECENT)).order_by("-pk")[:COUNTED]


def by_value(
    gauge: Gauge, rows: QuerySet[Any], field: str, values: Iterable[str]
) -> Iterator[Sample]:
    """How many of ``rows``, which are few, have which of ``values``; 0 for those that none has."""
    picked = rows.model._default_manager.filter(pk__in=rows.values("pk"))
    found = dict(picked.order_by().values_list(field).annotate(number=Count("pk")))
    for value in values:
        yield gauge.at(found.get(value, 0), value)
