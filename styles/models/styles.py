from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from brandhub.accounts.models import Brand
from brandhub.accounts.querysets import BrandOwnedQuerySet
from brandhub.common.ids import UuidModel
from brandhub.common.triggers import frozen_once_published
from styles.models.base_models import BaseModel, GuidanceSchedule
from styles.states import RevisionStatus


class Style(UuidModel):
    """A brand's way of drawing; what it means is in its revisions."""

    brand = models.ForeignKey(
        Brand, on_delete=models.PROTECT, db_index=False, related_name="styles"
    )
    slug = models.SlugField(_("short name"), max_length=60)
    name = models.CharField(_("name"), max_length=120)
    description = models.TextField(_("description"), blank=True)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    objects = BrandOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("style")
        verbose_name_plural = _("styles")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["brand", "slug"], name="style_slug_once_per_brand")
        ]

    def __str__(self) -> str:
        return self.name


class BadgeCorner(models.TextChoices):
    TOP_LEFT = "top_left", _("Top left")
    TOP_RIGHT = "top_right", _("Top right")
    BOTTOM_LEFT = "bottom_left", _("Bottom left")
    BOTTOM_RIGHT = "bottom_right", _("Bottom right")


class Tier(models.TextChoices):
    """How much work a picture is worth; ``styles.routing`` says what each means."""

    DRAFT = "draft", _("Draft: a third of the steps")
    LIGHT = "light", _("Light: simple requirements like a draft, others as standard")
    STANDARD = "standard", _("Standard: as written here")
    BEST = "best", _("Best: twice the steps")


class StyleRevision(UuidModel):
    """One numbered meaning of a style. Editable as a draft, frozen once published.

    A request pins a revision, so that what was asked can be drawn again.
    """

    style = models.ForeignKey(
        Style, on_delete=models.PROTECT, db_index=False, related_name="revisions"
    )
    number = models.PositiveIntegerField(_("number"), editable=False)
    status = models.CharField(
        _("status"),
        max_length=12,
        choices=RevisionStatus.choices,
        default=RevisionStatus.DRAFT,
        editable=False,
    )
    base_model = models.ForeignKey(
        BaseModel, on_delete=models.PROTECT, related_name="+", verbose_name=_("base model")
    )
    #: Tags the style sets where the request is silent, as {"style": "cartoon", …}.
    default_tags = models.JSONField(_("default tags"), default=dict, blank=True)
    prompt_template = models.CharField(
        _("prompt template"),
        max_length=500,
        default="{caption}",
        help_text=_("{caption} stands for the requirement in the model's own words."),
    )
    negative_prompt = models.CharField(_("negative prompt"), max_length=500, blank=True)
    steps = models.PositiveSmallIntegerField(
        _("steps"), default=25, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    guidance_scale = models.FloatField(
        _("guidance scale"), default=4.0, validators=[MinValueValidator(1), MaxValueValidator(20)]
    )
    guidance_schedule = models.CharField(
        _("guidance schedule"),
        max_length=12,
        choices=GuidanceSchedule.choices,
        default=GuidanceSchedule.CONSTANT,
    )
    scheduler = models.CharField(_("scheduler"), max_length=40, default="ddim")
    tier = models.CharField(
        _("routing tier"), max_length=12, choices=Tier.choices, default=Tier.STANDARD
    )
    image_size = models.PositiveSmallIntegerField(_("image size in pixels"), default=256)
    #: Where the brand's logo stands on every picture; empty for none.
    badge_corner = models.CharField(
        _("logo badge"), max_length=16, choices=BadgeCorner.choices, blank=True
    )
    badge_size = models.PositiveSmallIntegerField(
        _("badge size in percent of the picture"),
        default=26,
        validators=[MinValueValidator(10), MaxValueValidator(45)],
    )
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    published_at = models.DateTimeField(_("published"), null=True, editable=False)

    class Meta:
        verbose_name = _("style revision")
        verbose_name_plural = _("style revisions")
        ordering = ["style", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["style", "number"], name="revision_number_once"),
            models.CheckConstraint(
                name="revision_status_known", condition=models.Q(status__in=RevisionStatus.values)
            ),
        ]
        triggers = frozen_once_published(kept=["published", "retired"])

    def __str__(self) -> str:
        return f"{self.style}@{self.number}"
