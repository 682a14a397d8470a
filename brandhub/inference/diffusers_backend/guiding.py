"""Guidance that changes from step to step, in a stock pipeline.

Classifier-free guidance (arXiv 2207.12598) weighs the prompt by one scale in every step. What will
be in the picture is settled while the noise is strong, and how it is painted afterwards; so the
schedule ``early`` guides more in the first half of the way and by the batch's scale in the second.
Guidance so strong burns colours, which rescaling (arXiv 2305.08891, section 3.4) takes back.
The figures that the numbers here were chosen by stand in docs/avatar-mini.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from brandhub.inference.specs import BatchSpec

#: Share of the training's times from which on guidance is early.
EARLY_FROM: Final = 0.5
#: Times the scale of the batch.
EARLY_FACTOR: Final = 1.75
#: Share of the rescaled prediction in the early steps.
EARLY_RESCALE: Final = 0.5


@dataclass(frozen=True, slots=True)
class Guidance:
    """How a walk from noise is guided: by `scale`, and by more at first where it is `early`."""

    scale: float
    early: bool = False

    @classmethod
    def of(cls, batch: BatchSpec) -> Guidance:
        """A batch's. A start picture has settled what will be there, so nothing is early then."""
        return cls(batch.guidance_scale, batch.guidance_schedule == "early" and batch.strength == 1)

    def arguments(self) -> dict[str, float]:
        """Of a pipeline's call, for its first step."""
        if not self._changes:
            return {"guidance_scale": self.scale}
        return {"guidance_scale": EARLY_FACTOR * self.scale, "guidance_rescale": EARLY_RESCALE}

    def prepare(self, pipeline: Any, step: int) -> None:
        """Set what the step of this index is guided by; for a callback at the end of the last."""
        if not self._changes or step >= pipeline.num_timesteps:
            return
        time = pipeline.scheduler.timesteps[step]
        if time < EARLY_FROM * pipeline.scheduler.config.num_train_timesteps:
            # Where diffusers' own callbacks set it (its `SDCFGCutoffCallback`).
            pipeline._guidance_scale = self.scale
            pipeline._guidance_rescale = 0.0

    @property
    def _changes(self) -> bool:
        return self.early and self.scale > 1
