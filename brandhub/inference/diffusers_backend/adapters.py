"""LoRA adapters on a warm pipeline: put on for a batch, off afterwards, a few kept at hand."""

from __future__ import annotations

import io
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import safetensors.torch
import torch
import torch.nn.functional as F
from safetensors import SafetensorError
from torch import Tensor, nn

from brandhub.inference.adapter_files import MAX_BYTES, metadata_alpha, parse_key, read_header
from brandhub.inference.adapter_layers import PARTS, Layer
from brandhub.inference.diffusers_backend.adapter_tiers import (
    AdapterDisk,
    AdapterFigures,
    AdapterMemory,
    LoadedAdapter,
    verified_bytes,
)
from brandhub.inference.diffusers_backend.conversion import Pair
from brandhub.inference.diffusers_backend.device import Device, is_out_of_memory
from brandhub.inference.diffusers_backend.pipeline import Pipeline
from brandhub.inference.errors import AdapterIncompatible, AdapterMissing, OutOfMemory
from brandhub.inference.specs import AdapterSpec

Stack = tuple[AdapterSpec, ...]
Placed = Mapping[Layer, Pair]
"""An adapter's matrices on the device, by the layer that each pair belongs to."""


class AdapterCache:
    """The adapters of one pipeline.

    An adapter's matrices stay beside the base model and are never put into it: a worn one is added
    to what layers give, so that taking it off leaves the base bit for bit as it was.
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
        self._placed: OrderedDict[str, Placed] = OrderedDict()  # by SHA-256, last used last

    @property
    def held(self) -> tuple[str, ...]:
        """Hashes of the adapters on the device, the longest unused first."""
        return tuple(self._placed)

    @contextmanager
    def worn(self, specs: Stack, pictures: int) -> Iterator[RowAdapters]:
        """Let each of so many pictures wear these adapters with their weights; off at the end.

        Raises `AdapterMissing`, `AdapterIncompatible` and `OutOfMemory`, with nothing worn.
        """
        with self._wearing([specs] * pictures, [""] * pictures) as rows:
            yield rows

    @contextmanager
    def worn_by_rows(self, stacks: Sequence[Stack]) -> Iterator[RowAdapters]:
        """Let each picture wear its own stack, composed into one adapter; off at the end.

        `stacks` has one entry for each picture, empty for one that wears nothing. Raises as `worn`
        does, and `AdapterRefused` for a stack that can't be composed.
        """
        composed = {
            stack: (self._disk.composed(stack),) for stack in dict.fromkeys(stacks) if stack
        }
        alone = [composed.get(stack, ()) for stack in stacks]
        hashes = [specs[0].sha256 if specs else "" for specs in alone]
        with self._wearing(alone, hashes) as rows:
            yield rows

    @contextmanager
    def _wearing(self, stacks: Sequence[Stack], hashes: Sequence[str]) -> Iterator[RowAdapters]:
        wanted = {spec.sha256: spec for stack in stacks for spec in stack}
        for spec in wanted.values():
            self._fetch(spec)
        self._evict(keep=set(wanted))
        rows = RowAdapters(stacks, hashes, self._placed, exact=self._device.exact)
        with rows.hooked(self._pipeline):
            yield rows

    def _fetch(self, spec: AdapterSpec) -> None:
        if spec.sha256 in self._placed:
            self._figures.device_hits += 1
        else:
            self._figures.device_misses += 1
            adapter = self._memory.get(spec.sha256)
            if adapter is None:
                adapter = _read(spec)
                self._memory.put(spec.sha256, adapter)
            self._placed[spec.sha256] = self._place(adapter)
        self._placed.move_to_end(spec.sha256)

    def _place(self, adapter: LoadedAdapter) -> Placed:
        for layer, pair in adapter.pairs.items():
            _check_fit(_layer_of(self._pipeline, layer), layer, pair)
        where, dtype = self._device.torch_device, self._device.compute
        try:
            return {
                layer: (down.to(where, dtype), up.to(where, dtype))
                for layer, (down, up) in adapter.pairs.items()
            }
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            raise OutOfMemory("There is no memory for the adapter.") from error

    def _evict(self, keep: set[str]) -> None:
        for sha256 in list(self._placed):
            if len(self._placed) <= max(self._limit, len(keep)):
                return
            if sha256 not in keep:
                del self._placed[sha256]
                self._figures.device_evictions += 1


class RowAdapters:
    """Which picture of a batch wears which adapters, in every layer of a forward pass.

    A pass has the rows of the pictures that are `passing`, once or twice: guidance stacks all
    unconditional rows before the conditional. `hashes` name each picture's composed adapter.
    """

    def __init__(
        self,
        stacks: Sequence[Stack],
        hashes: Sequence[str],
        placed: Mapping[str, Placed],
        *,
        exact: bool,
    ) -> None:
        self.hashes = tuple(hashes)
        self._stacks = tuple(stacks)
        self._placed = {spec.sha256: placed[spec.sha256] for held in stacks for spec in held}
        self._exact = exact
        self._passing: list[tuple[slice, Stack]] = []

    @contextmanager
    def passing(self, images: Sequence[int]) -> Iterator[None]:
        """From here on passes carry these pictures."""
        stacks = [self._stacks[image] for image in images]
        before = self._passing
        if len(set(stacks)) == 1 and not self._exact:
            self._passing = [(slice(None), stacks[0])]
        else:
            count = len(stacks)
            self._passing = [(slice(place, None, count), held) for place, held in enumerate(stacks)]
        try:
            yield
        finally:
            self._passing = before

    @contextmanager
    def hooked(self, pipeline: Pipeline) -> Iterator[None]:
        """Have the layers draw each row with its own, for as long as this lasts."""
        hooked: list[nn.Module] = []
        try:
            for name in {name: None for held in self._placed.values() for name in held}:
                layer = _layer_of(pipeline, name)
                pairs = {stack: self._joined(name, stack) for stack in set(self._stacks)}
                hooked.append(layer)
                layer.forward = partial(self._forward, layer, pairs)
            yield
        finally:
            for layer in hooked:
                # Whatever broke off above: what is no longer shadowed is the class's own.
                layer.__dict__.pop("forward", None)

    def _joined(self, name: Layer, stack: Stack) -> Pair | None:
        """Downs beneath each other, and ups, times their weights, beside each other; None where
        none of the stack sits on the layer.
        """
        held = [(self._placed[spec.sha256].get(name), spec.weight) for spec in stack]
        pairs = [
            pair if weight == 1 else (pair[0], pair[1] * weight)
            for pair, weight in held
            if pair is not None
        ]
        if len(pairs) < 2:
            return pairs[0] if pairs else None
        return torch.cat([down for down, _ in pairs]), torch.cat([up for _, up in pairs], dim=1)

    def _forward(
        self, layer: nn.Module, pairs: Mapping[Stack, Pair | None], rows: Tensor
    ) -> Tensor:
        """The base layer's output, and to each picture's rows what its adapters add.

        The base layer takes all rows at once. What is added is so little arithmetic that its
        kernels differ with the number of rows, and bits with the kernels; so each picture's own
        rows take theirs apart, as many in company as alone. Where no bit is promised and all wear
        the same, one product does for all.
        """
        output: Tensor = type(layer).forward(layer, rows)
        for own, stack in self._passing:
            pair = pairs[stack]
            if pair is not None:
                # As if alone also in memory: kernels are chosen by strides, too.
                output[own] += _product(layer, rows[own].contiguous(), *pair)
        return output


def _product(layer: Any, rows: Tensor, down: Tensor, up: Tensor) -> Tensor:
    if isinstance(layer, nn.Linear):
        return F.linear(F.linear(rows, down), up)
    inner = F.conv2d(rows, down, None, layer.stride, layer.padding, layer.dilation)
    return F.conv2d(inner, up)


def _layer_of(pipeline: Pipeline, name: Layer) -> nn.Module:
    part, module = name
    try:
        layer: nn.Module = getattr(pipeline, part).get_submodule(module)
    except AttributeError as error:
        raise AdapterIncompatible(f"The model's {part} has no {module}.") from error
    return layer


def _check_fit(layer: nn.Module, name: Layer, pair: Pair) -> None:
    """Raise `AdapterIncompatible` unless the layer's weight is a matrix of the pair's sides."""
    if not (isinstance(layer, nn.Linear) or (isinstance(layer, nn.Conv2d) and layer.groups == 1)):
        raise AdapterIncompatible(f"The model's {name[1]} is no layer for an adapter.")
    down, up = pair
    out, *sides = layer.weight.shape
    ones = [1] * (len(sides) - 1)
    if list(down.shape[1:]) != sides or list(up.shape) != [out, len(down), *ones]:
        raise AdapterIncompatible(f"The adapter's {name[1]} has another shape than the model's.")


def _read(spec: AdapterSpec) -> LoadedAdapter:
    """The matrices of a file in diffusers' layout, alpha multiplied into the ups.

    The very bytes that were hashed are parsed, by safetensors and nothing else.
    """
    try:
        if spec.path.stat().st_size > MAX_BYTES:
            raise AdapterIncompatible(f"An adapter's file has at most {MAX_BYTES >> 30} GB.")
    except OSError as error:
        raise AdapterMissing(f"The adapter {spec.sha256} can't be read.") from error
    content = verified_bytes(spec)
    metadata = read_header(io.BytesIO(content), len(content)).metadata
    alphas = {part: metadata_alpha(metadata, part) for part in PARTS}
    try:
        tensors = safetensors.torch.load(content)
    except (SafetensorError, KeyError) as error:
        raise AdapterIncompatible(f"The adapter is no safetensors file: {error}") from error
    halves: dict[Layer, dict[str, Tensor]] = {}
    for name, tensor in tensors.items():
        key = parse_key(name)
        module = key.module.removeprefix("text_model.")  # as transformers before 5 named it
        halves.setdefault((key.part, module), {})[key.role] = tensor
    if not halves:
        raise AdapterIncompatible("The adapter holds no tensors.")
    return LoadedAdapter({layer: _pair(layer, held, alphas) for layer, held in halves.items()})


def _pair(layer: Layer, held: Mapping[str, Tensor], alphas: Mapping[str, float | None]) -> Pair:
    part, module = layer
    if part not in PARTS or held.keys() != {"down", "up"}:
        raise AdapterIncompatible(f"The adapter's {module} is no pair in diffusers' layout.")
    down, up = held["down"].float(), held["up"].float()
    if not bool(torch.isfinite(down).all()) or not bool(torch.isfinite(up).all()):
        raise AdapterIncompatible(f"The adapter's {module} has values that are no numbers.")
    return down, up * ((alphas[part] or len(down)) / len(down))
