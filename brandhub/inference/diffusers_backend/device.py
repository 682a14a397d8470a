"""The device, the number format on it, and how it says that it is out of memory."""

from __future__ import annotations

import gc
import os
import platform
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import diffusers
import peft
import torch
import transformers

from brandhub.inference.diffusers_backend.configuration import Configuration
from brandhub.inference.errors import BackendMisused

# What libraries say instead of raising torch.OutOfMemoryError: the CPU allocator, cuBLAS, oneDNN.
_MEMORY_WORDS = (
    "out of memory",
    "can't allocate memory",
    "cannot allocate memory",
    "alloc_failed",
    "could not allocate",
)


@dataclass(frozen=True, slots=True)
class Device:
    """Where tensors live and in which format they are multiplied.

    The weights of linear layers and convolutions are stored in `compute`, and autocast brings what
    meets them into that format; norms, embeddings, latents and the scheduler stay in float32. The
    results are autocast's own, bit for bit, without casting every weight at every step.
    """

    torch_device: torch.device
    compute: torch.dtype
    threads: int
    exact: bool

    @property
    def is_cuda(self) -> bool:
        return self.torch_device.type == "cuda"

    def arithmetic(self) -> AbstractContextManager[object]:
        """The context that forward passes run in."""
        if self.compute is torch.float32:
            return nullcontext()
        return torch.autocast(self.torch_device.type, self.compute)

    def place(self, network: torch.nn.Module) -> None:
        """Move `network` to the device, its multiplied weights into `compute`."""
        network.to(self.torch_device)
        for module in network.modules():
            if isinstance(module, torch.nn.Linear | torch.nn.Conv2d):
                module.to(self.compute)

    def release(self) -> None:
        """Give memory that nothing refers to back to the device."""
        gc.collect()
        if self.is_cuda:
            torch.cuda.empty_cache()

    def facts(self) -> dict[str, str | int | float]:
        """What a record must know of the device to render the same again."""
        name = torch.cuda.get_device_name(self.torch_device) if self.is_cuda else _cpu_name()
        return {
            "backend": "diffusers",
            "torch": torch.__version__,
            "diffusers": diffusers.__version__,
            "transformers": transformers.__version__,
            "peft": peft.__version__,
            "python": platform.python_version(),
            "device": self.torch_device.type,
            "device_name": name,
            "dtype": str(self.compute).removeprefix("torch."),
            "threads": self.threads,
        }


def open_device(configuration: Configuration) -> Device:
    """The device that the configuration asks for, with torch set up to repeat itself on it.

    Sets torch's number of threads, process-wide. Raises `BackendMisused` if there is no such
    device or it cannot compute in the format asked for.
    """
    wanted = configuration.device
    cuda = torch.cuda.is_available()
    if wanted == "auto":
        wanted = "cuda" if cuda else "cpu"
    if wanted.startswith("cuda") and not cuda:
        raise BackendMisused(f"There is no CUDA device for {wanted}; torch sees the CPU alone.")
    torch_device = torch.device(wanted)
    if (torch_device.index or 0) >= max(torch.cuda.device_count(), 1):
        raise BackendMisused(f"There is no device {wanted}.")
    threads = configuration.threads or len(os.sched_getaffinity(0))
    torch.set_num_threads(threads)
    torch.backends.cudnn.deterministic = True
    torch.backends.cudnn.benchmark = False
    is_cuda = torch_device.type == "cuda"
    return Device(
        torch_device=torch_device,
        compute=_dtype(configuration.dtype, is_cuda=is_cuda),
        threads=threads,
        exact=not is_cuda if configuration.exact == "auto" else configuration.exact == "on",
    )


def is_out_of_memory(error: BaseException) -> bool:
    """Whether `error` says, in any library's words, that memory ran out."""
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    return isinstance(error, RuntimeError) and any(
        words in str(error).lower() for words in _MEMORY_WORDS
    )


def cpu_multiplies_in_bfloat16() -> bool:
    """Whether this processor does so itself; where torch emulates it, it is many times slower."""
    return bool(torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported())


def bfloat16_if_fast(device: str) -> AbstractContextManager[object]:
    """The context to train in on a device of this kind: it casts where that is no emulation."""
    return torch.autocast(
        device, torch.bfloat16, enabled=device != "cpu" or cpu_multiplies_in_bfloat16()
    )


def _dtype(name: str, *, is_cuda: bool) -> torch.dtype:
    if name == "auto":
        if is_cuda:
            return torch.float16
        return torch.bfloat16 if cpu_multiplies_in_bfloat16() else torch.float32
    if name == "float16" and not is_cuda:
        raise BackendMisused("A CPU renders in float32 or bfloat16, not in float16.")
    dtype: torch.dtype = getattr(torch, name)
    return dtype


def _cpu_name() -> str:
    return f"{platform.machine()} {torch.backends.cpu.get_cpu_capability()}"
