"""Files that pretend to be adapters, made by hand, without torch."""

from __future__ import annotations

import json
import pickle
import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

NAME = "unet.conv_in.lora_{}.weight"


def raw(header: str | bytes, data: bytes = b"") -> bytes:
    """A file with that header, whatever it says."""
    encoded = header.encode() if isinstance(header, str) else header
    return len(encoded).to_bytes(8, "little") + encoded + data


def entry(shape: list[int], start: int, size: int | None = None, dtype: str = "F32") -> dict:
    count = 1
    for side in shape:
        count *= side
    stop = start + (count * 4 if size is None else size)
    return {"dtype": dtype, "shape": shape, "data_offsets": [start, stop]}


def file(tensors: dict[str, Any], data: bytes | None = None, **more: Any) -> bytes:
    """A file with those entries and as many zero bytes as they reach."""
    reach = max((each["data_offsets"][1] for each in tensors.values()), default=0)
    return raw(json.dumps(tensors | more), bytes(reach) if data is None else data)


def sound(rank: int = 2, side: int = 3) -> bytes:
    """A small file that a header's reader has nothing against."""
    return file(
        {
            NAME.format("A"): entry([rank, side], 0),
            NAME.format("B"): entry([side, rank], rank * side * 4),
        }
    )


def named(module: str, **notes: str) -> bytes:
    """A sound pair of a module of that name, with notes."""
    tensors = {
        f"unet.{module}.lora_A.weight": entry([2, 3], 0),
        f"unet.{module}.lora_B.weight": entry([3, 2], 24),
    }
    return file(tensors, __metadata__=notes)


def zipped_pickle() -> bytes:
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr("archive/data.pkl", pickle.dumps({"a": 1}))
    return archive.getvalue()


def overlapping() -> bytes:
    return file({NAME.format("A"): entry([2, 3], 0), NAME.format("B"): entry([3, 2], 8)})


def with_gap() -> bytes:
    return file({NAME.format("A"): entry([2, 3], 0), NAME.format("B"): entry([3, 2], 32)})


def out_of_range() -> bytes:
    tensors = {NAME.format("A"): entry([2, 3], 0), NAME.format("B"): entry([3, 2], 24)}
    return file(tensors, bytes(30))


def with_tail() -> bytes:
    return sound() + b"PK\x03\x04 something behind"


def twice() -> bytes:
    line = json.dumps(entry([2, 3], 0))
    name = json.dumps(NAME.format("A"))
    return raw("{" + f"{name}: {line}, {name}: {line}" + "}", bytes(24))


def many_tensors(count: int) -> bytes:
    """So short that 20,001 of them stay under the limit of a header's bytes."""
    lines = ",".join(
        f'"a{index}":{{"dtype":"F16","shape":[],"data_offsets":[{2 * index},{2 * index + 2}]}}'
        for index in range(count)
    )
    return raw("{" + lines + "}", bytes(2 * count))


def wide_rank(rank: int) -> bytes:
    return sound(rank=rank, side=1)


