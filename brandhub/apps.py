"""The project as a Django application: loads Celery, registers checks, refuses an unsafe start."""

from django.apps import AppConfig
from django.conf import settings


class BrandHubConfig(AppConfig):
    name = "brandhub"
    label = "brandhub"
    verbose_name = "BrandHub"

    def ready(self) -> None:
        # Makes the project's Celery application the one that shared tasks belong to.
        # Registers the checks; they need the app registry, which is complete only now.
        from brandhub import (
            celery,  # noqa: F401
            checks,
        )

        if settings.PRODUCTION:
            checks.refuse_unsafe_start()
