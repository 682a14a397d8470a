"""How well the checks of pictures tell drawn avatars apart: agreement, likeness, nudity.

Needs a corpus (``python -m brandhub.inference.training.corpus build FOLDER``); takes a minute of a
core for 200 pictures. Run it anew when the judge's weights change.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from django.core.management.base import BaseCommand, CommandParser
from PIL import Image, ImageEnhance, ImageOps

from moderation.checks.near_duplicate import LIKE
from moderation.checks.nudity import Nudity
from moderation.checks.picture import Picture
from moderation.checks.picture_agreement import LEAST_OF_CHANCE
from moderation.pdq import ALIKE, pdq

Edit = Callable[[Image.Image], Image.Image]


def _hue(by: int) -> Edit:
    def shifted(image: Image.Image) -> Image.Image:
        pixels = np.array(image.convert("HSV"))
        pixels[..., 0] = (pixels[..., 0].astype(int) + by) % 256
        return Image.fromarray(pixels, "HSV").convert("RGB")

    return shifted


def _cropped(share: float) -> Edit:
    def cropped(image: Image.Image) -> Image.Image:
        edge = int(image.width * share)
        inner = image.crop((edge, edge, image.width - edge, image.height - edge))
        return inner.resize(image.size, Image.Resampling.BICUBIC)

    return cropped


def _jpeg(image: Image.Image) -> Image.Image:
    packed = io.BytesIO()
    image.save(packed, "JPEG", quality=40)
    return Image.open(packed).convert("RGB")


def _badged(image: Image.Image) -> Image.Image:
    badged = image.copy()
    low, high = int(0.72 * image.width), int(0.97 * image.width)
    badged.paste((200, 30, 60), (low, low, high, high))
    return badged


_EDITS: dict[str, Edit] = {
    "mirrored": ImageOps.mirror,
    "hue turned by 85°": _hue(60),
    "grey": lambda image: image.convert("L").convert("RGB"),
    "darker by 30 %": lambda image: ImageEnhance.Brightness(image).enhance(0.7),
    "cropped by 5 % a side": _cropped(0.05),
    "cropped by 10 % a side": _cropped(0.1),
    "turned by 5°": lambda image: image.rotate(5, fillcolor=image.getpixel((1, 1))),
    "JPEG of quality 40": _jpeg,
    "with a badge": _badged,
}


class Command(BaseCommand):
    help = "Measure agreement, likeness and nudity on drawn pictures of a corpus."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("corpus", type=Path)
        parser.add_argument("--count", type=int, default=200)

    def handle(self, *args: Any, **options: Any) -> None:
        # Torch and onnxruntime, in this process alone.
        from brandhub.inference.diffusers_backend import build_judge
        from brandhub.inference.training.corpus.store import CorpusDataset

        corpus = CorpusDataset(options["corpus"], split="held_out")
        rows = np.random.default_rng(1).permutation(len(corpus))[: options["count"]]
        pictures = [Image.fromarray(corpus.image(row).transpose(1, 2, 0)) for row in rows]
        tags = [corpus.tags(row) for row in rows]
        judge = build_judge()
        self.stdout.write(f"{len(pictures)} held-out pictures, judge {judge.name}\n")
        said = judge.judge(pictures, [(each, ()) for each in tags])
        self._agreement(judge, pictures, tags, said)
        self._likeness(judge, pictures, np.array([each.features for each in said]))
        self._nudity(pictures)

    def _agreement(self, judge: Any, pictures: list[Any], tags: list[Any], said: list[Any]) -> None:
        """True tags that would be flagged, and tags of another picture that would."""
        others = judge.judge(pictures, [(each, ()) for each in (*tags[1:], tags[0])])
        wrong = {}
        for place, one in enumerate(others):
            true = {each.tag for each in said[place].tags}
            wrong[place] = [each for each in one.tags if each.tag not in true]
        self.stdout.write("\n| agreement | tags | flagged |\n| --- | --- | --- |")
        for name, scores in (
            ("asked and drawn", [each for one in said for each in one.tags]),
            ("asked and not drawn", [each for found in wrong.values() for each in found]),
        ):
            flagged = sum(each.score < LEAST_OF_CHANCE * each.chance for each in scores)
            self.stdout.write(f"| {name} | {len(scores)} | {flagged / len(scores):.1%} |")
        right = sum(
            any(each.score < LEAST_OF_CHANCE * each.chance for each in one.tags) for one in said
        )
        self.stdout.write(f"| pictures as asked | {len(said)} | {right / len(said):.1%} |")

    def _likeness(self, judge: Any, pictures: list[Any], features: np.ndarray) -> None:
        between = features @ features.T
        np.fill_diagonal(between, -1)
        hashes = np.array([pdq(np.asarray(each))[0] for each in pictures])
        apart = (hashes[:, None] != hashes[None]).sum(-1)
        np.fill_diagonal(apart, hashes.shape[1])
        self.stdout.write(
            f"\nDifferent pictures: likest features {between.max():.3f} (alike from {LIKE} on), "
            f"nearest hashes {apart.min()} bits (alike to {ALIKE}).\n\n"
            "| copy | by features | by hash | by either |\n| --- | --- | --- | --- |"
        )
        for name, edit in _EDITS.items():
            copies = [edit(each) for each in pictures]
            seen = np.array(
                [each.features for each in judge.judge(copies, [({}, ())] * len(copies))]
            )
            by_features = (features * seen).sum(1) >= LIKE
            by_hash = np.array(
                [
                    min((one != pdq(np.asarray(each))[0]).sum() for each in _both(copy)) <= ALIKE
                    for one, copy in zip(hashes, copies, strict=True)
                ]
            )
            self.stdout.write(
                f"| {name} | {by_features.mean():.0%} | {by_hash.mean():.0%} "
                f"| {(by_features | by_hash).mean():.0%} |"
            )

    def _nudity(self, pictures: list[Any]) -> None:
        results = [Nudity().run(_picture_of(each))[0] for each in pictures]
        stopped = sum(str(each.verdict) != "pass" for each in results)
        self.stdout.write(f"\nNudity: {stopped} of {len(results)} drawn pictures flagged.")


def _both(image: Image.Image) -> tuple[Image.Image, Image.Image]:
    return image, ImageOps.mirror(image)


def _picture_of(image: Image.Image) -> Picture:
    packed = io.BytesIO()
    image.resize((256, 256), Image.Resampling.BICUBIC).save(packed, "PNG")
    return Picture(packed.getvalue(), "")
