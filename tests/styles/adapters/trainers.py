"""A trainer without a model: counts steps, keeps to the protocol, and does as told in between."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from PIL import Image

from brandhub.inference.adapter_recipes import TrainedAdapter, TrainingFollower, TrainingSpec
from tests.inference.hostile_adapters import sound


@dataclass
class PlainTrainer:
    """`at_step` is called with each step that is done."""

    at_step: Callable[[int], None] = lambda step: None
    error: Exception | None = None
    resumed_at: list[int] = field(default_factory=list)
    specs: list[TrainingSpec] = field(default_factory=list)

    def train(
        self, spec: TrainingSpec, follower: TrainingFollower, *, resume: bytes | None = None
    ) -> TrainedAdapter:
        self.specs.append(spec)
        step = int(resume) if resume else 0
        self.resumed_at.append(step)
        follower.on_stage("loaded")
        if self.error is not None:
            raise self.error
        steps = spec.recipe.steps
        while step < steps:
            step += 1
            self.at_step(step)
            if step < steps and step % spec.checkpoint_every == 0:
                follower.on_checkpoint(step, str(step).encode)
            if step % spec.preview_every == 0:
                follower.on_preview(step, [Image.new("RGB", (8, 8), (step % 256, 0, 0))])
            follower.on_step(step, steps, 1 / step)
        return TrainedAdapter(sound(rank=spec.recipe.rank, side=1), {"device": "none"})
