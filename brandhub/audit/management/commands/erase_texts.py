"""Erases what people wrote about one object, for good; the chain of the audit trail still holds."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from brandhub.accounts.models import User
from brandhub.audit.erasure import erasable_types, erase_texts
from brandhub.audit.record import Actor
from brandhub.common.errors import BrandHubError


class Command(BaseCommand):
    help = (
        "Erase the texts of one object: its prompts, comments or reasons, in the audit trail and"
        " in its own rows. There is no way back but a backup. The erasure itself is recorded."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("object_type", choices=erasable_types())
        parser.add_argument("object_id", type=UUID)
        parser.add_argument("--by", required=True, help="Username of a manager of the brand.")
        parser.add_argument("--reason", required=True, help="Recorded; name nobody in it.")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["by"], is_active=True).first()
        if user is None:
            raise CommandError(f"nobody active is called {options['by']}")
        try:
            count = erase_texts(
                actor=Actor.person(user),
                user=user,
                object_type=options["object_type"],
                object_id=options["object_id"],
                reason=options["reason"],
            )
        except BrandHubError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{count} texts erased")
