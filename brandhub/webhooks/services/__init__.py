"""Every write of this app, as verbs."""

from brandhub.webhooks.queue import DELIVER_TASK
from brandhub.webhooks.services.deliveries import replay_delivery
from brandhub.webhooks.services.emission import emit
from brandhub.webhooks.services.endpoints import (
    change_endpoint,
    create_endpoint,
    delete_endpoint,
    ping,
    rotate_secret,
)

__all__ = [
    "DELIVER_TASK",
    "change_endpoint",
    "create_endpoint",
    "delete_endpoint",
    "emit",
    "ping",
    "replay_delivery",
    "rotate_secret",
]
