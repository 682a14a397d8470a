import pgtrigger
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from brandhub.accounts.models import ApiClient, Brand
from brandhub.accounts.querysets import SandboxedQuerySet
from brandhub.common.ids import UuidModel
from styles.models.styles import StyleRevision


class Suggestion(models.TextChoices):
    """Whether the embedded classifier has been asked what a picture shows."""

    NONE = "", _("not asked")
    ASKED = "asked", _("being read")
    READY = "ready", _("read")
    #: No worker could load the classifier, or the picture.
    UNAVAILABLE = "unavailable", _("could not be read")


class ReferenceImage(UuidModel):
    """A picture that a request or a style refers to; stored only after it was re-encoded.

    Those ``in_library`` are the brand's own collection: captioned by tags, told apart by their
    likeness, with the rights noted. The others were sent with one request.
    """

    SANDBOX = "sandbox"

    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="reference_images")
    client = models.ForeignKey(ApiClient, on_delete=models.SET_NULL, null=True, related_name="+")
    #: Sent with a test key, for a test.
    sandbox = models.BooleanField(_("sandbox"), default=False, db_default=False, editable=False)
    in_library = models.BooleanField(_("in the library"), default=False, editable=False)
    title = models.CharField(_("title"), max_length=120, blank=True)
    #: The caption: what the picture shows, as {"subject": "robot", …} in the vocabulary.
    tags = models.JSONField(_("tags"), default=dict, blank=True)
    #: What the classifier read; nothing uses it before a person has taken it as the caption.
    suggested_tags = models.JSONField(default=dict, editable=False)
    suggestion_status = models.CharField(
        max_length=12,
        choices=Suggestion.choices,
        default=Suggestion.NONE,
        blank=True,
        editable=False,
    )
    file_sha256 = models.CharField(max_length=64, editable=False)
    #: Perceptual hash of 256 bits; empty for a picture too plain to have one.
    likeness = models.CharField(
        max_length=64, blank=True, editable=False, validators=[RegexValidator(r"^[0-9a-f]{64}$")]
    )
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    rights_holder = models.CharField(_("rights holder"), max_length=120, blank=True)
    licence = models.CharField(_("licence"), max_length=120, blank=True)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    objects = SandboxedQuerySet.as_manager()

    class Meta:
        verbose_name = _("reference image")
        verbose_name_plural = _("reference images")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "file_sha256"],
                name="reference_once_per_library",
                condition=models.Q(in_library=True),
            )
        ]
        indexes = [
            models.Index(
                fields=["brand", "-id"],
                name="reference_library",
                condition=models.Q(in_library=True),
            ),
            models.Index(
                fields=["id"],
                name="reference_asks_for_caption",
                condition=models.Q(suggestion_status=Suggestion.ASKED),
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(self.pk)

    @property
    def has_rights(self) -> bool:
        """Whether rights holder and licence are both noted."""
        return bool(self.rights_holder.strip() and self.licence.strip())


class PinnedReference(UuidModel):
    """A reference of a style revision, which shows what the style means; frozen with it."""

    revision = models.ForeignKey(
        StyleRevision, on_delete=models.CASCADE, db_index=False, related_name="pinned_references"
    )
    reference = models.ForeignKey(ReferenceImage, on_delete=models.PROTECT, related_name="pins")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("pinned reference")
        verbose_name_plural = _("pinned references")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "reference"], name="reference_once_per_revision"
            )
        ]
        triggers = [
            pgtrigger.Trigger(
                name="references_of_published_are_frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=(
                    "IF EXISTS (SELECT FROM styles_stylerevision"
                    " WHERE id IN (NEW.revision_id, OLD.revision_id) AND status <> 'draft') THEN"
                    " RAISE EXCEPTION 'references of a published revision are frozen';"
                    " END IF;"
                    " IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;"
                    " RETURN NEW;"
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.reference} · {self.revision}"
