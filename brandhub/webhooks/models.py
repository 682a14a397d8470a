from urllib.parse import urlsplit

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from brandhub.accounts.models import ApiClient, Brand
from brandhub.accounts.querysets import SandboxedQuerySet
from brandhub.common.ids import UuidModel
from brandhub.jobs.models import LeasedModel
from brandhub.webhooks.states import DeliveryStatus


class EventType(models.TextChoices):
    REQUEST_HELD = "request.held", _("Request held")
    REQUEST_IN_REVIEW = "request.in_review", _("Request in review")
    REQUEST_COMPLETED = "request.completed", _("Request completed")
    REQUEST_CHANGES_REQUESTED = "request.changes_requested", _("Changes requested")
    REQUEST_DECLINED = "request.declined", _("Request declined")
    REQUEST_FAILED = "request.failed", _("Request failed")
    REQUEST_CANCELLED = "request.cancelled", _("Request cancelled")
    REVIEW_ESCALATED = "review.escalated", _("Review escalated")
    REVIEW_OVERDUE = "review.overdue", _("Review overdue")
    VERSION_PUBLISHED = "avatar.version.published", _("Version published")
    VERSION_TAKEN_DOWN = "avatar.version.taken_down", _("Version taken down")
    PING = "ping", _("Ping")


class WebhookEndpoint(UuidModel):
    """Where a client wants to be told. Secrets are kept encrypted; two while one is rotated."""

    client = models.ForeignKey(
        ApiClient, on_delete=models.CASCADE, related_name="webhook_endpoints"
    )
    #: It is told of the client's sandbox and of nothing else, and test keys alone manage it.
    sandbox = models.BooleanField(_("sandbox"), default=False, db_default=False)
    url = models.URLField(_("address"), max_length=500)
    #: Empty means every type.
    event_types = ArrayField(
        models.CharField(max_length=40, choices=EventType.choices), default=list, blank=True
    )
    secret_encrypted = models.BinaryField(editable=False)
    previous_secret_encrypted = models.BinaryField(null=True, editable=False)
    previous_secret_until = models.DateTimeField(null=True, editable=False)
    is_enabled = models.BooleanField(_("enabled"), default=True)
    disabled_reason = models.CharField(max_length=64, blank=True, editable=False)
    failing_since = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("webhook endpoint")
        verbose_name_plural = _("webhook endpoints")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.url

    @property
    def host(self) -> str:
        """What may be shown of the address: its path is often a secret of the receiver's."""
        return urlsplit(self.url).hostname or ""


class OutboxEvent(UuidModel):
    """Something that happened, written in the transaction in which it happened."""

    SANDBOX = "sandbox"

    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, db_index=False, related_name="+")
    client = models.ForeignKey(
        ApiClient, on_delete=models.PROTECT, db_index=False, null=True, related_name="+"
    )
    sandbox = models.BooleanField(default=False, db_default=False)
    type = models.CharField(max_length=40, choices=EventType.choices)
    #: The bot's own counter, by which a receiver orders what arrives in any order.
    bot_id = models.UUIDField(null=True)
    sequence = models.BigIntegerField(null=True)
    data = models.JSONField()
    correlation_id = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = SandboxedQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["brand", "id"], name="outbox_by_brand"),
            # Of a client with many live events its few tests, and the reverse.
            models.Index(fields=["client", "sandbox", "-id"], name="outbox_of_client"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["bot_id", "sequence"],
                name="outbox_bot_sequence_once",
                condition=models.Q(bot_id__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.pk}"


class Delivery(UuidModel, LeasedModel):
    """One event on its way to one endpoint: a leased job."""

    event = models.ForeignKey(
        OutboxEvent, on_delete=models.PROTECT, db_index=False, related_name="deliveries"
    )
    endpoint = models.ForeignKey(
        WebhookEndpoint, on_delete=models.CASCADE, db_index=False, related_name="deliveries"
    )
    status = models.CharField(
        max_length=12,
        choices=DeliveryStatus.choices,
        default=DeliveryStatus.PENDING,
        editable=False,
    )
    response_status = models.PositiveSmallIntegerField(null=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    delivered_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["event", "endpoint"], name="delivery_once_per_endpoint")
        ]
        indexes = [
            # A claim asks each endpoint for its oldest due delivery.
            models.Index(
                fields=["endpoint", "available_at"],
                name="delivery_claim",
                condition=models.Q(status=DeliveryStatus.PENDING),
            ),
            models.Index(
                fields=["lease_until"],
                name="delivery_leased",
                condition=models.Q(status=DeliveryStatus.SENDING),
            ),
            models.Index(fields=["endpoint", "id"], name="delivery_log"),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} → {self.endpoint_id}"
