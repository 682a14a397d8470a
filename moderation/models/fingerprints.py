from django.db import models
from django.db.models.functions import Now
from pgvector.django import BitField, HalfVectorField, HnswIndex

from avatars.models import Candidate
from brandhub.accounts.models import Brand
from brandhub.accounts.querysets import BrandOwnedQuerySet
from brandhub.common.ids import UuidModel
from brandhub.inference.judging import FEATURES

#: Of a PDQ hash; :mod:`moderation.pdq` itself needs numeric libraries, which stay out of here.
PDQ_BITS = 256


class PictureFingerprint(UuidModel):
    """What a screened picture is recognised by, so that later ones can be held against it."""

    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, db_index=False, related_name="+")
    candidate = models.OneToOneField(
        Candidate, on_delete=models.PROTECT, related_name="fingerprint"
    )
    pdq = BitField(length=PDQ_BITS)
    quality = models.PositiveSmallIntegerField()
    #: What the render worker's judge saw, a unit vector, and which judge: those of different ones
    #: are not comparable. Empty where no judge saw the picture.
    features = HalfVectorField(dimensions=FEATURES, null=True)
    judge = models.CharField(max_length=16, blank=True)
    #: Whether a version with this picture is out, so that others are compared with it; kept by
    #: :func:`moderation.services.likeness.mark_published`.
    is_out = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = BrandOwnedQuerySet.as_manager()

    class Meta:
        indexes = [
            # Only what is out is looked for, however much was ever screened.
            HnswIndex(
                name="fingerprint_by_hash",
                fields=["pdq"],
                opclasses=["bit_hamming_ops"],
                condition=models.Q(is_out=True),
            ),
            HnswIndex(
                name="fingerprint_by_features",
                fields=["features"],
                opclasses=["halfvec_ip_ops"],
                condition=models.Q(is_out=True, features__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"fingerprint of {self.candidate_id}"
