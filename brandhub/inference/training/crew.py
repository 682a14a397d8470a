"""Workers that learn from the parts of one step at the same time, as repeatably as one would."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from peft.helpers import disable_input_dtype_casting
from torch import Tensor

from brandhub.inference.diffusers_backend.device import Device

from .loop import move_gradients, replicate


@dataclass(frozen=True, slots=True)
class Examples:
    """What a step learns from, a row each: noisy latents, their times and texts, and the target.

    `weights` are each row's share of the loss; over a whole step they add up to 1.
    """

    noisy: Tensor
    times: Tensor
    texts: Tensor
    target: Tensor
    weights: Tensor

    def part(self, index: int, parts: int) -> Examples:
        """Every `parts`-th row, from `index` on."""
        own = slice(index, None, parts)
        return Examples(
            self.noisy[own], self.times[own], self.texts[own], self.target[own], self.weights[own]
        )


class Crew:
    """Works through a step's examples in equal parts, one for each worker.

    Workers are threads with a replica of the denoiser each over shared weights: on a CPU they wait
    for each other once a step, where threads inside each operation do hundreds of times. Parts go
    by the worker's number and gradients are added up in that order, so that equal steps of equally
    many workers end in equal bits.
    """

    def __init__(self, replicas: Sequence[Any], pool: ThreadPoolExecutor, device: Device) -> None:
        self._replicas = replicas
        self._pool = pool
        self._device = device

    def accumulate(self, examples: Examples) -> float:
        """Leave the gradient of the examples' loss in the denoiser; return the loss."""
        parts = min(len(self._replicas), len(examples.weights))
        running = [
            self._pool.submit(self._work, self._replicas[index], examples.part(index, parts))
            for index in range(parts)
        ]
        loss = sum(each.result() for each in running)
        for replica in self._replicas[1:]:
            move_gradients(replica, self._replicas[0])
        return loss

    def _work(self, unet: Any, examples: Examples) -> float:
        with self._device.arithmetic():
            output = unet(
                examples.noisy,
                examples.times,
                encoder_hidden_states=examples.texts,
                return_dict=False,
            )[0]
        error = (output.float() - examples.target).square().mean(dim=(1, 2, 3))
        loss = (error * examples.weights).sum()
        loss.backward()
        return float(loss.item())


@contextmanager
def gathered(unet: Any, device: Device) -> Iterator[Crew]:
    """As many workers as the device has threads, which they are instead of; one on a GPU."""
    workers = 1 if device.is_cuda else device.threads
    replicas = [unet.train(), *(replicate(unet) for _ in range(workers - 1))]
    with ExitStack() as held:
        for each in replicas:
            # Autocast brings the layers' inputs into their format; PEFT would first copy each of
            # them into the weights' own, which autocast then undoes.
            held.enter_context(disable_input_dtype_casting(each))
        if workers > 1:
            torch.set_num_threads(1)
            held.callback(torch.set_num_threads, device.threads)
        pool = ThreadPoolExecutor(workers, initializer=torch.set_num_threads, initargs=(1,))
        yield Crew(replicas, held.enter_context(pool), device)
