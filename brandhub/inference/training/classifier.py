"""Reads tags back from pictures: the judge of what a model drew.

It is trained on real pictures alone and never on a model's, and its own accuracy on held-out real
ones stands beside every figure that it gives.

``python -m brandhub.inference.training.classifier CORPUS OUT --minutes 15``
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from brandhub.inference.diffusers_backend.device import bfloat16_if_fast
from brandhub.inference.training.corpus.store import CorpusDataset
from brandhub.inference.training.loop import LoopSettings, Training, run_loop, step_generator
from brandhub.inference.training.optimizers import build_optimizer
from brandhub.inference.training.towers import (
    FEATURES,
    INPUT_SIZE,
    OUTER_LAYERS,
    WIDTHS,
    ImageTower,
    channels_last,
)
from brandhub.vocabulary import CATEGORIES, Tags, tag_names

NONE = "none"
# Age "adult" looks like no age at all, so it isn't told apart from it.
_SAME_AS_NONE = frozenset({"age:adult"})
_ALWAYS_THERE = frozenset({"style", "subject", "expression", "color", "background"})


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to tell: a category with its answers, or one value that is there or not."""

    name: str
    answers: tuple[str, ...]

    def answer(self, tags: Tags) -> int:
        """Index of the right answer for a picture of these tags."""
        held, _, value = self.name.partition(":")
        if value:
            return int(value in tag_names(tags, held))
        name = tags.get(held)
        if not isinstance(name, str) or name not in self.answers:
            return self.answers.index(NONE)
        return self.answers.index(name)


def questions() -> tuple[Question, ...]:
    """Every question that the vocabulary's drawn values pose."""
    found: list[Question] = []
    for held in CATEGORIES:
        names = [v.name for v in held.drawn if v.tag not in _SAME_AS_NONE]
        if not names:
            continue
        if held.multiple:
            found.extend(Question(f"{held.name}:{name}", (NONE, name)) for name in names)
        else:
            none = () if held.name in _ALWAYS_THERE else (NONE,)
            found.append(Question(held.name, (*none, *names)))
    return tuple(found)


