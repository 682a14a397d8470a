from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from brandhub.accounts.models import Brand
from brandhub.accounts.querysets import BrandOwnedQuerySet
from brandhub.common.ids import UuidModel


class BrandLogo(UuidModel):
    """A brand's logo as pixels, with what it asks for around itself. The newest one is in use.

    Never changed: a request keeps which one its pictures bear.
    """

    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="logos")
    file_sha256 = models.CharField(max_length=64, editable=False)
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    clear_space = models.PositiveSmallIntegerField(
        _("clear space in percent of the badge"),
        default=12,
        validators=[MinValueValidator(0), MaxValueValidator(40)],
    )
    minimum_size = models.PositiveSmallIntegerField(
        _("minimum size in pixels"),
        default=24,
        validators=[MinValueValidator(8), MaxValueValidator(512)],
    )
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    objects = BrandOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("logo")
        verbose_name_plural = _("logos")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.brand} · {self.file_sha256[:12]}"
