"""What an adapter trained on a few pictures of an unseen family does to the model.

The adapter's folder holds ``pytorch_lora_weights.safetensors`` and ``training.json`` with
``family``, ``trigger``, ``images`` and ``seconds`` of its training.
"""

from __future__ import annotations

import json
import random
from collections import defaultdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from brandhub.inference.training.corpus.unseen import draw_unseen
from brandhub.inference.training.evaluate.measures import read_back
from brandhub.inference.training.evaluate.run import Evaluation
from brandhub.inference.training.evaluate.sheets import contact_sheet
from brandhub.vocabulary import Tags, compose_caption

PROMPTS = 32
PROTOTYPE = 24
# Pictures of the family from seeds that adapter trainings don't use.
_FRESH = "prototype"


def measure_adapter(evaluation: Evaluation, folder: Path | None) -> None:
    """Put the adapter's two figures, or why they are missing, and draw its sheet."""
    if folder is None:
        for key in ("lora_style", "lora_loss"):
            evaluation.figures.missing[key] = "no adapter given (--adapter DIR)"
        return
    about = json.loads((folder / "training.json").read_text(encoding="utf-8"))
    family, trigger = about["family"], about["trigger"]
    asked = _asked(evaluation, family)
    prompts = [compose_caption(tags, language="en") for tags in asked]
    model = evaluation.model
    before = model.draw(prompts, range(len(prompts)))
    model.pipeline.load_lora_weights(folder, weight_name="pytorch_lora_weights.safetensors")
    try:
        after = model.draw([f"{trigger}, {text}" for text in prompts], range(len(prompts)))
    finally:
        model.pipeline.unload_lora_weights()
    fresh = _unseen(family, PROTOTYPE, model.size)
    near = _nearest(evaluation, after, fresh)
    remark = f"{family}, {about['images']} pictures, {about['seconds']:.0f} s"
    evaluation.figures.put("lora_style", 100 * near, remark)
    lost = _accuracy(evaluation, before, asked) - _accuracy(evaluation, after, asked)
    evaluation.figures.put(
        "lora_loss", lost, f"{_accuracy(evaluation, before, asked):.0f} % without it"
    )
    contact_sheet(
        [
            (f"real {family}", fresh[:12]),
            ("without the adapter", before[:12]),
            ("with it", after[:12]),
        ],
        evaluation.sheets / "adapter.png",
        columns=12,
    )


def _asked(evaluation: Evaluation, family: str) -> list[Tags]:
    """Held-out tag sets of the family's subject, style left open."""
    _, about = draw_unseen(family, random.Random(_FRESH), size=64)
    sets: list[Tags] = []
    for index in range(len(evaluation.held_out)):
        tags = evaluation.held_out.tags(index)
        if tags["subject"] == about["subject"]:
            sets.append({name: held for name, held in tags.items() if name != "style"})
        if len(sets) == PROMPTS:
            break
    return sets


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


def _accuracy(evaluation: Evaluation, drawn: NDArray[np.uint8], asked: list[Tags]) -> float:
    """Per cent of all asked tags read back, all categories together."""
    counts = read_back(evaluation.classifier, drawn, asked).values()
    return 100 * sum(right for right, _ in counts) / sum(total for _, total in counts)
