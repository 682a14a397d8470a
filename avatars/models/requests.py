from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pgtrigger
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from avatars.models.bots import Bot
from avatars.states import OPEN_REQUESTS, SETTLED_REQUESTS, WITHOUT_AVATAR, RequestStatus
from brandhub.accounts.models import ApiClient, Brand
from brandhub.accounts.querysets import SandboxedQuerySet
from brandhub.common.ids import UuidModel
from brandhub.inference.specs import steps_walked
from styles.models import BaseModel, ReferenceImage, StyleRevision
from styles.models.base_models import GuidanceSchedule

if TYPE_CHECKING:
    from avatars.models.candidates import Candidate


class Priority(models.IntegerChoices):
    LOW = 0, _("Low")
    NORMAL = 1, _("Normal")
    HIGH = 2, _("High")


#: Of a sandbox's candidates: behind all that is live, however long they wait; no caller's choice.
SANDBOX_PRIORITY = -1


@dataclass(frozen=True, slots=True)
class JustMade:
    """The rows that were written with a request, as they were written."""

    candidates: Sequence[Candidate]
    references: Sequence[RequestReference]
    #: As moderation tells them, see :class:`avatars.hooks.ModerationHooks`.
    findings: Sequence[dict[str, Any]]


class GenerationRequest(UuidModel):
    """A requirement on its way to an avatar, with everything needed to draw it again."""

    SANDBOX = "sandbox"

    brand = models.ForeignKey(
        Brand, on_delete=models.PROTECT, db_index=False, related_name="requests"
    )
    bot = models.ForeignKey(Bot, on_delete=models.PROTECT, related_name="requests")
    client = models.ForeignKey(
        ApiClient, on_delete=models.PROTECT, db_index=False, null=True, related_name="requests"
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="avatar_requests",
        help_text=_("The person answerable: who asked, or the owner of the client that asked."),
    )
    style_revision = models.ForeignKey(
        StyleRevision, on_delete=models.PROTECT, related_name="requests"
    )
    #: The request this one continues after changes were asked for.
    continues = models.ForeignKey(
        "self", on_delete=models.PROTECT, db_index=False, null=True, related_name="continued_by"
    )
    #: The reviewer who wrote this version of the requirement; it is as much theirs as the asker's.
    revised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        db_index=False,
        null=True,
        related_name="+",
    )

    # What was asked.
    prompt = models.CharField(_("requirement"), max_length=2000, blank=True)
    negative_prompt = models.CharField(_("negative requirement"), max_length=500, blank=True)
    tags = models.JSONField(_("tags"), default=dict)
    absent_tags = models.JSONField(_("excluded tags"), default=list)
    not_understood = models.JSONField(_("not understood"), default=list)
    #: Tags (``category:value``) that the base model cannot draw; said, and left out of the prompt.
    unsupported_tags = models.JSONField(_("not supported by the model"), default=list)
    #: Drawn to be looked at: no case is opened, and no picture of it is ever published.
    is_preview = models.BooleanField(default=False, editable=False)
    #: As its bot is: its pictures are marked, and a rule and no person decides about them.
    sandbox = models.BooleanField(_("sandbox"), default=False, db_default=False, editable=False)
    external_id = models.CharField(_("external id"), max_length=120, blank=True)
    metadata = models.JSONField(default=dict)

    # What is drawn: the pinned recipe. Candidate i has seed + i.
    base_model = models.ForeignKey(
        BaseModel, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    composed_prompt = models.CharField(max_length=2000)
    composed_negative_prompt = models.CharField(max_length=1000, blank=True)
    candidate_count = models.PositiveSmallIntegerField(
        _("candidates"), default=4, validators=[MinValueValidator(1), MaxValueValidator(16)]
    )
    seed = models.BigIntegerField(_("seed"))
    image_size = models.PositiveSmallIntegerField()
    steps = models.PositiveSmallIntegerField()
    guidance_scale = models.FloatField()
    guidance_schedule = models.CharField(
        max_length=12, choices=GuidanceSchedule.choices, default=GuidanceSchedule.CONSTANT
    )
    scheduler = models.CharField(max_length=40)
    #: How steps and scheduler were chosen: a :class:`styles.routing.Route`; empty before there was.
    route = models.JSONField(default=dict)
    #: The logo that is laid onto each picture, and where; empty for none.
    badge = models.JSONField(default=dict)
    #: Share of the way from noise that is walked; below 1 it starts from a reference image.
    strength = models.FloatField(default=1.0)
    #: What the style revision pins: ``[{"adapter", "revision", "sha256", "weight", …}]``.
    adapters = models.JSONField(_("adapters"), default=list)

    priority = models.SmallIntegerField(
        _("priority"), choices=Priority.choices, default=Priority.NORMAL
    )
    status = models.CharField(
        _("status"), max_length=20, choices=RequestStatus.choices, editable=False
    )
    #: Why it is held, declined or failed: a stable code.
    reason = models.CharField(_("reason"), max_length=64, blank=True, editable=False)
    correlation_id = models.CharField(max_length=64, blank=True, editable=False)
    event_sequence = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    queued_at = models.DateTimeField(null=True, editable=False)
    rendering_at = models.DateTimeField(null=True, editable=False)
    screening_at = models.DateTimeField(null=True, editable=False)
    in_review_at = models.DateTimeField(null=True, editable=False)
    settled_at = models.DateTimeField(null=True, editable=False)

    #: For whoever has just submitted it: what was written with it, and nothing that follows.
    just_made: JustMade | None = None

    objects = SandboxedQuerySet.as_manager()

    class Meta:
        verbose_name = _("request")
        verbose_name_plural = _("requests")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="request_status_known", condition=models.Q(status__in=RequestStatus.values)
            ),
            models.CheckConstraint(
                name="request_candidates_1_to_16",
                condition=models.Q(candidate_count__gte=1, candidate_count__lte=16),
            ),
        ]
        indexes = [
            models.Index(fields=["brand", "sandbox", "-id"], name="request_of_brand"),
            models.Index(fields=["client", "sandbox", "-id"], name="request_of_client"),
            models.Index(
                fields=["status", "id"],
                name="request_open",
                condition=models.Q(status__in=sorted(OPEN_REQUESTS)),
            ),
            models.Index(
                fields=["brand", "status", "settled_at"],
                name="request_outcome",
                condition=models.Q(status__in=sorted(SETTLED_REQUESTS)),
            ),
            # Of these alone: a request that is approved, as most are, is found soon by the key.
            models.Index(
                fields=["client", "status", "-id"],
                name="request_without_avatar",
                condition=models.Q(status__in=sorted(WITHOUT_AVATAR)),
            ),
            models.Index(
                fields=["client", "external_id"],
                name="request_by_external_id",
                condition=~models.Q(external_id=""),
            ),
        ]
        triggers = [pgtrigger.ReadOnly(name="sandbox_fixed", fields=["sandbox"])]

    def __str__(self) -> str:
        return f"{self.bot} · {self.pk}"

    @property
    def steps_walked(self) -> int:
        """How many of the ``steps`` each candidate takes: fewer where it starts from a picture."""
        return steps_walked(self.steps, self.strength)

    @property
    def queue_priority(self) -> int:
        """The one that its candidates wait with."""
        return SANDBOX_PRIORITY if self.sandbox else self.priority


