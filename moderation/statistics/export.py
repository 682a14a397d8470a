"""The decisions of a span as CSV, read and written a page at a time."""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import UUID

from brandhub.common.ids import uuid7_floor
from brandhub.common.spreadsheets import csv_file
from moderation.models import Decision
from moderation.statistics.figures import Span

_PAGE = 1000

COLUMNS = (
    "decided_at",
    "opened_at",
    "seconds",
    "kind",
    "action",
    "against_checks",
    "reviewer",
    "bot",
    "style",
    "adapters",
    "verdict",
    "reasons",
    "comment",
)


def exported(span: Span) -> AsyncIterator[bytes]:
    """The span's decisions, oldest first, as :func:`~brandhub.common.spreadsheets.csv_file`."""
    return csv_file(COLUMNS, functools.partial(_page, span))


def _page(span: Span, after: UUID | None) -> tuple[list[Sequence[Any]], UUID | None]:
    decisions = (
        Decision.objects.filter(
            brand=span.brand, pk__gte=uuid7_floor(span.since), pk__lt=uuid7_floor(span.until)
        )
        .select_related("reviewer", "case__style", "case__request__bot")
        .order_by("pk")
    )
    if after is not None:
        decisions = decisions.filter(pk__gt=after)
    found = list(decisions[:_PAGE])
    last = found[-1].pk if len(found) == _PAGE else None
    return [_row(decision) for decision in found], last


def _row(decision: Decision) -> Sequence[Any]:
    case = decision.case
    request = case.request
    reviewer = decision.reviewer
    return (
        decision.created_at.isoformat(),
        case.created_at.isoformat(),
        round((decision.created_at - case.created_at).total_seconds()),
        case.kind,
        decision.action,
        "yes" if decision.override else "no",
        reviewer.get_username() if reviewer else "",
        request.bot.external_id,
        case.style.name if case.style else "",
        " ".join(str(each.get("adapter", "")) for each in request.adapters),
        case.verdict,
        " ".join(decision.reason_codes),
        decision.comment,
    )
