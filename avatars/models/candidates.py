from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from avatars.models.requests import GenerationRequest, Priority
from avatars.states import AttemptOutcome, CandidateStatus, Verdict
from brandhub.accounts.models import Brand
from brandhub.accounts.querysets import SandboxedQuerySet
from brandhub.common.ids import UuidModel
from brandhub.jobs.models import LeasedModel


class Candidate(UuidModel, LeasedModel):
    """One picture of a request, from queued work to a person's choice: the row is the job.

    ``brand``, ``family``, ``batch_key`` and ``priority`` repeat what the request says, so that a
    claim reads one partial index and joins nothing.
    """

    SANDBOX = "request__sandbox"

    request = models.ForeignKey(
        GenerationRequest, on_delete=models.PROTECT, db_index=False, related_name="candidates"
    )
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, db_index=False, related_name="+")
    index = models.PositiveSmallIntegerField(_("number"))
    seed = models.BigIntegerField(_("seed"))
    family = models.CharField(max_length=40)
    #: Hash of everything that candidates must share to be rendered in one forward pass.
    batch_key = models.CharField(max_length=64)
    priority = models.SmallIntegerField(choices=Priority.choices, default=Priority.NORMAL)
    queued_at = models.DateTimeField(null=True, editable=False)
    status = models.CharField(
        _("status"), max_length=16, choices=CandidateStatus.choices, editable=False
    )
    progress = models.PositiveSmallIntegerField(_("steps done"), default=0, editable=False)
    verdict = models.CharField(
        _("verdict of the checks"),
        max_length=8,
        choices=Verdict.choices,
        blank=True,
        editable=False,
    )
    pixel_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    file_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    width = models.PositiveSmallIntegerField(null=True, editable=False)
    height = models.PositiveSmallIntegerField(null=True, editable=False)
    file_size = models.PositiveIntegerField(null=True, editable=False)
    rendered_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    #: What :func:`avatars.selectors.ranking.ranked_candidates` reads along; none without a picture.
    rank: int | None = None
    agreement: float | None = None

    objects = SandboxedQuerySet.as_manager()

    class Meta:
        verbose_name = _("candidate")
        verbose_name_plural = _("candidates")
        ordering = ["request", "index"]
        constraints = [
            models.UniqueConstraint(fields=["request", "index"], name="candidate_index_once"),
            models.CheckConstraint(
                name="candidate_status_known",
                condition=models.Q(status__in=CandidateStatus.values),
            ),
            # No picture, no claim of one: what left rendering carries its hashes.
            models.CheckConstraint(
                name="candidate_picture_has_hashes",
                condition=~models.Q(
                    status__in=["rendered", "screened", "approved", "not_selected", "rejected"]
                )
                | (~models.Q(pixel_sha256="") & ~models.Q(file_sha256="")),
            ),
            models.CheckConstraint(
                name="candidate_lease_while_rendering",
                condition=models.Q(status="rendering", lease_until__isnull=False)
                | (~models.Q(status="rendering") & models.Q(lease_until__isnull=True)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["family", "brand", "-priority", "queued_at"],
                name="candidate_claim",
                condition=models.Q(status=CandidateStatus.QUEUED),
            ),
            models.Index(
                fields=["batch_key", "-priority", "queued_at"],
                name="candidate_claim_batch",
                condition=models.Q(status=CandidateStatus.QUEUED),
            ),
            models.Index(
                fields=["lease_until"],
                name="candidate_leased",
                condition=models.Q(status=CandidateStatus.RENDERING),
            ),
            models.Index(fields=["brand", "pixel_sha256"], name="candidate_by_pixels"),
            models.Index(fields=["brand", "file_sha256"], name="candidate_by_file"),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} #{self.index}"


class Attempt(UuidModel):
    """One execution of a candidate: who held it, when, in which batch, and how it ended."""

    candidate = models.ForeignKey(
        Candidate, on_delete=models.PROTECT, db_index=False, related_name="attempt_log"
    )
    lease_token = models.BigIntegerField()
    holder = models.CharField(max_length=120)
    batch_id = models.UUIDField()
    batch_size = models.PositiveSmallIntegerField()
    outcome = models.CharField(
        max_length=12, choices=AttemptOutcome.choices, default=AttemptOutcome.RUNNING
    )
    error_code = models.CharField(max_length=64, blank=True)
    #: Versions, device, dtype, threads: what it takes to draw the same pixels again.
    environment = models.JSONField(default=dict)
    started_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["candidate", "lease_token"]
        constraints = [
            models.UniqueConstraint(
                fields=["candidate", "lease_token"], name="attempt_once_per_lease"
            )
        ]

    def __str__(self) -> str:
        return f"{self.candidate_id} lease {self.lease_token}"
