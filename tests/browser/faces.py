"""A generator without a model that draws something: a face per seed, good enough for the checks."""

from collections.abc import Callable

from PIL import Image, ImageDraw

from brandhub.inference.specs import BatchResult, BatchSpec, RenderedImage
from tests.avatars.generators import PlainGenerator


def face(seed: int, size: int) -> Image.Image:
    """A robot's face before the brand's blue; no two seeds draw the same."""
    image = Image.new("RGB", (size, size), "#1c7ed6")
    draw = ImageDraw.Draw(image)
    unit = size / 16
    tilt = seed % 5
    draw.rounded_rectangle((3 * unit, 4 * unit, 13 * unit, 13 * unit), 2 * unit, fill="#e9f2fb")
    for left in (5, 9):
        draw.ellipse(
            (left * unit, 6 * unit, (left + 2) * unit, (8 + tilt * 0.2) * unit), fill="#212529"
        )
    draw.line((6 * unit, 11 * unit, 10 * unit, (10 + tilt * 0.4) * unit), "#fd7e14", int(unit))
    draw.rectangle((7.5 * unit, 2 * unit, 8.5 * unit, 4 * unit), fill="#adb5bd")
    return image


class FaceGenerator(PlainGenerator):
    """Draws faces, and lets the test look at the page after each step."""

    def __init__(self, after_step: Callable[[int], None] = lambda step: None) -> None:
        super().__init__()
        self.after_step = after_step

    def generate(self, batch: BatchSpec, *, on_step: Callable[[int, int], None]) -> BatchResult:
        for step in range(1, batch.steps + 1):
            on_step(step, batch.steps)
            self.after_step(step)
        return BatchResult(
            outputs=tuple(
                RenderedImage(index, face(spec.seed, batch.width))
                for index, spec in enumerate(batch.images)
            ),
            environment={"device": "none"},
            seconds=0.0,
        )
