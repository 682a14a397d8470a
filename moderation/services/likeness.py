"""Which pictures others are held against: those that are out."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Exists, OuterRef

from avatars.models import AvatarVersion
from avatars.states import VersionStatus
from moderation.models import PictureFingerprint


def mark_published(*, candidate_ids: Sequence[UUID]) -> None:
    """Note of each picture whether a version with it is out; called where that changes, in the same
    transaction. What is out of a sandbox only, nothing is held against.
    """
    standing = (
        AvatarVersion.objects.live()
        .filter(candidate_id=OuterRef("candidate_id"))
        .exclude(status=VersionStatus.TAKEN_DOWN)
    )
    PictureFingerprint.objects.filter(candidate_id__in=candidate_ids).update(
        is_out=Exists(standing)
    )
