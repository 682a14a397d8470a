"""The renderer on diffusers: the only place, with training, that imports torch and its kin.

Importing this package costs nothing; `build_generator` imports torch.
"""

from __future__ import annotations

import gc
from pathlib import Path
from typing import TYPE_CHECKING

from brandhub.inference.adapter_files import Header
from brandhub.inference.adapter_layers import BaseLayers
from brandhub.inference.adapter_recipes import AdapterTrainer
from brandhub.inference.contracts import Generator
from brandhub.inference.judging import Judge

if TYPE_CHECKING:
    from brandhub.inference.diffusers_backend.conversion import ConvertedAdapter


#: What the drivers of CUDA put into the file system, natively and under WSL.
_CUDA_DEVICES = (Path("/dev/nvidiactl"), Path("/dev/dxg"))


def import_libraries() -> bool:
    """Import torch and its kin and run nothing with them, for processes that are forked later.

    Returns False, and imports nothing, where a CUDA device may be used: a driver that was so much
    as asked for its devices before a fork refuses to work in the child. Raises `BackendMisused` if
    a setting is wrong.
    """
    from brandhub.inference.diffusers_backend.configuration import configuration_from
    from brandhub.inference.diffusers_backend.process import prepare_process

    device = configuration_from().device
    if device != "cpu" and (device != "auto" or any(path.exists() for path in _CUDA_DEVICES)):
        return False
    prepare_process()
    import brandhub.inference.diffusers_backend.generator  # noqa: F401 - that is all

    # The children share these pages as long as nobody, the collector included, writes to them.
    gc.collect()
    gc.freeze()
    return True


def convert_adapter(
    content: bytes,
    header: Header,
    layers: BaseLayers,
    *,
    base_name: str,
    alpha: float | None = None,
) -> ConvertedAdapter:
    """See `conversion.convert`. Imports torch."""
    from brandhub.inference.diffusers_backend.conversion import convert

    return convert(content, header, layers, base_name=base_name, alpha=alpha)


def build_trainer() -> AdapterTrainer:
    """A trainer set up from the environment, as `build_generator`. Imports torch."""
    from brandhub.inference.diffusers_backend.configuration import configuration_from
    from brandhub.inference.diffusers_backend.process import prepare_process

    configuration = configuration_from()
    prepare_process()
    from brandhub.inference.training.adapter import DiffusersTrainer

    return DiffusersTrainer(configuration)


def build_judge() -> Judge:
    """What says how far a picture agrees with its tags: the embedded aligner. Imports torch.

    Raises `ModelMissing` or `ModelBroken`.
    """
    from brandhub.inference.diffusers_backend.configuration import configuration_from, judge_folder
    from brandhub.inference.diffusers_backend.process import prepare_process

    configuration = configuration_from()
    prepare_process()
    from brandhub.inference.diffusers_backend.judging import AlignerJudge

    return AlignerJudge(judge_folder(configuration))


def build_generator() -> Generator:
    """A generator set up from the environment (see `configuration`). Imports torch: 4 s, 550 MB.

    Raises `BackendMisused` if a setting is wrong or the device it names is not there.
    """
    from brandhub.inference.diffusers_backend.configuration import configuration_from
    from brandhub.inference.diffusers_backend.process import prepare_process

    configuration = configuration_from()
    prepare_process()
    from brandhub.inference.diffusers_backend.generator import DiffusersGenerator

    return DiffusersGenerator(configuration)
