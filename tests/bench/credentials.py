"""What content credentials add to a file, and how long drawing and signing one takes.

``python -m tests.bench.credentials ROUNDS`` is the measuring process, with the signer in its
environment: it publishes one picture and makes files of it.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from brandhub.c2pa import ANCHORS_FILE, CERTIFICATES_FILE, KEY_FILE
from brandhub.c2pa.own import make_own_identity
from tests.bench.results import Row, percentile
from tests.bench.world import World

ROUNDS = 50
SIZES = (128, 256, 512)


def rows(world: World) -> list[Row]:
    """The subject's part of the table."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "identity"
        make_own_identity(folder)
        measured = world.measure(
            "tests.bench.credentials",
            str(ROUNDS),
            BRANDHUB_C2PA_CERTIFICATES=str(folder / CERTIFICATES_FILE),
            BRANDHUB_C2PA_KEY=str(folder / KEY_FILE),
            BRANDHUB_C2PA_ANCHORS=str(folder / ANCHORS_FILE),
        )
    first = Row("content credentials", "the first of a process", f"{measured['first']:.0f} ms")
    return [first, *(_row(each) for each in measured["files"])]


def _row(file: dict[str, Any]) -> Row:
    return Row(
        "content credentials",
        f"{file['format']}, {file['size']} px",
        f"{file['bytes']:,} bytes and {file['more']:,} more; drawn in {file['drawn']:.1f} ms,"
        f" signed in {file['signed']:.1f} ms",
        note=f"medians of {ROUNDS}, one pattern",
    )


def _measure(rounds: int) -> dict[str, Any]:
    import django

    django.setup()
    from avatars.content_credentials import manifest_of
    from avatars.placeholders import placeholder
    from avatars.renditions import FORMATS, RenditionSpec, render
    from brandhub.c2pa.signing import signer
    from tests.api.pictures import published
    from tests.factories import BotFactory

    original = placeholder(
        "identicon", bot_name="", brand_name="", seed="1", colours=(), spec="512-png-square"
    )
    version = published(BotFactory(), original)
    who = signer()
    assert who is not None
    files = []
    first = 0.0
    for size in SIZES:
        for format_, content_type in FORMATS.items():
            spec = RenditionSpec(size, format_)
            data, _ = render(original, spec)
            manifest = manifest_of(version, spec)

            def draw(spec: RenditionSpec = spec) -> object:
                return render(original, spec)

            def sign(
                data: bytes = data, content_type: str = content_type, manifest: Any = manifest
            ) -> bytes:
                return who.sign(data, content_type=content_type, manifest=manifest)

            began = time.perf_counter()
            more = len(sign()) - len(data)
            first = first or (time.perf_counter() - began) * 1000
            files.append(
                {
                    "format": format_,
                    "size": size,
                    "bytes": len(data),
                    "more": more,
                    "drawn": _milliseconds(draw, rounds),
                    "signed": _milliseconds(sign, rounds),
                }
            )
    return {"first": first, "files": files}


def _milliseconds(work: Callable[[], object], rounds: int) -> float:
    """The median of so many rounds."""
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return percentile(taken, 0.5) * 1000


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_measure(int(sys.argv[1]))) + "\n")
