"""Why a reviewer says no: codes that statistics and platforms can count on."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReasonCode(models.TextChoices):
    OFF_BRAND = "off_brand", _("Does not look like the brand")
    WRONG_CONTENT = "wrong_content", _("Does not show what was asked")
    LOW_QUALITY = "low_quality", _("Badly drawn")
    ILLEGIBLE = "illegible", _("Not legible at small sizes")
    OFFENSIVE = "offensive", _("Offensive or unsafe")
    PROTECTED = "protected", _("Resembles a protected name, mark or person")
    NOT_ALLOWED = "not_allowed", _("The requirement is not allowed")
    OTHER = "other", _("Another reason, see the comment")
