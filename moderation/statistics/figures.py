"""A brand's decisions in a span of time, counted by PostgreSQL over a bounded sample.

Every query starts from the latest decisions of one brand, cut by the key, which grows with time:
the index ``decision_of_brand`` gives them in order, so that a figure costs the same whether ten
thousand or ten million decisions lie before them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from brandhub.accounts.models import Brand
from brandhub.common.ids import uuid7_floor
from moderation.policies.catalogue import comparable
from moderation.statistics.agreement import (
    HIGH_IS_GOOD,
    OBJECTIONS,
    Agreement,
    Judged,
    Suggestion,
    agreement_of,
    suggested_threshold,
)

#: Figures rest on the latest decisions of the span, so many at most.
SAMPLE = 5_000
#: Of these, so many at most are read picture by picture.
PICTURES_SAMPLE = 2_000
#: A list of a chart is no longer than a person reads.
_MOST_ROWS = 50

#: The sample: parameters ``brand``, ``since``, ``until``, ``sample``.
_DECIDED = """
WITH decided AS (
    SELECT decision.action, decision.action = 'approve' AS approved, decision.override,
           decision.reason_codes, decision.candidate_id, decision.created_at AS decided_at,
           extract(epoch FROM decision.created_at - review.created_at)::float8 AS seconds,
           review.id AS case_id, review.kind, review.request_id, review.style_id
    FROM moderation_decision AS decision
    JOIN moderation_reviewcase AS review ON review.id = decision.case_id
    WHERE decision.brand_id = %(brand)s AND decision.is_final
      AND decision.reviewer_id IS NOT NULL
      AND decision.id >= %(since)s AND decision.id < %(until)s
    ORDER BY decision.id DESC
    LIMIT %(sample)s
)
"""


@dataclass(frozen=True, slots=True)
class Span:
    """A brand and a span of time, from ``since`` to before ``until``."""

    brand: Brand
    since: datetime
    until: datetime

    @classmethod
    def of_days(cls, brand: Brand, days: int) -> Span:
        """The last ``days`` days."""
        now = timezone.now()
        return cls(brand, now - timedelta(days=days), now + timedelta(minutes=1))

    def parameters(self, *, sample: int) -> dict[str, Any]:
        return {
            "brand": self.brand.pk,
            "since": uuid7_floor(self.since),
            "until": uuid7_floor(self.until),
            "sample": sample,
        }


@dataclass(frozen=True, slots=True)
class Totals:
    """What was decided, and how long it took from the case's opening, in seconds."""

    decisions: int
    approved: int
    rejected: int
    sent_back: int
    overridden: int
    median_seconds: float | None
    slow_seconds: float | None

    @property
    def approval_rate(self) -> float | None:
        return self.approved / self.decisions if self.decisions else None

    @property
    def is_cut(self) -> bool:
        """Whether there may be more decisions in the span than were counted."""
        return self.decisions >= SAMPLE


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    decisions: int
    median_seconds: float
    slow_seconds: float


@dataclass(frozen=True, slots=True)
class Rate:
    """How many cases of one style, adapter or check were decided and approved."""

    name: str
    decisions: int
    approved: int

    @property
    def share(self) -> float:
        return self.approved / self.decisions


@dataclass(frozen=True, slots=True)
class CheckAgreement:
    """A check against the people: how often they agree, and where its threshold should lie."""

    check: str
    agreement: Agreement
    threshold: float | None
    high_is_good: bool
    suggestion: Suggestion | None
    judged: Sequence[Judged]


def totals(span: Span) -> Totals:
    """The span at a glance."""
    rows = _rows(
        """
        SELECT count(*), count(*) FILTER (WHERE approved),
               count(*) FILTER (WHERE action = 'reject'),
               count(*) FILTER (WHERE action = 'request_changes'),
               count(*) FILTER (WHERE override),
               percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds),
               percentile_cont(0.9) WITHIN GROUP (ORDER BY seconds)
        FROM decided
        """,
        span,
    )
    return Totals(*rows[0])


def by_day(span: Span) -> list[Day]:
    """Time to decision for each day (UTC) on which something was decided, oldest first."""
    rows = _rows(
        """
        SELECT (decided_at AT TIME ZONE 'UTC')::date AS day, count(*),
               percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds),
               percentile_cont(0.9) WITHIN GROUP (ORDER BY seconds)
        FROM decided GROUP BY day ORDER BY day
        """,
        span,
    )
    return [Day(*row) for row in rows]


