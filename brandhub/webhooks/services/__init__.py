"""Every write of this app, as verbs."""

from brandhub.webhooks.services.emission import DELIVER_TASK, emit

__all__ = ["DELIVER_TASK", "emit"]
