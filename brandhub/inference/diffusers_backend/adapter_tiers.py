"""Where adapters wait to be worn: in memory as tensors, on disk as files, both within bounds.

The third and fastest tier, the matrices on the device, is `adapters.AdapterCache`. A file is known
by its SHA-256; a stack of several adapters by the hashes and weights of its members, and its
composed file by its own hash.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from brandhub.inference.adapter_layers import Layer
from brandhub.inference.diffusers_backend.conversion import Pair, compose
from brandhub.inference.errors import AdapterMissing, BackendMisused
from brandhub.inference.specs import AdapterSpec

#: Part of a stack's name: another way to compose must not find files of this one.
_COMPOSITION: Final = "1"
#: Seconds after which nobody is still writing a file.
_DRAFT_FOR: Final = 600.0
_FILE: Final = re.compile(r"[0-9a-f]{64}-(?P<sha256>[0-9a-f]{64})\.safetensors")


@dataclass(slots=True)
class AdapterFigures:
    """How often each tier had what was asked of it, since the process began; bytes held now."""

    device_hits: int = 0
    device_misses: int = 0
    device_evictions: int = 0
    memory_hits: int = 0
    memory_misses: int = 0
    memory_evictions: int = 0
    memory_bytes: int = 0
    disk_hits: int = 0
    disk_misses: int = 0
    disk_evictions: int = 0
    disk_bytes: int = 0

    def as_dict(self) -> dict[str, int]:
        """The figures by name."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class LoadedAdapter:
    """An adapter's matrices on the CPU, in float32, by the layer that each pair belongs to."""

    pairs: Mapping[Layer, Pair]

    @property
    def size(self) -> int:
        """Bytes of all matrices."""
        return sum(down.nbytes + up.nbytes for down, up in self.pairs.values())


class AdapterMemory:
    """Adapters read before, up to `limit` bytes; the longest unused leaves first."""

    def __init__(self, limit: int, figures: AdapterFigures) -> None:
        self._limit = limit
        self._figures = figures
        self._held: OrderedDict[str, LoadedAdapter] = OrderedDict()

    def get(self, sha256: str) -> LoadedAdapter | None:
        """The adapter of that hash, or None."""
        found = self._held.get(sha256)
        if found is None:
            self._figures.memory_misses += 1
        else:
            self._figures.memory_hits += 1
            self._held.move_to_end(sha256)
        return found

    def put(self, sha256: str, adapter: LoadedAdapter) -> None:
        """Keep an adapter; one that is larger than all the room is not kept."""
        if adapter.size > self._limit:
            return
        self._held[sha256] = adapter
        self._figures.memory_bytes += adapter.size
        while self._figures.memory_bytes > self._limit:
            _, gone = self._held.popitem(last=False)
            self._figures.memory_bytes -= gone.size
            self._figures.memory_evictions += 1


class AdapterDisk:
    """Composed adapters as files, up to `limit` bytes; the longest unused leaves first.

    Its folder belongs to this user alone; a name tells the file's hash, and a file with other
    bytes than that is composed anew. Several processes may share a folder.
    """

    def __init__(self, folder: Path, limit: int, figures: AdapterFigures) -> None:
        self._folder = folder
        self._limit = limit
        self._figures = figures

    def composed(self, stack: tuple[AdapterSpec, ...]) -> AdapterSpec:
        """The one adapter, of weight 1, that stands for `stack`.

        A single adapter of weight 1 stands for itself. Raises `AdapterMissing` for a member that
        is not there and where the disk has no room, and `AdapterRefused` where the stack can't be
        composed.
        """
        if len(stack) == 1 and stack[0].weight == 1:
            return stack[0]
        key = stack_key(stack)
        found = self._find(key)
        if found is not None:
            self._figures.disk_hits += 1
            return found
        self._figures.disk_misses += 1
        data = compose([(verified_bytes(spec), spec.weight) for spec in stack])
        return self._keep(key, data)

    def _find(self, key: str) -> AdapterSpec | None:
        for path in sorted(self._folder.glob(f"{key}-*.safetensors")):
            match = _FILE.fullmatch(path.name)
            try:
                content = path.read_bytes()
                if match and hashlib.sha256(content).hexdigest() == match["sha256"]:
                    os.utime(path)
                    return AdapterSpec(match["sha256"], path, 1.0)
                path.unlink(missing_ok=True)
            except FileNotFoundError:
                continue  # another process has made room
        return None

    def _keep(self, key: str, data: bytes) -> AdapterSpec:
        self._own_folder()
        sha256 = hashlib.sha256(data).hexdigest()
        path = self._folder / f"{key}-{sha256}.safetensors"
        draft = self._folder / f".{secrets.token_hex(8)}.part"
        try:
            draft.write_bytes(data)
            draft.replace(path)
        except OSError as error:
            draft.unlink(missing_ok=True)
            raise AdapterMissing("The composed adapter could not be written.") from error
        self._make_room(keep=path)
        return AdapterSpec(sha256, path, 1.0)

    def _own_folder(self) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self._folder.stat().st_uid != os.geteuid():
            raise BackendMisused(f"The folder of adapters {self._folder} is somebody else's.")

    def _make_room(self, keep: Path) -> None:
        held = []
        for path in self._folder.iterdir():
            try:
                status = path.stat()
            except FileNotFoundError:
                continue
            if path.suffix == ".safetensors":
                held.append((status.st_mtime_ns, status.st_size, path))
            elif path.suffix == ".part" and time.time() - status.st_mtime > _DRAFT_FOR:
                path.unlink(missing_ok=True)  # of a process that was killed
        total = sum(size for _, size, _ in held)
        for _, size, path in sorted(held):
            if total <= self._limit:
                break
            if path != keep:
                path.unlink(missing_ok=True)
                total -= size
                self._figures.disk_evictions += 1
        self._figures.disk_bytes = total


def stack_key(stack: tuple[AdapterSpec, ...]) -> str:
    """The hash that names a stack: of its members' hashes and weights, in their order."""
    lines = [_COMPOSITION, *(f"{spec.sha256} {spec.weight!r}" for spec in stack)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def verified_bytes(spec: AdapterSpec) -> bytes:
    """The bytes of an adapter's file. Raises `AdapterMissing` if they are not those of its hash."""
    try:
        content = spec.path.read_bytes()
    except OSError as error:
        raise AdapterMissing(f"The adapter {spec.sha256} can't be read.") from error
    if hashlib.sha256(content).hexdigest() != spec.sha256:
        raise AdapterMissing(f"The file of the adapter {spec.sha256} has other bytes than that.")
    return content
