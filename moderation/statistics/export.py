"""The decisions of a span as CSV, read and written a page at a time."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any
from uuid import UUID

from asgiref.sync import sync_to_async

from brandhub.common.connections import release_connection
from brandhub.common.ids import uuid7_floor
from moderation.models import Decision
from moderation.statistics.figures import Span

_PAGE = 1000
#: What a spreadsheet takes for the beginning of a formula (OWASP, "CSV Injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")

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


def cell(value: Any) -> str:
    """A value as text that no spreadsheet runs: what looks like a formula gets an apostrophe."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


async def exported(span: Span) -> AsyncIterator[bytes]:
    """The file, page by page, oldest decision first; nothing but one page is held in memory.

    Between two pages no connection and no transaction is kept.
    """
    # Spreadsheets read UTF-8 as such only with a byte order mark.
    yield "\ufeff".encode() + _written([COLUMNS])
    after: UUID | None = None
    while True:
        rows, after = await sync_to_async(_page)(span, after)
        if rows:
            yield _written(rows)
        if after is None:
            return


def _page(span: Span, after: UUID | None) -> tuple[list[Sequence[str]], UUID | None]:
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
    release_connection()
    last = found[-1].pk if len(found) == _PAGE else None
    return [_row(decision) for decision in found], last


def _row(decision: Decision) -> Sequence[str]:
    case = decision.case
    request = case.request
    reviewer = decision.reviewer
    values = (
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
    return [cell(value) for value in values]


def _written(rows: Iterator[Sequence[str]] | Sequence[Sequence[str]]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue().encode()
