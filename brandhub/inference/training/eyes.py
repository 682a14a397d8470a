"""Finds the two eyes of a drawn face, so that an adapter's pictures can be turned to look at you.

The base model knows faces in one place only (see ``corpus.compose``). A brand's art has them
anywhere, tilted and of any size, and from a dozen pictures nobody learns where; their eyes and
mouths come out smeared. Whoever knows where the eyes are can bring them to that place first.

The network looks at 96 px and says for each of 24 × 24 cells how likely an eye lies there, or that
none is to be seen. It learns from the corpus's drawings, whose eyes are known, turned, shrunk,
shifted and recoloured at random; families kept from the base model are kept from it, too.

``python -m brandhub.inference.training.eyes weights/avatar-mini-eyes --minutes 10``
"""

from __future__ import annotations

import argparse
import json
import math
import random
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from brandhub.inference.training.corpus.compose import (
    EYE_HALF,
    EYE_LEVEL,
    STYLES,
    SUBJECTS,
    paint,
)
from brandhub.inference.training.loop import LoopSettings, Training, run_loop, step_generator
from brandhub.inference.training.towers import Residual, channels_last

SIDE: Final = 96
CELLS: Final = 24
WIDTHS: Final = (24, 48)
#: Cells within which an eye's likelihood counts as one find.
_REACH: Final = 2
#: Deviation of the target around an eye, in cells.
_SPREAD: Final = 0.8
#: What a pair of eyes must be to be believed: sure, and of these distances in shares of the side.
SURE: Final = 0.5
CLOSEST, WIDEST = 0.06, 0.7
STEEPEST: Final = math.radians(30)
#: Blocks have no eyes of their own place in the corpus.
_STYLES: Final = tuple(style for style in STYLES if style != "voxel")


@dataclass(frozen=True, slots=True)
class Eyes:
    """The eye on the picture's left and the one on its right, as (x, y) in shares of the side."""

    left: tuple[float, float]
    right: tuple[float, float]
    #: The less certain of the two, 0 to 1.
    sureness: float


