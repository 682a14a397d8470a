"""The renderer on diffusers: the only place, with training, that imports torch and its kin.

Importing this package costs nothing; `build_generator` imports torch.
"""

from __future__ import annotations

import gc
from pathlib import Path

from brandhub.inference.contracts import Generator

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
