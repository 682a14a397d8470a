"""Published pictures that look alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.expressions import Expression
from pgvector.django import HammingDistance, MaxInnerProduct

from avatars.models import Candidate
from moderation.checks.picture import Neighbour
from moderation.models import PictureFingerprint

#: More of them tell a reviewer nothing new.
_MOST = 5


@dataclass(frozen=True, slots=True)
class PublishedNeighbours:
    """The published pictures of every bot but the candidate's own; for a test in a sandbox none.

    A test that resembles what is live, its own bot's twin to begin with, is no duplicate, and what
    is told of a neighbour is no test key's to read.

    Each question is one walk through a partial index over what is out. The nearest are taken and
    then compared with a threshold, not the other way round: with nothing near enough the index
    would look through all of it in vain.
    """

    candidate: Candidate

    def by_hash(self, bits: str) -> Sequence[Neighbour]:
        """See :class:`moderation.checks.picture.Neighbours`."""
        found = self._nearest(PictureFingerprint.objects.all(), HammingDistance("pdq", bits))
        return [self._told(row, distance=int(row.far)) for row in found]

    def by_features(self, judge: str, features: Sequence[float]) -> Sequence[Neighbour]:
        """See :class:`moderation.checks.picture.Neighbours`."""
        comparable = PictureFingerprint.objects.filter(features__isnull=False, judge=judge)
        # pgvector orders by the negative of the inner product; of unit vectors that is the cosine.
        found = self._nearest(comparable, MaxInnerProduct("features", list(features)))
        return [self._told(row, likeness=-float(row.far)) for row in found]

    def _nearest(self, rows: QuerySet[PictureFingerprint], far: Expression) -> list[Any]:
        if self.candidate.request.sandbox:
            return []
        others = (
            rows.filter(is_out=True)
            .exclude(candidate__request__bot_id=self.candidate.request.bot_id)
            .annotate(far=far)
            .select_related("candidate__request__bot")
            .order_by("far")[:_MOST]
        )
        with transaction.atomic(), connection.cursor() as cursor:
            # Goes on where the nearest are the bot's own: pgvector, "Iterative Index Scans".
            cursor.execute("SET LOCAL hnsw.iterative_scan = strict_order")
            return list(others)

    def _told(self, row: PictureFingerprint, **near: Any) -> Neighbour:
        if row.brand_id != self.candidate.request.brand_id:
            return Neighbour(**near)
        return Neighbour(
            **near, bot=row.candidate.request.bot.name, candidate_id=str(row.candidate_id)
        )
