"""Adapter files from outside, read without torch: header, layout, rank. Nothing is trusted.

A safetensors file is eight bytes with the length of its header (little-endian), the header as JSON,
and the tensors' bytes. The checks of the header are this module's own: the library's messages are
not stable, and it lets names be given twice. Every refusal has a code that never changes.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import IO, Any, Final, Literal

from brandhub.inference.errors import AdapterRefused

MAX_BYTES: Final = 2 << 30
MAX_HEADER_BYTES: Final = 2 << 20
MAX_TENSORS: Final = 20_000
MAX_RANK: Final = 256
MAX_SIDE: Final = 1 << 20
MAX_METADATA_ENTRIES: Final = 512
MAX_NAME: Final = 400
MAX_ALPHA: Final = 10_000.0
MAX_TRIGGER_WORDS: Final = 200

#: Bytes of one number. Integers and eight-bit floats are no adapter's weights.
DTYPES: Final[Mapping[str, int]] = {"F32": 4, "F16": 2, "BF16": 2}

Layout = Literal["diffusers", "kohya", "peft"]
Role = Literal["down", "up", "alpha"]

# What a pickle starts with: the protocol's opcode, or the archive that torch puts it in.
_PICKLES: Final = (b"PK\x03\x04", b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")
_NAME: Final = re.compile(r"[A-Za-z0-9_.]+")


@dataclass(frozen=True, slots=True)
class TensorEntry:
    """One line of a header: `start` and `stop` are offsets behind the header."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Header:
    """A header that holds what it promises; `data_start` is the file's offset of the tensors."""

    tensors: Mapping[str, TensorEntry]
    metadata: Mapping[str, str]
    data_start: int


@dataclass(frozen=True, slots=True)
class AdapterKey:
    """A tensor's name taken apart. `module` is written as the layout writes it.

    `part` is `unet` or `text_encoder`, or empty where the layout leaves it open (PEFT).
    """

    layout: Layout
    part: str
    module: str
    role: Role


@dataclass(frozen=True, slots=True)
class AdapterFacts:
    """What a header tells of an adapter.

    `rank` is the largest of its modules. `alpha` is None where neither the tensors nor the metadata
    tell one, and -1 where each module has its own. `trained_on` is the base model's name by the
    file's own word, or empty. `trigger_words` likewise.
    """

    layout: Layout
    rank: int
    alpha: float | None
    modules: int
    has_text_encoder: bool
    trained_on: str
    trigger_words: str


def read_header(file: IO[bytes], size: int) -> Header:
    """The header of the safetensors file `file`, which has `size` bytes and is left at its start.

    Reads the header and nothing behind it. Raises `AdapterRefused` with `pickle_refused`,
    `file_too_large`, `not_safetensors`, `header_too_large`, `header_invalid`, `duplicate_key`,
    `too_many_tensors`, `dtype_not_allowed`, `offsets_invalid` or `metadata_too_large`.
    """
    if size > MAX_BYTES:
        raise AdapterRefused("file_too_large", f"An adapter has at most {MAX_BYTES >> 30} GB.")
    file.seek(0)
    first = file.read(8)
    if first.startswith(_PICKLES):
        raise AdapterRefused("pickle_refused", "This is a pickle inside, which can run code.")
    length = int.from_bytes(first, "little")
    if len(first) < 8 or length < 2 or length > size - 8:
        raise AdapterRefused("not_safetensors", "This is no safetensors file.")
    if length > MAX_HEADER_BYTES:
        raise AdapterRefused("header_too_large", "A header has at most 2 MB.")
    raw = file.read(length)
    file.seek(0)
    if not raw.startswith(b"{"):
        raise AdapterRefused("not_safetensors", "This is no safetensors file.")
    return _checked(_parsed(raw), data_start=8 + length, room=size - 8 - length)


def describe(header: Header) -> AdapterFacts:
    """What an adapter's header tells.

    Raises `AdapterRefused` with `unknown_keys`, `mixed_layouts`, `variant_not_supported`,
    `incomplete_pair`, `shape_invalid`, `rank_too_high`, `alpha_invalid` or `no_layers`.
    """
    keys = {name: parse_key(name) for name in header.tensors}
    layouts = {key.layout for key in keys.values()}
    if not layouts:
        raise AdapterRefused("no_layers", "The file holds no tensors.")
    if len(layouts) > 1:
        raise AdapterRefused("mixed_layouts", f"Names of {len(layouts)} layouts are mixed.")
    roles: dict[tuple[str, str], dict[Role, TensorEntry]] = {}
    for name, key in keys.items():
        held = roles.setdefault((key.part, key.module), {})
        if key.role in held:
            raise AdapterRefused("duplicate_key", f"{key.module} has two tensors of one role.")
        held[key.role] = header.tensors[name]
    rank = max(rank_of(module, held) for (_, module), held in roles.items())
    return AdapterFacts(
        layout=next(iter(layouts)),
        rank=rank,
        alpha=_alpha(roles.values(), header.metadata),
        modules=len(roles),
        has_text_encoder=any(_is_of_text(part, module) for part, module in roles),
        trained_on=_first_text(
            header.metadata,
            ("ss_base_model_version", "ss_sd_model_name", "modelspec.architecture", "base_model"),
        ),
        trigger_words=_trigger_words(header.metadata),
    )


