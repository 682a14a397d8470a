from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from avatars.models import Candidate
from brandhub.accounts.models import Brand
from brandhub.accounts.querysets import BrandOwnedQuerySet
from brandhub.common.ids import UuidModel
from brandhub.jobs.models import LeasedModel
from moderation.models.policies import ReviewPolicy
from moderation.policies.rules import DEFAULT_RULES, PolicyRules
from moderation.states import LIVE_OR_DONE, ScreeningStatus


class ScreeningRun(UuidModel, LeasedModel):
    """The checks of one rendered candidate, as a leased job.

    A candidate whose run failed or was cancelled may be rendered again, and then gets another one.
    """

    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, db_index=False, related_name="+")
    candidate = models.ForeignKey(
        Candidate, on_delete=models.PROTECT, related_name="screening_runs"
    )
    #: The policy in force when the picture came; None for one from before there were policies.
    policy = models.ForeignKey(ReviewPolicy, on_delete=models.PROTECT, null=True, related_name="+")
    #: As its request is; repeated for the claim, which serves what is live first.
    sandbox = models.BooleanField(default=False, db_default=False, editable=False)
    status = models.CharField(
        max_length=12,
        choices=ScreeningStatus.choices,
        default=ScreeningStatus.QUEUED,
        editable=False,
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    finished_at = models.DateTimeField(null=True, editable=False)

    objects = BrandOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("screening")
        verbose_name_plural = _("screenings")
        constraints = [
            models.UniqueConstraint(
                fields=["candidate"],
                name="screening_one_live_or_done",
                condition=models.Q(status__in=sorted(LIVE_OR_DONE)),
            )
        ]
        indexes = [
            models.Index(
                fields=["sandbox", "available_at"],
                name="screening_waiting",
                condition=models.Q(status=ScreeningStatus.QUEUED),
            ),
            models.Index(
                fields=["lease_until"],
                name="screening_leased",
                condition=models.Q(status=ScreeningStatus.RUNNING),
            ),
        ]

    def __str__(self) -> str:
        return f"screening of {self.candidate_id}"

    @property
    def rules(self) -> PolicyRules:
        """What makes verdicts of what the checks say of the picture."""
        return self.policy.rules if self.policy is not None else DEFAULT_RULES
