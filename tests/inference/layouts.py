"""One adapter for the tiny pipeline, written in every layout that is taken in."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Any

import torch
from peft import LoraConfig, get_peft_model_state_dict
from safetensors.torch import save

from brandhub.inference.adapter_files import Header, read_header
from tests.inference.tiny import tiny_parts

UNET_LAYERS = ["to_q", "to_k", "to_v", "to_out.0", "conv1"]
TEXT_LAYERS = ["q_proj", "v_proj"]

Weights = dict[tuple[str, str, str], torch.Tensor]
"""(part, module, "A" or "B") → a matrix."""


def lora_weights(seed: int = 1, *, rank: int = 4, text: bool = True) -> Weights:
    """Random, loud LoRA layers for the tiny pipeline."""
    parts = tiny_parts()
    chosen = {"unet": UNET_LAYERS} | ({"text_encoder": TEXT_LAYERS} if text else {})
    weights: Weights = {}
    for part, layers in chosen.items():
        config = LoraConfig(r=rank, lora_alpha=rank, target_modules=layers, init_lora_weights=False)
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            parts[part].add_adapter(config)
        for name, tensor in get_peft_model_state_dict(parts[part]).items():
            module, _, matrix = name.removesuffix(".weight").rpartition(".lora_")
            weights[part, module, matrix] = tensor.detach().clone()
    return weights


def diffusers_layout(weights: Weights) -> dict[str, torch.Tensor]:
    return {
        f"{part}.{module}.lora_{matrix}.weight": tensor
        for (part, module, matrix), tensor in weights.items()
    }


def old_diffusers_layout(weights: Weights) -> dict[str, torch.Tensor]:
    words = {"A": "down", "B": "up"}
    return {
        f"{part}.{module}.lora.{words[matrix]}.weight": tensor
        for (part, module, matrix), tensor in weights.items()
    }


def peft_layout(weights: Weights) -> dict[str, torch.Tensor]:
    return {
        f"base_model.model.{module}.lora_{matrix}.weight": tensor
        for (_, module, matrix), tensor in weights.items()
    }


def kohya_layout(weights: Weights, *, alpha: float | None = None) -> dict[str, torch.Tensor]:
    words = {"A": "lora_down", "B": "lora_up"}
    made: dict[str, torch.Tensor] = {}
    for (part, module, matrix), tensor in weights.items():
        flat = module.replace(".", "_")
        name = f"lora_unet_{flat}" if part == "unet" else f"lora_te_text_model_{flat}"
        made[f"{name}.{words[matrix]}.weight"] = tensor
        if matrix == "A":
            made[f"{name}.alpha"] = torch.tensor(float(len(tensor) if alpha is None else alpha))
    return made


LAYOUTS: Mapping[str, Callable[[Weights], dict[str, torch.Tensor]]] = {
    "diffusers": diffusers_layout,
    "old diffusers": old_diffusers_layout,
    "peft": peft_layout,
    "kohya": kohya_layout,
}


def file_of(tensors: dict[str, torch.Tensor], **metadata: str) -> bytes:
    """A safetensors file."""
    whole = {name: tensor.contiguous() for name, tensor in tensors.items()}
    return save(whole, metadata=metadata or None)


def header_of(content: bytes) -> Header:
    return read_header(io.BytesIO(content), len(content))


def changed(weights: Weights, change: Callable[[Weights], Any]) -> Weights:
    """A copy of ``weights`` after ``change``."""
    copy = {name: tensor.clone() for name, tensor in weights.items()}
    change(copy)
    return copy
