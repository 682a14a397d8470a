"""Saying how long a list is without counting all of it."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property

#: Rows that are counted of a list: forty pages of the admin. Who looks for more narrows it down.
COUNTED = 2000


class AtLeast(int):
    """A number of which only the least is known; written so that every language reads it."""

    def __str__(self) -> str:
        return f"{int(self)}+"


class BoundedPaginator(Paginator):
    """Pages over the first ``COUNTED`` rows; what follows is not counted and has no pages.

    Django's counts every row for every page, which takes seconds where there are millions.
    """

    object_list: QuerySet

    @cached_property
    def count(self) -> int:
        # In any order: a list that is sorted by what has no index would be read whole for it.
        found = self.object_list.order_by()[: COUNTED + 1].count()
        return AtLeast(COUNTED) if found > COUNTED else found