class ReferenceRole(models.TextChoices):
    """What a reference image is to the drawing; the only role that every base model takes."""

    IMG2IMG = "img2img", _("drawing starts from it")


class RequestReference(UuidModel):
    """A picture that a request refers to, and what for. Never changed."""

    request = models.ForeignKey(
        GenerationRequest, on_delete=models.CASCADE, db_index=False, related_name="references"
    )
    image = models.ForeignKey(ReferenceImage, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, choices=ReferenceRole.choices)
    #: From 0, hardly looked at, to 1, followed closely.
    weight = models.FloatField()

    class Meta:
        ordering = ["request", "role"]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "role"], name="request_reference_once_per_role"
            ),
            models.CheckConstraint(
                name="request_reference_weight_0_to_1",
                condition=models.Q(weight__gte=0, weight__lte=1),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.role}"


class RequestEvent(models.Model):
    """What an event stream replays: numbered without gaps per request, never changed."""

    class Kind(models.TextChoices):
        STATUS = "status"
        CANDIDATE = "candidate"
        DONE = "done"

    id = models.BigAutoField(primary_key=True)
    request = models.ForeignKey(
        GenerationRequest, on_delete=models.CASCADE, db_index=False, related_name="events"
    )
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=Kind.choices)
    data = models.JSONField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["request", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["request", "sequence"], name="request_event_once")
        ]

    def __str__(self) -> str:
        return f"{self.request_id} #{self.sequence} {self.kind}"