def rank_of(module: str, held: Mapping[Role, TensorEntry]) -> int:
    """The rank of a module's pair. Raises `AdapterRefused` for a pair that is none."""
    if "down" not in held or "up" not in held:
        raise AdapterRefused("incomplete_pair", f"{module} lacks one of its two matrices.")
    down, up = held["down"].shape, held["up"].shape
    if len(down) not in (2, 4) or len(up) not in (2, 4):
        raise AdapterRefused("shape_invalid", f"{module} has {len(down)} dimensions.")
    if down[0] != up[1]:
        raise AdapterRefused("shape_invalid", f"The matrices of {module} don't fit each other.")
    if down[0] > MAX_RANK:
        raise AdapterRefused("rank_too_high", f"The rank is {down[0]}; at most {MAX_RANK}.")
    return down[0]


_PEFT = re.compile(r"base_model\.model\.(?P<module>.+)\.lora_(?P<role>A|B)(\.default)?\.weight")
_DIFFUSERS = re.compile(r"(?P<part>unet|text_encoder)\.(?P<module>.+)\.lora_(?P<role>A|B)\.weight")
# Before diffusers took PEFT's names: attention processors, then layers of its own.
_DIFFUSERS_OLD = re.compile(
    r"(?P<part>unet|text_encoder)\.(?P<module>.+?)"
    r"(?:\.processor\.(?P<to>to_q|to_k|to_v|to_out)_lora|\.lora_linear_layer|\.lora)"
    r"\.(?P<role>down|up|alpha)(\.weight)?"
)
_KOHYA = re.compile(
    r"lora_(?P<part>unet|te)_(?P<module>[A-Za-z0-9_]+)\.(?P<role>lora_down\.weight|lora_up\.weight|alpha)"
)
_ROLES: Final[Mapping[str, Role]] = {
    "A": "down",
    "B": "up",
    "down": "down",
    "up": "up",
    "alpha": "alpha",
    "lora_down.weight": "down",
    "lora_up.weight": "up",
}
#: Parts of names by which other methods than plain LoRA are known.
_VARIANTS: Final = ("hada_", "lokr_", "dora_scale", "lora_mid", "lora_magnitude", "oft_", "diff_b")


def parse_key(name: str) -> AdapterKey:
    """A tensor's name by its layout. Raises `AdapterRefused` for one that no layout has."""
    if any(variant in name for variant in _VARIANTS):
        raise AdapterRefused("variant_not_supported", "Only plain LoRA is supported.")
    if match := _DIFFUSERS.fullmatch(name):
        return AdapterKey("diffusers", match["part"], match["module"], _ROLES[match["role"]])
    if match := _PEFT.fullmatch(name):
        return AdapterKey("peft", "", match["module"], _ROLES[match["role"]])
    if match := _DIFFUSERS_OLD.fullmatch(name):
        to = match["to"] or ""
        module = match["module"] + (f".{to}" + (".0" if to == "to_out" else "") if to else "")
        return AdapterKey("diffusers", match["part"], module, _ROLES[match["role"]])
    if match := _KOHYA.fullmatch(name):
        part = "unet" if match["part"] == "unet" else "text_encoder"
        return AdapterKey("kohya", part, match["module"], _ROLES[match["role"]])
    raise AdapterRefused("unknown_keys", f"{name[:80]} is no name of any layout.")


def metadata_alpha(metadata: Mapping[str, str], part: str) -> float | None:
    """The alpha that PEFT's configuration in a header tells for `part`, or None.

    Only numbers are taken from it; everything else is derived from the tensors. Raises
    `AdapterRefused` for what would need more than that, or is no configuration.
    """
    text = metadata.get("lora_adapter_metadata")
    if text is None:
        return None
    held = _object(text)
    if held.get(f"{part}.use_rslora") or held.get(f"{part}.use_dora"):
        raise AdapterRefused("variant_not_supported", "Only plain LoRA is supported.")
    if held.get(f"{part}.alpha_pattern") or held.get(f"{part}.rank_pattern"):
        raise AdapterRefused("variant_not_supported", "One alpha for all modules is supported.")
    alpha = held.get(f"{part}.lora_alpha")
    return None if alpha is None else checked_alpha(alpha)


def checked_alpha(value: object) -> float:
    """`value` as an alpha. Raises `AdapterRefused` unless it is a number above 0, to 10,000."""
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= MAX_ALPHA:
        return float(value)
    raise AdapterRefused("alpha_invalid", "Alpha is a number above 0, to 10,000.")


