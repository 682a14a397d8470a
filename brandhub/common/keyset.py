"""Pages of a long list without offsets: each page starts after the last key of the one before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from brandhub.common.errors import NotFound

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class KeysetPage:
    """Some rows, and the key after which the next page starts; empty on the last one."""

    rows: list[Any]
    next_after: str
    is_first: bool


def keyset_page(rows: QuerySet, *, after: str, size: int = PAGE_SIZE) -> KeysetPage:
    """The page of ``rows`` that follows the key ``after``, newest first.

    UUIDv7 keys sort by time, so a page costs the same wherever it lies and never shifts while
    rows are added. Raises ``NotFound`` for an ``after`` that is no key.
    """
    if after:
        try:
            rows = rows.filter(pk__lt=UUID(after))
        except ValueError:
            raise NotFound(_("This page does not exist.")) from None
    found = list(rows.order_by("-pk")[: size + 1])
    shown = found[:size]
    return KeysetPage(
        rows=shown,
        next_after=str(shown[-1].pk) if len(found) > size else "",
        is_first=not after,
    )
