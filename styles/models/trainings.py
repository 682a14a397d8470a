from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from brandhub.accounts.models import Brand
from brandhub.accounts.querysets import BrandOwnedQuerySet
from brandhub.common.ids import UuidModel
from brandhub.jobs.models import LeasedModel
from styles.adapters.training_states import TrainingStatus
from styles.models.adapters import AdapterRevision
from styles.models.base_models import BaseModel

#: Before so many steps nobody knows how long the others take.
STEPS_TO_JUDGE_BY = 10


class AdapterTraining(UuidModel, LeasedModel):
    """An adapter being learnt from a brand's references: the recipe, and the leased job.

    What a worker has got done is kept here and in the store, so that any worker can go on with it.
    """

    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="trainings")
    slug = models.SlugField(_("adapter's short name"), max_length=60)
    name = models.CharField(_("adapter's name"), max_length=120)
    base_model = models.ForeignKey(
        BaseModel, on_delete=models.PROTECT, related_name="+", verbose_name=_("base model")
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    trigger_words = models.CharField(_("trigger words"), max_length=200)
    #: ``[{"reference", "sha256", "caption", "rights_holder", "licence"}]``: the pictures as chosen.
    pictures = models.JSONField(_("pictures"), editable=False)
    #: The numbers of :class:`~brandhub.inference.adapter_recipes.AdapterRecipe`.
    recipe = models.JSONField(_("recipe"), editable=False)
    status = models.CharField(
        _("status"),
        max_length=12,
        choices=TrainingStatus.choices,
        default=TrainingStatus.QUEUED,
        editable=False,
    )
    #: Asked of the worker that has it; it keeps a checkpoint first.
    pause_requested = models.BooleanField(default=False, editable=False)
    step = models.PositiveIntegerField(_("step"), default=0, editable=False)
    #: Seconds of training until ``step``, over all workers.
    seconds = models.FloatField(default=0.0, editable=False)
    #: ``[[step, mean loss], …]``, a point for every few steps.
    losses = models.JSONField(default=list, editable=False)
    #: ``[{"step", "sha256"}]``: pictures drawn on the way.
    previews = models.JSONField(default=list, editable=False)
    checkpoint_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    checkpoint_step = models.PositiveIntegerField(default=0, editable=False)
    result = models.ForeignKey(
        AdapterRevision,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="trainings",
    )
    reason = models.CharField(_("reason"), max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    started_at = models.DateTimeField(_("started"), null=True, editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, editable=False)

    objects = BrandOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("adapter training")
        verbose_name_plural = _("adapter trainings")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="training_status_known",
                condition=models.Q(status__in=TrainingStatus.values),
            ),
            models.CheckConstraint(
                name="training_completed_has_result",
                condition=~models.Q(status=TrainingStatus.COMPLETED)
                | models.Q(result__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["available_at"],
                name="training_due",
                condition=models.Q(status=TrainingStatus.QUEUED),
            ),
            models.Index(
                fields=["lease_until"],
                name="training_leased",
                condition=models.Q(status=TrainingStatus.RUNNING),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.get_status_display()})"

    @property
    def steps(self) -> int:
        """Steps of the whole training."""
        return int(self.recipe["steps"])

    @property
    def percent(self) -> int:
        """Share of the steps that are done, 0 to 100."""
        return 100 * self.step // max(1, self.steps)

    @property
    def seconds_left(self) -> float | None:
        """What the steps that are left take at the speed so far; None before it can be told.

        The first steps' time is mostly that of loading the model and reading the pictures.
        """
        if self.step < min(STEPS_TO_JUDGE_BY, self.steps) or not self.seconds:
            return None
        return self.seconds / self.step * (self.steps - self.step)
