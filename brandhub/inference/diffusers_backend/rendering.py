"""One forward pass after another: some images that share a pass, from noise to pictures."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any, Final

import torch
from PIL import Image

from brandhub.inference.diffusers_backend.adapters import RowAdapters
from brandhub.inference.diffusers_backend.conditioning import TextConditioner
from brandhub.inference.diffusers_backend.device import Device
from brandhub.inference.diffusers_backend.guiding import Guidance
from brandhub.inference.diffusers_backend.pipeline import Pipeline
from brandhub.inference.diffusers_backend.sharing import Chunk
from brandhub.inference.diffusers_backend.starting import FromLatents, start_latents
from brandhub.inference.specs import BatchSpec, RenderedImage, RenderFault

# A picture whose brightest channel is no brighter is black: what a broken decoder leaves is 0, and
# a drawing on black has lines.
BLACKEST: Final = 3


def render_chunk(
    pipeline: Pipeline,
    device: Device,
    batch: BatchSpec,
    chunk: Chunk,
    texts: TextConditioner,
    after_step: Callable[[], None],
    rows: RowAdapters | None = None,
) -> list[RenderedImage | RenderFault]:
    """Render a chunk with the pipeline's scheduler and adapters as they are.

    Noise comes from a generator per image, on the CPU, so that it is the same on every device and
    in every company. Calls `after_step` after each step and lets through what it raises. `rows` are
    the adapters of each image of the batch, where they wear their own.
    """
    images = batch.images[chunk.start : chunk.stop]
    guidance = Guidance.of(batch)

    def on_step_end(walking: Any, step: int, _time: Any, state: dict[str, Any]) -> dict[str, Any]:
        guidance.prepare(walking, step + 1)
        after_step()
        return state

    walk, start = _walk(pipeline, batch, chunk)
    places = range(chunk.start, chunk.stop)
    with device.arithmetic():
        wanted, unwanted = [], []
        for place, image in zip(places, images, strict=True):
            with nullcontext() if rows is None else rows.passing([place]):
                worn = "" if rows is None else rows.hashes[place]
                wanted.append(texts.encode(image.prompt, worn))
                unwanted.append(texts.encode(image.negative_prompt, worn))
    with device.arithmetic(), nullcontext() if rows is None else rows.passing(places):
        latents = walk(
            **start,
            prompt_embeds=torch.cat([text.embedding for text in wanted]),
            negative_prompt_embeds=torch.cat([text.embedding for text in unwanted]),
            generator=[torch.Generator("cpu").manual_seed(image.seed) for image in images],
            num_inference_steps=batch.steps,
            **guidance.arguments(),
            output_type="latent",
            callback_on_step_end=on_step_end,
            callback_on_step_end_tensor_inputs=[],
        ).images
    # One by one: a decoder's memory grows with the batch, and its bits may change with it.
    return [
        _output(
            chunk.start + place,
            decode_latent(pipeline.vae, device, latent),
            wanted[place].tokens_dropped,
            "" if rows is None else rows.hashes[chunk.start + place],
        )
        for place, latent in enumerate(latents)
    ]


def _walk(
    pipeline: Pipeline, batch: BatchSpec, chunk: Chunk
) -> tuple[Callable[..., Any], dict[str, Any]]:
    """The pipeline that walks from where the chunk starts, and its arguments that say where."""
    if batch.strength == 1:
        return pipeline, {"width": batch.width, "height": batch.height}
    starts = [image.start for image in batch.images[chunk.start : chunk.stop] if image.start]
    latents = start_latents(pipeline, starts, width=batch.width, height=batch.height)
    return FromLatents.of(pipeline), {"image": latents, "strength": batch.strength}


def decode_latent(autoencoder: Any, device: Device, latent: torch.Tensor) -> torch.Tensor | None:
    """Latents (channels, h, w) into a picture (H, W, 3), uint8, sRGB; None if not finite."""
    whole = next(autoencoder.parameters()).dtype is torch.float32
    with nullcontext() if whole else device.arithmetic():
        scaled = latent[None].float() / autoencoder.config.scaling_factor
        decoded = autoencoder.decode(scaled, return_dict=False)[0][0].float()
    if not bool(torch.isfinite(decoded).all()):
        return None
    levels = ((decoded / 2 + 0.5).clamp(0, 1) * 255).round()
    return levels.to(torch.uint8).permute(1, 2, 0).contiguous().cpu()


def _output(
    index: int, picture: torch.Tensor | None, tokens_dropped: int, adapter_sha256: str
) -> RenderedImage | RenderFault:
    if picture is None:
        return RenderFault(index, "nan_output", "The result has values that are no numbers.")
    if int(picture.max()) <= BLACKEST:
        return RenderFault(index, "nan_output", "The result is black throughout.")
    image = Image.fromarray(picture.numpy())
    return RenderedImage(index, image, tokens_dropped, adapter_sha256)
