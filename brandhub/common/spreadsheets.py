"""Tables as CSV files for spreadsheets: read and written a page at a time, and no cell is run."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from typing import Any, TypeVar

from asgiref.sync import sync_to_async

from brandhub.common.connections import release_connection

After = TypeVar("After")

#: What a spreadsheet takes for the beginning of a formula (OWASP, "CSV Injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
#: Spreadsheets read UTF-8 as such only with a byte order mark.
_MARK = "\ufeff".encode()


def cell(value: Any) -> str:
    """A value as text that no spreadsheet runs: what looks like a formula gets an apostrophe."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


async def csv_file(
    columns: Sequence[str],
    page: Callable[[After | None], tuple[Sequence[Sequence[Any]], After | None]],
) -> AsyncIterator[bytes]:
    """The file, page by page; nothing but one page is held in memory.

    ``page`` is given where the one before it ended, None for the first, and returns its rows and
    where it ends, None for the last. Between two pages no connection and no transaction is kept,
    however slowly they are read. Asynchronous, because an ASGI server reads a synchronous answer
    to its end before it sends the first byte.
    """
    yield _MARK + _written([columns])
    after: After | None = None
    while True:
        rows, after = await sync_to_async(_released)(page, after)
        if rows:
            yield _written([cell(value) for value in row] for row in rows)
        if after is None:
            return


def _released(page: Callable[[After | None], Any], after: After | None) -> Any:
    try:
        return page(after)
    finally:
        release_connection()


def _written(rows: Iterable[Sequence[str]]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue().encode()
