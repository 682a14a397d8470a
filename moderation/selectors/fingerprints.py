"""Published pictures that look alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pgvector.django import HammingDistance

from avatars.models import AvatarVersion, Candidate
from avatars.states import VersionStatus
from moderation.checks.picture import Fingerprint, Neighbour
from moderation.models import PictureFingerprint

#: More of them tell a reviewer nothing new.
_MOST = 5


@dataclass(frozen=True, slots=True)
class PublishedNeighbours:
    """The published pictures of every bot but the candidate's own."""

    candidate: Candidate

    def within(self, fingerprint: Fingerprint, distance: int) -> Sequence[Neighbour]:
        """See :class:`moderation.checks.picture.Neighbours`. One query."""
        out = AvatarVersion.objects.exclude(status=VersionStatus.TAKEN_DOWN).values("candidate_id")
        rows = (
            PictureFingerprint.objects.filter(candidate_id__in=out)
            .exclude(candidate__request__bot_id=self.candidate.request.bot_id)
            .annotate(distance=HammingDistance("pdq", fingerprint.bits))
            .filter(distance__lte=distance)
            .select_related("candidate__request__bot")
            .order_by("distance", "pk")[:_MOST]
        )
        return [self._told(row) for row in rows]

    def _told(self, row: PictureFingerprint) -> Neighbour:
        distance = int(row.distance)  # type: ignore[attr-defined]
        if row.brand_id != self.candidate.request.brand_id:
            return Neighbour(distance)
        return Neighbour(distance, row.candidate.request.bot.name, str(row.candidate_id))
