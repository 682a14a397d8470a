"""An adapter for a family that the base model has never seen, trained as the product trains."""

from __future__ import annotations

import io
import json
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from PIL import Image

from brandhub.inference.adapter_recipes import (
    AdapterRecipe,
    TrainingFollower,
    TrainingPicture,
    TrainingSpec,
)
from brandhub.inference.diffusers_backend.configuration import Configuration
from brandhub.inference.model_folder import content_hash
from brandhub.inference.specs import ModelSpec
from brandhub.vocabulary import compose_caption

from .adapter import DiffusersTrainer
from .corpus.unseen import draw_unseen

WEIGHTS = "pytorch_lora_weights.safetensors"
_REPORTED_STEPS = 20


def train_family(
    model: Path,
    *,
    family: str,
    folder: Path,
    recipe: AdapterRecipe,
    count: int = 12,
    workers: int = 0,
) -> None:
    """Train an adapter for the model at `model` on `count` pictures of a held-out `family`.

    Beside the weights, ``training.json`` says of what they were made. Raises ``ValueError`` for a
    family that isn't held out. `workers` as `Configuration.threads`.
    """
    drawn = [draw_unseen(family, random.Random(f"{recipe.seed}:{i}")) for i in range(count)]
    pictures = []
    for pixels, tags in drawn:
        file = io.BytesIO()
        Image.fromarray(pixels).save(file, "PNG")
        pictures.append(TrainingPicture(file.getvalue(), compose_caption(tags)))
    trigger = f"{family} brand"
    spec = TrainingSpec(
        ModelSpec(model.name, model, content_hash(model)), tuple(pictures), trigger, recipe
    )
    began = time.monotonic()
    trained = DiffusersTrainer(Configuration(threads=workers)).train(spec, _Teller())
    about = {
        "family": family,
        "trigger": trigger,
        "images": count,
        "seconds": time.monotonic() - began,
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / WEIGHTS).write_bytes(trained.data)
    (folder / "training.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")


class _Teller(TrainingFollower):
    """Prints the loss now and then."""

    def on_stage(self, name: str) -> None:
        """Nothing to tell."""

    def on_step(self, step: int, steps: int, loss: float) -> None:
        if step % _REPORTED_STEPS == 0:
            print(f"step {step} of {steps}, loss {loss:.4f}", flush=True)

    def on_checkpoint(self, step: int, checkpoint: Callable[[], bytes]) -> None:
        """Minutes are not worth one."""

    def on_preview(self, step: int, pictures: Sequence[Image.Image]) -> None:
        """None was asked for."""