#: What is tried → (the file, the code of its refusal).
HEADERS: dict[str, tuple[Callable[[], bytes], str]] = {
    "pickle": (lambda: pickle.dumps({"lora": [1.0]}), "pickle_refused"),
    "pickle of torch": (zipped_pickle, "pickle_refused"),
    "empty": (lambda: b"", "not_safetensors"),
    "text": (lambda: b"not a tensor in sight", "not_safetensors"),
    "cut off in the header": (lambda: sound()[:40], "not_safetensors"),
    "cut off in the tensors": (lambda: sound()[:-1], "offsets_invalid"),
    "header over 2 MB": (
        lambda: raw('{"__metadata__": {"a": "' + "x" * (2 << 20) + '"}}'),
        "header_too_large",
    ),
    "header of 2^60 bytes": (lambda: (1 << 60).to_bytes(8, "little") + b"{}", "not_safetensors"),
    "header no JSON": (lambda: raw("{" + "x" * 30), "header_invalid"),
    "header a list": (lambda: raw("[1]"), "not_safetensors"),
    "header deeply nested": (lambda: raw('{"a":' * 90_000 + "1" + "}" * 90_000), "header_invalid"),
    "NaN in the header": (lambda: raw('{"a": NaN}'), "header_invalid"),
    "no tensors": (lambda: raw("{}"), "no_layers"),
    "overlapping offsets": (overlapping, "offsets_invalid"),
    "a gap between tensors": (with_gap, "offsets_invalid"),
    "offsets out of range": (out_of_range, "offsets_invalid"),
    "bytes behind the tensors": (with_tail, "offsets_invalid"),
    "negative offsets": (
        lambda: file({NAME.format("A"): entry([2, 3], -24)}, bytes(24)),
        "offsets_invalid",
    ),
    "size against the shape": (
        lambda: file({NAME.format("A"): entry([2, 3], 0, size=20)}),
        "offsets_invalid",
    ),
    "duplicate keys": (twice, "duplicate_key"),
    "100,000 tiny tensors": (lambda: many_tensors(100_000), "header_too_large"),
    "20,001 tensors": (lambda: many_tensors(20_001), "too_many_tensors"),
    "rank 10,000": (lambda: wide_rank(10_000), "rank_too_high"),
    "rank 257": (lambda: wide_rank(257), "rank_too_high"),
    "integers": (
        lambda: file({NAME.format("A"): entry([2, 3], 0, dtype="I32")}),
        "dtype_not_allowed",
    ),
    "an unknown dtype": (
        lambda: file({NAME.format("A"): entry([2, 3], 0, dtype="X")}),
        "dtype_not_allowed",
    ),
    "a side of nought": (lambda: file({NAME.format("A"): entry([0, 3], 0)}), "shape_invalid"),
    "a side of 2^40": (
        lambda: file({NAME.format("A"): entry([1 << 40, 3], 0, size=24)}),
        "shape_invalid",
    ),
    "one matrix only": (
        lambda: file({NAME.format("A"): entry([2, 3], 0)}),
        "incomplete_pair",
    ),
    "matrices that don't meet": (
        lambda: file({NAME.format("A"): entry([2, 3], 0), NAME.format("B"): entry([3, 3], 24)}),
        "shape_invalid",
    ),
    "keys of no layout": (
        lambda: file({"model.diffusion_model.weight": entry([2, 3], 0)}),
        "unknown_keys",
    ),
    "a name with a path": (lambda: file({"../../etc": entry([2, 3], 0)}), "unknown_keys"),
    "a name of 500 letters": (lambda: named("a" * 500), "unknown_keys"),
    "NaN in the notes": (
        lambda: named("conv_in", lora_adapter_metadata='{"unet.lora_alpha": NaN}'),
        "header_invalid",
    ),
    "layouts mixed": (
        lambda: file(
            {
                NAME.format("A"): entry([2, 3], 0),
                "lora_unet_conv_in.lora_up.weight": entry([3, 2], 24),
            }
        ),
        "mixed_layouts",
    ),
    "LoHa": (
        lambda: file({"lora_unet_conv_in.hada_w1_a": entry([2, 3], 0)}),
        "variant_not_supported",
    ),
    "600 notes": (
        lambda: file({}, __metadata__={f"n{index}": "" for index in range(600)}),
        "metadata_too_large",
    ),
    "notes that are no text": (lambda: file({}, __metadata__={"a": 1}), "header_invalid"),
    "alpha below nought": (
        lambda: file(
            {NAME.format("A"): entry([2, 3], 0), NAME.format("B"): entry([3, 2], 24)},
            __metadata__={"lora_adapter_metadata": '{"unet.lora_alpha": -1}'},
        ),
        "alpha_invalid",
    ),
    "DoRA": (
        lambda: file(
            {NAME.format("A"): entry([2, 3], 0), NAME.format("B"): entry([3, 2], 24)},
            __metadata__={"lora_adapter_metadata": '{"unet.use_dora": true}'},
        ),
        "variant_not_supported",
    ),
}
