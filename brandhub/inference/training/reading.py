# mypy: disable-error-code="arg-type"
# (transformers types neither moving a model nor a replica of it)
"""The text encoder learns to read before the UNet learns to draw.

What a prompt says (and what it leaves unsaid, and what it says is absent) is known exactly, since
captions are made from tags. A text encoder that has learnt to tell all of it costs minutes; a UNet
that has to teach its text encoder the language besides spends most of its training on that.
"""

from __future__ import annotations

import random
from collections.abc import Mapping

import torch
import torch.nn.functional as functional
from torch import Tensor, nn
from transformers import CLIPTextModel, CLIPTokenizer

from brandhub.inference.diffusers_backend.device import bfloat16_if_fast
from brandhub.vocabulary import tag_names

from .captioning import Saying, say
from .classifier import NONE, Question, questions
from .corpus.compose import STYLES, SUBJECTS
from .corpus.plan import draw_plan
from .diffusion import TEXT_WIDTH, encode_text
from .loop import LoopSettings, Training, pick_device, run_loop
from .optimizers import build_optimizer

_UNSAID = "unsaid"


def answers_about(question: Question) -> tuple[str, ...]:
    """Answers to `question` about a prompt: those about a picture, none, and nothing said of it."""
    answers = question.answers if NONE in question.answers else (NONE, *question.answers)
    return (*answers, _UNSAID)


def answer(question: Question, saying: Saying) -> int:
    """Index in the question's options of what `saying` says: a value, its absence, or nothing."""
    options = answers_about(question)
    category, _, value = question.name.partition(":")
    held = tag_names(saying.said, category)
    if value:
        if value in held:
            return options.index(value)
        gone = category in saying.absent or question.name in saying.absent
        return options.index(NONE if gone else _UNSAID)
    for name in held:
        if name in options:
            return options.index(name)
    return options.index(NONE if category in saying.absent else _UNSAID)


class PromptReader(nn.Module):
    """One linear head a question over the mean of the text encoder's states."""

    def __init__(self, width: int = TEXT_WIDTH) -> None:
        super().__init__()
        self.questions = questions()
        self._sizes = [len(answers_about(question)) for question in self.questions]
        self.heads = nn.Linear(width, sum(self._sizes))

    def forward(self, states: Tensor) -> tuple[Tensor, ...]:
        """Logits by question, (count, options) each, of states (count, positions, width)."""
        return torch.split(self.heads(states.float().mean(1)), self._sizes, dim=1)


def sayings(rng: random.Random, count: int) -> list[Saying]:
    """Fresh prompts for plans of the corpus; no picture is needed to word them."""
    return [
        say(draw_plan(rng, rng.choice(SUBJECTS), rng.choice(STYLES)).tags(), rng)
        for _ in range(count)
    ]


def train_reading(
    text_encoder: CLIPTextModel,
    tokenizer: CLIPTokenizer,
    settings: LoopSettings,
    *,
    batch: int,
    lr: float,
    seed: int,
) -> Training:
    """Train `text_encoder` in place until its states tell what a prompt says.

    Reports `right`: the share of questions with something said that are read right.
    """
    device = pick_device()
    reader = PromptReader(text_encoder.config.hidden_size)
    text_encoder.to(device).train()
    reader.to(device)
    if device.type == "cpu":
        text_encoder.set_attn_implementation("eager")

    def loss(
        modules: Mapping[str, nn.Module], step: int, part: int, parts: int
    ) -> tuple[Tensor, dict[str, float]]:
        drawn = sayings(random.Random(f"reading:{seed}:{step}:{part}"), batch // parts)
        with bfloat16_if_fast(device.type):
            states = encode_text(
                tokenizer, modules["text_encoder"], [saying.text for saying in drawn]
            )
        total, right, asked = torch.zeros((), device=device), 0, 0
        for question, logits in zip(reader.questions, modules["reader"](states), strict=True):
            wanted = torch.tensor([answer(question, saying) for saying in drawn], device=device)
            total = total + functional.cross_entropy(logits, wanted)
            told = wanted != logits.shape[1] - 1
            right += int(((logits.argmax(1) == wanted) & told).sum())
            asked += int(told.sum())
        return total, {"right": right / max(asked, 1)}

    modules = {"text_encoder": text_encoder, "reader": reader}
    optimizer = build_optimizer(modules.values(), lr=lr, except_in=("heads",))
    training = Training(modules, optimizer, loss, batch)
    run_loop(training, settings)
    return training
