"""Adapters of any layout into the one that is rendered with, and stacks of them into one adapter.

The canonical layout is diffusers' own: `<part>.<module>.lora_A.weight` and `…lora_B.weight`, in
float32, with alpha multiplied into B, so that no scale is left to be told: whoever loads the file,
plain diffusers included, gets the same. Equal tensors give equal bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import safetensors.torch
import torch
from safetensors import SafetensorError

from brandhub.inference.adapter_files import (
    MAX_RANK,
    AdapterFacts,
    AdapterKey,
    Header,
    checked_alpha,
    describe,
    metadata_alpha,
    parse_key,
)
from brandhub.inference.adapter_layers import BaseLayers, Layer
from brandhub.inference.errors import AdapterRefused

# One entry: safetensors writes several in an order of its own, and the bytes are to be repeatable.
_METADATA: Final = {"format": "pt"}

Pair = tuple[torch.Tensor, torch.Tensor]
"""A (down, up) of a layer: (rank, in…) and (out, rank…), float32."""


@dataclass(frozen=True, slots=True)
class ConvertedAdapter:
    """An adapter in the canonical layout: its file's bytes and what they hold.

    `coverage` is the share of the base model's layers that it changes.
    """

    data: bytes
    sha256: str
    facts: AdapterFacts
    rank: int
    layers: int
    coverage: float


def convert(
    content: bytes,
    header: Header,
    layers: BaseLayers,
    *,
    base_name: str,
    alpha: float | None = None,
) -> ConvertedAdapter:
    """The adapter in `content`, whose header was read, for the base model of `layers`.

    `alpha` is that of a file which tells none; without it, alpha is the rank. Raises
    `AdapterRefused` with `other_base_model` (its facts name both), `wrong_shapes`, `nan_values`,
    `no_effect` or what `describe` raises.
    """
    facts = describe(header)
    try:
        tensors = safetensors.torch.load(content)
    except (SafetensorError, KeyError, ValueError) as error:
        raise AdapterRefused("header_invalid", "The tensors can't be read.") from error
    found = _by_layer(header, layers, facts, base_name)
    alphas = {
        part: metadata_alpha(header.metadata, part) or alpha for part in ("unet", "text_encoder")
    }
    pairs: dict[Layer, Pair] = {}
    for layer, names in found.items():
        held = {role: _finite(name, tensors[name]) for role, name in names.items()}
        pairs[layer] = _scaled(held, alphas[layer[0]])
    if all(not bool(up.any()) or not bool(down.any()) for down, up in pairs.values()):
        raise AdapterRefused("no_effect", "All of its matrices are nought: it changes nothing.")
    pairs = _with_dimensions_of(layers, pairs)
    data = canonical_bytes(pairs)
    return ConvertedAdapter(
        data=data,
        sha256=hashlib.sha256(data).hexdigest(),
        facts=facts,
        rank=max(len(down) for down, _ in pairs.values()),
        layers=len(pairs),
        coverage=len(pairs) / len(layers.shapes),
    )


def compose(stack: Sequence[tuple[bytes, float]]) -> bytes:
    """One canonical adapter that does what those of `stack`, each with its weight, do together.

    Ranks are concatenated: downs beneath each other, ups, times their weights, beside each other.
    Nothing is approximated. Raises `AdapterRefused` with `stack_rank_too_high`, or with
    `stack_shapes_differ` for adapters that were not made for one base model.
    """
    members: dict[Layer, list[Pair]] = {}
    for content, weight in stack:
        for layer, (down, up) in read_canonical(content).items():
            members.setdefault(layer, []).append((down, up * weight))
    pairs: dict[Layer, Pair] = {}
    for layer, held in members.items():
        if len({(down.shape[1:], len(up)) for down, up in held}) > 1:
            raise AdapterRefused("stack_shapes_differ", f"{layer[1]} differs in shape.")
        rank = sum(len(down) for down, _ in held)
        if rank > MAX_RANK:
            raise AdapterRefused(
                "stack_rank_too_high",
                f"Together they have rank {rank} in {layer[1]}; at most {MAX_RANK}.",
                rank=rank,
                limit=MAX_RANK,
            )
        pairs[layer] = (
            torch.cat([down for down, _ in held]),
            torch.cat([up for _, up in held], dim=1),
        )
    return canonical_bytes(pairs)


def canonical_bytes(pairs: Mapping[Layer, Pair]) -> bytes:
    """The file of canonical `pairs`; equal pairs give equal bytes."""
    tensors: dict[str, torch.Tensor] = {}
    for part, module in sorted(pairs):
        down, up = pairs[part, module]
        tensors[f"{part}.{module}.lora_A.weight"] = down.float().contiguous()
        tensors[f"{part}.{module}.lora_B.weight"] = up.float().contiguous()
    return safetensors.torch.save(tensors, metadata=_METADATA)


def read_canonical(content: bytes) -> dict[Layer, Pair]:
    """The pairs of a canonical file, by layer."""
    held: dict[Layer, dict[str, torch.Tensor]] = {}
    for name, tensor in safetensors.torch.load(content).items():
        key = parse_key(name)
        held.setdefault((key.part, key.module), {})[key.role] = tensor
    return {layer: (pair["down"], pair["up"]) for layer, pair in held.items()}


def _by_layer(
    header: Header, layers: BaseLayers, facts: AdapterFacts, base_name: str
) -> dict[Layer, dict[str, str]]:
    """Names of tensors by layer and role, every one of them with a place in the base model."""
    found: dict[Layer, dict[str, str]] = {}
    homeless = 0
    for name in header.tensors:
        key: AdapterKey = parse_key(name)
        layer = layers.find(key)
        if layer is None:
            homeless += 1
            continue
        if key.role in found.setdefault(layer, {}):
            raise AdapterRefused("duplicate_key", f"{layer[1]} is there twice.")
        found[layer][key.role] = name
    misfits = [layer for layer in found if not _fits(header, found[layer], layers.shapes[layer])]
    if homeless or len(misfits) * 2 > len(found):
        raise AdapterRefused(
            "other_base_model",
            f"This adapter was made for {facts.trained_on or 'another model'}, "
            f"and {base_name} has no place for {homeless or len(misfits)} of its parts.",
            trained_on=facts.trained_on,
            base_model=base_name,
            parts=homeless or len(misfits),
        )
    if misfits:
        raise AdapterRefused(
            "wrong_shapes",
            f"{misfits[0][1]} has another shape than the layer of {base_name}.",
            module=misfits[0][1],
            base_model=base_name,
        )
    return found


def _fits(header: Header, names: Mapping[str, str], weight: tuple[int, ...]) -> bool:
    """Whether a pair's shapes are those of the layer's weight, (out, in) or (out, in, h, w)."""
    down = header.tensors[names["down"]].shape
    up = header.tensors[names["up"]].shape
    inner = tuple(down[1:]) + (1,) * (4 - len(down))
    outer = tuple(up[2:])
    kernel = tuple(weight[1:]) + (1,) * (4 - len(weight))
    return inner == kernel and up[0] == weight[0] and all(side == 1 for side in outer)


def _finite(name: str, tensor: torch.Tensor) -> torch.Tensor:
    tensor = tensor.float()
    if not bool(torch.isfinite(tensor).all()):
        raise AdapterRefused("nan_values", f"{name} has values that are no numbers.")
    return tensor


def _scaled(held: Mapping[str, torch.Tensor], alpha: float | None) -> Pair:
    """A pair with its alpha multiplied in, shaped as its layer is: two dimensions or four."""
    down, up = held["down"], held["up"]
    own = held.get("alpha")
    if own is not None:
        if own.numel() != 1:
            raise AdapterRefused("alpha_invalid", "Alpha is one number.")
        alpha = checked_alpha(own.item())
    scale = 1.0 if alpha is None else alpha / len(down)
    return down, up * scale


def _with_dimensions_of(layers: BaseLayers, pairs: Mapping[Layer, Pair]) -> dict[Layer, Pair]:
    """`pairs` with as many dimensions as their layers: files write 1 × 1 kernels either way."""
    fitted: dict[Layer, Pair] = {}
    for layer, (down, up) in pairs.items():
        sides = len(layers.shapes[layer])
        fitted[layer] = (_with_sides(down, sides), _with_sides(up, sides))
    return fitted


def _with_sides(tensor: torch.Tensor, sides: int) -> torch.Tensor:
    if tensor.ndim == sides:
        return tensor
    return tensor.reshape(*tensor.shape[:2], *(1,) * (sides - 2))
