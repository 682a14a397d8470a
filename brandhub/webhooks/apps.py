from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebhooksConfig(AppConfig):
    name = "brandhub.webhooks"
    label = "webhooks"
    verbose_name = _("Webhooks")

    def ready(self) -> None:
        from brandhub.jobs.holders import register_queue
        from brandhub.jobs.listeners import register_lines
        from brandhub.jobs.sweep import register_sweeper
        from brandhub.webhooks import metrics, sweepers  # noqa: F401 - registers what it reads
        from brandhub.webhooks.queue import delivery_queue

        register_queue("delivery", delivery_queue)
        register_lines(sweepers.delivery_lines)
        register_sweeper("webhooks.expired", sweepers.sweep_expired_deliveries)
        register_sweeper("webhooks.due", sweepers.sweep_due_deliveries)
        register_sweeper("webhooks.waiting", sweepers.sweep_deliveries_of_disabled_endpoints)
