from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from avatars.models.requests import GenerationRequest
from brandhub.accounts.models import Brand
from brandhub.accounts.querysets import BrandOwnedQuerySet
from brandhub.common.ids import UuidModel


class StyleComparison(UuidModel):
    """Two previews of one requirement with the same seeds, by two revisions of a style."""

    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="+")
    first = models.OneToOneField(
        GenerationRequest, on_delete=models.PROTECT, related_name="compared_first"
    )
    second = models.OneToOneField(
        GenerationRequest, on_delete=models.PROTECT, related_name="compared_second"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    objects = BrandOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("comparison of styles")
        verbose_name_plural = _("comparisons of styles")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.first.style_revision} · {self.second.style_revision}"
