import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from brandhub.accounts.models import ApiClient, Brand
from brandhub.accounts.querysets import BrandOwnedQuerySet
from brandhub.common.ids import UuidModel
from brandhub.inference.specs import MAX_ADAPTER_WEIGHT
from brandhub.jobs.models import LeasedModel
from styles.adapters.states import AdapterSource, AdapterStatus
from styles.models.base_models import BaseModel
from styles.models.styles import StyleRevision


class Adapter(UuidModel):
    """A brand's LoRA adapter by name; what it does is in its revisions."""

    brand = models.ForeignKey(
        Brand, on_delete=models.PROTECT, db_index=False, related_name="adapters"
    )
    slug = models.SlugField(_("short name"), max_length=60)
    name = models.CharField(_("name"), max_length=120)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    objects = BrandOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("adapter")
        verbose_name_plural = _("adapters")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["brand", "slug"], name="adapter_slug_once_per_brand")
        ]

    def __str__(self) -> str:
        return self.name


class AdapterRevision(UuidModel, LeasedModel):
    """One file of an adapter, numbered, and the leased job that checks it.

    ``file_sha256`` is what came; ``canonical_sha256`` is what is rendered with, in the one layout
    that it was converted to. Frozen once the check has spoken.
    """

    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="+")
    adapter = models.ForeignKey(
        Adapter, on_delete=models.PROTECT, db_index=False, related_name="revisions"
    )
    number = models.PositiveIntegerField(_("number"), editable=False)
    status = models.CharField(
        _("status"),
        max_length=12,
        choices=AdapterStatus.choices,
        default=AdapterStatus.UPLOADED,
        editable=False,
    )
    source = models.CharField(
        _("source"), max_length=12, choices=AdapterSource.choices, editable=False
    )
    base_model = models.ForeignKey(
        BaseModel, on_delete=models.PROTECT, related_name="+", verbose_name=_("base model")
    )
    client = models.ForeignKey(ApiClient, on_delete=models.SET_NULL, null=True, related_name="+")
    file_sha256 = models.CharField(_("file's SHA-256"), max_length=64, editable=False)
    file_size = models.BigIntegerField(_("size in bytes"), editable=False)
    layout = models.CharField(_("layout"), max_length=12, editable=False)
    rank = models.PositiveSmallIntegerField(_("rank"), editable=False)
    #: None where alpha is the rank; the file's own word, or the uploader's.
    alpha = models.FloatField(_("alpha"), null=True, blank=True, editable=False)
    trigger_words = models.CharField(_("trigger words"), max_length=200, blank=True)
    #: The base model's name by the file's own word.
    trained_on = models.CharField(_("trained on"), max_length=120, blank=True, editable=False)
    rights_holder = models.CharField(_("rights holder"), max_length=120, blank=True)
    licence = models.CharField(_("licence"), max_length=120, blank=True)
    #: How it was made, where it was made here: everything that is needed to make it again.
    recipe = models.JSONField(_("recipe"), default=dict, editable=False)

    # What the check found.
    canonical_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    canonical_size = models.BigIntegerField(null=True, editable=False)
    preview_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    #: Layers, coverage, effect: figures of the check.
    findings = models.JSONField(_("findings"), default=dict, editable=False)
    reason = models.CharField(_("reason"), max_length=64, blank=True, editable=False)
    reason_facts = models.JSONField(default=dict, editable=False)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    checked_at = models.DateTimeField(_("checked"), null=True, editable=False)
    deprecated_at = models.DateTimeField(_("deprecated"), null=True, editable=False)

    objects = BrandOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("adapter revision")
        verbose_name_plural = _("adapter revisions")
        ordering = ["adapter", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["adapter", "number"], name="adapter_number_once"),
            models.UniqueConstraint(
                fields=["adapter", "base_model", "file_sha256"],
                name="adapter_file_once",
                condition=~models.Q(status=AdapterStatus.REFUSED),
            ),
            models.CheckConstraint(
                name="adapter_status_known",
                condition=models.Q(status__in=AdapterStatus.values),
            ),
            models.CheckConstraint(
                name="adapter_ready_has_its_file",
                condition=~models.Q(status__in=["ready", "deprecated"])
                | ~models.Q(canonical_sha256=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["available_at"],
                name="adapter_check_due",
                condition=models.Q(status=AdapterStatus.UPLOADED),
            ),
            models.Index(
                fields=["lease_until"],
                name="adapter_check_leased",
                condition=models.Q(status=AdapterStatus.CHECKING),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="checked_adapter_is_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.status IN ('ready', 'refused', 'deprecated') AND "
                    "(to_jsonb(OLD) - 'status' - 'deprecated_at' - 'client_id') IS DISTINCT FROM "
                    "(to_jsonb(NEW) - 'status' - 'deprecated_at' - 'client_id')"
                ),
            ),
            pgtrigger.Protect(
                name="checked_adapter_is_kept",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__status__in=["ready", "deprecated"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.adapter}@{self.number}"


class PinnedAdapter(UuidModel):
    """An adapter that a style revision draws with, and its weight; frozen with the revision."""

    revision = models.ForeignKey(
        StyleRevision, on_delete=models.CASCADE, db_index=False, related_name="pinned_adapters"
    )
    adapter_revision = models.ForeignKey(
        AdapterRevision, on_delete=models.PROTECT, related_name="pins"
    )
    weight = models.FloatField(
        _("weight"),
        default=1.0,
        validators=[MinValueValidator(-MAX_ADAPTER_WEIGHT), MaxValueValidator(MAX_ADAPTER_WEIGHT)],
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("pinned adapter")
        verbose_name_plural = _("pinned adapters")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["revision", "position"], name="pin_position_once"),
            models.UniqueConstraint(
                fields=["revision", "adapter_revision"], name="pin_adapter_once"
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="pins_of_published_are_frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                declare=[("of_revision", "uuid")],
                func=(
                    "of_revision = COALESCE(NEW.revision_id, OLD.revision_id);"
                    " IF EXISTS (SELECT FROM styles_stylerevision WHERE id = of_revision"
                    " AND status <> 'draft') THEN"
                    " RAISE EXCEPTION 'adapters of a published revision are frozen';"
                    " END IF;"
                    " IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;"
                    " RETURN NEW;"
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.adapter_revision} × {self.weight}"
