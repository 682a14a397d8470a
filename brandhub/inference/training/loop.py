"""The loop under every training: schedule, averaging, checkpoints, progress.

A step's batch is cut into parts, which workers (threads with a replica of the modules each) take
as they get free. On a CPU shared with other work this is several times faster than threads inside
each operation, where all wait for the slowest hundreds of times a step.

A task's randomness comes from `step_generator(seed, step, part)` alone, so that a training resumed
from a checkpoint draws what the uninterrupted one would have drawn; with one worker the state is
identical to the last bit, with several up to the order of a sum.
"""

from __future__ import annotations

import copy
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import numpy as np
import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class LoopSettings:
    """How long a training runs and where its state lives.

    The training ends after `steps`, or once `minutes` of training time (summed over resumes)
    are spent, whichever comes first; the learning rate follows the larger share of the two.
    """

    checkpoint: Path
    steps: int
    minutes: float | None = None
    warmup_steps: int = 50
    decay_share: float = 0.4
    final_lr_share: float = 0.02
    save_every_seconds: float = 240.0
    report_every: int = 20
    clip_norm: float = 1.0
    ema_decay: float = 0.0
    workers: int = 1
    parts: int = 1


Loss = Callable[[Mapping[str, nn.Module], int, int, int], tuple[Tensor, dict[str, float]]]
"""(modules, step, part, parts) → the part's mean loss, and figures to report.

It must use the modules it is given, which may be a worker's replica.
"""


@dataclass
class Training:
    """What is trained: named modules, their optimiser, and the loss of one part of a step."""

    modules: dict[str, nn.Module]
    optimizer: torch.optim.Optimizer
    loss: Loss
    batch: int
    step: int = 0
    seconds: float = 0.0
    averages: dict[str, dict[str, Tensor]] = field(default_factory=dict)


def step_generator(seed: int, step: int, stream: int = 0) -> torch.Generator:
    """Return a CPU generator that depends on `seed`, `step` and `stream` only."""
    words = np.random.SeedSequence([seed, step, stream]).generate_state(2)
    generator = torch.Generator()
    generator.manual_seed(int(words[0]) << 31 | int(words[1]) >> 1)
    return generator


def pick_device() -> torch.device:
    """The GPU where there is one, else the CPU."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def run_loop(training: Training, settings: LoopSettings) -> None:
    """Train until `settings` says enough, resuming from its checkpoint where there is one."""
    if settings.checkpoint.exists():
        load_checkpoint(training, settings.checkpoint)
        print(f"resumed at step {training.step} from {settings.checkpoint}", flush=True)
    groups = training.optimizer.param_groups
    base_rates = [group.setdefault("base_lr", group["lr"]) for group in groups]
    progress = _Progress(training, settings)
    crew = _Crew(training, settings)
    saved = time.monotonic()
    stop = _StopRequest()
    while (share := _share(training, settings)) < 1 and not stop.made:
        began = time.monotonic()
        rate = _rate(training.step, share, settings)
        for group, base in zip(groups, base_rates, strict=True):
            group["lr"] = base * rate
        figures = crew.accumulate(training.step)
        parameters = [p for group in groups for p in group["params"]]
        norm = nn.utils.clip_grad_norm_(parameters, settings.clip_norm)
        if torch.isfinite(norm):
            training.optimizer.step()
        training.optimizer.zero_grad(set_to_none=True)
        training.step += 1
        _average(training, settings.ema_decay)
        training.seconds += time.monotonic() - began
        progress.add({**figures, "norm": norm.item()}, _share(training, settings))
        if time.monotonic() - saved > settings.save_every_seconds:
            save_checkpoint(training, settings.checkpoint)
            saved = time.monotonic()
    stop.forget()
    save_checkpoint(training, settings.checkpoint)


def save_checkpoint(training: Training, path: Path) -> None:
    """Write modules, averages, optimiser and counters to `path`, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    torch.save(
        {
            "modules": {name: module.state_dict() for name, module in training.modules.items()},
            "averages": training.averages,
            "optimizer": training.optimizer.state_dict(),
            "step": training.step,
            "seconds": training.seconds,
            "batch": training.batch,
        },
        partial,
    )
    partial.replace(path)


def load_checkpoint(training: Training, path: Path) -> None:
    """Restore what `save_checkpoint` wrote into `training`."""
    state = torch.load(path, map_location=pick_device(), weights_only=True)
    for name, module in training.modules.items():
        module.load_state_dict(state["modules"][name])
    training.averages = state["averages"]
    training.optimizer.load_state_dict(state["optimizer"])
    training.step = state["step"]
    training.seconds = state["seconds"]


def load_averages(module: nn.Module, path: Path, *, name: str) -> None:
    """Fill `module` with the averaged weights that the checkpoint at `path` holds for `name`.

    Where the training kept no average, its last weights serve.
    """
    state = torch.load(path, map_location="cpu", weights_only=True, mmap=True)
    module.load_state_dict(state["averages"].get(name) or state["modules"][name])


