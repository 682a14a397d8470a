import pgtrigger
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from brandhub.accounts.models import Brand
from brandhub.accounts.querysets import BrandOwnedQuerySet
from brandhub.common.ids import UuidModel
from brandhub.common.triggers import never_truncated


class ActorKind(models.TextChoices):
    PERSON = "person", _("Person")
    CLIENT = "client", _("API client")
    SYSTEM = "system", _("System")


class AuditEvent(UuidModel):
    """One fact about who did what to which object; written in the transaction of the deed.

    The table only grows: triggers refuse UPDATE, DELETE and TRUNCATE, whoever asks. No secret and
    nothing that a person wrote is ever put into ``data``; of texts it holds commitments.
    """

    at = models.DateTimeField(_("time"), db_default=Now(), editable=False)
    brand = models.ForeignKey(
        Brand,
        on_delete=models.PROTECT,
        db_index=False,
        null=True,
        related_name="+",
        verbose_name=_("brand"),
    )
    actor_kind = models.CharField(_("actor's kind"), max_length=8, choices=ActorKind.choices)
    actor_id = models.UUIDField(_("actor"), null=True)
    action = models.CharField(_("action"), max_length=64)
    object_type = models.CharField(_("object's type"), max_length=48)
    object_id = models.UUIDField(_("object"), null=True)
    correlation_id = models.CharField(_("request id"), max_length=64, blank=True)
    data = models.JSONField(_("data"), default=dict)

    objects = BrandOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["object_type", "object_id", "id"], name="audit_by_object"),
            models.Index(fields=["brand", "id"], name="audit_by_brand"),
            # What people and platforms did is rare among what the platform itself did.
            models.Index(
                fields=["brand", "actor_kind", "id"],
                name="audit_by_actor",
                condition=~models.Q(actor_kind=ActorKind.SYSTEM),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            never_truncated(name="never_truncated", what="the audit trail"),
            # Whoever writes an event, it waits for its seal from the moment it is committed. The
            # place is drawn by the commit itself: of two transactions that do not commit at the
            # same instant, the one that commits first gets the lower one, whichever wrote first.
            pgtrigger.Trigger(
                name="awaits_its_seal",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                timing=pgtrigger.Deferred,
                func="INSERT INTO audit_unsealedevent (event_id) VALUES (NEW.id); RETURN NULL;",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.object_type} {self.object_id}"


class AuditText(UuidModel):
    """What a person wrote, as an event commits to it; kept apart, so that it can be erased.

    The event's ``data["commitments"][name]`` is the HMAC-SHA256 of the text under the salt. Nobody
    guesses a text back from that once the salt is gone, and the chain holds with or without the
    text. A trigger lets a row change in one way alone: text and salt go, and the event that
    records the erasure is named instead.
    """

    event = models.ForeignKey(
        AuditEvent, on_delete=models.PROTECT, db_index=False, related_name="texts"
    )
    name = models.CharField(_("name"), max_length=40)
    #: Empty once erased; an empty text is not kept at all.
    text = models.TextField(_("text"), blank=True)
    salt = models.BinaryField(null=True, editable=False)
    erasure = models.ForeignKey(
        AuditEvent,
        on_delete=models.PROTECT,
        null=True,
        db_index=False,
        related_name="erased_texts",
        verbose_name=_("erasure"),
    )

    class Meta:
        verbose_name = _("audited text")
        verbose_name_plural = _("audited texts")
        ordering = ["event", "name"]
        constraints = [
            models.UniqueConstraint(fields=["event", "name"], name="audit_text_once_per_name"),
            models.CheckConstraint(
                name="audit_text_kept_or_erased",
                condition=(~models.Q(text="") & models.Q(salt__isnull=False, erasure__isnull=True))
                | models.Q(text="", salt__isnull=True, erasure__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="text_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="only_erased",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF OLD.erasure_id IS NULL AND NEW.erasure_id IS NOT NULL
                        AND NEW.id = OLD.id AND NEW.event_id = OLD.event_id AND NEW.name = OLD.name
                    THEN RETURN NEW; END IF;
                    RAISE EXCEPTION 'an audited text cannot be changed, only erased';
                """,
            ),
            never_truncated(name="texts_kept", what="the audit trail"),
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.event_id}"


class UnsealedEvent(models.Model):
    """A committed event that waits for its place in the chain; written by a trigger.

    The key says in which order transactions committed.
    """

    id = models.BigAutoField(primary_key=True)
    event = models.OneToOneField(AuditEvent, on_delete=models.PROTECT)

    def __str__(self) -> str:
        return str(self.event_id)


class AuditSeal(models.Model):
    """The place of an event in its brand's chain; events of no brand have a chain of their own.

    ``digest`` covers the event and the digest before it, so that whoever changes, removes or adds
    an event must make all later seals anew. Only the end of a chain can be cut off unnoticed: who
    keeps a digest elsewhere notices that, too.
    """

    event = models.OneToOneField(
        AuditEvent, on_delete=models.PROTECT, primary_key=True, related_name="seal"
    )
    brand = models.ForeignKey(
        Brand, on_delete=models.PROTECT, db_index=False, null=True, related_name="+"
    )
    sequence = models.PositiveBigIntegerField()
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)
    sealed_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = BrandOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit seal")
        verbose_name_plural = _("audit seals")
        ordering = ["brand", "sequence"]
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "sequence"], name="seal_one_per_place", nulls_distinct=False
            )
        ]
        triggers = [
            pgtrigger.Protect(name="seal_kept", operation=pgtrigger.Update | pgtrigger.Delete),
            never_truncated(name="seals_kept", what="the audit trail"),
        ]

    def __str__(self) -> str:
        return f"{self.brand_id} {self.sequence}"
