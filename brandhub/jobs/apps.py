from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    name = "brandhub.jobs"
    label = "jobs"
    verbose_name = _("Jobs")

    def ready(self) -> None:
        from brandhub.jobs import (  # noqa: F401 - connect Celery's signals, register what they read
            holders,
            listeners,
            metrics,
            sweep,
            worker_process,
        )
