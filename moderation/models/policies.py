from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from brandhub.accounts.models import Brand
from brandhub.accounts.querysets import BrandOwnedQuerySet
from brandhub.common.ids import UuidModel
from brandhub.common.triggers import frozen_once_published
from moderation.policies.rules import PolicyRules, rules_of_json
from moderation.states import PolicyStatus


class ReviewPolicy(UuidModel):
    """A numbered version of what a brand's checks mean and who approves.

    Written as a draft, frozen once it was published; one of a brand is in force.
    """

    brand = models.ForeignKey(
        Brand, on_delete=models.PROTECT, db_index=False, related_name="review_policies"
    )
    number = models.PositiveIntegerField(_("number"), editable=False)
    status = models.CharField(
        _("status"),
        max_length=12,
        choices=PolicyStatus.choices,
        default=PolicyStatus.DRAFT,
        editable=False,
    )
    #: Check → mode and thresholds; see ``moderation.policies.rules``.
    checks = models.JSONField(default=dict)
    #: In order; a case goes through all of them.
    stages = models.JSONField(default=list)
    auto_approve = models.BooleanField(_("approve clean pictures at once"), default=False)
    note = models.CharField(_("note"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    #: None for the version that every brand begins with.
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
    )
    published_at = models.DateTimeField(_("published"), null=True, editable=False)

    objects = BrandOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("review policy")
        verbose_name_plural = _("review policies")
        ordering = ["brand", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["brand", "number"], name="policy_number_once"),
            models.UniqueConstraint(
                fields=["brand"],
                name="policy_one_in_force",
                condition=models.Q(status=PolicyStatus.CURRENT),
            ),
            models.UniqueConstraint(
                fields=["brand"],
                name="policy_one_draft",
                condition=models.Q(status=PolicyStatus.DRAFT),
            ),
            models.CheckConstraint(
                name="policy_status_known", condition=models.Q(status__in=PolicyStatus.values)
            ),
        ]
        triggers = frozen_once_published(kept=["current", "superseded"])

    def __str__(self) -> str:
        return f"{self.brand_id} · {self.number}"

    @property
    def rules(self) -> PolicyRules:
        """What this version says."""
        return rules_of_json(self.checks, self.stages, auto_approve=self.auto_approve)
