from django.db import models
from django.utils.translation import gettext_lazy as _

from brandhub.common.transitions import TransitionGuard


class AdapterStatus(models.TextChoices):
    UPLOADED = "uploaded", _("Waiting for its check")
    CHECKING = "checking", _("Being checked")
    READY = "ready", _("Ready")
    REFUSED = "refused", _("Refused")
    #: The platform could not check it; nothing is known against the file.
    FAILED = "failed", _("Check failed")
    DEPRECATED = "deprecated", _("Deprecated")


class AdapterSource(models.TextChoices):
    UPLOAD = "upload", _("Uploaded")
    TRAINING = "training", _("Trained here")
    PACK = "pack", _("From a style pack")


_S = AdapterStatus
ADAPTER = TransitionGuard(
    "adapter revision",
    {
        _S.UPLOADED: [_S.CHECKING],
        _S.CHECKING: [_S.UPLOADED, _S.READY, _S.REFUSED, _S.FAILED],
        _S.READY: [_S.DEPRECATED],
        _S.REFUSED: [],
        _S.FAILED: [_S.UPLOADED],
        _S.DEPRECATED: [],
    },
)

#: A style may be published and drawn with these. What is deprecated goes on where it is pinned.
USABLE = frozenset({_S.READY, _S.DEPRECATED})
UNDER_WAY = frozenset({_S.UPLOADED, _S.CHECKING})
