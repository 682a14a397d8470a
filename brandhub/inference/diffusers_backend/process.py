"""What must be set in a process before torch and the model libraries are imported."""

from __future__ import annotations

import os
from typing import Final

_BEFORE_IMPORT: Final = {
    # A spinning OpenMP thread starves the one it waits for as soon as something else wants a core:
    # beside one busy process on two cores, an image took 29 s instead of 0.5 s.
    "OMP_WAIT_POLICY": "passive",
    # A worker renders what is on its disk, and asks nobody.
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    # What the libraries have to say while they are imported is nothing for a worker's log.
    "DIFFUSERS_VERBOSITY": "error",
    "TRANSFORMERS_VERBOSITY": "error",
    # cuBLAS repeats itself only with a workspace of fixed size (CUDA documentation, cuBLAS,
    # "Results reproducibility").
    "CUBLAS_WORKSPACE_CONFIG": ":4096:8",
}


def prepare_process() -> None:
    """Set the environment for the libraries; what an operator has set already stays."""
    for name, value in _BEFORE_IMPORT.items():
        os.environ.setdefault(name, value)
