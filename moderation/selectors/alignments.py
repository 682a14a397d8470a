"""What the render worker's judge said of a picture."""

from __future__ import annotations

from avatars.models import Alignment, Candidate
from brandhub.inference.judging import unpacked_features
from moderation.checks.picture import AskedTag, PictureAlignment


def alignment_of(candidate: Candidate) -> PictureAlignment | None:
    """What was said of the candidate's picture; None where no judge saw it."""
    found = Alignment.objects.filter(candidate=candidate).first()
    if found is None:
        return None
    return PictureAlignment(
        judge=found.judge,
        score=found.score,
        tags=tuple(AskedTag(**each) for each in found.tags),
        unknown=tuple(found.unknown),
        features=tuple(unpacked_features(bytes(found.features))),
    )
