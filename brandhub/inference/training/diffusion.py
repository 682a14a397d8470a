# mypy: disable-error-code="attr-defined, arg-type, dict-item, list-item, operator"
# (diffusers types neither the parts nor the configuration of its models)
"""The UNet, learnt on latents under a text encoder that can read: v-prediction to zero signal."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
from diffusers import DDIMScheduler, UNet2DConditionModel
from diffusers.models.attention_processor import AttnProcessor
from torch import Tensor, nn
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

from brandhub.inference.diffusers_backend.device import bfloat16_if_fast

from .loop import LoopSettings, Training, pick_device, run_loop, step_generator
from .norms import speed_up_norms
from .optimizers import build_optimizer

TEXT_LENGTH = 64
TEXT_WIDTH = 192
# Cross-attention at 8 × 8 and 4 × 4 only: at 16 × 16 it costs a CPU more than it gives.
UNET_WIDTHS = (128, 192, 256)
_POOLING_HEADS = 4
# Four in ten timesteps are drawn evenly; the others bunch where the parts of a face are decided.
_EVEN_SHARE = 0.4
_BUNCH_CENTRE = 0.4
_BUNCH_SPREAD = 1.0

Caption = Callable[[int, random.Random], str]
"""Words one picture: (index in the corpus, generator) → prompt, empty at times."""


@dataclass(frozen=True)
class LatentCorpus:
    """Pictures as latents, with what words them.

    `clean`: (indices, generator) → latents (count, channels, 16, 16), float32 or bfloat16, of mean
    0 and deviation about 1; what it varies from one call to the next depends on the generator only.
    `draw_share`: (count,), how often each picture is drawn, relative to the others.
    `emphasis`: (16, 16), how much each cell counts in the loss.
    """

    clean: Callable[[Sequence[int], torch.Generator], Tensor]
    caption: Caption
    draw_share: Tensor
    emphasis: Tensor | None = None

    def draw(self, generator: torch.Generator, count: int) -> list[int]:
        """Indices of `count` pictures, with repetition."""
        return torch.multinomial(
            self.draw_share, count, replacement=True, generator=generator
        ).tolist()


def build_scheduler() -> DDIMScheduler:
    """The noise schedule of training and of the shipped pipeline: zero terminal SNR, trailing."""
    return DDIMScheduler(
        beta_start=1e-4,
        beta_end=0.02,
        beta_schedule="scaled_linear",
        clip_sample=False,
        set_alpha_to_one=True,
        steps_offset=1,
        prediction_type="v_prediction",
        timestep_spacing="trailing",
        rescale_betas_zero_snr=True,
    )


def build_unet(
    widths: tuple[int, ...] = UNET_WIDTHS,
    *,
    channels: int = 8,
    size: int = 16,
    text_width: int = TEXT_WIDTH,
    groups: int = 32,
) -> UNet2DConditionModel:
    """A fresh UNet over latents, text-conditioned below its first level."""
    deeper = len(widths) - 1
    return UNet2DConditionModel(
        sample_size=size,
        in_channels=channels,
        out_channels=channels,
        down_block_types=("DownBlock2D", *["CrossAttnDownBlock2D"] * deeper),
        up_block_types=(*["CrossAttnUpBlock2D"] * deeper, "UpBlock2D"),
        block_out_channels=widths,
        layers_per_block=1,
        attention_head_dim=4,
        cross_attention_dim=text_width,
        norm_num_groups=groups,
        # The prompt as a whole also steers every residual block, at 16 × 16 too: what is to be
        # seen at all is learnt that way long before attention finds out where.
        addition_embed_type="text",
        addition_embed_type_num_heads=_POOLING_HEADS,
        resnet_time_scale_shift="scale_shift",
    )


def build_text_encoder(
    tokenizer: CLIPTokenizer, *, width: int = TEXT_WIDTH, layers: int = 4
) -> CLIPTextModel:
    """A fresh text encoder for `tokenizer`."""
    return CLIPTextModel(
        CLIPTextConfig(
            vocab_size=len(tokenizer),
            hidden_size=width,
            intermediate_size=4 * width,
            num_hidden_layers=layers,
            num_attention_heads=4,
            max_position_embeddings=TEXT_LENGTH,
            bos_token_id=tokenizer.bos_token_id,
            eos_token_id=tokenizer.eos_token_id,
            pad_token_id=tokenizer.pad_token_id,
        )
    )


def encode_text(tokenizer: CLIPTokenizer, encoder: CLIPTextModel, prompts: list[str]) -> Tensor:
    """Hidden states (count, 64, width) of `prompts`, padded as the pipeline pads them."""
    tokens = tokenizer(
        prompts,
        padding="max_length",
        max_length=TEXT_LENGTH,
        truncation=True,
        return_tensors="pt",
    ).input_ids
    return encoder(tokens.to(encoder.device)).last_hidden_state


def draw_timesteps(generator: torch.Generator, count: int, train_steps: int = 1000) -> Tensor:
    """Timesteps in 0..train_steps-1 (int64), the last among them."""
    even = torch.rand(count, generator=generator)
    bunched = torch.randn(count, generator=generator) * _BUNCH_SPREAD + _BUNCH_CENTRE
    pick = torch.rand(count, generator=generator) < _EVEN_SHARE
    share = torch.where(pick, even, bunched.sigmoid())
    return (share * train_steps).long().clamp(0, train_steps - 1)


def train_diffusion(
    *,
    unet: UNet2DConditionModel,
    text_encoder: CLIPTextModel,
    tokenizer: CLIPTokenizer,
    corpus: LatentCorpus,
    settings: LoopSettings,
    batch: int,
    lr: float,
    seed: int,
) -> Training:
    """Train `unet` in place; returns the training with its averages. `text_encoder` is frozen."""
    device = pick_device()
    unet.to(device, memory_format=torch.channels_last).train()
    if device.type == "cpu":
        # Over so few cells the plain product is faster there than the fused kernel.
        unet.set_attn_processor(AttnProcessor())
        text_encoder.set_attn_implementation("eager")
        speed_up_norms(unet)
    text_encoder.to(device).eval().requires_grad_(False)
    signal = build_scheduler().alphas_cumprod

    def loss(
        modules: Mapping[str, nn.Module], step: int, part: int, parts: int
    ) -> tuple[Tensor, dict[str, float]]:
        generator = step_generator(seed, step, part)
        words = random.Random(f"{seed}:{step}:{part}")
        count = batch // parts
        chosen = corpus.draw(generator, count)
        clean = corpus.clean(chosen, generator).float()
        timesteps = draw_timesteps(generator, count)
        noise = torch.randn(clean.shape, generator=generator)
        kept = signal[timesteps].view(-1, 1, 1, 1)
        noisy = kept.sqrt() * clean + (1 - kept).sqrt() * noise
        target = kept.sqrt() * noise - (1 - kept).sqrt() * clean
        prompts = [corpus.caption(index, words) for index in chosen]
        noisy = noisy.to(device, memory_format=torch.channels_last)
        with bfloat16_if_fast(device.type):
            states = encode_text(tokenizer, text_encoder, prompts)
            output = modules["unet"](noisy, timesteps.to(device), states).sample
        error = (output.float() - target.to(device)).square().mean(1)
        plain = error.detach().mean().item()
        if corpus.emphasis is not None:
            error = error * corpus.emphasis.to(device)
        return error.mean(), {"plain": plain}

    training = Training({"unet": unet}, build_optimizer([unet], lr=lr), loss, batch)
    run_loop(training, settings)
    return training
