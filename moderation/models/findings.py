import pgtrigger
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from avatars.models import Candidate, GenerationRequest
from brandhub.accounts.models import Brand
from brandhub.accounts.querysets import BrandOwnedQuerySet
from brandhub.common.ids import UuidModel
from moderation.models.policies import ReviewPolicy
from moderation.states import FindingVerdict


class Finding(UuidModel):
    """What one check said of a requirement or of a picture, with what it saw."""

    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="+")
    request = models.ForeignKey(
        GenerationRequest, on_delete=models.PROTECT, related_name="findings"
    )
    candidate = models.ForeignKey(
        Candidate, on_delete=models.PROTECT, null=True, related_name="findings"
    )
    check_name = models.CharField(_("check"), max_length=40)
    check_version = models.CharField(_("check's version"), max_length=20)
    category = models.CharField(_("category"), max_length=40)
    verdict = models.CharField(_("verdict"), max_length=8, choices=FindingVerdict.choices)
    #: What the check itself said, before the policy; blank where there was no policy yet.
    own_verdict = models.CharField(max_length=8, choices=FindingVerdict.choices, blank=True)
    #: The policy under which ``verdict`` holds.
    policy = models.ForeignKey(ReviewPolicy, on_delete=models.PROTECT, null=True, related_name="+")
    score = models.FloatField(_("score"), null=True)
    threshold = models.FloatField(_("threshold"), null=True)
    evidence = models.JSONField(_("evidence"), default=dict)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = BrandOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["id"]
        constraints = [
            # A screening that is run again after a crash writes its findings once.
            models.UniqueConstraint(
                fields=["candidate", "check_name"],
                name="finding_once_per_candidate",
                condition=models.Q(candidate__isnull=False),
            )
        ]
        triggers = [
            pgtrigger.Protect(name="never_changed", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.check_name}: {self.verdict}"
