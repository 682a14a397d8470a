"""Classifier and aligner: real networks at tiny size learn, save, load and answer."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer, models, pre_tokenizers

from brandhub.inference.training.aligner import (
    END_TOKEN,
    Aligner,
    Statement,
    draw_statement,
    judge_statements,
    spoil,
    train_aligner,
)
from brandhub.inference.training.classifier import (
    TagClassifier,
    accuracies,
    augment,
    questions,
    to_input,
    train_classifier,
)
from brandhub.inference.training.corpus.store import CorpusDataset
from brandhub.inference.training.loop import LoopSettings

TINY = (8, 8, 8, 16)
TAGS = {"subject": "robot", "style": "cartoon", "eyewear": "glasses", "accessory": ("badge",)}


@pytest.fixture
def tokenizer() -> Tokenizer:
    """One token a byte: any prompt in any language has tokens."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    held = Tokenizer(
        models.WordLevel({c: i for i, c in enumerate([END_TOKEN, *alphabet])}, END_TOKEN)
    )
    held.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.ByteLevel(add_prefix_space=False), pre_tokenizers.Split("", "isolated")]
    )
    return held


def settings(folder: Path, steps: int) -> LoopSettings:
    return LoopSettings(folder / "training.pt", steps=steps, warmup_steps=2, report_every=1000)


def test_questions_have_one_right_answer_for_any_tags():
    held = {q.name: q for q in questions()}
    assert held["eyewear"].answers[held["eyewear"].answer(TAGS)] == "glasses"
    assert held["headwear"].answers[held["headwear"].answer(TAGS)] == "none"
    assert held["accessory:badge"].answer(TAGS) == 1
    assert held["accessory:bow"].answer(TAGS) == 0
    assert "none" not in held["subject"].answers
    adult = {**TAGS, "age": "adult"}
    assert held["age"].answers[held["age"].answer(adult)] == "none"


def test_the_classifier_learns_a_background_and_survives_saving(small_corpus, tmp_path):
    dataset = CorpusDataset(small_corpus, split="all")
    torch.manual_seed(0)
    model = train_classifier(dataset, settings(tmp_path, 30), batch=16, lr=6e-3, widths=TINY)
    told = accuracies(model, dataset)
    assert told["background"] > 0.2  # One in fifteen by chance.
    model.save(tmp_path)
    loaded = TagClassifier.load(tmp_path)
    pictures = np.stack([dataset.image(i) for i in range(6)])
    first, second = model.read(pictures), loaded.read(pictures)
    for name in first:
        assert np.abs(first[name] - second[name]).max() < 0.05
        assert np.allclose(first[name].sum(1), 1, atol=1e-3)
    tags = loaded.read_tags(pictures)
    assert len(tags) == 6
    assert all({"subject", "style"} <= each.keys() for each in tags)


def test_pictures_of_256_px_are_averaged_to_the_networks_size():
    large = np.random.default_rng(0).integers(0, 256, (2, 3, 256, 256), dtype=np.uint8)
    held = to_input(large)
    assert held.shape == (2, 3, 128, 128)
    means = large.reshape(2, 3, 128, 2, 128, 2).mean((3, 5)) / 127.5 - 1
    assert np.allclose(held.numpy(), means, atol=1e-5)


def test_augmentation_keeps_shape_and_mean_colour():
    images = torch.full((4, 3, 128, 128), 0.25)
    changed = augment(images, torch.Generator().manual_seed(1))
    assert changed.shape == images.shape
    assert abs(changed.mean().item() - 0.25) < 0.01
    assert not torch.equal(changed, images)


def test_statements_know_when_they_are_true():
    assert Statement({"eyewear": "glasses"}).true_of(TAGS)
    assert not Statement({"eyewear": "sunglasses"}).true_of(TAGS)
    assert Statement({"accessory": ("badge",)}).true_of({**TAGS, "accessory": ("badge", "bow")})
    assert Statement({}, ["headwear"]).true_of(TAGS)
    assert not Statement({}, ["eyewear"]).true_of(TAGS)
    assert not Statement({}, ["eyewear:glasses"]).true_of(TAGS)
    assert Statement({}, ["eyewear:sunglasses"]).true_of(TAGS)


def test_drawn_statements_are_true_and_spoilt_ones_false():
    for seed in range(300):
        rng = random.Random(seed)
        statement = draw_statement(TAGS, rng)
        assert statement.true_of(TAGS)
        assert not spoil(statement, TAGS, rng).true_of(TAGS)


def test_the_aligner_trains_saves_and_scores(small_corpus, tmp_path, tokenizer):
    dataset = CorpusDataset(small_corpus, split="all")
    model = train_aligner(
        dataset, tokenizer, settings(tmp_path, 4), batch=8, widths=TINY, text_width=16
    )
    model.save(tmp_path)
    loaded = Aligner.load(tmp_path)
    pictures = np.stack([dataset.image(i) for i in range(3)])
    prompts = ["a robot", "戴眼镜的机器人"]
    scores = loaded.score(prompts, pictures)
    assert scores.shape == (2, 3)
    assert ((scores > 0) & (scores < 1)).all()
    assert np.abs(scores - model.score(prompts, pictures)).max() < 0.05
    assert np.allclose(np.linalg.norm(loaded.embed_images(pictures), axis=1), 1, atol=1e-3)
    assert 0 <= judge_statements(loaded, dataset, language="zh", limit=20) <= 1


def test_padding_does_not_change_what_a_prompt_means(tokenizer):
    model = Aligner(tokenizer, TINY, text_width=16).eval()
    ids = model.tokenize(["a robot"])
    end = ids[0, -1].item()
    short = ids[:, : int((ids[0] != end).sum()) + 1]
    with torch.no_grad():
        assert torch.allclose(model.text(ids), model.text(short), atol=1e-5)
