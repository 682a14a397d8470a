"""A generator without a model: draws a plain picture per seed, and fails or stops as told."""

from collections.abc import Callable
from dataclasses import dataclass, field

from PIL import Image

from brandhub.inference.specs import (
    BatchResult,
    BatchSpec,
    ModelSpec,
    RenderedImage,
    RenderFault,
)


def picture_of(seed: int, size: int = 64) -> Image.Image:
    """The picture that this generator draws for ``seed``: RGB, of one colour."""
    return Image.new("RGB", (size, size), (seed % 256, seed // 256 % 256, 128))


@dataclass
class PlainGenerator:
    """Keeps the batches it was given; ``faults`` maps a seed to the code it fails with."""

    faults: dict[int, str] = field(default_factory=dict)
    on_batch: Callable[[BatchSpec], None] | None = None
    batches: list[BatchSpec] = field(default_factory=list)

    def warm(self, model: ModelSpec) -> None:
        pass

    def unload(self) -> None:
        pass

    def generate(self, batch: BatchSpec, *, on_step: Callable[[int, int], None]) -> BatchResult:
        self.batches.append(batch)
        if self.on_batch is not None:
            self.on_batch(batch)
        for step in range(batch.steps + 1):
            on_step(step, batch.steps)
        return BatchResult(
            outputs=tuple(
                RenderFault(index, self.faults[spec.seed], "as told")
                if spec.seed in self.faults
                else RenderedImage(index, picture_of(spec.seed, batch.width))
                for index, spec in enumerate(batch.images)
            ),
            environment={"device": "none"},
            seconds=0.0,
        )
