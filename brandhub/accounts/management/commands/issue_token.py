"""``manage.py issue_token alice --name reviewing``: draws a personal token and prints it, once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from brandhub.accounts.models import Scope, User
from brandhub.accounts.services.keys import issue_key
from brandhub.audit.record import SYSTEM
from brandhub.common.errors import InvalidInput

LONGEST_DAYS = 3650


class Command(BaseCommand):
    help = (
        "Draw a personal token for a person, with which their tools call the API as they would "
        "themselves, and print it, this once. Reviewing needs no scope, only the person's role."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", required=True, help="what it is for, as lists show it")
        parser.add_argument(
            "--scope", action="append", default=[], choices=Scope.values, help="may be repeated"
        )
        parser.add_argument("--days", type=int, default=90, help="until it expires; default: 90")

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.filter(username=options["username"], is_active=True).first()
        if person is None:
            raise CommandError(f"Nobody active is called {options['username']}.")
        if not 1 <= options["days"] <= LONGEST_DAYS:
            raise CommandError(f"A token lasts from 1 to {LONGEST_DAYS} days.")
        if not options["name"].strip() or len(options["name"]) > 120:
            raise CommandError("A name has 1 to 120 characters.")
        try:
            key, text = issue_key(
                actor=SYSTEM,
                user=person,
                name=options["name"],
                scopes=options["scope"],
                expires_at=timezone.now() + timedelta(days=options["days"]),
            )
        except InvalidInput as refusal:
            raise CommandError(" ".join(error.detail for error in refusal.errors)) from refusal
        self.stdout.write(text)
        self.stderr.write(f"Expires on {key.expires_at:%Y-%m-%d}. It is not shown again.")
