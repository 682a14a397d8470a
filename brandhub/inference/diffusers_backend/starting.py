# mypy: disable-error-code="attr-defined"
# (diffusers puts the parts on a pipeline at run time)
"""Drawing that starts from a picture instead of from noise alone (SDEdit, arXiv 2108.01073)."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import numpy as np
import torch
from diffusers import StableDiffusionImg2ImgPipeline
from diffusers.image_processor import VaeImageProcessor
from diffusers.pipelines.stable_diffusion.pipeline_stable_diffusion_img2img import retrieve_latents
from diffusers.utils.torch_utils import randn_tensor
from PIL import Image, ImageOps

from brandhub.inference.diffusers_backend.pipeline import Pipeline
from brandhub.inference.errors import InvalidSpec, StartImageMissing
from brandhub.inference.specs import StartImage


class FromLatents(StableDiffusionImg2ImgPipeline):
    """Image to image from latents, where diffusers' own takes them for four channels only.

    The picture is encoded outside, so that the autoencoder keeps to its own precision while the
    denoiser runs under autocast.
    """

    @classmethod
    def of(cls, pipeline: Any) -> Any:
        """The parts of a warm `StableDiffusionPipeline`, shared and not copied."""
        made = cls(**pipeline.components, requires_safety_checker=False)
        made.image_processor = VaeImageProcessor(
            vae_scale_factor=pipeline.vae_scale_factor,
            vae_latent_channels=pipeline.vae.config.latent_channels,
        )
        made.set_progress_bar_config(disable=True)
        return made

    def prepare_latents(  # type: ignore[override]  # untyped upstream
        self,
        image: torch.Tensor,
        timestep: torch.Tensor,
        batch_size: int,
        num_images_per_prompt: int,
        dtype: torch.dtype,
        device: torch.device,
        generator: list[torch.Generator] | None = None,
    ) -> torch.Tensor:
        """`image`, latents of shape (n, channels, h, w), under the noise of `timestep`."""
        image = image.to(device=device, dtype=dtype)
        noise = randn_tensor(image.shape, generator=generator, device=device, dtype=dtype)
        noised: torch.Tensor = self.scheduler.add_noise(image, noise, timestep)
        return noised


def start_latents(
    pipeline: Pipeline, starts: list[StartImage], *, width: int, height: int
) -> torch.Tensor:
    """Latents of shape (len(starts), channels, h, w), float32, as the denoiser takes them.

    Each picture is encoded once and by itself, in the autoencoder's own precision; the middle of
    its distribution is taken, so that nothing here is random. Raises `StartImageMissing`, and
    `InvalidSpec` for a file that is no picture.
    """
    encoded: dict[str, torch.Tensor] = {}
    for start in starts:
        if start.sha256 not in encoded:
            encoded[start.sha256] = _encode(pipeline.vae, _picture(start, width, height))
    return torch.cat([encoded[start.sha256] for start in starts])


def _encode(autoencoder: Any, picture: Image.Image) -> torch.Tensor:
    first = next(autoencoder.parameters())
    # (H, W, 3), uint8, sRGB → (1, 3, H, W) from -1 to 1.
    values = torch.from_numpy(np.array(picture)).permute(2, 0, 1)[None].float() / 127.5 - 1
    output = autoencoder.encode(values.to(device=first.device, dtype=first.dtype))
    latents = retrieve_latents(output, sample_mode="argmax").float()
    scaled: torch.Tensor = latents * autoencoder.config.scaling_factor
    return scaled


def _picture(start: StartImage, width: int, height: int) -> Image.Image:
    """The file's picture in RGB, on white where it is transparent, of exactly this size."""
    try:
        data = start.path.read_bytes()
    except OSError as error:
        raise StartImageMissing(f"There is no start image at {start.path}.") from error
    if hashlib.sha256(data).hexdigest() != start.sha256:
        raise StartImageMissing(f"The bytes at {start.path} are not those of the start image.")
    try:
        with Image.open(io.BytesIO(data)) as image:
            opaque = Image.new("RGBA", image.size, "white")
            opaque.alpha_composite(image.convert("RGBA"))
    except (OSError, ValueError) as error:
        raise InvalidSpec(f"The start image at {start.path} is no picture.") from error
    return ImageOps.fit(opaque.convert("RGB"), (width, height), Image.Resampling.LANCZOS)
