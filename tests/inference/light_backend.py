"""A generator without a model, for tests of how a process comes by its generator."""

from __future__ import annotations

import os
from collections.abc import Callable

from PIL import Image

from brandhub.inference.specs import BatchResult, BatchSpec, ModelSpec, RenderedImage

built: list[LightGenerator] = []


class LightGenerator:
    """Remembers its process, and answers with pictures of one colour."""

    def __init__(self) -> None:
        self.process = os.getpid()

    def warm(self, model: ModelSpec) -> None:
        pass

    def unload(self) -> None:
        pass

    def generate(self, batch: BatchSpec, *, on_step: Callable[[int, int], None]) -> BatchResult:
        on_step(0, batch.steps)
        on_step(batch.steps, batch.steps)
        image = Image.new("RGB", (batch.width, batch.height), (40, 90, 200))
        outputs = tuple(RenderedImage(place, image) for place in range(len(batch.images)))
        return BatchResult(outputs=outputs, environment={"backend": "light"}, seconds=0.0)


def build() -> LightGenerator:
    built.append(LightGenerator())
    return built[-1]
