"""``manage.py seed_demo``: the demo brands with people, styles and a key, never in production."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from brandhub.demo.seeding import MODEL_FOLDER, PEOPLE, STRANGER, seed

_WHO = {
    "manager": "manager of Acme, requests avatars",
    "reviewer": "reviewer of Acme, decides",
    "admin": "superuser",
    "globex-manager": "manager of Globex, sees nothing of Acme",
}


class Command(BaseCommand):
    help = "Makes the demo brands acme and globex, and prints how to sign in. Idempotent."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("Demo accounts are not made under production settings.")
        seeded = seed(settings.DATA_DIR)
        credentials = seeded.credentials
        self.stdout.write(f"Demo accounts, for {settings.PUBLIC_URL}")
        for name in (*PEOPLE, STRANGER):
            self.stdout.write(f"  {name:<15} {credentials.passwords[name]:<14} {_WHO[name]}")
        self.stdout.write(f"  API key         {credentials.api_key}")
        if seeded.model is None:
            self.stderr.write(
                f"There are no weights in {settings.MODELS_DIR / MODEL_FOLDER}: the demo's styles"
                " are not published, and nothing can be drawn."
            )