def _is_of_text(part: str, module: str) -> bool:
    return part == "text_encoder" or (not part and "self_attn" in module)


def _alpha(
    modules: Iterable[Mapping[Role, TensorEntry]], metadata: Mapping[str, str]
) -> float | None:
    if any("alpha" in held for held in modules):
        return -1.0
    found = [metadata_alpha(metadata, part) for part in ("unet", "text_encoder")]
    return next((alpha for alpha in found if alpha is not None), None)


def _first_text(metadata: Mapping[str, str], names: Iterable[str]) -> str:
    """The first of ``names`` that is told, on one line and of characters that can be shown: a
    header can hold zeros and halves of surrogate pairs, which no database takes.
    """
    for name in names:
        told = metadata.get(name, "")
        shown = "".join(each for each in told if each.isprintable() or each.isspace())
        text = " ".join(shown.split())
        if text and text != "None":
            return text[:120]
    return ""


def _trigger_words(metadata: Mapping[str, str]) -> str:
    """The words that sd-scripts or the model specification note; the commonest tags else."""
    told = _first_text(metadata, ("modelspec.trigger_phrase", "trigger_words", "ss_output_name"))
    return told[:MAX_TRIGGER_WORDS]


def _parsed(raw: bytes) -> dict[str, Any]:
    try:
        value = json.loads(
            raw.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant
        )
    except AdapterRefused:
        raise
    except (ValueError, RecursionError) as error:
        raise AdapterRefused("header_invalid", "The header is no JSON.") from error
    if not isinstance(value, dict):
        raise AdapterRefused("header_invalid", "The header is no object.")
    return value


def _object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text, parse_constant=_no_constant)
    except AdapterRefused:
        raise
    except (ValueError, RecursionError) as error:
        raise AdapterRefused("header_invalid", "The metadata is no JSON.") from error
    if not isinstance(value, dict):
        raise AdapterRefused("header_invalid", "The metadata is no object.")
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise AdapterRefused("duplicate_key", "A name is given twice in the header.")
    return found


def _no_constant(_name: str) -> Any:
    raise AdapterRefused("header_invalid", "The header holds a number that is none.")


def _checked(header: dict[str, Any], *, data_start: int, room: int) -> Header:
    metadata = _metadata(header.pop("__metadata__", {}))
    if len(header) > MAX_TENSORS:
        raise AdapterRefused("too_many_tensors", f"At most {MAX_TENSORS:,} tensors.")
    tensors = {name: _entry(name, value) for name, value in header.items()}
    # Without gaps and without overlaps, from the first byte to the last, as the format has it:
    # what lies between tensors is read by nobody, and could be anything.
    expected = 0
    for entry in sorted(tensors.values(), key=lambda entry: (entry.start, entry.stop)):
        if entry.start != expected:
            raise AdapterRefused("offsets_invalid", "Tensors overlap, or leave a gap.")
        expected = entry.stop
    if expected != room:
        raise AdapterRefused("offsets_invalid", "The tensors don't fill the file exactly.")
    return Header(tensors, metadata, data_start)


def _metadata(value: object) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
        raise AdapterRefused("header_invalid", "Metadata is an object of texts.")
    if len(value) > MAX_METADATA_ENTRIES:
        raise AdapterRefused("metadata_too_large", f"At most {MAX_METADATA_ENTRIES} entries.")
    return value


def _entry(name: str, value: object) -> TensorEntry:
    if len(name) > MAX_NAME or not _NAME.fullmatch(name):
        raise AdapterRefused("unknown_keys", "A tensor's name is letters, digits, '.' and '_'.")
    if not isinstance(value, dict) or set(value) != {"dtype", "shape", "data_offsets"}:
        raise AdapterRefused("header_invalid", f"{name} is described wrongly.")
    dtype, shape, offsets = value["dtype"], value["shape"], value["data_offsets"]
    if not isinstance(dtype, str) or dtype not in DTYPES:
        allowed = ", ".join(DTYPES)
        raise AdapterRefused("dtype_not_allowed", f"{name} must be one of: {allowed}.")
    if not _are_sizes(shape, most=MAX_SIDE) or len(shape) > 4 or 0 in shape:
        raise AdapterRefused("shape_invalid", f"{name} has no shape that a weight has.")
    if not _are_sizes(offsets, most=MAX_BYTES) or len(offsets) != 2:
        raise AdapterRefused("offsets_invalid", f"{name} has no place in the file.")
    if offsets[1] - offsets[0] != math.prod(shape) * DTYPES[dtype]:
        raise AdapterRefused("offsets_invalid", f"{name} has another size than its shape.")
    return TensorEntry(name, dtype, tuple(shape), offsets[0], offsets[1])


def _are_sizes(value: object, *, most: int) -> bool:
    return isinstance(value, list) and all(
        isinstance(each, int) and not isinstance(each, bool) and 0 <= each <= most for each in value
    )
