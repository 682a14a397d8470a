"""A Stable Diffusion pipeline of real classes and random weights, small enough to render in
milliseconds: for tests of the renderer, of real worker processes, and of faults under load.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from diffusers import (
    AutoencoderKL,
    DDIMScheduler,
    StableDiffusionPipeline,
    UNet2DConditionModel,
)
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

from brandhub.inference.model_folder import content_hash
from brandhub.inference.specs import ModelSpec

SIDE = 64
TOKENS = 64


def build_tiny_pipeline(
    folder: Path, *, seed: int = 0, surfaces: bool = False, spare: bool = False
) -> ModelSpec:
    """Save a tiny pipeline in `folder` and say how to name it; equal seeds give equal bytes.

    It draws 64 px (any multiple of 8 works) with full contrast, and what it draws depends on the
    prompt, the negative prompt and the seed. Takes under a second once torch is imported. What an
    untrained pipeline draws is noise, which the checks of pictures block; with `surfaces` much of
    it is over-exposed to plain white, and passes. With `spare` the UNet has one level of blocks and
    the fewest channels: a third of the work, where only the way of a picture matters.
    """
    parts = tiny_parts(seed, spare=spare)
    if surfaces:
        with torch.no_grad():
            parts["vae"].decoder.conv_out.bias.add_(0.9)
    pipeline = StableDiffusionPipeline(
        **parts,
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    pipeline.save_pretrained(folder, safe_serialization=True)
    return ModelSpec(family="tiny", path=folder, content_hash=content_hash(folder))


def tiny_parts(seed: int = 0, *, spare: bool = False) -> dict[str, Any]:
    """The pipeline's parts, by the names that its constructor takes them by."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        text_encoder = CLIPTextModel(
            CLIPTextConfig(
                vocab_size=514,
                hidden_size=32,
                intermediate_size=64,
                num_hidden_layers=2,
                num_attention_heads=2,
                max_position_embeddings=TOKENS,
                bos_token_id=512,
                eos_token_id=513,
                pad_token_id=513,
            )
        )
        unet = UNet2DConditionModel(
            sample_size=SIDE // 8,
            in_channels=4,
            out_channels=4,
            block_out_channels=(16,) if spare else (32, 64),
            down_block_types=("DownBlock2D", "CrossAttnDownBlock2D")[: 1 if spare else 2],
            up_block_types=("CrossAttnUpBlock2D", "UpBlock2D")[1 if spare else 0 :],
            layers_per_block=1,
            norm_num_groups=8,
            attention_head_dim=8,
            cross_attention_dim=32,
        )
        vae = AutoencoderKL(
            down_block_types=("DownEncoderBlock2D",) * 4,
            up_block_types=("UpDecoderBlock2D",) * 4,
            block_out_channels=(16, 16, 32, 32),
            norm_num_groups=8,
            latent_channels=4,
            layers_per_block=1,
            mid_block_add_attention=False,
            sample_size=SIDE,
            scaling_factor=1.0,
            force_upcast=False,
        )
        with torch.no_grad():
            # Fresh weights whisper: let the prompt and the picture be heard.
            text_encoder.get_input_embeddings().weight.mul_(50)
            vae.decoder.conv_out.weight.mul_(2)
    return {
        "text_encoder": text_encoder,
        "tokenizer": tiny_tokenizer(),
        "unet": unet,
        "vae": vae,
        "scheduler": DDIMScheduler(
            beta_schedule="scaled_linear",
            prediction_type="v_prediction",
            rescale_betas_zero_snr=True,
            timestep_spacing="trailing",
            steps_offset=1,
            clip_sample=False,
        ),
    }


def tiny_tokenizer() -> CLIPTokenizer:
    """CLIP's byte-level tokenizer without merges: a token per UTF-8 byte, two special ones."""
    letters = _byte_letters()
    words = letters + [letter + "</w>" for letter in letters]
    vocabulary = {word: place for place, word in enumerate(words)}
    vocabulary |= {"<|startoftext|>": 512, "<|endoftext|>": 513}
    return CLIPTokenizer(vocab=vocabulary, merges=[], model_max_length=TOKENS)


def _byte_letters() -> list[str]:
    """GPT-2's printable letter for each byte, in the order of its code points' invention."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    return [chr(byte) for byte in printable] + [chr(256 + place) for place in range(len(others))]
