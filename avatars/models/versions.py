import pgtrigger
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from avatars.models.bots import Bot
from avatars.models.candidates import Candidate
from avatars.states import VersionStatus
from brandhub.accounts.models import Brand
from brandhub.accounts.querysets import SandboxedQuerySet
from brandhub.common.ids import UuidModel


class AvatarVersion(UuidModel):
    """A published picture of a bot: numbered without gaps, its pixels never changed.

    The decision that let it out is kept as its id and as the snapshot that was handed in, for the
    table of decisions lies in an app that this one may not import.
    """

    SANDBOX = "bot__sandbox"

    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, db_index=False, related_name="+")
    bot = models.ForeignKey(Bot, on_delete=models.PROTECT, db_index=False, related_name="versions")
    number = models.PositiveIntegerField(_("number"))
    status = models.CharField(
        _("status"), max_length=12, choices=VersionStatus.choices, editable=False
    )
    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="versions")
    pixel_sha256 = models.CharField(max_length=64)
    file_sha256 = models.CharField(max_length=64)
    decision_id = models.UUIDField()
    decision = models.JSONField()
    rolled_back_to = models.ForeignKey(
        "self", on_delete=models.PROTECT, db_index=False, null=True, related_name="restored_as"
    )
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    published_at = models.DateTimeField(_("published"), null=True, editable=False)
    taken_down_at = models.DateTimeField(_("taken down"), null=True, editable=False)
    take_down_reason = models.CharField(max_length=500, blank=True, editable=False)

    objects = SandboxedQuerySet.as_manager()

    class Meta:
        verbose_name = _("avatar version")
        verbose_name_plural = _("avatar versions")
        ordering = ["bot", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["bot", "number"], name="version_number_once"),
            models.UniqueConstraint(
                fields=["bot"],
                name="version_one_current",
                condition=models.Q(status=VersionStatus.CURRENT),
            ),
            models.CheckConstraint(
                name="version_status_known", condition=models.Q(status__in=VersionStatus.values)
            ),
        ]
        indexes = [models.Index(fields=["brand", "pixel_sha256"], name="version_by_pixels")]
        triggers = [
            # What was approved and by which decision stays as it was; only the status moves.
            pgtrigger.ReadOnly(
                name="lineage_frozen",
                fields=[
                    "brand",
                    "bot",
                    "number",
                    "candidate",
                    "pixel_sha256",
                    "file_sha256",
                    "decision_id",
                    "decision",
                    "rolled_back_to",
                    "created_at",
                ],
            ),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            # Nobody approved a picture of the sandbox: no live bot wears it, nor the reverse.
            pgtrigger.Trigger(
                name="sandbox_apart",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="""
                    IF (SELECT sandbox FROM avatars_bot WHERE id = NEW.bot_id)
                       IS DISTINCT FROM (
                           SELECT request.sandbox
                           FROM avatars_candidate candidate
                           JOIN avatars_generationrequest request
                             ON request.id = candidate.request_id
                           WHERE candidate.id = NEW.candidate_id)
                    THEN
                        RAISE EXCEPTION 'sandbox and live do not mix: version of bot %', NEW.bot_id
                            USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bot} v{self.number}"


class Rendition(UuidModel):
    """A file made from approved pixels for one size, format and shape; stored once for ever."""

    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, db_index=False, related_name="+")
    pixel_sha256 = models.CharField(max_length=64)
    #: Canonical description, as ``256-webp-square``; see ``avatars.renditions``.
    spec = models.CharField(max_length=60)
    #: Whose content credentials the file carries; empty for none.
    signed_by = models.CharField(max_length=200, blank=True, default="", db_default="")
    file_sha256 = models.CharField(max_length=64)
    content_type = models.CharField(max_length=40)
    width = models.PositiveSmallIntegerField()
    file_size = models.PositiveIntegerField()
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("rendition")
        verbose_name_plural = _("renditions")
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "pixel_sha256", "spec"], name="rendition_first_writer_wins"
            )
        ]
        indexes = [models.Index(fields=["brand", "file_sha256"], name="rendition_by_file")]

    def __str__(self) -> str:
        return f"{self.pixel_sha256[:12]} {self.spec}"