class _Crew:
    """Workers that share parameters and take the parts of a step as they get free."""

    def __init__(self, training: Training, settings: LoopSettings) -> None:
        self._loss = training.loss
        self._parts = settings.parts
        self._replicas: list[Mapping[str, nn.Module]] = [training.modules]
        for _ in range(settings.workers - 1):
            self._replicas.append({k: replicate(m) for k, m in training.modules.items()})
        self._pool = ThreadPoolExecutor(settings.workers) if settings.workers > 1 else None
        if hasattr(training.optimizer, "executor"):
            training.optimizer.executor = self._pool
        self._lock = threading.Lock()
        self._next = 0

    def accumulate(self, step: int) -> dict[str, float]:
        """Leave the mean gradient of step `step` in the modules; return its mean figures."""
        self._next = 0
        if self._pool is None:
            figures = self._work(self._replicas[0], step)
        else:
            running = [self._pool.submit(self._work, held, step) for held in self._replicas]
            figures = [item for future in running for item in future.result()]
            for replica in self._replicas[1:]:
                for name, module in replica.items():
                    move_gradients(module, self._replicas[0][name])
        return {name: sum(item[name] for item in figures) / len(figures) for name in figures[0]}

    def _work(self, modules: Mapping[str, nn.Module], step: int) -> list[dict[str, float]]:
        figures = []
        while (part := self._take()) is not None:
            loss, more = self._loss(modules, step, part, self._parts)
            (loss / self._parts).backward()
            figures.append({"loss": loss.item(), **more})
        return figures

    def _take(self) -> int | None:
        with self._lock:
            if self._next == self._parts:
                return None
            self._next += 1
            return self._next - 1


def replicate(module: nn.Module) -> nn.Module:
    """A copy of `module` with its own gradients over the same parameters and buffers."""
    replica = copy.deepcopy(module)
    for held, shared in (
        (replica.parameters(), module.parameters()),
        (replica.buffers(), module.buffers()),
    ):
        for mine, theirs in zip(held, shared, strict=True):
            mine.data = theirs.data
    return replica


def move_gradients(source: nn.Module, target: nn.Module) -> None:
    """Add the gradients of a replica to those of its original, and leave none behind."""
    for mine, theirs in zip(source.parameters(), target.parameters(), strict=True):
        if mine.grad is None:
            continue
        if theirs.grad is None:
            theirs.grad = mine.grad
        else:
            theirs.grad += mine.grad
        mine.grad = None


def _share(training: Training, settings: LoopSettings) -> float:
    share = training.step / settings.steps
    if settings.minutes is not None:
        share = max(share, training.seconds / (60 * settings.minutes))
    return share


def _rate(step: int, share: float, settings: LoopSettings) -> float:
    """Warm up linearly, hold, then fall linearly over the last `decay_share`."""
    warm = min(1.0, (step + 1) / settings.warmup_steps) if settings.warmup_steps else 1.0
    fall = min(1.0, (1 - share) / settings.decay_share) if settings.decay_share else 1.0
    return warm * max(settings.final_lr_share, fall)


@torch.no_grad()
def _average(training: Training, decay: float) -> None:
    if not decay:
        return
    # A young average would remember the start for long: let it follow closely at first.
    decay = min(decay, (1 + training.step) / (10 + training.step))
    for name, module in training.modules.items():
        average = training.averages.setdefault(name, {})
        for key, value in module.state_dict().items():
            if key not in average:
                average[key] = value.clone()
            elif value.is_floating_point():
                average[key].lerp_(value, 1 - decay)


class _StopRequest:
    """Whether the process was asked to end (SIGTERM or Ctrl-C), so that it saves first."""

    def __init__(self) -> None:
        self.made = False
        self._before = {}
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGINT):
                self._before[number] = signal.signal(number, self._note)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.made = True

    def forget(self) -> None:
        """Give the signals back to whoever handled them before."""
        for number, handler in self._before.items():
            signal.signal(number, handler)


class _Progress:
    """Prints means of the last steps, samples a second, and the time left."""

    def __init__(self, training: Training, settings: LoopSettings) -> None:
        self._training = training
        self._settings = settings
        self._sums: dict[str, float] = {}
        self._counts: dict[str, int] = {}
        self._steps = 0
        self._began = time.monotonic()
        self._cpu = time.process_time()
        self._start_share = _share(training, settings)
        self._start = self._began

    def add(self, parts: dict[str, float], share: float) -> None:
        for name, value in parts.items():
            self._sums[name] = self._sums.get(name, 0.0) + value
            self._counts[name] = self._counts.get(name, 0) + 1
        self._steps += 1
        if self._steps == self._settings.report_every or share >= 1:
            self._print(share)

    def _print(self, share: float) -> None:
        now, cpu = time.monotonic(), time.process_time()
        speed = self._steps * self._training.batch / max(now - self._began, 1e-9)
        gained = share - self._start_share
        left = (now - self._start) / gained * (1 - share) if gained > 0 else float("nan")
        means = " ".join(f"{k} {v / self._counts[k]:.4f}" for k, v in self._sums.items())
        cores = (cpu - self._cpu) / max(now - self._began, 1e-9)
        print(
            f"{time.strftime('%H:%M:%S')} step {self._training.step} {means}"
            f" | {speed:.1f} samples/s, {cores:.2f} cores, {left / 60:.0f} min left",
            file=sys.stdout,
            flush=True,
        )
        self._sums, self._counts, self._steps = {}, {}, 0
        self._began, self._cpu = now, cpu
