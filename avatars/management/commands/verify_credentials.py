"""Says whether a file is an avatar that a brand published, unchanged, or what is wrong with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from avatars.selectors.credentials import NotVerified, Verified, verify
from brandhub.c2pa.identity import UnusableIdentity, anchors

#: No avatar comes near it, and all of it is read into memory.
_LARGEST_FILE = 64 << 20


class Command(BaseCommand):
    help = "Verify the content credentials of a file; fails with the first thing that is wrong."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            trusted = anchors()
            data = _read(path)
        except UnusableIdentity as problem:
            raise CommandError(str(problem)) from None
        except OSError as problem:
            raise CommandError(f"{path}: {problem.strerror}") from None
        if not trusted:
            raise CommandError("BRANDHUB_C2PA_ANCHORS is not set: there is nobody to trust.")
        try:
            verified = verify(data, anchors=trusted)
        except NotVerified as problem:
            raise CommandError(f"{path}: {problem}") from None
        self.stdout.write(f"{path}: {_told(verified)}")


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        data = file.read(_LARGEST_FILE + 1)
    if len(data) > _LARGEST_FILE:
        raise CommandError(f"{path}: it is larger than {_LARGEST_FILE >> 20} MiB.")
    return data


def _told(verified: Verified) -> str:
    signed = f"signed by {verified.signed_by}, unchanged; "
    version = verified.version
    if version is None:
        return f"{signed}version {verified.claims['version']} is not in this database"
    return (
        f"{signed}version {version.number} of {version.bot.external_id} ({version.status}),"
        f" approved by decision {version.decision_id}, as on record"
    )
