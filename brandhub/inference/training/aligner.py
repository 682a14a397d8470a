"""A small pair of image and text towers that tells how well a picture answers a prompt.

It ranks candidates, and its image features measure how far a model's pictures are from real ones.
Since every real picture is labelled, the towers are trained on whether a caption is true of a
picture, for every pair in a batch, and not merely on which pairs belong together.

``python -m brandhub.inference.training.aligner CORPUS OUT --tokenizer DIR --minutes 20``
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor, nn

from brandhub.inference.diffusers_backend.device import bfloat16_if_fast
from brandhub.inference.training.classifier import (
    LabelledPictures,
    TagClassifier,
    augment,
    questions,
    to_input,
)
from brandhub.inference.training.corpus.store import CorpusDataset
from brandhub.inference.training.loop import LoopSettings, Training, run_loop, step_generator
from brandhub.inference.training.optimizers import build_optimizer
from brandhub.inference.training.towers import (
    FEATURES,
    OUTER_LAYERS,
    WIDTHS,
    ImageTower,
    TextTower,
    channels_last,
)
from brandhub.vocabulary import Language, Tags, category, compose_caption, tag_names

END_TOKEN = "<|endoftext|>"  # noqa: S105 -- a token of text, not of access
LENGTH = 64


class Aligner(nn.Module):
    """Image and text towers into one space; ``forward`` gives the logit of "this is true"."""

    def __init__(
        self,
        tokenizer: Tokenizer,
        widths: tuple[int, ...] = WIDTHS,
        features: int = FEATURES,
        text_width: int = 128,
    ) -> None:
        super().__init__()
        self.tokenizer = tokenizer
        self.config = {"widths": widths, "features": features, "text_width": text_width}
        end = tokenizer.token_to_id(END_TOKEN)
        if end is None:
            raise ValueError(f"The tokenizer has no {END_TOKEN}.")
        tokenizer.enable_truncation(LENGTH)
        tokenizer.enable_padding(length=LENGTH, pad_id=end, pad_token=END_TOKEN)
        self.image = ImageTower(widths, features)
        self.text = TextTower(tokenizer.get_vocab_size(), end, text_width, features=features)
        self.scale = nn.Parameter(torch.tensor(2.3))
        self.bias = nn.Parameter(torch.tensor(-4.0))

    def tokenize(self, prompts: Sequence[str]) -> Tensor:
        """Token ids (n, 64), cut and padded."""
        return torch.tensor([held.ids for held in self.tokenizer.encode_batch(list(prompts))])

    def forward(self, texts: Tensor, images: Tensor) -> Tensor:
        """Logits (texts, images) that a text is true of an image, from both embeddings."""
        return self.scale.exp() * texts @ images.T + self.bias

    @torch.no_grad()
    def embed_images(self, images: NDArray[np.uint8], *, batch: int = 64) -> NDArray[np.float32]:
        """Unit vectors (n, features) of pictures (n, 3, h, w) uint8 sRGB."""
        self.eval()
        parts = []
        for start in range(0, len(images), batch):
            with torch.autocast("cpu", torch.bfloat16):
                held = self.image(to_input(images[start : start + batch]))
            parts.append(F.normalize(held.float(), dim=1))
        return torch.cat(parts).numpy()

    @torch.no_grad()
    def embed_texts(self, prompts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors (n, features) of prompts in English or Chinese."""
        self.eval()
        return F.normalize(self.text(self.tokenize(prompts)).float(), dim=1).numpy()

    def score(self, prompts: Sequence[str], images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """How sure it is (0 to 1) that prompt i is true of image j, as (prompts, images)."""
        with torch.no_grad():
            logits = self(
                torch.from_numpy(self.embed_texts(prompts)),
                torch.from_numpy(self.embed_images(images)),
            )
        return torch.sigmoid(logits).numpy()

    def save(self, folder: Path) -> None:
        """Write ``aligner.safetensors`` (half precision), ``aligner.json``, ``tokenizer.json``."""
        folder.mkdir(parents=True, exist_ok=True)
        state = {
            name: (held.half() if held.is_floating_point() else held).contiguous()
            for name, held in self.state_dict().items()
        }
        save_file(state, folder / "aligner.safetensors")
        (folder / "aligner.json").write_text(json.dumps(self.config, indent=1) + "\n")
        self.tokenizer.save(str(folder / "tokenizer.json"))

    @classmethod
    def load(cls, folder: Path) -> Aligner:
        """Read what ``save`` wrote, in single precision."""
        config = json.loads((folder / "aligner.json").read_text())
        model = cls(
            Tokenizer.from_file(str(folder / "tokenizer.json")),
            tuple(config["widths"]),
            config["features"],
            config["text_width"],
        )
        state = load_file(folder / "aligner.safetensors")
        model.load_state_dict(
            {name: t.float() if t.is_floating_point() else t for name, t in state.items()}
        )
        return channels_last(model.eval())


class Statement:
    """A caption's content: what it says is there, and what it says isn't."""

    def __init__(self, said: Tags, absent: Sequence[str] = ()) -> None:
        self.said, self.absent = said, tuple(absent)

    def true_of(self, tags: Tags) -> bool:
        """Whether a picture of ``tags`` shows all of it and nothing that it excludes."""
        for name in self.said:
            if not set(tag_names(self.said, name)) <= set(tag_names(tags, name)):
                return False
        for item in self.absent:
            name, _, value = item.partition(":")
            held = tag_names(tags, name)
            if value in held if value else held:
                return False
        return True


def draw_statement(tags: Tags, rng: random.Random) -> Statement:
    """A true statement of one to five things about a picture, some of them absences."""
    names = list(tags)
    few = set(rng.sample(names, min(len(names), rng.choice((1, 1, 2, 2, 3, 4, 5)))))
    said = {name: tags[name] for name in names if name in few}
    absent = [
        name
        for name in ("eyewear", "headwear", "facial_hair")
        if name not in tags and rng.random() < 0.12
    ]
    return Statement(said, absent)


def spoil(statement: Statement, tags: Tags, rng: random.Random) -> Statement:
    """A statement near the given one that isn't true of a picture of ``tags``."""
    absent = list(statement.absent)
    if absent and rng.random() < 0.5:
        name = absent.pop(rng.randrange(len(absent)))
        value = rng.choice(category(name).drawn).name
        return Statement({**statement.said, name: value}, absent)
    worn = [name for name in ("eyewear", "headwear", "facial_hair") if name in tags]
    if worn and rng.random() < 0.3:
        name = rng.choice(worn)
        said = {key: held for key, held in statement.said.items() if key != name}
        return Statement(said, [*absent, name])
    name = rng.choice([*statement.said, "eyewear", "headwear"])
    others = [v.name for v in category(name).drawn if v.name not in tag_names(tags, name)]
    value = rng.choice(others)
    said = {**statement.said, name: (value,) if category(name).multiple else value}
    return Statement(said, [item for item in absent if item != name])


def _word(statement: Statement, rng: random.Random) -> str:
    language: Language = rng.choice(("en", "zh"))
    wording = rng if rng.random() < 0.6 else None
    return compose_caption(statement.said, absent=statement.absent, language=language, rng=wording)


def _balanced(logits: Tensor, true: Tensor) -> Tensor:
    """Mean log loss over true pairs plus mean over false ones, so that neither drowns."""
    each = F.binary_cross_entropy_with_logits(logits, true, reduction="none")
    positives, negatives = true.sum().clamp(min=1), (1 - true).sum().clamp(min=1)
    # Most false pairs are told apart at once; the near ones carry the lesson.
    weight = torch.sigmoid(logits.detach()) + 0.05
    negative = (each * weight * (1 - true)).sum() / (weight * (1 - true)).sum().clamp(min=1e-6)
    return (
        (each * true).sum() / positives
        + 0.5 * negative
        + 0.5 * (each * (1 - true)).sum() / negatives
    )


class _WithHeads(nn.Module):
    """The aligner with heads that read tags off the image features, to keep details in them."""

    def __init__(self, aligner: Aligner, answers: int) -> None:
        super().__init__()
        self.aligner = aligner
        self.heads = nn.Linear(aligner.image.out.out_features, answers)


def train_aligner(
    dataset: CorpusDataset,
    tokenizer: Tokenizer,
    settings: LoopSettings,
    *,
    seed: int = 2,
    batch: int = 96,
    lr: float = 2e-3,
    widths: tuple[int, ...] = WIDTHS,
    text_width: int = 128,
    start: TagClassifier | None = None,
) -> Aligner:
    """Train on ``dataset`` until ``settings`` says enough, resuming from its checkpoint.

    ``start`` lends its image tower as the starting point, which saves most of the training; the
    towers then go their own ways.
    """
    torch.manual_seed(seed)
    held = questions()
    sizes = [len(q.answers) for q in held]
    aligner = channels_last(Aligner(tokenizer, widths, text_width=text_width))
    model = _WithHeads(aligner, sum(sizes)).train()
    if start is not None:
        aligner.image.load_state_dict(start.tower.state_dict())
        model.heads.load_state_dict(start.heads.state_dict())
    pictures = LabelledPictures(dataset, held)

    def loss(
        modules: Mapping[str, nn.Module], step: int, part: int, parts: int
    ) -> tuple[Tensor, dict[str, float]]:
        generator = step_generator(seed, step, part)
        count = batch // parts
        rows, images, answers = pictures.batch(generator, count)
        rng = random.Random(f"{seed}:{step}:{part}")
        tags = [dataset.tags(row) for row in rows]
        right = [draw_statement(each, rng) for each in tags]
        wrong = [spoil(one, each, rng) for one, each in zip(right, tags, strict=True)]
        statements = right + wrong
        true = torch.tensor([[float(s.true_of(t)) for t in tags] for s in statements])
        net = cast(_WithHeads, modules["aligner"])
        images = augment(images, generator).contiguous(memory_format=torch.channels_last)
        with bfloat16_if_fast("cpu"):
            seen = net.aligner.image(images)
            logits = net.heads(torch.relu(seen))
            said = net.aligner.text(net.aligner.tokenize([_word(s, rng) for s in statements]))
        pairs = net.aligner(F.normalize(said.float(), dim=1), F.normalize(seen.float(), dim=1))
        near = torch.cat([pairs[:count].diagonal(), pairs[count:].diagonal()])
        truth = torch.cat([true[:count].diagonal(), true[count:].diagonal()])
        paired = F.binary_cross_entropy_with_logits(near, truth)
        told = sum(
            F.cross_entropy(one.float(), answers[:, i])
            for i, one in enumerate(torch.split(logits, sizes, dim=1))
        )
        hit = ((near > 0).float() == truth).float().mean()
        total = _balanced(pairs, true) + paired + 0.05 * told
        return total, {"hit": hit.item()}

    optimizer = build_optimizer([model], lr=lr, except_in=OUTER_LAYERS)
    run_loop(Training({"aligner": model}, optimizer, loss, batch), settings)
    return aligner.eval()


def judge_statements(
    model: Aligner, dataset: CorpusDataset, *, language: Language, limit: int = 600, seed: int = 5
) -> float:
    """Share of held-out pictures whose true statement scores above a near false one."""
    rng = random.Random(seed)
    rows = range(min(limit, len(dataset)))
    seen = model.embed_images(np.stack([dataset.image(row) for row in rows]))
    right = [draw_statement(dataset.tags(row), rng) for row in rows]
    wrong = [spoil(one, dataset.tags(row), rng) for one, row in zip(right, rows, strict=True)]

    def scores(statements: Sequence[Statement]) -> NDArray[np.float32]:
        texts = [compose_caption(s.said, absent=s.absent, language=language) for s in statements]
        return (model.embed_texts(texts) * seen).sum(1)

    return float((scores(right) > scores(wrong)).mean())


def main(arguments: list[str] | None = None) -> None:
    """Train the aligner on a corpus and write it with its own accuracy."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--start", type=Path, help="a trained classifier's folder to start from")
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--checkpoint", type=Path, default=Path("var/training/aligner.pt"))
    parser.add_argument("--steps", type=int, default=20_000)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=2)
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
    tokenizer = Tokenizer.from_file(str(chosen.tokenizer / "tokenizer.json"))
    model = train_aligner(
        CorpusDataset(chosen.corpus),
        tokenizer,
        settings,
        seed=chosen.seed,
        start=TagClassifier.load(chosen.start) if chosen.start else None,
    )
    model.save(chosen.out)
    held_out = CorpusDataset(chosen.corpus, split="held_out")
    for language in ("en", "zh"):
        print(language, round(judge_statements(model, held_out, language=language), 4))


if __name__ == "__main__":
    main()
