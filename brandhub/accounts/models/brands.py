import secrets

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from brandhub.accounts.querysets import BrandQuerySet
from brandhub.common.ids import UuidModel


def new_public_id() -> str:
    """An unguessable name for URLs and folders that does not tell the brand's key or slug."""
    return secrets.token_urlsafe(12).replace("-", "x").replace("_", "y")


class Role(models.TextChoices):
    MANAGER = "manager", _("Manager")
    REVIEWER = "reviewer", _("Reviewer")
    VIEWER = "viewer", _("Viewer")


class Brand(UuidModel):
    """A tenant. Every row that a person can reach belongs to one."""

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id, editable=False)
    slug = models.SlugField(_("short name"), max_length=50, unique=True)
    name = models.CharField(_("name"), max_length=120)
    industry = models.CharField(_("industry"), max_length=80, blank=True)
    forbidden_terms = models.JSONField(
        _("forbidden terms"),
        default=list,
        blank=True,
        help_text=_("Words that no request of this brand may use; one list for both languages."),
    )
    protected_names = models.JSONField(
        _("protected names"),
        default=list,
        blank=True,
        help_text=_("Names and marks of others; a request that uses one waits for a person."),
    )
    references_need_rights = models.BooleanField(
        _("references need rights"),
        default=False,
        help_text=_("A style uses no picture without rights holder and licence."),
    )
    queue_weight = models.PositiveSmallIntegerField(
        _("queue weight"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("How many turns this brand gets where another brand gets one."),
    )
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    objects = BrandQuerySet.as_manager()

    class Meta:
        verbose_name = _("brand")
        verbose_name_plural = _("brands")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="brand_queue_weight_1_to_100",
                condition=models.Q(queue_weight__gte=1, queue_weight__lte=100),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Membership(UuidModel):
    """A person's role in a brand; at most one."""

    brand = models.ForeignKey(
        Brand, on_delete=models.CASCADE, db_index=False, related_name="memberships"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField(_("role"), max_length=16, choices=Role.choices)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["brand", "user"], name="membership_one_per_person"),
            models.CheckConstraint(
                name="membership_role_known", condition=models.Q(role__in=Role.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.brand} · {self.get_role_display()}"
