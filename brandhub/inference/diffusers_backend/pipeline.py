"""What this backend uses of a Stable Diffusion pipeline.

diffusers puts the parts on a pipeline at run time, out of a type checker's sight; here they are
named.
"""

from __future__ import annotations

from typing import Any, Protocol


class Pipeline(Protocol):
    """A `diffusers.StableDiffusionPipeline`."""

    unet: Any
    vae: Any
    text_encoder: Any
    tokenizer: Any
    scheduler: Any
    vae_scale_factor: int

    @property
    def device(self) -> Any: ...

    def __call__(self, **arguments: Any) -> Any: ...
