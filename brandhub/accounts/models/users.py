from django.contrib.auth.models import AbstractUser
from django.utils.translation import gettext_lazy as _

from brandhub.common.ids import UuidModel


class User(UuidModel, AbstractUser):
    """A person. What they may do in a brand is their ``Membership``; staff see the web admin."""

    class Meta(AbstractUser.Meta):
        verbose_name = _("person")  # type: ignore[assignment]
        verbose_name_plural = _("people")  # type: ignore[assignment]
