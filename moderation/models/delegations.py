from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from brandhub.accounts.models import Brand
from brandhub.accounts.querysets import BrandOwnedQuerySet
from brandhub.common.ids import UuidModel


class Delegation(UuidModel):
    """Somebody's stage duty in a brand, handed to a colleague for a time."""

    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="+")
    delegator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="delegations_given"
    )
    delegate = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="delegations_taken"
    )
    until = models.DateTimeField(_("until"))
    revoked_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = BrandOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="delegation_to_another",
                condition=~models.Q(delegate=models.F("delegator")),
            ),
            # What has run out is revoked when the next one is made.
            models.UniqueConstraint(
                fields=["brand", "delegator"],
                name="delegation_one_at_a_time",
                condition=models.Q(revoked_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(
                fields=["delegate", "brand"],
                name="delegation_taken",
                condition=models.Q(revoked_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.delegator_id} → {self.delegate_id}"
