"""Looks for every file that a row names, and names those that are not there."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from brandhub.accounts.file_check import check_files
from brandhub.accounts.models import Brand


class Command(BaseCommand):
    help = "Check that every stored file that a row names is there; fails naming those that lack."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--content", action="store_true", help="Read each file and compare its digest, too."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        lacking = 0
        for brand in Brand.objects.order_by("slug").iterator():
            found = check_files(brand, content=options["content"])
            lacking += len(found.lacking)
            for lack in found.lacking:
                self.stdout.write(f"{brand.slug}: {lack.sha256} {lack.reason}, {lack.named_by}")
            self.stdout.write(f"{brand.slug}: {found.named - len(found.lacking)} files are there")
        if lacking:
            raise CommandError(f"{lacking} files lack")