def by_style(span: Span) -> list[Rate]:
    """Approval by style, the busiest first."""
    return _rates(
        """
        SELECT style.name, count(*), count(*) FILTER (WHERE approved)
        FROM decided JOIN styles_style AS style ON style.id = decided.style_id
        WHERE kind = 'image'
        GROUP BY style.id, style.name
        """,
        span,
    )


def by_adapter(span: Span) -> list[Rate]:
    """Approval by revision of an adapter, as requests pinned it; without one under no name."""
    return _rates(
        """
        SELECT coalesce(pinned.adapter ->> 'adapter', ''), count(*),
               count(*) FILTER (WHERE approved)
        FROM decided
        JOIN avatars_generationrequest AS request ON request.id = decided.request_id
        LEFT JOIN LATERAL jsonb_array_elements(request.adapters) AS pinned(adapter) ON true
        WHERE kind = 'image'
        GROUP BY 1
        """,
        span,
    )


def by_check(span: Span) -> list[Rate]:
    """Approval of the cases in which a check had something to say, by check."""
    return _rates(
        """
        SELECT finding.check_name, count(DISTINCT case_id),
               count(DISTINCT case_id) FILTER (WHERE approved)
        FROM decided
        JOIN moderation_finding AS finding ON finding.request_id = decided.request_id
        WHERE finding.verdict <> 'pass' AND (finding.candidate_id IS NULL) = (kind = 'prompt')
        GROUP BY finding.check_name
        """,
        span,
        sample=PICTURES_SAMPLE,
    )


def by_reason(span: Span) -> list[tuple[str, int]]:
    """How often each reason was given, the commonest first."""
    return [
        (code, count)
        for code, count in _rows(
            """
            SELECT code, count(*) FROM decided, unnest(reason_codes) AS code
            GROUP BY code ORDER BY count(*) DESC, code
            """,
            span,
        )
    ]


def agreements(span: Span) -> list[CheckAgreement]:
    """Each check of pictures against the people, over the latest decisions of the span.

    People approve a picture by choosing it; they object to all pictures of a case that they reject
    or send back for a reason that is the check's subject. Whatever was merely not chosen says
    nothing.
    """
    rows = _rows(
        """
        SELECT finding.check_name, finding.check_version, finding.verdict <> 'pass', approved,
               finding.score, finding.threshold, reason_codes
        FROM decided
        JOIN moderation_finding AS finding ON finding.request_id = decided.request_id
        WHERE kind = 'image' AND finding.verdict <> 'unknown'
          AND CASE WHEN approved THEN finding.candidate_id = decided.candidate_id
                   ELSE finding.candidate_id IS NOT NULL AND reason_codes <> '{}' END
        ORDER BY finding.id
        """,
        span,
        sample=PICTURES_SAMPLE,
    )
    judged: dict[str, list[Judged]] = {}
    thresholds: dict[str, float | None] = {}
    for check, version, flagged, approved, score, threshold, reasons in rows:
        if check not in OBJECTIONS:
            continue
        if not approved and OBJECTIONS[check].isdisjoint(reasons):
            continue
        score = comparable(check, version, score)
        judged.setdefault(check, []).append(Judged(flagged, not approved, score))
        # The latest one holds.
        thresholds[check] = threshold
    return [
        CheckAgreement(
            check=check,
            agreement=agreement_of(seen),
            threshold=thresholds[check],
            high_is_good=check in HIGH_IS_GOOD,
            suggestion=suggested_threshold(seen, high_is_good=check in HIGH_IS_GOOD),
            judged=seen,
        )
        for check, seen in sorted(judged.items())
    ]


def _rates(query: str, span: Span, *, sample: int = SAMPLE) -> list[Rate]:
    rates = [Rate(*row) for row in _rows(query, span, sample=sample)]
    return sorted(rates, key=lambda rate: (-rate.decisions, rate.name))[:_MOST_ROWS]


def _rows(query: str, span: Span, *, sample: int = SAMPLE) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_DECIDED + query, span.parameters(sample=sample))
        return cursor.fetchall()
