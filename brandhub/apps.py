"""The project as a Django application: registers its checks and refuses an unsafe start."""

from django.apps import AppConfig
from django.conf import settings


class BrandHubConfig(AppConfig):
    name = "brandhub"
    label = "brandhub"
    verbose_name = "BrandHub"

    def ready(self) -> None:
        # Registers the checks; needs the app registry, which is complete only now.
        from brandhub import checks

        if settings.PRODUCTION:
            checks.refuse_unsafe_start()
