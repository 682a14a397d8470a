"""Checks the chains of the audit trail and names the first link of each that does not hold."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from brandhub.accounts.models import Brand
from brandhub.audit.chain import overdue, verify_chains

#: A sweep seals every second or few; what waits longer says that none runs.
_SEALED_WITHIN = 5


class Command(BaseCommand):
    help = "Check the audit trail's chains; fails with the first broken link of each."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--brand", help="The slug of one brand; without it, every chain.")

    def handle(self, *args: Any, **options: Any) -> None:
        slugs = dict(Brand.objects.values_list("pk", "slug"))
        wanted = None
        if options["brand"]:
            wanted = next((pk for pk, slug in slugs.items() if slug == options["brand"]), None)
            if wanted is None:
                raise CommandError(f"there is no brand {options['brand']}")
        broken = 0
        for chain in verify_chains(wanted):
            name = slugs.get(chain.brand_id, "(platform)") if chain.brand_id else "(platform)"
            if chain.broken is None:
                texts = f", {chain.texts} texts agree" if chain.texts else ""
                erased = f", {chain.erased} texts erased" if chain.erased else ""
                self.stdout.write(
                    f"{name}: {chain.length} events hold{texts}{erased}, last digest {chain.head}"
                )
                continue
            broken += 1
            self.stdout.write(
                f"{name}: broken at link {chain.broken.sequence}, event "
                f"{chain.broken.event_id or 'gone'}: {chain.broken.reason}"
            )
        waiting = overdue(seconds=_SEALED_WITHIN)
        if waiting:
            self.stdout.write(
                f"{waiting} events have waited more than {_SEALED_WITHIN} s for a seal"
            )
        if broken:
            raise CommandError(f"{broken} chains are broken")
