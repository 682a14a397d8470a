from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from brandhub.accounts.models.brands import Brand
from brandhub.common.ids import UuidModel


class Scope(models.TextChoices):
    BOTS_WRITE = "bots:write", _("Register bots")
    REQUESTS_WRITE = "requests:write", _("Request avatars")
    REQUESTS_READ = "requests:read", _("Follow requests")
    PREVIEWS_READ = "previews:read", _("See pictures before approval")
    AVATARS_READ = "avatars:read", _("Fetch approved avatars")
    STYLES_READ = "styles:read", _("Read published styles")
    STYLES_WRITE = "styles:write", _("Export and import style packs")
    ADAPTERS_WRITE = "adapters:write", _("Upload adapters")
    REFERENCES_WRITE = "references:write", _("Upload references")
    WEBHOOKS_WRITE = "webhooks:write", _("Manage webhooks")


#: What writes to a brand's own library, of which there is only the live one.
LIVE_SCOPES = frozenset({Scope.STYLES_WRITE, Scope.ADAPTERS_WRITE, Scope.REFERENCES_WRITE})


class ApiClient(UuidModel):
    """A bot platform. ``owner`` is the person behind it, who may not review what it requests."""

    name = models.CharField(_("name"), max_length=120)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="api_clients",
        verbose_name=_("owner"),
    )
    brands = models.ManyToManyField(Brand, related_name="api_clients", verbose_name=_("brands"))
    max_priority = models.SmallIntegerField(_("highest priority"), default=1)
    requests_per_minute = models.PositiveIntegerField(_("requests per minute"), default=120)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("API client")
        verbose_name_plural = _("API clients")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ApiKey(UuidModel):
    """A secret of a client, or a personal token of a member. Only its SHA-256 is kept.

    The key is ``bh_<live|test>_<prefix>_<secret>``: ``prefix`` finds the row, the digest of the
    whole proves it. It is shown once, when it is made. Test keys are of clients alone, and what is
    made with one stays in the client's sandbox.
    """

    class Mode(models.TextChoices):
        LIVE = "live", _("Live")
        TEST = "test", _("Test")

    client = models.ForeignKey(
        ApiClient, on_delete=models.CASCADE, null=True, blank=True, related_name="keys"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="personal_tokens",
    )
    name = models.CharField(_("name"), max_length=120)
    mode = models.CharField(_("mode"), max_length=8, choices=Mode.choices, default=Mode.LIVE)
    prefix = models.CharField(_("prefix"), max_length=16, unique=True, editable=False)
    sha256 = models.CharField(max_length=64, unique=True, editable=False)
    scopes = ArrayField(models.CharField(max_length=32, choices=Scope.choices), default=list)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                name="api_key_of_client_or_person",
                condition=models.Q(client__isnull=False, user__isnull=True)
                | models.Q(client__isnull=True, user__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} (bh_{self.mode}_{self.prefix}_…)"


class IdempotencyRecord(UuidModel):
    """The stored answer of a creating call, committed together with what it created."""

    client = models.ForeignKey(
        ApiClient,
        on_delete=models.CASCADE,
        db_index=False,
        null=True,
        related_name="idempotency_records",
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+"
    )
    #: A client's live and test keys name their calls without regard to each other.
    sandbox = models.BooleanField(default=False, db_default=False)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    response_status = models.PositiveSmallIntegerField()
    response_headers = models.JSONField(default=dict)
    response_body = models.JSONField(null=True)
    created_at = models.DateTimeField(db_default=Now(), db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client", "user", "sandbox", "key"],
                name="idempotency_key_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return self.key


class CallAllowance(models.Model):
    """Until when a caller's allowance of calls is spent; see ``brandhub.accounts.rate_limits``.

    The table is not logged: a crash of PostgreSQL gives everybody a fresh minute, and a call costs
    no write to the log.
    """

    #: A client, its sandbox or a person; no foreign key, so that spending locks nobody's row.
    caller_id = models.UUIDField(primary_key=True)
    spent_until = models.DateTimeField()

    class Meta:
        verbose_name = _("call allowance")
        verbose_name_plural = _("call allowances")

    def __str__(self) -> str:
        return str(self.caller_id)
