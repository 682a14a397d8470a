from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from brandhub.common.ids import UuidModel


class GuidanceSchedule(models.TextChoices):
    """How strongly the prompt leads from step to step: `inference.specs.GUIDANCE_SCHEDULES`."""

    CONSTANT = "constant", pgettext_lazy("guidance schedule", "Constant")
    EARLY = "early", pgettext_lazy("guidance schedule", "Early")


class BaseModel(UuidModel):
    """A diffusers pipeline folder that workers can load, pinned by the hash of its files.

    ``family`` names the queue: a worker of a family keeps its pipelines warm. Shared by all
    brands, and registered by an operator's command, never by an upload.
    """

    family = models.SlugField(_("family"), max_length=40)
    name = models.CharField(_("name"), max_length=80)
    #: Folder below MODELS_DIR.
    folder = models.CharField(_("folder"), max_length=200)
    content_hash = models.CharField(_("content hash"), max_length=64, unique=True)
    image_size = models.PositiveSmallIntegerField(_("image size in pixels"), default=256)
    default_steps = models.PositiveSmallIntegerField(_("default steps"), default=25)
    default_guidance_scale = models.FloatField(_("default guidance scale"), default=4.0)
    default_guidance_schedule = models.CharField(
        _("default guidance schedule"),
        max_length=12,
        choices=GuidanceSchedule.choices,
        default=GuidanceSchedule.CONSTANT,
    )
    default_scheduler = models.CharField(_("default scheduler"), max_length=40, default="ddim")
    #: Values of the vocabulary that this model cannot draw, as ``category:value``.
    unsupported_tags = models.JSONField(_("unsupported tags"), default=list, blank=True)
    #: Whether a network that finds eyes lay beside the folder when it was registered: the web,
    #: which offers what the network is for, need not have the folder.
    finds_eyes = models.BooleanField(_("finds eyes"), default=False, db_default=False)
    licence = models.CharField(_("licence"), max_length=120, blank=True)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("base model")
        verbose_name_plural = _("base models")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
