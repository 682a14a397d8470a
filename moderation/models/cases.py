from dataclasses import replace

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from avatars.models import Candidate, GenerationRequest
from avatars.states import Verdict
from brandhub.accounts.models import Brand, Role
from brandhub.accounts.querysets import BrandOwnedQuerySet
from brandhub.common.ids import UuidModel
from brandhub.common.triggers import never_truncated
from moderation.models.policies import ReviewPolicy
from moderation.policies.rules import DEFAULT_RULES, PolicyRules, Stage
from moderation.states import OPEN_CASES, CaseKind, CaseStatus, DecisionAction, ReasonCode
from styles.models import Style


class ReviewCase(UuidModel):
    """A question for a person: may this requirement be drawn, or which picture goes out?"""

    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="review_cases")
    request = models.ForeignKey(
        GenerationRequest, on_delete=models.PROTECT, related_name="review_cases"
    )
    #: The policy in force when it was opened, which it follows to its end.
    policy = models.ForeignKey(
        ReviewPolicy, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    kind = models.CharField(_("kind"), max_length=8, choices=CaseKind.choices)
    status = models.CharField(
        _("status"),
        max_length=20,
        choices=CaseStatus.choices,
        default=CaseStatus.OPEN,
        editable=False,
    )
    #: Where the case stands among the policy's stages, counted from 1; see ``stages``.
    stage = models.PositiveSmallIntegerField(_("stage"), default=1, editable=False)
    #: The role that may decide now: the stage's, or managers while it is escalated.
    judged_by = models.CharField(
        max_length=16, choices=Role.choices, default=Role.REVIEWER, editable=False
    )
    stage_entered_at = models.DateTimeField(db_default=Now(), editable=False)
    #: When the stage is overdue; None where it has no age limit.
    due_at = models.DateTimeField(_("due"), null=True, editable=False)
    #: When it was found to be overdue, and everybody was told.
    overdue_at = models.DateTimeField(_("overdue since"), null=True, editable=False)
    #: Since when the next decision is a manager's.
    escalated_at = models.DateTimeField(_("escalated"), null=True, editable=False)
    #: Whose case it is by a manager's word: no other reviewer takes it.
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="assigned_cases",
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
            models.Index(
                fields=["due_at"],
                name="case_due",
                condition=models.Q(
                    status__in=sorted(OPEN_CASES), due_at__isnull=False, overdue_at__isnull=True
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.request_id}"

    @property
    def rules(self) -> PolicyRules:
        """What the case follows."""
        return self.policy.rules if self.policy is not None else DEFAULT_RULES

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The stages of the case. A requirement needs one yes of one person, in the time that the
        first stage of pictures gives.
        """
        if self.kind == CaseKind.PROMPT:
            first = self.rules.stages[0]
            return (replace(first, name="", role=Role.REVIEWER, approvals=1),)
        return self.rules.stages

    @property
    def approvals_needed(self) -> int:
        """By how many different people, in all stages."""
        return sum(stage.approvals for stage in self.stages)

    @property
    def stage_rule(self) -> Stage:
        """The stage in which the case is."""
        return self.stages[self.stage - 1]


class Decision(UuidModel):
    """What a person decided, bound to the pixels that were shown. Never changed.

    Without a person it is the policy's own: the approval of a picture that nothing speaks against.
    """

    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, db_index=False, related_name="+")
    case = models.ForeignKey(ReviewCase, on_delete=models.PROTECT, related_name="decisions")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        db_index=False,
        null=True,
        related_name="decisions",
    )
    #: The policy that the case follows.
    policy = models.ForeignKey(ReviewPolicy, on_delete=models.PROTECT, null=True, related_name="+")
    action = models.CharField(_("action"), max_length=16, choices=DecisionAction.choices)
    candidate = models.ForeignKey(
        Candidate, on_delete=models.PROTECT, null=True, related_name="decisions"
    )
    pixel_sha256 = models.CharField(max_length=64, blank=True)
    #: The case's stage when it was made.
    stage = models.PositiveSmallIntegerField(_("stage"), default=1)
    #: Whose stage duty it was, where they had delegated it.
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        db_index=False,
        null=True,
        related_name="+",
    )
    #: Whether the case was escalated, and this is the manager's answer.
    answers_escalation = models.BooleanField(default=False)
    #: Whether it closed the case; an approval that others must join does not.
    is_final = models.BooleanField(default=True)
    #: The approval that this one takes back.
    undoes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="undone_by"
    )
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
            ),
            models.CheckConstraint(
                name="decision_by_person_or_policy",
                condition=models.Q(reviewer__isnull=False)
                | models.Q(action="approve", policy__isnull=False, override=False),
            ),
            models.CheckConstraint(
                name="decision_undo_names_another",
                condition=models.Q(action="undo", undoes__isnull=False, is_final=False)
                | (~models.Q(action="undo") & models.Q(undoes__isnull=True)),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="never_changed", operation=pgtrigger.Update | pgtrigger.Delete),
            never_truncated(name="never_truncated", what="decisions"),
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
