"""The backend's settings, read from the environment in this one place. Without torch."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from brandhub.inference.errors import BackendMisused

_ROOT: Final = Path(__file__).resolve().parents[3]
DTYPES: Final = ("auto", "float32", "bfloat16", "float16")


@dataclass(frozen=True, slots=True)
class Configuration:
    """How to render. Each field has an environment variable `BRANDHUB_INFERENCE_<FIELD>`.

    device: `auto` takes the first CUDA device, or else the CPU; or `cpu`, `cuda`, `cuda:1`.
    dtype: `auto` is bfloat16 on a CPU that computes in it (AMX or AVX-512 BF16), float16 on CUDA,
        and float32 elsewhere.
    threads: of one operation on the CPU; 0 takes as many as there are cores for this process.
    max_forward: images in one forward pass at most; larger batches are rendered in several.
    exact: `on` renders an image alone wherever sharing the pass would change a bit of it, which is
        probed; `off` shares regardless; `auto` is on for a CPU and off for CUDA, whose libraries
        choose other kernels for nearly every batch size.
    models: base models kept warm, the longest unused leaving first.
    adapters: adapters kept on a warm model, likewise.
    adapter_memory_mb: adapters kept in memory beside the models, in MB, likewise.
    adapter_disk_mb: composed adapters kept on disk, in MB, likewise.
    judge_folder: the aligner that judges pictures; the one that is shipped, if empty.
    adapter_folder: where on disk; a folder of the user's own below the system's temporary one, if
        empty.
    """

    device: str = "auto"
    dtype: str = "auto"
    threads: int = 0
    max_forward: int = 8
    exact: str = "auto"
    models: int = 2
    adapters: int = 8
    adapter_memory_mb: int = 512
    adapter_disk_mb: int = 2048
    adapter_folder: str = ""
    judge_folder: str = ""

    def __post_init__(self) -> None:
        kind, _, number = self.device.partition(":")
        if kind not in ("auto", "cpu", "cuda") or (number and not number.isdecimal()):
            raise _wrong("device", self.device, "auto, cpu, cuda or cuda:<number>")
        if self.dtype not in DTYPES:
            raise _wrong("dtype", self.dtype, ", ".join(DTYPES))
        if self.exact not in ("auto", "on", "off"):
            raise _wrong("exact", self.exact, "auto, on or off")
        for name, low, high in (
            ("threads", 0, 256),
            ("max_forward", 1, 64),
            ("models", 1, 64),
            ("adapters", 1, 256),
            ("adapter_memory_mb", 0, 1 << 20),
            ("adapter_disk_mb", 1, 1 << 24),
        ):
            value = getattr(self, name)
            if not low <= value <= high:
                raise _wrong(name, value, f"a whole number from {low} to {high}")


def adapter_folder(configuration: Configuration) -> Path:
    """Where composed adapters are kept on disk."""
    if configuration.adapter_folder:
        return Path(configuration.adapter_folder)
    return Path(tempfile.gettempdir()) / f"brandhub-adapters-{os.geteuid()}"


def judge_folder(configuration: Configuration) -> Path:
    """Where the weights of the judge are."""
    if configuration.judge_folder:
        return Path(configuration.judge_folder)
    return _ROOT / "weights" / "avatar-mini-judge"


def configuration_from(environment: Mapping[str, str] = os.environ) -> Configuration:
    """The settings in `environment`, defaults for those that are missing or empty.

    Raises `BackendMisused`, naming the variable, for a value that it can't have.
    """
    values: dict[str, str | int] = {}
    for name, default in _DEFAULTS.items():
        text = environment.get(_variable(name), "").strip()
        if not text:
            continue
        if isinstance(default, int):
            if not text.isdecimal():
                raise _wrong(name, text, "a whole number")
            values[name] = int(text)
        else:
            values[name] = text if name.endswith("_folder") else text.lower()
    return Configuration(**values)  # type: ignore[arg-type]


_DEFAULTS: Final[dict[str, str | int]] = {
    name: getattr(Configuration(), name) for name in Configuration.__slots__
}


def _variable(name: str) -> str:
    return f"BRANDHUB_INFERENCE_{name.upper()}"


def _wrong(name: str, value: object, allowed: str) -> BackendMisused:
    return BackendMisused(f"{_variable(name)} is {value!r}; it must be {allowed}.")
