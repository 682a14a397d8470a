import secrets

import pgtrigger
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from brandhub.accounts.models import ApiClient, Brand
from brandhub.accounts.querysets import SandboxedQuerySet
from brandhub.common.ids import UuidModel


def new_public_token() -> str:
    """The unguessable part of a bot's keyless address."""
    return secrets.token_urlsafe(24)


class Bot(UuidModel):
    """What wears an avatar. Known to its platform by ``external_id``, unique per client, once live
    and once in the sandbox; without a platform, unique per brand.
    """

    SANDBOX = "sandbox"

    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, db_index=False, related_name="bots")
    client = models.ForeignKey(
        ApiClient, on_delete=models.PROTECT, db_index=False, related_name="bots", null=True
    )
    #: Registered with a test key: whatever is asked for it is a test, its pictures are marked, and
    #: only test keys of its client see it. For ever.
    sandbox = models.BooleanField(_("sandbox"), default=False, db_default=False, editable=False)
    external_id = models.CharField(_("external id"), max_length=120)
    name = models.CharField(_("name"), max_length=120)
    #: Null once revoked; null and not "", for many revoked ones must not collide.
    public_token = models.CharField(  # noqa: DJ001
        max_length=64, unique=True, null=True, default=new_public_token, editable=False
    )
    #: Counts the events told about this bot; a receiver orders them by it.
    event_sequence = models.BigIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    objects = SandboxedQuerySet.as_manager()

    class Meta:
        verbose_name = _("bot")
        verbose_name_plural = _("bots")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "external_id", "sandbox"], name="bot_external_id_once_each_side"
            ),
            models.UniqueConstraint(
                fields=["brand", "external_id"],
                name="bot_external_id_once_without_client",
                condition=models.Q(client__isnull=True),
            ),
            models.CheckConstraint(
                name="bot_in_sandbox_of_client",
                condition=models.Q(sandbox=False) | models.Q(client__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["brand", "sandbox", "-id"], name="bot_of_brand")]
        triggers = [pgtrigger.ReadOnly(name="sandbox_fixed", fields=["sandbox"])]

    def __str__(self) -> str:
        return self.name
