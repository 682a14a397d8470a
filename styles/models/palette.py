from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from brandhub.accounts.models import Brand
from brandhub.accounts.querysets import BrandOwnedQuerySet
from brandhub.common.ids import UuidModel


class PaletteColour(UuidModel):
    """A named colour of a brand, with the distance up to which a pixel still counts as it."""

    class ColourRole(models.TextChoices):
        PRIMARY = "primary", _("Primary")
        SECONDARY = "secondary", _("Secondary")
        ACCENT = "accent", _("Accent")
        BACKGROUND = "background", _("Background")
        NEUTRAL = "neutral", _("Neutral")

    brand = models.ForeignKey(
        Brand, on_delete=models.CASCADE, db_index=False, related_name="palette"
    )
    name = models.CharField(_("name"), max_length=60)
    hex = models.CharField(
        _("colour"),
        max_length=7,
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$", _("Write a colour as #rrggbb."))],
    )
    role = models.CharField(
        _("role"), max_length=12, choices=ColourRole.choices, default=ColourRole.PRIMARY
    )
    tolerance = models.FloatField(
        _("tolerance (ΔE00)"),
        default=12.0,
        validators=[MinValueValidator(0.5), MaxValueValidator(50)],
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = BrandOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("palette colour")
        verbose_name_plural = _("palette")
        ordering = ["position", "name"]
        constraints = [
            models.UniqueConstraint(fields=["brand", "name"], name="palette_name_once"),
            models.CheckConstraint(
                name="palette_hex_rrggbb", condition=models.Q(hex__regex=r"^#[0-9a-fA-F]{6}$")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.hex}"
