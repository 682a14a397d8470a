"""``manage.py import_style FILE --brand acme``: takes in a style pack as a draft."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from brandhub.accounts.models import Brand
from brandhub.audit.record import SYSTEM
from brandhub.common.errors import BrandHubError, InvalidInput
from styles.packs.conflicts import ImportChoices, PackConflict
from styles.packs.importing import import_pack


class Command(BaseCommand):
    help = "Takes in a style pack as a draft of a style of a brand."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--brand", required=True, help="the brand's short name")
        parser.add_argument("--slug", default="", help="the style's short name; default: its own")
        parser.add_argument(
            "--join",
            action="store_true",
            help="add a revision where a style or an adapter of the same short name is there",
        )
        for part in ("palette", "logo"):
            parser.add_argument(
                f"--leave-{part}",
                dest=part,
                action="store_const",
                const="leave",
                default="add",
                help=f"leave the brand's {part} as it is",
            )

    def handle(self, *args: Any, **options: Any) -> None:
        brand = Brand.objects.filter(slug=options["brand"]).first()
        if brand is None:
            raise CommandError(f"There is no brand {options['brand']}.")
        path: Path = options["file"]
        choices = ImportChoices(
            **{name: options[name] for name in ("slug", "join", "palette", "logo")}
        )
        try:
            with path.open("rb") as file:
                imported = import_pack(
                    actor=SYSTEM,
                    brand=brand,
                    file=file,
                    size=path.stat().st_size,
                    choices=choices,
                )
        except OSError as error:
            raise CommandError(str(error)) from error
        except BrandHubError as refusal:
            raise CommandError(_sentences(refusal)) from refusal
        revision = imported.revision
        self.stdout.write(
            f"Imported {brand.slug}/{revision.style.slug}, revision {revision.number}, a draft: "
            f"{imported.references_added} references and {len(imported.adapters_added)} adapters "
            "are new."
        )


def _sentences(refusal: BrandHubError) -> str:
    """Each thing that is wrong, with its place and its code."""
    if isinstance(refusal, PackConflict):
        errors = refusal.conflicts
    else:
        errors = refusal.errors if isinstance(refusal, InvalidInput) else ()
    told = [f"{error.pointer} {error.code}: {error.detail}" for error in errors]
    return "\n".join(told) or f"{refusal.error_code}: {refusal.detail}"
