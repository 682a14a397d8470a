from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    name = "brandhub.audit"
    label = "audit"
    verbose_name = _("Audit")

    def ready(self) -> None:
        from brandhub.audit import metrics  # noqa: F401 - registers what it reads
        from brandhub.audit.chain import seal_events
        from brandhub.jobs.sweep import register_sweeper

        register_sweeper("audit.seals", seal_events)
