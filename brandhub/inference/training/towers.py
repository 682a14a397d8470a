"""The small image and text networks under the tag classifier and the aligner."""

from __future__ import annotations

import itertools
from typing import TypeVar

import torch
from torch import Tensor, nn

WIDTHS = (24, 48, 96, 160)
FEATURES = 256
INPUT_SIZE = 128
# Parameters that an optimiser for hidden matrices leaves to another: first layer, tables, heads.
OUTER_LAYERS = ("layers.0.0", "tokens", "positions", "heads", "scale", "bias")


_Module = TypeVar("_Module", bound=nn.Module)


def channels_last(module: _Module) -> _Module:
    """The module with its kernels in the layout that CPU convolutions run fastest in."""
    return module.to(memory_format=torch.channels_last)  # type: ignore[call-overload,no-any-return]


class Residual(nn.Module):
    """Two convolutions beside a way straight through; the first looks `dilation` pixels far."""

    def __init__(self, width: int, dilation: int = 1) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(width, width, 3, padding=dilation, dilation=dilation, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(inplace=True),
            nn.Conv2d(width, width, 3, padding=1, bias=False),
            nn.BatchNorm2d(width),
        )

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(x + self.body(x))


def _down(inner: int, outer: int, kernel: int = 3) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inner, outer, kernel, stride=2, padding=kernel // 2, bias=False),
        nn.BatchNorm2d(outer),
        nn.ReLU(inplace=True),
    )


class ImageTower(nn.Module):
    """A convolutional network from (n, 3, 128, 128) in [-1, 1], sRGB, to (n, ``features``).

    Mean and maximum over the picture are both kept: a colour is everywhere, a wink in one place.
    """

    def __init__(self, widths: tuple[int, ...] = WIDTHS, features: int = FEATURES) -> None:
        super().__init__()
        layers: list[nn.Module] = [_down(3, widths[0], 5)]
        for inner, outer in itertools.pairwise(widths):
            layers.append(_down(inner, outer))
        layers[3:3] = [Residual(widths[2])]
        layers.append(Residual(widths[-1]))
        self.layers = nn.Sequential(*layers)
        self.out = nn.Linear(2 * widths[-1], features)

    def forward(self, images: Tensor) -> Tensor:
        held = self.layers(images)
        pooled = torch.cat([held.mean((2, 3)), held.amax((2, 3))], dim=1)
        return self.out(pooled)


class TextTower(nn.Module):
    """A two-layer transformer from token ids (n, length) to (n, ``features``).

    Positions after the first end token are masked out; the mean of the others is projected.
    """

    def __init__(
        self,
        vocabulary: int,
        end_token: int,
        width: int = 128,
        layers: int = 2,
        positions: int = 64,
        features: int = FEATURES,
    ) -> None:
        super().__init__()
        self.end_token = end_token
        self.tokens = nn.Embedding(vocabulary, width)
        self.positions = nn.Parameter(torch.zeros(positions, width))
        nn.init.normal_(self.tokens.weight, std=0.05)
        nn.init.normal_(self.positions, std=0.02)
        block = nn.TransformerEncoderLayer(
            width, 4, 4 * width, dropout=0.0, activation="gelu", batch_first=True, norm_first=True
        )
        self.blocks = nn.TransformerEncoder(block, layers, enable_nested_tensor=False)
        self.norm = nn.LayerNorm(width)
        self.out = nn.Linear(width, features)

    def forward(self, ids: Tensor) -> Tensor:
        after_end = ((ids == self.end_token).cumsum(1) - (ids == self.end_token).int()) > 0
        held = self.tokens(ids) + self.positions[: ids.shape[1]]
        held = self.norm(self.blocks(held, src_key_padding_mask=after_end))
        seen = (~after_end).unsqueeze(-1).to(held.dtype)
        return self.out((held * seen).sum(1) / seen.sum(1))
