from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from brandhub.accounts.models import Brand
from brandhub.accounts.querysets import BrandOwnedQuerySet
from brandhub.common.ids import UuidModel
from brandhub.jobs.models import LeasedModel
from moderation.models.cases import ReviewCase
from moderation.states import NoticeKind, NoticeStatus


class Notice(UuidModel, LeasedModel):
    """One letter to one person about one stage of a case, as a leased job."""

    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(
        ReviewCase, on_delete=models.PROTECT, db_index=False, related_name="notices"
    )
    kind = models.CharField(max_length=12, choices=NoticeKind.choices)
    stage = models.PositiveSmallIntegerField()
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    status = models.CharField(
        max_length=12, choices=NoticeStatus.choices, default=NoticeStatus.QUEUED, editable=False
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    finished_at = models.DateTimeField(null=True, editable=False)

    objects = BrandOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["id"]
        constraints = [
            # Everybody is told once, however often it is found to be so.
            models.UniqueConstraint(
                fields=["case", "kind", "stage", "recipient"], name="notice_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["available_at"],
                name="notice_due",
                condition=models.Q(status=NoticeStatus.QUEUED),
            ),
            models.Index(
                fields=["lease_until"],
                name="notice_leased",
                condition=models.Q(status=NoticeStatus.SENDING),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} · {self.case_id}"
