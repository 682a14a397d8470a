"""LoRA adapters on a warm pipeline: put on for a batch, off afterwards, a few kept at hand."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from functools import partial
from typing import Any, Final

import safetensors
import safetensors.torch
import torch
import torch.nn.functional as F
from peft.tuners.lora import LoraLayer
from safetensors import SafetensorError
from torch import Tensor

from brandhub.inference.adapter_files import MAX_BYTES
from brandhub.inference.diffusers_backend.adapter_tiers import (
    AdapterDisk,
    AdapterFigures,
    AdapterMemory,
    LoadedAdapter,
    verified_bytes,
)
from brandhub.inference.diffusers_backend.device import Device, is_out_of_memory
from brandhub.inference.diffusers_backend.pipeline import Pipeline
from brandhub.inference.errors import AdapterIncompatible, AdapterMissing, OutOfMemory
from brandhub.inference.specs import AdapterSpec

# The name of a row without an adapter; PEFT's word for it, so no adapter has it.
BASE: Final = "__base__"
# Where diffusers' `save_lora_weights` writes PEFT's configuration in a file's header.
_METADATA_KEY: Final = "lora_adapter_metadata"
_PARTS: Final = ("unet", "text_encoder")


class AdapterCache:
    """The adapters of one pipeline.

    An adapter stays beside the base weights and is never merged into them, so taking it off leaves
    the base bit for bit as it was. Between batches every adapter is off.
    """

    def __init__(
        self,
        pipeline: Pipeline,
        device: Device,
        limit: int,
        *,
        memory: AdapterMemory,
        disk: AdapterDisk,
        figures: AdapterFigures,
    ) -> None:
        self._pipeline = pipeline
        self._device = device
        self._limit = limit
        self._memory = memory
        self._disk = disk
        self._figures = figures
        self._signatures: OrderedDict[str, str] = OrderedDict()  # by SHA-256, last used last

    @contextmanager
    def worn(self, specs: tuple[AdapterSpec, ...]) -> Iterator[tuple[str, ...]]:
        """Wear these adapters with their weights; off again at the end, come what may.

        Gives the signature of each one's keys and shapes. Raises `AdapterMissing` and
        `AdapterIncompatible`, with nothing worn; `OutOfMemory` likewise.
        """
        if not specs:
            yield ()
            return
        for spec in specs:
            self._fetch(spec)
        self._evict(keep={spec.sha256 for spec in specs})
        try:
            self._pipeline.enable_lora()
            self._pipeline.set_adapters(
                [_name(spec.sha256) for spec in specs], [spec.weight for spec in specs]
            )
            yield tuple(self._signatures[spec.sha256] for spec in specs)
        finally:
            self._pipeline.disable_lora()

    @contextmanager
    def worn_by_rows(self, stacks: Sequence[tuple[AdapterSpec, ...]]) -> Iterator[RowAdapters]:
        """Let each picture wear its own stack, composed into one adapter; off at the end.

        `stacks` has one entry for each picture, empty for one that wears nothing. Raises as `worn`
        does, and `AdapterRefused` for a stack that can't be composed.
        """
        composed = {stack: self._disk.composed(stack) for stack in dict.fromkeys(stacks) if stack}
        specs = {spec.sha256: spec for spec in composed.values()}
        for spec in specs.values():
            self._fetch(spec)
        self._evict(keep=set(specs))
        hashes = [composed[stack].sha256 if stack else "" for stack in stacks]
        rows = RowAdapters(hashes, self._signatures)
        try:
            self._pipeline.enable_lora()
            self._pipeline.set_adapters([_name(sha256) for sha256 in specs], [1.0] * len(specs))
            # Where all wear the same, PEFT's own layers do.
            with nullcontext() if len(set(hashes)) == 1 else rows.hooked(self._pipeline):
                yield rows
        finally:
            self._pipeline.disable_lora()

    def _fetch(self, spec: AdapterSpec) -> None:
        if spec.sha256 in self._signatures:
            self._figures.device_hits += 1
        else:
            self._figures.device_misses += 1
            adapter = self._memory.get(spec.sha256)
            if adapter is None:
                adapter = _read(spec)
                self._memory.put(spec.sha256, adapter)
            try:
                self._attach(_name(spec.sha256), adapter)
            except BaseException:
                # An attachment that broke off leaves layers behind; all of them go.
                self._pipeline.unload_lora_weights()
                self._signatures.clear()
                raise
            self._signatures[spec.sha256] = _signature(adapter.weights)
        self._signatures.move_to_end(spec.sha256)

    def _attach(self, name: str, adapter: LoadedAdapter) -> None:
        pipeline = self._pipeline
        cast = {
            key: value.to(self._device.torch_device, self._device.compute)
            for key, value in adapter.weights.items()
        }
        try:
            state, found_alphas, _ = pipeline.lora_state_dict(cast, return_lora_metadata=True)
            alphas = {**adapter.alphas, **(found_alphas or {})}
            common: dict[str, Any] = {
                "adapter_name": name,
                "_pipeline": pipeline,
                "low_cpu_mem_usage": True,
            }
            pipeline.load_lora_into_unet(state, alphas, pipeline.unet, **common)
            pipeline.load_lora_into_text_encoder(state, alphas, pipeline.text_encoder, **common)
        except (RuntimeError, MemoryError) as error:
            if is_out_of_memory(error):
                raise OutOfMemory("There is no memory for the adapter.") from error
            raise AdapterIncompatible(f"The adapter doesn't fit the model: {error}") from error
        except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
            raise AdapterIncompatible(f"The adapter doesn't fit the model: {error}") from error
        pipeline.disable_lora()
        placed = sum(
            f".{name}." in parameter
            for part in _PARTS
            for parameter, _ in getattr(pipeline, part).named_parameters()
        )
        if placed != len(state):
            raise AdapterIncompatible(
                f"The model has a place for {placed} of the adapter's {len(state)} tensors."
            )

    def _evict(self, keep: set[str]) -> None:
        for sha256 in list(self._signatures):
            if len(self._signatures) <= max(self._limit, len(keep)):
                return
            if sha256 not in keep:
                del self._signatures[sha256]
                self._figures.device_evictions += 1
                self._pipeline.delete_adapters(_name(sha256))


class RowAdapters:
    """Which picture of a batch wears which adapter, in every layer of a forward pass.

    A pass has the rows of the pictures that are `passing`, once or twice: guidance stacks all
    unconditional rows before the conditional.
    """

    def __init__(self, hashes: Sequence[str], signatures: Mapping[str, str]) -> None:
        self.hashes = tuple(hashes)
        self._names = [_name(sha256) if sha256 else BASE for sha256 in hashes]
        self._signatures = [signatures.get(sha256, "") for sha256 in hashes]
        self._passing: list[str] = []
        self._joined: dict[tuple[int, tuple[str, ...]], tuple[Tensor, Tensor, Tensor] | None] = {}

    @contextmanager
    def passing(self, images: Sequence[int]) -> Iterator[None]:
        """From here on passes carry these pictures."""
        before, self._passing = self._passing, [self._names[image] for image in images]
        try:
            yield
        finally:
            self._passing = before

    def signature(self, images: Sequence[int]) -> tuple[str, ...]:
        """Equal for pictures whose passes take the same kernels: shapes, and who shares one."""
        groups: dict[str, int] = {}
        return tuple(
            f"{groups.setdefault(self._names[image], len(groups))}:{self._signatures[image]}"
            for image in images
        )

    @contextmanager
    def hooked(self, pipeline: Pipeline) -> Iterator[None]:
        """Have the layers draw each row with its own, for as long as this lasts."""
        layers = list(_layers_of(pipeline))
        try:
            for layer in layers:
                layer.forward = partial(self._forward, layer)
            yield
        finally:
            for layer in layers:
                # Whatever broke off above: what is no longer shadowed is the class's own.
                layer.__dict__.pop("forward", None)
            self._joined.clear()

    def _forward(self, layer: Any, rows: Tensor, *given: Any, **more: Any) -> Tensor:
        """The base layer's output, and to each row what its adapter adds.

        PEFT takes the rows of each adapter apart, in every layer, which costs a small denoiser more
        than the arithmetic. Here the matrices of all lie beside each other, and a row's inner
        values are kept in the ranks of its own adapter and nought in the others'.
        """
        output: Tensor = layer.base_layer(rows, *given, **more)
        joined = self._joined_of(layer)
        if joined is None:
            return output
        down, up, share = joined
        times = len(rows) // len(self._passing)
        share = share.repeat(times, *(1,) * (share.ndim - 1))
        if down.ndim == 4:
            own = layer.lora_A[next(name for name in self._passing if name in layer.lora_A)]
            inner = F.conv2d(rows, down, None, own.stride, own.padding, own.dilation)
            return output + F.conv2d(inner * share.to(inner.dtype), up).to(output.dtype)
        share = share.view(len(rows), *(1,) * (rows.ndim - 2), -1)
        inner = F.linear(rows, down)
        return output + F.linear(inner * share.to(inner.dtype), up).to(output.dtype)

    def _joined_of(self, layer: Any) -> tuple[Tensor, Tensor, Tensor] | None:
        """Downs beneath each other, ups beside each other, and each passing picture's share of the
        ranks; None for a layer that none of the pictures' adapters sits on.
        """
        key = (id(layer), tuple(self._passing))
        if key not in self._joined:
            names = [name for name in dict.fromkeys(self._passing) if name in layer.lora_A]
            self._joined[key] = _joined(layer, names, self._passing) if names else None
        return self._joined[key]


def _joined(
    layer: Any, names: Sequence[str], passing: Sequence[str]
) -> tuple[Tensor, Tensor, Tensor]:
    down = torch.cat([layer.lora_A[name].weight for name in names])
    up = torch.cat([layer.lora_B[name].weight for name in names], dim=1)
    share = torch.zeros(len(passing), len(down), device=down.device)
    first = 0
    for name in names:
        last = first + len(layer.lora_A[name].weight)
        for picture, worn in enumerate(passing):
            if worn == name:
                share[picture, first:last] = layer.scaling[name]
        first = last
    return down, up, share[:, :, None, None] if down.ndim == 4 else share


def _layers_of(pipeline: Pipeline) -> Iterator[Any]:
    """Every layer that adapters sit on."""
    for part in _PARTS:
        for module in getattr(pipeline, part).modules():
            if isinstance(module, LoraLayer):
                yield module


def _read(spec: AdapterSpec) -> LoadedAdapter:
    """The tensors of an adapter's file, and the alphas that its header tells of.

    The very bytes that were hashed are parsed, by safetensors and nothing else.
    """
    try:
        if spec.path.stat().st_size > MAX_BYTES:
            raise AdapterIncompatible(f"An adapter's file has at most {MAX_BYTES >> 30} GB.")
    except OSError as error:
        raise AdapterMissing(f"The adapter {spec.sha256} can't be read.") from error
    content = verified_bytes(spec)
    try:
        weights = safetensors.torch.load(content)
    except (SafetensorError, KeyError) as error:
        raise AdapterIncompatible(f"The adapter is no safetensors file: {error}") from error
    if not weights:
        raise AdapterIncompatible("The adapter holds no tensors.")
    for key, value in weights.items():
        if not value.is_floating_point() or not bool(torch.isfinite(value).all()):
            raise AdapterIncompatible(f"The adapter's {key} has values that are no numbers.")
    return LoadedAdapter(weights, _alphas(weights, _header_metadata(content)))


def _header_metadata(content: bytes) -> Mapping[str, Any]:
    # Format of safetensors: the header's length in 8 bytes, little-endian, then its JSON.
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + length])
    try:
        metadata = json.loads(header.get("__metadata__", {}).get(_METADATA_KEY, "{}"))
    except json.JSONDecodeError as error:
        raise AdapterIncompatible("The adapter's metadata is no JSON.") from error
    if not isinstance(metadata, dict):
        raise AdapterIncompatible("The adapter's metadata is no object.")
    return metadata


def _alphas(weights: Mapping[str, torch.Tensor], metadata: Mapping[str, Any]) -> dict[str, float]:
    """Each module's alpha, `{"unet.<module>.alpha": value}`, where the metadata gives one.

    Only numbers are taken from the metadata; the rest of PEFT's configuration is derived from the
    tensors, because a header is not trusted with options of a library.
    """
    alphas: dict[str, float] = {}
    for part in _PARTS:
        if metadata.get(f"{part}.use_rslora") or metadata.get(f"{part}.use_dora"):
            raise AdapterIncompatible("Rank-stabilised LoRA and DoRA are not supported.")
        if metadata.get(f"{part}.alpha_pattern"):
            raise AdapterIncompatible("An alpha of its own for some modules is not supported.")
        alpha = metadata.get(f"{part}.lora_alpha")
        if alpha is None:
            continue
        if not isinstance(alpha, int | float) or isinstance(alpha, bool) or not 0 < alpha <= 1e4:
            raise AdapterIncompatible("The adapter's alpha is a number above 0, to 10,000.")
        for key in weights:
            module, found, _ = key.partition(".lora")
            if found and module.startswith(f"{part}."):
                alphas[f"{module}.alpha"] = float(alpha)
    return alphas


def _signature(weights: Mapping[str, torch.Tensor]) -> str:
    """Equal for adapters whose tensors have the same names and shapes."""
    shapes = sorted((key, tuple(value.shape)) for key, value in weights.items())
    return hashlib.sha256(repr(shapes).encode()).hexdigest()


def _name(sha256: str) -> str:
    # A module's name in torch: no dots, and not a digit first.
    return f"a{sha256}"
