from django.db import models
from django.utils.translation import gettext_lazy as _

from brandhub.common.transitions import TransitionGuard


class RevisionStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    RETIRED = "retired", _("Retired")


REVISION = TransitionGuard(
    "style revision",
    {
        RevisionStatus.DRAFT: [RevisionStatus.PUBLISHED],
        RevisionStatus.PUBLISHED: [RevisionStatus.RETIRED],
        RevisionStatus.RETIRED: [],
    },
)