class EyeFinder(nn.Module):
    """A convolutional network of 0.2 M parameters that keeps places apart."""

    def __init__(self) -> None:
        super().__init__()
        outer, inner = WIDTHS
        self.stem = nn.Sequential(
            nn.Conv2d(3, outer, 5, stride=2, padding=2, bias=False),
            nn.BatchNorm2d(outer),
            nn.ReLU(inplace=True),
            nn.Conv2d(outer, inner, 3, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(inner),
            nn.ReLU(inplace=True),
        )
        self.blocks = nn.Sequential(*(Residual(inner, dilation) for dilation in (1, 2, 4, 8, 2)))
        self.places = nn.Conv2d(inner, 2, 1)
        self.absent = nn.Linear(2 * inner, 2)

    def forward(self, images: Tensor) -> Tensor:
        """Logits (n, 2, 24 · 24 + 1) of left and right eye, the last for "none is to be seen",
        from (n, 3, 96, 96) in [-1, 1], sRGB.
        """
        held = self.blocks(self.stem(images))
        places = self.places(held).flatten(2)
        pooled = torch.cat([held.mean((2, 3)), held.amax((2, 3))], dim=1)
        return torch.cat([places, self.absent(pooled)[..., None]], dim=2)

    @torch.no_grad()
    def find(self, images: NDArray[np.uint8]) -> list[Eyes | None]:
        """The eyes in each of (n, h, w, 3) uint8 sRGB, squares; None where no pair is certain.

        Each picture is looked at as it is and mirrored, and the mean of both counts.
        """
        self.eval()
        pixels = torch.from_numpy(np.ascontiguousarray(images.transpose(0, 3, 1, 2))).float()
        pixels = F.interpolate(pixels / 127.5 - 1, (SIDE, SIDE), mode="area")
        seen = self(pixels).softmax(2)
        turned = self(pixels.flip(-1)).softmax(2)
        count = len(images)
        cells = turned[..., :-1].reshape(count, 2, CELLS, CELLS).flip(-1).flip(1)
        shares = (seen[..., :-1].reshape(count, 2, CELLS, CELLS) + cells) / 2
        return [_pair(each.numpy()) for each in shares]

    def save(self, folder: Path) -> None:
        """Write ``eyes.safetensors`` in half precision."""
        folder.mkdir(parents=True, exist_ok=True)
        state = {
            name: (held.half() if held.is_floating_point() else held).contiguous()
            for name, held in self.state_dict().items()
        }
        save_file(state, folder / "eyes.safetensors")

    @classmethod
    def load(cls, folder: Path) -> EyeFinder:
        """Read what ``save`` wrote, in single precision."""
        model = cls()
        state = load_file(folder / "eyes.safetensors")
        model.load_state_dict(
            {
                name: held.float() if held.is_floating_point() else held
                for name, held in state.items()
            }
        )
        return model.eval()


def _pair(shares: NDArray[np.float32]) -> Eyes | None:
    """The eyes of one picture from shares (2, 24, 24), if they can be a pair."""
    (left, sure_left), (right, sure_right) = (_peak(each) for each in shares)
    across, down = right[0] - left[0], right[1] - left[1]
    apart = math.hypot(across, down)
    sureness = min(sure_left, sure_right)
    tilt = abs(math.atan2(down, across))
    if sureness < SURE or not CLOSEST <= apart <= WIDEST or tilt > STEEPEST:
        return None
    return Eyes(left, right, sureness)


def _peak(shares: NDArray[np.float32]) -> tuple[tuple[float, float], float]:
    """Where most of it lies, between the cells, and how much."""
    row, column = divmod(int(shares.argmax()), CELLS)
    top, side = max(row - _REACH, 0), max(column - _REACH, 0)
    near = shares[top : row + _REACH + 1, side : column + _REACH + 1]
    total = max(float(near.sum()), 1e-9)
    y = float((near.sum(1) * np.arange(top, top + near.shape[0])).sum()) / total
    x = float((near.sum(0) * np.arange(side, side + near.shape[1])).sum()) / total
    return ((x + 0.5) / CELLS, (y + 0.5) / CELLS), total


def draw_faces(count: int, *, seed: str = "eyes") -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Pictures (count, 128, 128, 3) uint8 sRGB of the corpus's kinds, and where their eyes are:
    (count, 2, 2), left and right, x and y in shares of the side.
    """
    kinds = [(subject, style) for style in _STYLES for subject in SUBJECTS]
    pictures, eyes = [], []
    for number in range(1, count + 1):
        subject, style = kinds[number % len(kinds)]
        picture, drawing = paint(subject, style, random.Random(f"{seed}:{number - 1}"))
        pictures.append(picture.reshape(128, 2, 128, 2, 3).mean((1, 3)).round().astype(np.uint8))
        eyes.append(drawing.eyes)
    return np.stack(pictures), np.asarray(eyes, dtype=np.float32)


def _examples(
    pictures: NDArray[np.uint8],
    eyes: NDArray[np.float32],
    count: int,
    generator: torch.Generator,
) -> tuple[Tensor, Tensor]:
    """Pictures (count, 3, 96, 96) in [-1, 1], sRGB, and where their eyes went: (count, 2, 2), x and
    y from -1 at the picture's edge to 1 at the other.
    """

    def draw(low: float, high: float) -> Tensor:
        return low + (high - low) * torch.rand(count, generator=generator)

    rows = torch.randint(len(pictures), (count,), generator=generator).numpy()
    images = torch.from_numpy(pictures[rows].transpose(0, 3, 1, 2).copy()).float() / 127.5 - 1
    points = torch.from_numpy(eyes[rows]) * 2 - 1
    # From a place in the result to one in the drawing: turned, scaled, shifted.
    angle = torch.randn(count, generator=generator).clamp(-2.5, 2.5) * math.radians(16)
    zoom = torch.exp(draw(math.log(0.7), math.log(2.0)))
    flip = torch.where(torch.rand(count, generator=generator) < 0.5, -1.0, 1.0)
    cosine, sine = torch.cos(angle) * zoom, torch.sin(angle) * zoom
    turn = torch.stack(
        [torch.stack([cosine * flip, -sine * flip], 1), torch.stack([sine, cosine], 1)], 1
    )
    middle = torch.stack([draw(-0.5, 0.5), draw(-0.45, 0.45)], 1)
    # The face's middle goes to `middle`, sometimes out of the picture.
    shift = points.mean(1) - (turn @ middle[..., None])[..., 0]
    grid = F.affine_grid(
        torch.cat([turn, shift[..., None]], 2), [count, 3, SIDE, SIDE], align_corners=False
    )
    images = F.grid_sample(images, grid, padding_mode="border", align_corners=False)
    moved = (torch.linalg.inv(turn)[:, None] @ (points - shift[:, None])[..., None])[..., 0]
    moved = torch.where((flip < 0)[:, None, None], moved.flip(1), moved)
    return _recoloured(images, generator), moved


def _recoloured(images: Tensor, generator: torch.Generator) -> Tensor:
    """Channels exchanged, negatives, contrast and noise: a brand's colours are anybody's."""
    count = len(images)
    order = torch.stack([torch.randperm(3, generator=generator) for _ in range(count)])
    images = torch.gather(images, 1, order[..., None, None].expand_as(images))
    negative = torch.rand(count, 1, 1, 1, generator=generator) < 0.25
    images = torch.where(negative, -images, images)
    contrast = 0.6 + 0.6 * torch.rand(count, 1, 1, 1, generator=generator)
    light = 0.5 * torch.rand(count, 3, 1, 1, generator=generator) - 0.25
    noise = 0.05 * torch.randn(images.shape, generator=generator)
    return (images * contrast + light + noise).clamp(-1, 1)


def _targets(points: Tensor) -> Tensor:
    """Likelihoods (n, 2, 24 · 24 + 1) around the eyes at `points` in [-1, 1] of the side."""
    place = (points + 1) / 2 * CELLS - 0.5
    cells = torch.arange(CELLS, dtype=torch.float32)
    across = (cells - place[..., :1]) ** 2
    down = (cells - place[..., 1:]) ** 2
    near = torch.exp(-(down[..., :, None] + across[..., None, :]) / (2 * _SPREAD**2)).flatten(2)
    seen = (points.abs() < 1).all(2, keepdim=True)
    near = near / near.sum(2, keepdim=True).clamp_min(1e-9) * seen
    return torch.cat([near, (~seen).float()], 2)


def train_eyes(
    pictures: NDArray[np.uint8],
    eyes: NDArray[np.float32],
    settings: LoopSettings,
    *,
    seed: int = 1,
    batch: int = 64,
) -> EyeFinder:
    """Train on what `draw_faces` drew until `settings` says enough."""
    torch.manual_seed(seed)
    model = channels_last(EyeFinder())
    model.train()

    def loss(
        modules: Mapping[str, nn.Module], step: int, part: int, parts: int
    ) -> tuple[Tensor, dict[str, float]]:
        generator = step_generator(seed, step, part)
        images, points = _examples(pictures, eyes, batch // parts, generator)
        logits = modules["eyes"](images.contiguous(memory_format=torch.channels_last))
        return -(_targets(points) * logits.log_softmax(2)).sum(2).mean(), {}

    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=0.01)
    run_loop(Training({"eyes": model}, optimizer, loss, batch), settings)
    return model.eval()


def accuracy(
    model: EyeFinder, pictures: NDArray[np.uint8], eyes: NDArray[np.float32], *, count: int = 512
) -> dict[str, float]:
    """Of drawings moved and recoloured at random, both eyes in the picture: the share in which a
    pair is found, and of these the share whose eyes are both within a quarter of their distance.
    """
    images, points = _examples(pictures, eyes, count, step_generator(0, 0))
    held = (points.abs() < 0.95).all(2).all(1)
    shown = ((images[held] + 1) * 127.5).round().byte().permute(0, 2, 3, 1).numpy()
    found = model.find(shown)
    right = 0
    for each, place in zip(found, ((points[held] + 1) / 2).tolist(), strict=True):
        if each is not None:
            near = math.dist(*place) / 4
            right += (
                math.dist(each.left, place[0]) < near and math.dist(each.right, place[1]) < near
            )
    pairs = sum(each is not None for each in found)
    return {"found": pairs / len(found), "right": right / max(pairs, 1)}


def main(arguments: list[str] | None = None) -> None:
    """Draw faces, train on them, and write the network and where the corpus has the eyes."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--pictures", type=int, default=4000)
    parser.add_argument("--state", type=Path, default=Path("eyes.pt"))
    options = parser.parse_args(arguments)
    pictures, eyes = draw_faces(options.pictures)
    settings = LoopSettings(checkpoint=options.state, steps=1_000_000, minutes=options.minutes)
    model = train_eyes(pictures, eyes, settings)
    model.save(options.out)
    place = {"level": EYE_LEVEL / 100, "half": EYE_HALF / 100}
    (options.out / "place.json").write_text(json.dumps(place) + "\n", encoding="utf-8")
    for name, share in accuracy(model, *draw_faces(512, seed="unseen")).items():
        print(f"{name} {100 * share:.1f} %")


if __name__ == "__main__":
    main()
