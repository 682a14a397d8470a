"""What an adapter trained on a few pictures of an unseen family does to the model.

The adapter's folder holds ``pytorch_lora_weights.safetensors`` and ``training.json`` with
``family``, ``trigger``, ``images`` and ``seconds`` of its training.
"""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from brandhub.inference.training.corpus.unseen import draw_asked, draw_unseen
from brandhub.inference.training.evaluate.figures import Figures
from brandhub.inference.training.evaluate.measures import read_back
from brandhub.inference.training.evaluate.run import Evaluation
from brandhub.inference.training.evaluate.sheets import contact_sheet
from brandhub.vocabulary import Tags, compose_caption

PROMPTS = 32
PROTOTYPE = 24
#: What is read: drawn by the base model, with the adapter; real pictures of the same tags in the
#: base's styles, and of the family.
PICTURES = ("base", "with it", "real in the base's styles", "real of the family")
# Pictures of the family from seeds that adapter trainings don't use.
_FRESH = "prototype"


@dataclass(frozen=True, slots=True)
class Reading:
    """For each category, (right, of how many): of all tags asked for, and of those that the family
    shows.
    """

    asked: dict[str, tuple[int, int]]
    shown: dict[str, tuple[int, int]]

    def share(self, *, shown: bool) -> float:
        """Per cent read back, all categories together; NaN where nothing was asked."""
        counts = (self.shown if shown else self.asked).values()
        total = sum(count for _, count in counts)
        return 100 * sum(right for right, _ in counts) / total if total else float("nan")


def measure_adapter(evaluation: Evaluation, folder: Path | None) -> None:
    """Put the adapter's two figures, or why they are missing, and draw its sheet.

    The loss stands beside what the classifier reads of real pictures of the same tags, since it has
    never seen the family: where it can't read the family's own pictures, a drawing loses tags for
    being like them.
    """
    if folder is None:
        for key in ("lora_style", "lora_loss"):
            evaluation.figures.missing[key] = "no adapter given (--adapter DIR)"
        return
    about = json.loads((folder / "training.json").read_text(encoding="utf-8"))
    family, trigger = about["family"], about["trigger"]
    rows = _rows(evaluation, family)
    asked = [_without_style(evaluation.held_out.tags(row)) for row in rows]
    prompts = [compose_caption(tags, language="en") for tags in asked]
    model = evaluation.model
    before = model.draw(prompts, range(len(prompts)))
    model.pipeline.load_lora_weights(folder, weight_name="pytorch_lora_weights.safetensors")
    try:
        worn = [f"{trigger}, {text}" for text in prompts]
        after = model.draw(worn, range(len(prompts)), preset="adapted")
    finally:
        model.pipeline.unload_lora_weights()
    fresh = _unseen(family, PROTOTYPE, model.size)
    near = _nearest(evaluation, after, fresh)
    remark = f"{family}, {about['images']} pictures, {about['seconds']:.0f} s"
    evaluation.figures.put("lora_style", 100 * near, remark)
    own, shown = _own_pictures(family, asked, model.size)
    real = np.stack([evaluation.held_out.image(row) for row in rows])
    put_loss(
        evaluation.figures,
        {
            name: Reading(
                read_back(evaluation.classifier, pictures, asked),
                read_back(evaluation.classifier, pictures, shown),
            )
            for name, pictures in zip(PICTURES, (before, after, real, own), strict=True)
        },
        family,
    )
    contact_sheet(
        [
            (f"real {family}", fresh[:12]),
            ("real, of what is asked below, as far as the family shows it", own[:12]),
            ("without the adapter", before[:12]),
            ("with it", after[:12]),
        ],
        evaluation.sheets / "adapter.png",
        columns=12,
    )


def put_loss(figures: Figures, read: Mapping[str, Reading], family: str) -> None:
    """Put the raw loss of all tags asked for, and beside it what the classifier reads of real
    pictures of the same tags: `read` has a reading for each of `PICTURES`.
    """
    base, worn, real, own = (read[name].share(shown=False) for name in PICTURES)
    figures.put("lora_loss", base - worn, f"{base:.0f} % without it, {worn:.0f} % with it")
    figures.remark(
        "lora_loss",
        f"classifier's own on real pictures of the same tags: {real:.0f} % in the base's styles, "
        f"{own:.0f} % of {family}",
    )
    if real and own:
        of_real, of_own = 100 * base / real, 100 * worn / own
        figures.remark(
            "lora_loss", f"in shares of that {of_real:.0f} % without it, {of_own:.0f} % with it"
        )
    base, worn, real, own = (read[name].share(shown=True) for name in PICTURES)
    figures.remark(
        "lora_loss",
        f"of the tags that {family} shows at all: {base:.0f} %, {worn:.0f} %; "
        f"real {real:.0f} %, {own:.0f} %",
    )
    for name in PICTURES:
        figures.remarks[f"adapter, {name}"] = ", ".join(
            f"{tag} {100 * right / total:.0f}" for tag, (right, total) in read[name].asked.items()
        )


def _rows(evaluation: Evaluation, family: str) -> list[int]:
    """Held-out pictures of the family's subject."""
    _, about = draw_unseen(family, random.Random(_FRESH), size=64)
    every = range(len(evaluation.held_out))
    fitting = (row for row in every if evaluation.held_out.tags(row)["subject"] == about["subject"])
    return list(islice(fitting, PROMPTS))


def _without_style(tags: Tags) -> Tags:
    return {name: held for name, held in tags.items() if name != "style"}


def _own_pictures(
    family: str, asked: Sequence[Tags], size: int
) -> tuple[NDArray[np.uint8], list[Tags]]:
    """The family's own pictures of what is asked, and the tags that each of them shows."""
    drawn = [
        draw_asked(family, tags, random.Random(f"{_FRESH}:{place}"), size=size)
        for place, tags in enumerate(asked)
    ]
    return np.stack([pixels for pixels, _ in drawn]).transpose(0, 3, 1, 2), [t for _, t in drawn]


def _unseen(family: str, count: int, size: int) -> NDArray[np.uint8]:
    drawn = [
        draw_unseen(family, random.Random(f"{_FRESH}:{i}"), size=size)[0] for i in range(count)
    ]
    return np.stack(drawn).transpose(0, 3, 1, 2)


def _nearest(evaluation: Evaluation, drawn: NDArray[np.uint8], fresh: NDArray[np.uint8]) -> float:
    """Share of pictures whose nearest style prototype is the new family's.

    A prototype is the mean aligner feature of a style's pictures: one for each art source and style
    of the corpus, and the new one.
    """
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index, label in enumerate(evaluation.held_out.labels):
        groups[label["source"], label["tags"]["style"]].append(index)
    prototypes = [evaluation.aligner.embed_images(fresh).mean(0)]
    for rows in groups.values():
        pictures = np.stack([evaluation.held_out.image(row) for row in rows[:PROTOTYPE]])
        prototypes.append(evaluation.aligner.embed_images(pictures).mean(0))
    middle = np.stack(prototypes)
    middle /= np.linalg.norm(middle, axis=1, keepdims=True)
    features = evaluation.aligner.embed_images(drawn)
    return float(((features @ middle.T).argmax(1) == 0).mean())
