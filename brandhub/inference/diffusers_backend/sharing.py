"""Which images of a batch share a forward pass: as many as fit, if no bit of them changes by it.

No image sees another in a network without batch statistics, yet its numbers may depend on how many
there are: libraries choose kernels by the number of rows, and kernels differ in the order of their
sums. Measured with torch 2.13 on an AVX-512 BF16 CPU: bfloat16 autocast gives equal bits for every
number of rows; in float32, MKL's matrix product does not for fewer than four rows (the time
embedding has as many rows as there are images), nor oneDNN's convolution for one, and 25 steps
carry that to 1/255 in a handful of pixels.

Which kernel is chosen depends on shapes, never on values. So one pass over noise tells, for each
combination of shapes, what all later passes will do. What adapters add has no part in it: it is
multiplied for each image apart (see `adapters.RowAdapters`).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from typing import Any

import torch

from brandhub.inference.diffusers_backend.device import Device, is_out_of_memory


@dataclass(frozen=True, slots=True)
class Chunk:
    """The images `start` to `stop - 1` of a batch, which share every forward pass."""

    start: int
    stop: int

    def __len__(self) -> int:
        return self.stop - self.start


@dataclass(frozen=True, slots=True)
class PassShape:
    """What the kernels of a forward pass are chosen by.

    `rows_each` is 2 with classifier-free guidance and 1 without; `height` and `width` are of the
    latents, `tokens` of the text.
    """

    images: int
    rows_each: int
    height: int
    width: int
    tokens: int


def rows_are_independent(unet: Any, shape: PassShape) -> bool:
    """Whether images in one pass of this shape get exactly the outputs that each gets alone.

    Compares the first and the last image of a pass over noise with the same alone. To be called in
    the context of the passes that are meant.
    """
    generator = torch.Generator().manual_seed(0)
    rows = shape.images * shape.rows_each

    def noise(*size: int) -> torch.Tensor:
        return torch.randn(size, generator=generator).to(unet.device)

    latents = noise(rows, unet.config.in_channels, shape.height, shape.width)
    text = noise(rows, shape.tokens, unet.config.cross_attention_dim)
    timestep = torch.tensor(500, device=unet.device)
    together = unet(latents, timestep, encoder_hidden_states=text, return_dict=False)[0]
    for image in {0, shape.images - 1}:
        # Guidance stacks all unconditional rows before all conditional ones.
        mine = [image + half * shape.images for half in range(shape.rows_each)]
        alone = unet(latents[mine], timestep, encoder_hidden_states=text[mine], return_dict=False)
        if not torch.equal(together[mine], alone[0]):
            return False
    return True


class Sharing:
    """Cuts batches of one model into chunks, remembering what the probes found."""

    def __init__(self, unet: Any, device: Device, max_forward: int) -> None:
        self._unet = unet
        self._device = device
        self._max_forward = max_forward
        self._independent: dict[PassShape, bool] = {}

    def cut(
        self,
        shape: PassShape,
        start: int,
        stop: int,
        limit: int | None = None,
    ) -> deque[Chunk]:
        """The images `start` to `stop - 1` in chunks of at most `limit`, in order.

        `shape` is of their passes, its number of images apart. On a device that must be exact,
        images whose bits would change in company get chunks of their own.
        """
        chunks: deque[Chunk] = deque()
        while start < stop:
            most = min(limit or self._max_forward, stop - start)
            size = self._size(shape, most)
            chunks.append(Chunk(start, start + size))
            start += size
        return chunks

    def _size(self, shape: PassShape, most: int) -> int:
        if not self._device.exact:
            return most
        while most > 1:
            probe = replace(shape, images=most)
            try:
                if probe not in self._independent:
                    with self._device.arithmetic():
                        self._independent[probe] = rows_are_independent(self._unet, probe)
                return most if self._independent[probe] else 1
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error):
                    raise
            self._device.release()
            most = (most + 1) // 2
        return 1
