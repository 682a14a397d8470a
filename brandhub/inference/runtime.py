"""The process's one rendering backend, built when it is first asked for.

A device holds one warm pipeline for as long as its process lives. Workers fork, and torch does not
survive a fork once it has run: its thread pools and device contexts stay behind in the parent, and
a child that uses them hangs. So a backend belongs to the process that built it, and a process that
was forked after torch was imported is refused one, with a sentence, instead of hanging.

The one exception is :func:`preload`: it imports the libraries and runs nothing with them, so that
there is nothing yet that a fork could leave behind. A child forked then starts in milliseconds.
"""

from __future__ import annotations

import importlib
import logging
import os
import sys
import threading
from collections.abc import Callable
from types import ModuleType
from typing import Final

from brandhub.inference.contracts import Generator
from brandhub.inference.errors import BackendMisused, RenderError
from brandhub.inference.judging import Judge

# Import path of the callable that builds the backend, "package.module:name". Read from the
# environment variable of this name when no path is given; tests and light processes set another.
BACKEND_VARIABLE: Final = "BRANDHUB_INFERENCE_BACKEND"
DEFAULT_BACKEND: Final = "brandhub.inference.diffusers_backend:build_generator"

logger = logging.getLogger(__name__)

_lock = threading.Lock()
_built: Generator | None = None
_built_path: str | None = None
#: Before the first call; afterwards a judge, or None.
_UNTRIED: Final = object()
_judge: object = _UNTRIED
_torch_came_by_fork = False
_preloaded = False


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


def judge(backend: str | None = None) -> Judge | None:
    """The process's judge of pictures, or None where there is none: built on the first call.

    The backend's module says how by its function ``build_judge``. A judge that cannot be loaded is
    said once to the log and not tried again: pictures are drawn without one. Call it in the
    process that has the generator. Raises `BackendMisused` if the path leads nowhere.
    """
    global _judge
    path = backend or os.environ.get(BACKEND_VARIABLE) or DEFAULT_BACKEND
    with _lock:
        if _judge is _UNTRIED:
            module, _ = _imported(path)
            build = getattr(module, "build_judge", None)
            _judge = None
            if build is not None:
                try:
                    _judge = build()
                except RenderError as error:
                    logger.error("no judge of pictures: %s", error.detail)
        return _judge  # type: ignore[return-value]


def preload(backend: str | None = None) -> bool:
    """Import what the backend needs, in a process that only forks those that render.

    The backend's module says how by its function ``import_libraries``; without one, and where that
    one declines, nothing is imported and each child imports for itself. Returns whether it was
    done. Raises `BackendMisused` if the path leads nowhere, or torch is there already: nobody knows
    then what has run in it.
    """
    global _preloaded
    path = backend or os.environ.get(BACKEND_VARIABLE) or DEFAULT_BACKEND
    module, _ = _imported(path)
    import_libraries = getattr(module, "import_libraries", None)
    if import_libraries is None or _preloaded:
        return _preloaded
    if "torch" in sys.modules:
        raise BackendMisused("Torch was imported before the backend could be preloaded.")
    _preloaded = import_libraries()
    return _preloaded


def _imported(path: str) -> tuple[ModuleType, Callable[[], object]]:
    """The backend's module and what builds the backend. Raises `BackendMisused`."""
    module_name, colon, name = path.partition(":")
    if not (module_name and colon and name):
        raise BackendMisused(f"{BACKEND_VARIABLE} reads 'package.module:name', not {path!r}.")
    try:
        module = importlib.import_module(module_name)
        return module, getattr(module, name)
    except (ImportError, AttributeError) as error:
        raise BackendMisused(f"The rendering backend {path} can't be imported: {error}") from error


def _build(path: str) -> Generator:
    _, build = _imported(path)
    built = build()
    if not isinstance(built, Generator):
        raise BackendMisused(f"{path} built {type(built).__name__}, which is no Generator.")
    return built


def _forget_after_fork() -> None:
    """In a child: drop the parent's backend, and remember whether torch came along."""
    global _lock, _built, _built_path, _judge, _preloaded, _torch_came_by_fork
    _lock = threading.Lock()  # the parent's may be held by a thread that the child doesn't have
    idle = _preloaded and _built is None and _judge in (_UNTRIED, None)
    _built = _built_path = None
    _judge = _UNTRIED
    _preloaded = idle
    _torch_came_by_fork = _torch_came_by_fork or ("torch" in sys.modules and not idle)


os.register_at_fork(after_in_child=_forget_after_fork)
