"""``manage.py export_style acme/friendly-robots@3 FILE``: writes a style pack."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from brandhub.accounts.models import Brand
from brandhub.audit.record import SYSTEM
from brandhub.common.errors import BrandHubError
from styles.packs.exporting import export_pack
from styles.selectors import revision_for


class Command(BaseCommand):
    help = "Writes a published revision of a style as a style pack."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("style", help="brand/style, or brand/style@7 for one revision")
        parser.add_argument("file", type=Path, help="where the pack goes; must not be there yet")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if path.exists():
            raise CommandError(f"{path} is there already.")
        # Under another name until it is whole.
        partial = path.with_name(f".{path.name}.part")
        try:
            revision = revision_for(Brand.objects.all(), options["style"])
            with partial.open("xb") as file:
                # Ours from here on; one that was there before is another export's.
                try:
                    export_pack(actor=SYSTEM, revision_id=revision.pk, to=file)
                except BaseException:
                    partial.unlink()
                    raise
            partial.rename(path)
        except BrandHubError as refusal:
            raise CommandError(f"{refusal.error_code}: {refusal.detail}") from refusal
        except OSError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Exported {revision} to {path}, {path.stat().st_size} bytes.")
