"""The head of the queue over many brands: as cheap with a million cases as with ten.

A query over several brands in the order of the keys must read all of their cases or walk past
everybody else's. So each brand's own index gives its first few, and those are merged.
"""

from __future__ import annotations

from heapq import merge
from itertools import islice
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.utils.translation import gettext as _

from brandhub.accounts.models import Brand, User
from brandhub.common.errors import NotFound
from brandhub.common.keyset import KeysetPage
from moderation.models import ReviewCase
from moderation.permissions import REVIEWERS
from moderation.selectors.cases import QueueFilters, review_queue_for
from moderation.states import OPEN_CASES

#: More open cases than these are not counted: a person reads "99+" all the same.
COUNTED = 100


def first_keys(
    user: User,
    cases: QuerySet[ReviewCase],
    *,
    size: int,
    brand: str = "",
    newest_first: bool = False,
) -> list[UUID]:
    """The first ``size`` keys among ``cases`` of the brands where ``user`` reviews. One query.

    ``brand`` is the slug of the only brand that is wanted, if there is one.
    """
    keys = cases.order_by("-pk" if newest_first else "pk").values("pk")
    first = ArraySubquery(keys.filter(brand=OuterRef("pk"))[:size])
    parts = _brands(user, brand).annotate(first=first).values_list("first", flat=True)
    return list(islice(merge(*parts, reverse=newest_first), size))


def _brands(user: User, slug: str) -> QuerySet[Brand]:
    brands = Brand.objects.with_role(user, *REVIEWERS).order_by()
    return brands.filter(slug=slug) if slug else brands


def queue_page(user: User, filters: QueueFilters, *, after: str, size: int) -> KeysetPage:
    """Keys of a page of the queue, the one that waits longest first. One query.

    Raises ``NotFound`` for an ``after`` that is no key.
    """
    cases = review_queue_for(user, filters)
    if after:
        cases = cases.filter(pk__gt=_key(after))
    found = first_keys(user, cases, size=size + 1, brand=filters.brand)
    return _cut(found, after=after, size=size)


def decided_page(user: User, *, after: str, size: int) -> KeysetPage:
    """Keys of a page of the closed cases, the latest opened first. One query.

    Raises ``NotFound`` for an ``after`` that is no key.
    """
    cases = ReviewCase.objects.exclude(status__in=sorted(OPEN_CASES))
    if after:
        cases = cases.filter(pk__lt=_key(after))
    found = first_keys(user, cases, size=size + 1, newest_first=True)
    return _cut(found, after=after, size=size)


def _key(after: str) -> UUID:
    try:
        return UUID(after)
    except ValueError:
        raise NotFound(_("This page does not exist.")) from None


def _cut(found: list[UUID], *, after: str, size: int) -> KeysetPage:
    shown = found[:size]
    return KeysetPage(
        rows=shown,
        next_after=str(shown[-1]) if len(found) > size else "",
        is_first=not after,
    )


def open_case_count(user: User) -> int:
    """How many cases wait in the brands in which ``user`` reviews, up to :data:`COUNTED`."""
    cases = ReviewCase.objects.filter(status__in=sorted(OPEN_CASES))
    return len(first_keys(user, cases, size=COUNTED))
