from django.db import models
from django.db.models.functions import Now
from pgvector.django import BitField

from avatars.models import Candidate
from brandhub.accounts.models import Brand
from brandhub.accounts.querysets import BrandOwnedQuerySet
from brandhub.common.ids import UuidModel

#: Of a PDQ hash; :mod:`moderation.pdq` itself needs numeric libraries, which stay out of here.
PDQ_BITS = 256


class PictureFingerprint(UuidModel):
    """What a screened picture is recognised by, so that later ones can be held against it."""

    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="+")
    candidate = models.OneToOneField(
        Candidate, on_delete=models.PROTECT, related_name="fingerprint"
    )
    pdq = BitField(length=PDQ_BITS)
    quality = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = BrandOwnedQuerySet.as_manager()

    def __str__(self) -> str:
        return f"fingerprint of {self.candidate_id}"
