from django.db import models
from django.utils.translation import gettext_lazy as _

from brandhub.common.transitions import TransitionGuard


class DeliveryStatus(models.TextChoices):
    PENDING = "pending", _("Pending")
    SENDING = "sending", _("Sending")
    DELIVERED = "delivered", _("Delivered")
    ABANDONED = "abandoned", _("Given up")


DELIVERY = TransitionGuard(
    "delivery",
    {
        DeliveryStatus.PENDING: [DeliveryStatus.SENDING, DeliveryStatus.ABANDONED],
        DeliveryStatus.SENDING: [
            DeliveryStatus.PENDING,
            DeliveryStatus.DELIVERED,
            DeliveryStatus.ABANDONED,
        ],
        # A person may replay either; the receiver tells twins apart by the webhook id.
        DeliveryStatus.DELIVERED: [DeliveryStatus.PENDING],
        DeliveryStatus.ABANDONED: [DeliveryStatus.PENDING],
    },
)
