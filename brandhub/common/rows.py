"""Reading a row that can only be one."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)


def only_row(rows: QuerySet[M]) -> M | None:
    """The row of ``rows``, of which a key of the table lets there be one at most; None for none.

    ``first`` sorts them, and of such a read composing the order is a good part.
    """
    return next(iter(rows.order_by()[:1]), None)
