"""The pictures of one request, by how far they agree with what was asked."""

from __future__ import annotations

from django.db.models import Case, F, FloatField, QuerySet, Value, When, Window
from django.db.models.functions import Rank

from avatars.models import Candidate
from avatars.states import Verdict


def ranked_candidates() -> QuerySet[Candidate]:
    """Every candidate in its request's order, with ``agreement`` (0 to 1) and ``rank``, from 1.

    Both are null where no judge has seen the picture. What the checks have blocked comes behind
    everything else. To be used in a ``Prefetch``: the rank is counted within the request.
    """
    # The model names both with None, for rows that were not read by this.
    return (
        Candidate.objects.annotate(  # type: ignore[no-redef]
            agreement=F("alignment__score"),
            _standing=Case(
                When(verdict=Verdict.BLOCK, then=F("alignment__score") - Value(1.0)),
                default=F("alignment__score"),
                output_field=FloatField(),
            ),
        )
        .annotate(
            _place=Window(
                Rank(),
                partition_by=[F("request_id")],
                order_by=F("_standing").desc(nulls_last=True),
            )
        )
        .annotate(rank=Case(When(agreement__isnull=False, then=F("_place"))))
        .order_by("index")
    )
