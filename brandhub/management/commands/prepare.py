"""``manage.py prepare``: makes an empty or an older database ready for this version."""

from typing import Any

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand

from brandhub.c2pa.own import make_own_identity


class Command(BaseCommand):
    help = (
        "Checks the services, migrates, and, except in production, seeds the demo brand and makes"
        " a certificate that signs its pictures."
    )
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        # The other checks look at code, load every address, and have nothing to say here.
        call_command(
            "check",
            tags=["database"],
            databases=["default"],
            stdout=self.stderr,
            stderr=self.stderr,
        )
        call_command("migrate", verbosity=0, stdout=self.stderr, stderr=self.stderr)
        if not settings.PRODUCTION and "seed_demo" in get_commands():
            call_command("seed_demo", stdout=self.stdout, stderr=self.stderr)
        if settings.C2PA_OWN_IDENTITY is not None and make_own_identity(settings.C2PA_OWN_IDENTITY):
            self.stderr.write(f"Made a test certificate in {settings.C2PA_OWN_IDENTITY}")
