"""The process's one rendering backend, built when it is first asked for.

A device holds one warm pipeline for as long as its process lives. Workers fork, and torch does not
survive a fork: its thread pools and device contexts stay behind in the parent, and a child that
uses them hangs. So a backend belongs to the process that built it, and a process that was forked
after torch was imported is refused one, with a sentence, instead of hanging.
"""

from __future__ import annotations

import importlib
import os
import sys
import threading
from typing import Final

from brandhub.inference.contracts import Generator
from brandhub.inference.errors import BackendMisused

# Import path of the callable that builds the backend, "package.module:name". Read from the
# environment variable of this name when no path is given; tests and light processes set another.
BACKEND_VARIABLE: Final = "BRANDHUB_INFERENCE_BACKEND"
DEFAULT_BACKEND: Final = "brandhub.inference.diffusers_backend:build_generator"

_lock = threading.Lock()
_built: Generator | None = None
_built_path: str | None = None
_torch_came_by_fork = False


def generator(backend: str | None = None) -> Generator:
    """The process's generator; built on the first call, the same object on every later one.

    `backend` or else the environment variable `BRANDHUB_INFERENCE_BACKEND` names what builds it.
    Safe from any thread. Raises `BackendMisused` if the path leads nowhere, if what it builds is
    no `Generator`, if another backend was built before, or if this process was forked from one
    that had imported torch.
    """
    global _built, _built_path
    path = backend or os.environ.get(BACKEND_VARIABLE) or DEFAULT_BACKEND
    with _lock:
        if _torch_came_by_fork:
            raise BackendMisused(
                "This process was forked after torch was imported, and would hang in it. "
                "Import torch, and render, in worker children only."
            )
        if _built is None:
            _built, _built_path = _build(path), path
        elif path != _built_path:
            raise BackendMisused(f"This process renders with {_built_path}, not with {path}.")
        return _built


def _build(path: str) -> Generator:
    module_name, colon, name = path.partition(":")
    if not (module_name and colon and name):
        raise BackendMisused(f"{BACKEND_VARIABLE} reads 'package.module:name', not {path!r}.")
    try:
        build = getattr(importlib.import_module(module_name), name)
    except (ImportError, AttributeError) as error:
        raise BackendMisused(f"The rendering backend {path} can't be imported: {error}") from error
    built = build()
    if not isinstance(built, Generator):
        raise BackendMisused(f"{path} built {type(built).__name__}, which is no Generator.")
    return built


def _forget_after_fork() -> None:
    """In a child: drop the parent's backend, and remember whether torch came along."""
    global _lock, _built, _built_path, _torch_came_by_fork
    _lock = threading.Lock()  # the parent's may be held by a thread that the child doesn't have
    _built = _built_path = None
    _torch_came_by_fork = _torch_came_by_fork or "torch" in sys.modules


os.register_at_fork(after_in_child=_forget_after_fork)
