"""How checking and deciding go: what waits for people, and how long a request takes to its end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Max, OuterRef, Q, Subquery
from django.utils import timezone

from brandhub.accounts.models import Brand
from brandhub.common.counting import COUNTED
from brandhub.common.ids import uuid7_floor
from brandhub.common.metrics.gauges import (
    Gauge,
    Sample,
    age,
    by_value,
    newest,
    register_reading,
    seconds,
    some,
)
from moderation.models import ReviewCase, ScreeningRun
from moderation.states import OPEN_CASES, CaseKind, ScreeningStatus

SCREENINGS = Gauge(
    "brandhub_screenings_recent",
    f"What came of the screenings of the last ten minutes, the newest {COUNTED} of them.",
    ("status",),
)
CASES = Gauge(
    "brandhub_review_cases_open",
    f"Cases that wait for a person, by what they are about; {COUNTED} in all stands for more.",
    ("kind",),
)
OVERDUE = Gauge(
    "brandhub_review_cases_overdue", "Those of them whose stage has lasted longer than it should."
)
OLDEST = Gauge(
    "brandhub_review_cases_oldest_seconds", "Age of the oldest open case; 0 where there is none."
)
DECISIONS = Gauge(
    "brandhub_decisions_recent",
    f"Final decisions of the last hour, of the newest {COUNTED} of all kinds.",
)
DECIDING = Gauge(
    "brandhub_decision_seconds",
    "Seconds from submitting a request to its final decision, of those of the last hour: in all,"
    " until it reached the reviewers, and with them. None where nothing was decided.",
    ("part", "percentile"),
)

_HOUR = timedelta(hours=1)
_PERCENTILES = {"50": 0.5, "90": 0.9, "99": 0.99}
_PARTS = ("all", "platform", "people")
_DECIDING_SQL = """
WITH newest AS MATERIALIZED (
    SELECT case_id, created_at, is_final FROM moderation_decision
    WHERE id >= %(floor)s ORDER BY id DESC LIMIT %(limit)s
), decided AS (
    SELECT
        extract(epoch FROM newest.created_at - request.created_at) AS all,
        extract(epoch FROM request.in_review_at - request.created_at) AS platform,
        extract(epoch FROM newest.created_at - request.in_review_at) AS people
    FROM newest
    JOIN moderation_reviewcase review ON review.id = newest.case_id
    JOIN avatars_generationrequest request ON request.id = review.request_id
    WHERE newest.is_final
)
SELECT
    count(*),
    percentile_cont(%(shares)s::float8[]) WITHIN GROUP (ORDER BY decided.all),
    percentile_cont(%(shares)s::float8[]) WITHIN GROUP (ORDER BY decided.platform),
    percentile_cont(%(shares)s::float8[]) WITHIN GROUP (ORDER BY decided.people)
FROM decided
"""


def read_screenings() -> Iterator[Sample]:
    """One query."""
    rows = newest(ScreeningRun.objects.all())
    return by_value(SCREENINGS, rows, "status", ScreeningStatus.values)


def read_cases() -> Iterator[Sample]:
    """Two queries; the oldest is found by one look into each brand's queue."""
    is_open = ReviewCase.objects.filter(status__in=sorted(OPEN_CASES))
    kinds = {kind: Count("pk", filter=Q(kind=kind)) for kind in CaseKind.values}
    found = some(is_open).aggregate(
        **kinds, overdue=Count("pk", filter=Q(overdue_at__isnull=False))
    )
    for kind in CaseKind.values:
        yield CASES.at(found[kind], kind)
    yield OVERDUE.at(found["overdue"])
    first = is_open.filter(brand=OuterRef("pk")).order_by("pk").values(age=age("created_at"))[:1]
    yield OLDEST.at(seconds(Brand.objects.aggregate(age=Max(Subquery(first)))["age"]))


def read_decisions() -> Iterator[Sample]:
    """One query: a range of the decisions' key, and the request of each."""
    values: dict[str, Any] = {
        "floor": uuid7_floor(timezone.now() - _HOUR),
        "limit": COUNTED,
        "shares": list(_PERCENTILES.values()),
    }
    with connection.cursor() as cursor:
        cursor.execute(_DECIDING_SQL, values)
        number, *parts = cursor.fetchone()
    yield DECISIONS.at(number)
    for part, found in zip(_PARTS, parts, strict=True):
        for percentile, value in zip(_PERCENTILES, found or (), strict=False):
            if value is not None:
                yield DECIDING.at(value, part, percentile)


register_reading("screenings", read_screenings, SCREENINGS)
register_reading("cases", read_cases, CASES, OVERDUE, OLDEST)
register_reading("decisions", read_decisions, DECISIONS, DECIDING)
