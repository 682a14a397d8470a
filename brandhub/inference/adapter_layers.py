"""Which layers of a base model an adapter can sit on, read from the model's files without torch."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from brandhub.inference.adapter_files import AdapterKey
from brandhub.inference.errors import ModelBroken, ModelMissing

PARTS: Final = ("unet", "text_encoder")
# Tables that are looked up, not multiplied; LoRA has no place there.
_TABLES: Final = ("token_embedding", "position_embedding", "class_embedding")
_MAX_HEADER: Final = 64 << 20

Layer = tuple[str, str]
"""(part, module): where a layer is in the pipeline."""


@dataclass(frozen=True)
class BaseLayers:
    """Linear layers and convolutions of a base model.

    `shapes` maps a layer to the shape of its weight, (out, in) or (out, in, height, width).
    """

    shapes: Mapping[Layer, tuple[int, ...]]
    _by_flat_name: Mapping[Layer, Layer] = field(default_factory=dict)

    @classmethod
    def of(cls, shapes: Mapping[Layer, tuple[int, ...]]) -> BaseLayers:
        flat = {(part, module.replace(".", "_")): (part, module) for part, module in shapes}
        return cls(shapes, flat)

    def find(self, key: AdapterKey) -> Layer | None:
        """The layer that a tensor of an adapter belongs to, or None."""
        for part in (key.part,) if key.part else PARTS:
            module = key.module
            if part == "text_encoder":
                # Since transformers 5 the text model is no module of its own.
                module = module.removeprefix("text_model.").removeprefix("text_model_")
            if key.layout == "kohya":
                found = self._by_flat_name.get((part, module))
            else:
                found = (part, module) if (part, module) in self.shapes else None
            if found is not None:
                return found
        return None


def base_layers(folder: Path) -> BaseLayers:
    """The layers of the diffusers model in `folder`. Raises `ModelMissing` and `ModelBroken`."""
    shapes: dict[Layer, tuple[int, ...]] = {}
    for part in PARTS:
        files = sorted((folder / part).glob("*.safetensors"))
        if not files:
            raise ModelMissing(f"There are no weights in {folder / part}.")
        for file in files:
            for name, shape in _shapes_in(file).items():
                module, _, kind = name.rpartition(".")
                if kind != "weight" or len(shape) not in (2, 4) or module.endswith(_TABLES):
                    continue
                shapes[part, module.removeprefix("text_model.")] = shape
    return BaseLayers.of(shapes)


def _shapes_in(file: Path) -> dict[str, tuple[int, ...]]:
    try:
        with file.open("rb") as opened:
            length = int.from_bytes(opened.read(8), "little")
            if length > _MAX_HEADER:
                raise ModelBroken(f"The header of {file} is too large.")
            header = json.loads(opened.read(length))
        return {
            name: tuple(entry["shape"]) for name, entry in header.items() if name != "__metadata__"
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelBroken(f"The header of {file} can't be read.") from error
