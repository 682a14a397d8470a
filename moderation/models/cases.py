import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from avatars.models import Candidate, GenerationRequest
from avatars.states import Verdict
from brandhub.accounts.models import Brand
from brandhub.accounts.querysets import BrandOwnedQuerySet
from brandhub.common.ids import UuidModel
from moderation.states import OPEN_CASES, CaseKind, CaseStatus, DecisionAction, ReasonCode
from styles.models import Style


class ReviewCase(UuidModel):
    """A question for a person: may this requirement be drawn, or which picture goes out?"""

    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="review_cases")
    request = models.ForeignKey(
        GenerationRequest, on_delete=models.PROTECT, related_name="review_cases"
    )
    kind = models.CharField(_("kind"), max_length=8, choices=CaseKind.choices)
    status = models.CharField(
        _("status"),
        max_length=20,
        choices=CaseStatus.choices,
        default=CaseStatus.OPEN,
        editable=False,
    )
    #: Of the request, kept here for the queue: what it is filtered by lies in one index.
    style = models.ForeignKey(
        Style, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    #: The worst that the checks say of the requirement or of any picture; empty where they are
    #: silent.
    verdict = models.CharField(
        _("verdict"), max_length=8, choices=Verdict.choices, blank=True, editable=False
    )
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="claimed_cases",
        editable=False,
    )
    claimed_until = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(_("opened"), db_default=Now(), editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)

    objects = BrandOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("review case")
        verbose_name_plural = _("review cases")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "kind"],
                name="case_one_open_per_kind",
                condition=models.Q(status__in=sorted(OPEN_CASES)),
            ),
            models.CheckConstraint(
                name="case_claimed_has_claimant",
                condition=~models.Q(status=CaseStatus.CLAIMED)
                | models.Q(claimed_by__isnull=False, claimed_until__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["brand", "id"],
                name="case_queue",
                condition=models.Q(status__in=sorted(OPEN_CASES)),
            ),
            # What nobody holds: the next case is found at once however many are being reviewed.
            models.Index(
                fields=["brand", "id"],
                name="case_free",
                condition=models.Q(status=CaseStatus.OPEN),
            ),
            # All of them by brand first. One by the key alone would tempt the planner to walk past
            # every other brand's cases, for both are in the same order.
            # One per filter, so that a rare kind, style or verdict is found without a walk past
            # everything else that waits.
            *(
                models.Index(
                    fields=["brand", field, "id"],
                    name=f"case_queue_{field}",
                    condition=models.Q(status__in=sorted(OPEN_CASES)),
                )
                for field in ("kind", "style", "verdict")
            ),
            models.Index(
                fields=["claimed_by", "id"],
                name="case_claimed_by",
                condition=models.Q(status=CaseStatus.CLAIMED),
            ),
            models.Index(
                fields=["brand", "-id"],
                name="case_decided",
                condition=~models.Q(status__in=sorted(OPEN_CASES)),
            ),
            models.Index(
                fields=["claimed_until"],
                name="case_claims",
                condition=models.Q(status=CaseStatus.CLAIMED),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.request_id}"


class Decision(UuidModel):
    """What a person decided, bound to the pixels that were shown. Never changed."""

    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(ReviewCase, on_delete=models.PROTECT, related_name="decisions")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="decisions"
    )
    action = models.CharField(_("action"), max_length=16, choices=DecisionAction.choices)
    candidate = models.ForeignKey(
        Candidate, on_delete=models.PROTECT, null=True, related_name="decisions"
    )
    pixel_sha256 = models.CharField(max_length=64, blank=True)
    #: Whether a picture was approved that the checks had blocked.
    override = models.BooleanField(_("against the checks"), default=False)
    reason_codes = ArrayField(
        models.CharField(max_length=40, choices=ReasonCode.choices), default=list, blank=True
    )
    comment = models.TextField(_("comment"), blank=True)
    created_at = models.DateTimeField(_("decided"), db_default=Now(), editable=False)

    objects = BrandOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["-id"]
        indexes = [
            # The latest of a brand, for statistics: the key grows with time.
            models.Index(fields=["brand", "id"], name="decision_of_brand")
        ]
        constraints = [
            models.CheckConstraint(
                name="approval_of_pixels",
                condition=models.Q(candidate__isnull=True)
                | ~models.Q(action="approve")
                | ~models.Q(pixel_sha256=""),
            )
        ]
        triggers = [
            pgtrigger.Protect(name="never_changed", operation=pgtrigger.Update | pgtrigger.Delete),
            # Protect's row triggers do not see TRUNCATE; only a statement trigger does.
            pgtrigger.Trigger(
                name="never_truncated",
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                operation=pgtrigger.Truncate,
                func="RAISE EXCEPTION 'decisions cannot be truncated';",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} · {self.case_id}"


class CaseComment(UuidModel):
    """What somebody said about a case, before or after its decision. Never changed."""

    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(ReviewCase, on_delete=models.PROTECT, related_name="comments")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="case_comments"
    )
    text = models.CharField(_("comment"), max_length=2000)
    created_at = models.DateTimeField(_("written"), db_default=Now(), editable=False)

    objects = BrandOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["id"]
        triggers = [
            pgtrigger.Protect(name="never_changed", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.author_id} · {self.case_id}"
