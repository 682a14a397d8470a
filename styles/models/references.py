from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from brandhub.accounts.models import ApiClient, Brand
from brandhub.accounts.querysets import BrandOwnedQuerySet
from brandhub.common.ids import UuidModel


class ReferenceImage(UuidModel):
    """A picture that a request or a style refers to; stored only after it was re-encoded."""

    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="reference_images")
    client = models.ForeignKey(ApiClient, on_delete=models.SET_NULL, null=True, related_name="+")
    file_sha256 = models.CharField(max_length=64, editable=False)
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    rights_holder = models.CharField(_("rights holder"), max_length=120, blank=True)
    licence = models.CharField(_("licence"), max_length=120, blank=True)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    objects = BrandOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("reference image")
        verbose_name_plural = _("reference images")
        ordering = ["-id"]

    def __str__(self) -> str:
        return str(self.pk)