class TagClassifier(nn.Module):
    """An image tower with one linear head a question."""

    def __init__(
        self,
        held: Sequence[Question],
        widths: tuple[int, ...] = WIDTHS,
        features: int = FEATURES,
    ) -> None:
        super().__init__()
        self.questions = tuple(held)
        self.widths, self.features = widths, features
        self.tower = ImageTower(widths, features)
        self.heads = nn.Linear(features, sum(len(q.answers) for q in self.questions))

    def forward(self, images: Tensor) -> tuple[Tensor, ...]:
        """Logits for each question, from (n, 3, 128, 128) in [-1, 1], sRGB."""
        logits = self.heads(torch.relu(self.tower(images)))
        return torch.split(logits, [len(q.answers) for q in self.questions], dim=1)

    @torch.no_grad()
    def read(self, images: NDArray[np.uint8], *, batch: int = 64) -> dict[str, NDArray[np.float32]]:
        """Probabilities (n, answers) for each question's name, from (n, 3, h, w) uint8 sRGB."""
        self.eval()
        parts: list[tuple[Tensor, ...]] = []
        for start in range(0, len(images), batch):
            with torch.autocast("cpu", torch.bfloat16):
                logits = self(to_input(images[start : start + batch]))
            parts.append(tuple(F.softmax(held.float(), dim=1) for held in logits))
        return {
            q.name: torch.cat([part[i] for part in parts]).numpy()
            for i, q in enumerate(self.questions)
        }

    def read_tags(self, images: NDArray[np.uint8]) -> list[dict[str, str | tuple[str, ...]]]:
        """The likeliest tags of each picture (n, 3, h, w) uint8 sRGB."""
        read = self.read(images)
        found: list[dict[str, str | tuple[str, ...]]] = []
        for row in range(len(images)):
            tags: dict[str, str | tuple[str, ...]] = {}
            for q in self.questions:
                answer = q.answers[int(read[q.name][row].argmax())]
                held, _, value = q.name.partition(":")
                if answer == NONE:
                    continue
                tags[held] = (*tag_names(tags, held), value) if value else answer
            found.append(tags)
        return found

    def save(self, folder: Path) -> None:
        """Write ``classifier.safetensors`` (half precision) and ``classifier.json``."""
        folder.mkdir(parents=True, exist_ok=True)
        state = {
            name: held.half() if held.is_floating_point() else held
            for name, held in self.state_dict().items()
        }
        save_file({k: v.contiguous() for k, v in state.items()}, folder / "classifier.safetensors")
        config = {
            "widths": self.widths,
            "features": self.features,
            "questions": [[q.name, q.answers] for q in self.questions],
        }
        text = json.dumps(config, indent=1, ensure_ascii=False)
        (folder / "classifier.json").write_text(text + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> TagClassifier:
        """Read what ``save`` wrote, in single precision, ready to judge."""
        config = json.loads((folder / "classifier.json").read_text(encoding="utf-8"))
        held = [Question(name, tuple(answers)) for name, answers in config["questions"]]
        model = cls(held, tuple(config["widths"]), config["features"])
        state = load_file(folder / "classifier.safetensors")
        model.load_state_dict(
            {name: t.float() if t.is_floating_point() else t for name, t in state.items()}
        )
        return channels_last(model.eval())


def to_input(images: NDArray[np.uint8]) -> Tensor:
    """(n, 3, h, w) uint8 sRGB to (n, 3, 128, 128) in [-1, 1]; larger pictures are averaged."""
    tensor = torch.from_numpy(np.ascontiguousarray(images)).float() / 127.5 - 1
    if tensor.shape[-1] != INPUT_SIZE:
        tensor = F.interpolate(tensor, (INPUT_SIZE, INPUT_SIZE), mode="area")
    return tensor.contiguous(memory_format=torch.channels_last)


def augment(images: Tensor, generator: torch.Generator) -> Tensor:
    """Shifts, blur and noise, which a model's pictures have and renders lack; colours stay."""
    count, size = images.shape[0], images.shape[-1]
    pad = 6
    padded = F.pad(images, (pad,) * 4, mode="replicate")
    dx, dy = torch.randint(0, 2 * pad + 1, (2,), generator=generator).tolist()
    images = padded[..., dy : dy + size, dx : dx + size]
    blurred = torch.rand(count, generator=generator) < 0.5
    if blurred.any():
        small = round(size / (1 + 1.2 * torch.rand(1, generator=generator).item()))
        low = F.interpolate(images, (small, small), mode="area")
        soft = F.interpolate(low, (size, size), mode="bilinear")
        images = torch.where(blurred[:, None, None, None], soft, images)
    strength = 0.08 * torch.rand(count, 1, 1, 1, generator=generator)
    return images + strength * torch.randn(images.shape, generator=generator)


class LabelledPictures:
    """Batches of pictures with the answers to each question, drawn by step."""

    def __init__(self, dataset: CorpusDataset, held: Sequence[Question]) -> None:
        self.dataset = dataset
        self.answers = torch.tensor(
            [[q.answer(dataset.tags(i)) for q in held] for i in range(len(dataset))],
            dtype=torch.uint8,
        )

    def batch(self, generator: torch.Generator, size: int) -> tuple[list[int], Tensor, Tensor]:
        """(rows, images (n, 3, 128, 128) in [-1, 1], answers (n, questions))."""
        rows = torch.randint(len(self.dataset), (size,), generator=generator).tolist()
        images = to_input(np.stack([self.dataset.image(row) for row in rows]))
        return rows, images, self.answers[rows].long()


def train_classifier(
    dataset: CorpusDataset,
    settings: LoopSettings,
    *,
    seed: int = 1,
    batch: int = 64,
    lr: float = 2e-3,
    widths: tuple[int, ...] = WIDTHS,
) -> TagClassifier:
    """Train on ``dataset`` until ``settings`` says enough, resuming from its checkpoint."""
    torch.manual_seed(seed)
    held = questions()
    model = channels_last(TagClassifier(held, widths))
    pictures = LabelledPictures(dataset, held)
    model.train()

    def loss(
        modules: Mapping[str, nn.Module], step: int, part: int, parts: int
    ) -> tuple[Tensor, dict[str, float]]:
        generator = step_generator(seed, step, part)
        _, images, answers = pictures.batch(generator, batch // parts)
        images = augment(images, generator).contiguous(memory_format=torch.channels_last)
        with bfloat16_if_fast("cpu"):
            logits = modules["classifier"](images)
        losses = [F.cross_entropy(one.float(), answers[:, i]) for i, one in enumerate(logits)]
        return torch.stack(losses).sum(), {}

    optimizer = build_optimizer([model], lr=lr, except_in=OUTER_LAYERS)
    run_loop(Training({"classifier": model}, optimizer, loss, batch), settings)
    return model.eval()


def accuracies(
    model: TagClassifier, dataset: CorpusDataset, *, limit: int = 1000
) -> dict[str, float]:
    """Share of right answers by question on real pictures; accessories are averaged into one.

    Accessories count as recall on what is there and specificity on what isn't, half each, since
    most pictures lack most of them.
    """
    rows = range(min(limit, len(dataset)))
    images = np.stack([dataset.image(row) for row in rows])
    read = model.read(images)
    shares: dict[str, float] = {}
    balanced: dict[str, list[float]] = {}
    for q in model.questions:
        right = np.array([q.answer(dataset.tags(row)) for row in rows])
        hit = read[q.name].argmax(1) == right
        held, _, value = q.name.partition(":")
        if value:
            there, absent = hit[right == 1], hit[right == 0]
            if len(there) and len(absent):
                balanced.setdefault(held, []).append((there.mean() + absent.mean()) / 2)
        else:
            shares[q.name] = float(hit.mean())
    shares.update({held: float(np.mean(each)) for held, each in balanced.items()})
    return {held.name: shares[held.name] for held in CATEGORIES if held.name in shares}


def main(arguments: list[str] | None = None) -> None:
    """Train the classifier on a corpus and write it with its own accuracy."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--minutes", type=float, default=15)
    parser.add_argument("--checkpoint", type=Path, default=Path("var/training/classifier.pt"))
    parser.add_argument("--steps", type=int, default=20_000)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    torch.set_num_threads(chosen.threads)
    settings = LoopSettings(
        chosen.checkpoint,
        steps=chosen.steps,
        minutes=chosen.minutes,
        decay_share=0.5,
        save_every_seconds=120,
        report_every=50,
    )
    model = train_classifier(CorpusDataset(chosen.corpus), settings, seed=chosen.seed)
    model.save(chosen.out)
    held_out = accuracies(model, CorpusDataset(chosen.corpus, split="held_out"))
    print(json.dumps({name: round(share, 4) for name, share in held_out.items()}, indent=1))


if __name__ == "__main__":
    main()
