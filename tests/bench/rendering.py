"""Rendering through the queue against a bare loop that does the same work, and what batching gains.

Both sides run in one process with one warm generator, in turns. The bare loop calls the generator
with the same batches and writes each picture as a PNG; through the queue the worker's own code
claims, renders, stores, completes and tells. The pictures must be the same, bit for bit.

``python -m tests.bench.rendering queue STEPS IMAGES ROUNDS`` or ``… batching STEPS SIZES ROUNDS``
prints JSON.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.bench.results import Row
from tests.bench.world import World

ROUNDS = 5


def rows(world: World) -> list[Row]:
    """The subject's part of the table."""
    found = []
    for steps, images in ((4, 8), (12, 4)):
        measured = world.measure("tests.bench.rendering", "queue", str(steps), str(images), "5")
        ratios = measured["ratios"]
        found.append(
            Row(
                "queue ÷ bare loop",
                f"images per second at {steps} steps, 256 px",
                f"{statistics.median(ratios):.3f} ({min(ratios):.3f} to {max(ratios):.3f})",
                "≥ 0.90",
                f"{images} images a turn in batches of 4, {ROUNDS} turns each, A/B/A/B; "
                f"bare {measured['bare']:.2f} images/s, queue {measured['queue']:.2f}; "
                f"{measured['equal']} of {measured['images']} pictures equal",
            )
        )
    for exact in ("auto", "off"):
        measured = world.measure(
            "tests.bench.rendering", "batching", "4", "1,2,4,8", "3", BRANDHUB_INFERENCE_EXACT=exact
        )
        alone = measured["1"]
        found.append(
            Row(
                f"batching, exact {exact}",
                "images per second at 1, 2, 4, 8",
                ", ".join(f"{rate:.2f} ({rate / alone:.2f}×)" for rate in measured.values()),
                "",
                "4 steps, 256 px, best of 3",
            )
        )
    return found


def _through_the_queue(steps: int, images: int, rounds: int) -> dict[str, Any]:
    import django

    django.setup()
    from avatars.models import Bot, Candidate
    from avatars.renderer import drain, model_spec
    from avatars.services import submit_request
    from brandhub.accounts.models import User
    from brandhub.audit.record import SYSTEM
    from brandhub.common.pixels import pixel_sha256, png_bytes
    from brandhub.inference.runtime import generator
    from brandhub.inference.specs import BatchSpec, ImageSpec, RenderedImage
    from styles.models import StyleRevision
    from styles.services import change_revision, copy_revision, publish_revision

    seeded = StyleRevision.objects.select_related("base_model", "style").order_by("number")[0]
    revision = copy_revision(actor=SYSTEM, revision_id=seeded.pk)
    change_revision(actor=SYSTEM, revision_id=revision.pk, steps=steps)
    revision = publish_revision(actor=SYSTEM, revision_id=revision.pk)
    bot, owner = Bot.objects.first(), User.objects.first()
    assert bot is not None
    assert owner is not None
    family = revision.base_model.family
    backend = generator()
    backend.warm(model_spec(revision.base_model))
    seeds = iter(range(1_000_000))

    def submit() -> list[Candidate]:
        for _ in range(images // 4):
            submit_request(
                actor=SYSTEM,
                bot=bot,
                style_revision=revision,
                requested_by=owner,
                prompt="a cartoon robot, blue background",
                candidates=4,
                seed=next(seeds) * 4,
            )
        return list(
            Candidate.objects.filter(status="queued").select_related("request").order_by("pk")
        )

    def bare(waiting: list[Candidate], folder: Path) -> dict[int, str]:
        digests = {}
        for start in range(0, len(waiting), 4):
            members = waiting[start : start + 4]
            batch = BatchSpec(
                model=model_spec(revision.base_model),
                images=tuple(
                    ImageSpec(
                        prompt=each.request.composed_prompt,
                        negative_prompt=each.request.composed_negative_prompt,
                        seed=each.seed,
                    )
                    for each in members
                ),
                width=revision.image_size,
                height=revision.image_size,
                steps=revision.steps,
                guidance_scale=revision.guidance_scale,
                guidance_schedule=revision.guidance_schedule,
                scheduler=revision.scheduler,
            )
            result = backend.generate(batch, on_step=lambda done, total: None)
            for output in result.outputs:
                assert isinstance(output, RenderedImage)
                (folder / f"{members[output.index].seed}.png").write_bytes(png_bytes(output.image))
                digests[members[output.index].seed] = pixel_sha256(output.image)
        return digests

    seconds: dict[str, list[float]] = {"bare": [], "queue": []}
    equal = total = 0
    with tempfile.TemporaryDirectory() as folder:
        bare(submit(), Path(folder))
        drain(family=family, generator=backend, seconds=600)
        for _ in range(rounds):
            waiting = submit()
            began = time.perf_counter()
            digests = bare(waiting, Path(folder))
            seconds["bare"].append(time.perf_counter() - began)
            began = time.perf_counter()
            drain(family=family, generator=backend, seconds=600)
            seconds["queue"].append(time.perf_counter() - began)
            rendered = Candidate.objects.filter(pk__in=[each.pk for each in waiting])
            equal += sum(digests[each.seed] == each.pixel_sha256 for each in rendered)
            total += len(waiting)
    return {
        "ratios": [b / q for b, q in zip(seconds["bare"], seconds["queue"], strict=True)],
        "bare": images / statistics.median(seconds["bare"]),
        "queue": images / statistics.median(seconds["queue"]),
        "equal": equal,
        "images": total,
    }


def _batching(steps: int, sizes: list[int], rounds: int) -> dict[str, float]:
    from brandhub.inference.benchmark import PROMPTS, measure
    from brandhub.inference.model_folder import content_hash
    from brandhub.inference.runtime import generator
    from brandhub.inference.specs import BatchSpec, ImageSpec, ModelSpec
    from brandhub.settings.env import BASE_DIR

    path = BASE_DIR / "weights" / "avatar-mini"
    model = ModelSpec("avatar-mini", path, content_hash(path))
    rates = {}
    for size in sizes:
        images = tuple(ImageSpec(PROMPTS[n % len(PROMPTS)], "", n) for n in range(size))
        batch = BatchSpec(model, images, 256, 256, steps, 4.0, "default")
        rates[str(size)] = size / measure(generator(), batch, rounds).wall
    return rates


if __name__ == "__main__":
    kind, steps, sizes, rounds = sys.argv[1:]
    if kind == "queue":
        print(json.dumps(_through_the_queue(int(steps), int(sizes), int(rounds))))
    else:
        print(json.dumps(_batching(int(steps), [int(n) for n in sizes.split(",")], int(rounds))))
