"""What content credentials cost: bytes and milliseconds for each format, on one drawn picture."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.test.utils import override_settings

from avatars.content_credentials import LABEL, SMALLEST
from avatars.placeholders import placeholder
from avatars.renditions import FORMATS, RenditionSpec, render
from brandhub.c2pa import ANCHORS_FILE, CERTIFICATES_FILE, KEY_FILE
from brandhub.c2pa.own import make_own_identity
from brandhub.c2pa.signing import Signer, signer

#: As an avatar's, with ids and digests of the length that they have.
_MANIFEST: dict[str, Any] = {
    "claim_generator_info": [{"name": "BrandHub", "version": "0.1.0"}],
    "assertions": [
        {
            "label": "c2pa.actions",
            "created": True,
            "data": {
                "actions": [
                    {
                        "action": "c2pa.created",
                        "when": "2026-12-01T00:00:00+00:00",
                        "digitalSourceType": (
                            "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
                        ),
                        "softwareAgent": {
                            "name": "BrandHub",
                            "version": "0.1.0",
                            "brandhub.model": "avatar-mini",
                            "brandhub.model_sha256": "0" * 64,
                        },
                    },
                    {"action": "c2pa.resized.proportional"},
                    {"action": "c2pa.converted"},
                ],
                "allActionsIncluded": True,
            },
        },
        {
            "label": LABEL,
            "created": True,
            "data": {
                **dict.fromkeys(("version", "bot", "decision"), "0" * 36),
                **dict.fromkeys(("pixel_sha256", "recipe_sha256"), "0" * 64),
                "number": 1,
                "rendition": "256-webp-square",
                "decided_at": "2026-12-01T00:00:00.000000+00:00",
                "decided_by": "person",
            },
        },
    ],
}


class Command(BaseCommand):
    help = "Measure what content credentials add to a file, and how long signing one takes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rounds", type=int, default=50)

    def handle(self, *args: Any, **options: Any) -> None:
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place) / "identity"
            make_own_identity(folder)
            with override_settings(
                C2PA_CERTIFICATES=str(folder / CERTIFICATES_FILE),
                C2PA_KEY=str(folder / KEY_FILE),
                C2PA_ANCHORS=str(folder / ANCHORS_FILE),
            ):
                who = signer()
                if who is None:
                    raise RuntimeError("an identity that was just made is not there")
                self._measure(who, options["rounds"])

    def _measure(self, who: Signer, rounds: int) -> None:
        original = placeholder(
            "identicon", bot_name="", brand_name="", seed="1", colours=(), spec="512-png-square"
        )
        began = time.perf_counter()
        who.sign(original, content_type="image/png", manifest=_MANIFEST)
        self.stdout.write(f"the first of a process: {(time.perf_counter() - began) * 1000:.0f} ms")
        for size in (SMALLEST, 256, 512):
            for format_, content_type in FORMATS.items():
                spec = RenditionSpec(size, format_)
                data, _ = render(original, spec)

                def sign(data: bytes = data, content_type: str = content_type) -> bytes:
                    return who.sign(data, content_type=content_type, manifest=_MANIFEST)

                drawing = _milliseconds(lambda spec=spec: render(original, spec), rounds)  # type: ignore[misc]
                signing = _milliseconds(sign, rounds)
                self.stdout.write(
                    f"{size:>4} {format_:<4} {len(data):>6} bytes, {len(sign()) - len(data)} more;"
                    f" drawn in {drawing:.1f} ms, signed in {signing:.1f} ms"
                )


def _milliseconds(work: Callable[[], object], rounds: int) -> float:
    """The median of so many rounds."""
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken) * 1000
