"""What this backend uses of a Stable Diffusion pipeline.

diffusers puts the parts on a pipeline at run time, out of a type checker's sight; here they are
named.
"""

from __future__ import annotations

from typing import Any, Protocol


class Pipeline(Protocol):
    """A `diffusers.StableDiffusionPipeline` with its LoRA loader."""

    unet: Any
    vae: Any
    text_encoder: Any
    tokenizer: Any
    scheduler: Any
    vae_scale_factor: int

    @property
    def device(self) -> Any: ...

    def __call__(self, **arguments: Any) -> Any: ...

    def lora_state_dict(self, weights: dict[str, Any], **options: Any) -> Any: ...

    def load_lora_into_unet(self, *arguments: Any, **options: Any) -> None: ...

    def load_lora_into_text_encoder(self, *arguments: Any, **options: Any) -> None: ...

    def unload_lora_weights(self) -> None: ...

    def enable_lora(self) -> None: ...

    def disable_lora(self) -> None: ...

    def set_adapters(self, names: list[str], weights: list[float]) -> None: ...

    def delete_adapters(self, names: str) -> None: ...
