from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from avatars.models.candidates import Candidate
from brandhub.accounts.models import Brand
from brandhub.accounts.querysets import BrandOwnedQuerySet
from brandhub.common.ids import UuidModel


class Alignment(UuidModel):
    """How far a picture agrees with what was asked, as the render worker's judge saw it.

    Written with the picture, which may be drawn again. There is none where no judge was loaded.
    """

    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, db_index=False, related_name="+")
    candidate = models.OneToOneField(Candidate, on_delete=models.CASCADE, related_name="alignment")
    #: Which weights judged; scores and features of different ones are not comparable.
    judge = models.CharField(max_length=16)
    #: To rank by, 0 to 1; null where nothing that was asked could be judged.
    score = models.FloatField(_("agreement"), null=True)
    #: ``[{"tag", "absent", "score", "chance"}]``: see ``brandhub.inference.judging.TagScore``.
    tags = models.JSONField(default=list)
    #: Asked tags that the judge was never taught.
    unknown = models.JSONField(default=list)
    #: A unit vector: 256 numbers of half precision, little endian.
    features = models.BinaryField(editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = BrandOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement with the requirement")
        verbose_name_plural = _("agreements with the requirement")
        constraints = [
            models.CheckConstraint(
                name="alignment_score_0_to_1",
                condition=models.Q(score__isnull=True) | models.Q(score__gte=0, score__lte=1),
            )
        ]

    def __str__(self) -> str:
        return f"{self.candidate_id}: {self.score}"
