"""The whole evaluation on a tiny model of the real classes."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from brandhub.inference.judging import Judgement, TagScore
from brandhub.inference.training.aligner import Aligner
from brandhub.inference.training.classifier import TagClassifier, questions
from brandhub.inference.training.corpus import store
from brandhub.inference.training.diffusion import build_text_encoder, build_unet
from brandhub.inference.training.evaluate import __main__ as command
from brandhub.inference.training.evaluate import run
from brandhub.inference.training.evaluate.drawing import Model
from brandhub.inference.training.evaluate.figures import TARGETS, Figures
from brandhub.inference.training.evaluate.lora import PICTURES, Reading, measure_adapter, put_loss
from brandhub.inference.training.evaluate.measures import read_back
from brandhub.inference.training.evaluate.run import Evaluation, Scale
from brandhub.inference.training.export import export_pipeline
from brandhub.inference.training.patches import build_patch_autoencoder, fit_basis
from brandhub.inference.training.tokens import build_tokenizer

TINY = (8, 8, 8, 16)
SCALE = Scale(
    sets=4, negations=3, headline=4, ranked=2, spread_sets=2, spread_seeds=3, real=8, neighbours=2,
    searched=10, least_real=8, ranked_sets=2,
)  # fmt: skip


class ByOrder:
    """A judge that likes each picture better than the one before."""

    name = "by order"

    def judge(self, pictures, asked):
        assert len(pictures) == len(asked)
        return [
            Judgement(self.name, (), (TagScore("hair:bun", False, (place + 1) / 100, 0.1),))
            for place in range(len(pictures))
        ]


@pytest.fixture(scope="module")
def weights(tmp_path_factory) -> Path:
    """A pipeline's folder at 128 px, two steps a picture."""
    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("tiny")
    tokenizer = build_tokenizer(folder / "words", ["cartoon robot wearing glasses"] * 20)
    basis = fit_basis(torch.rand(12, 3, 64, 64) * 2 - 1, channels=8)
    export_pipeline(
        folder / "model",
        vae=build_patch_autoencoder(basis, widths=(16, 32, 64, 64, 64), size=128),
        unet=build_unet((16, 32), channels=8, size=8, text_width=32, groups=8),
        text_encoder=build_text_encoder(tokenizer, width=32, layers=1),
        tokenizer=tokenizer,
    )
    presets = {
        "standard": {"steps": 2, "guidance": 3, "guidance_schedule": "early"},
        "fast": {"steps": 1, "guidance": 1},
        "adapted": {"steps": 2, "guidance": 3},
    }
    (folder / "model" / "presets.json").write_text(json.dumps(presets))
    return folder / "model"


@pytest.fixture
def evaluation(weights, small_corpus, tmp_path, monkeypatch) -> Evaluation:
    monkeypatch.setattr(store, "HELD_OUT_SHARE", 0.7)
    model = Model(weights)
    classifier = TagClassifier(questions(), TINY).eval()
    aligner = Aligner(model.pipeline.tokenizer.backend_tokenizer, TINY, text_width=16).eval()
    scale = replace(SCALE)
    return Evaluation(
        model, classifier, aligner, ByOrder(), small_corpus, tmp_path / "sheets", scale
    )


def test_pictures_depend_on_prompt_and_seed_alone(weights):
    one, two = Model(weights, batch=1), Model(weights, batch=1, workers=2)
    prompts = ["a robot", "a person", "戴眼镜的机器人"]
    first, second = one.draw(prompts, [1, 2, 3]), two.draw(prompts, [1, 2, 3])
    assert first.shape == (3, 3, 128, 128)
    assert np.array_equal(first, second)
    assert not np.array_equal(one.draw(prompts[:1], [9]), first[:1])
    assert not np.array_equal(one.draw(prompts[1:2], [1]), first[:1])


def test_every_figure_is_measured_or_says_why_not(evaluation, monkeypatch):
    # Given a machine where the process for speed fails
    def broken(weights: Path) -> dict[str, float]:
        raise RuntimeError("measuring speed failed: no such device")

    monkeypatch.setattr(run, "measure_speed", broken)
    # When everything is measured
    figures = evaluation.run()
    measure_adapter(evaluation, None)
    # Then each figure has a number or a reason
    shown = figures.missing.pop("negation", "none of 6 pictures shows the thing when asked")
    assert shown == "none of 6 pictures shows the thing when asked"
    for target in TARGETS:
        if target.key != "negation":
            found = (target.key in figures.values, target.key in figures.missing)
            assert sorted(found) == [False, True], target.key
    assert set(figures.missing) == {
        "seconds_few", "seconds_full", "seconds_load", "memory", "lora_style", "lora_loss",
    }  # fmt: skip
    assert "no such device" in figures.missing["memory"]
    assert not figures.complete
    # And the sheets are there to be looked at
    sheets = {path.name for path in evaluation.sheets.iterdir()}
    assert sheets == {
        "drawn-and-real.png", "english-chinese-real.png", "few-steps.png", "negation.png",
        "headline.png", "neighbours.png",
    }  # fmt: skip


def test_a_model_that_never_draws_glasses_gets_no_credit_for_leaving_them_out(evaluation):
    # Given a judge that sees nothing worn in any picture
    def blind(images: np.ndarray) -> dict[str, np.ndarray]:
        return {q.name: np.eye(len(q.answers))[[0] * len(images)] for q in questions()}

    evaluation.classifier.read = blind
    # When negation is measured
    evaluation.measure_negation()
    # Then it is missing, with the reason, and not perfect
    assert "negation" not in evaluation.figures.values
    assert "none of 6 pictures" in evaluation.figures.missing["negation"]


def test_ranking_reads_the_pictures_that_the_judge_likes_best(evaluation, monkeypatch):
    # Given two sets of two pictures each, and a judge that likes the later one
    read: list[np.ndarray] = []
    monkeypatch.setattr(
        run,
        "read_back",
        lambda _model, pictures, asked: (
            read.append(pictures) or {name: (len(pictures), 4) for name in run.DETAILS}
        ),
    )
    evaluation.figures.put("details", 50.0, "classifier's own")
    # When ranking is measured
    evaluation.measure_ranking()
    # Then all four are read, and of each two the second
    every, best = read
    assert np.array_equal(best, every[[1, 3]])
    assert evaluation.figures.values["details"] == 50.0
    assert evaluation.figures.remarks["details"] == (
        "classifier's own; best of 2 by the judge: 50 %, where any of them: 100 %"
    )


def test_distances_of_too_few_pictures_are_not_given(evaluation):
    evaluation.scale.least_real = 9
    evaluation.measure_distance(
        {held: np.zeros((4, 3, 128, 128), np.uint8) for held in run.LANGUAGES}
    )
    assert set(evaluation.figures.missing) == {"distance", "few_steps"}
    assert "8 pictures are too few" in evaluation.figures.missing["distance"]


def test_too_few_held_out_pictures_are_refused(evaluation, weights):
    with pytest.raises(ValueError, match="held-out pictures; 532 are needed"):
        Evaluation(
            evaluation.model, evaluation.classifier, evaluation.aligner, ByOrder(),
            evaluation.corpus, evaluation.sheets, Scale(sets=20),
        )  # fmt: skip


def test_a_loss_stands_beside_what_the_classifier_reads_of_real_pictures():
    # Given readings of eight asked tags, of which the family shows the two backgrounds
    read = {
        name: Reading(
            {"skin": (skin, 6), "background": (background, 2)}, {"background": (background, 2)}
        )
        for name, skin, background in zip(PICTURES, (4, 0, 6, 0), (2, 1, 2, 2), strict=True)
    }
    # When they are put
    figures = Figures()
    put_loss(figures, read, "notionists")
    # Then the loss itself is the raw one, and what real pictures give stands beside it
    assert figures.values == {"lora_loss": 62.5}
    assert figures.remarks == {
        "lora_loss": (
            "75 % without it, 12 % with it; classifier's own on real pictures of the same tags: "
            "100 % in the base's styles, 25 % of notionists; in shares of that 75 % without it, "
            "50 % with it; of the tags that notionists shows at all: 100 %, 50 %; real 100 %, 100 %"
        ),
        "adapter, base": "skin 67, background 100",
        "adapter, with it": "skin 0, background 50",
        "adapter, real in the base's styles": "skin 100, background 100",
        "adapter, real of the family": "skin 0, background 100",
    }


def test_an_adapter_measured_alone_leaves_the_other_figures(tmp_path, monkeypatch):
    # Given figures of an earlier run, and a model of which nothing else can be measured
    earlier = {
        "values": {"psnr": 28.5, "lora_loss": 35.0},
        "remarks": {"psnr": "64 pictures", "lora_loss": "64 % without it"},
        "missing": {"lora_style": "no adapter given (--adapter DIR)"},
    }
    (tmp_path / "figures.json").write_text(json.dumps(earlier))
    for name in ("Model", "AlignerJudge", "Evaluation"):
        monkeypatch.setattr(command, name, lambda *_args, **_options: SimpleNamespace())
    for judge in (TagClassifier, Aligner):
        monkeypatch.setattr(judge, "load", lambda _folder: None)

    def measured(evaluation, folder: Path) -> None:
        assert folder == tmp_path / "adapter"
        evaluation.figures.put("lora_style", 90.0, "notionists")
        evaluation.figures.put("lora_loss", 30.0, "61 % without it")

    monkeypatch.setattr(command, "measure_adapter", measured)
    # When an adapter alone is measured
    status = command.main(
        ["--corpus", str(tmp_path), "--out", str(tmp_path), "--adapter-only",
         "--adapter", str(tmp_path / "adapter")]
    )  # fmt: skip
    # Then its figures are the new ones, the others the earlier, and most are still missing
    assert json.loads((tmp_path / "figures.json").read_text()) == {
        "values": {"psnr": 28.5, "lora_loss": 30.0, "lora_style": 90.0},
        "remarks": {
            "psnr": "64 pictures", "lora_loss": "61 % without it", "lora_style": "notionists",
        },
        "missing": {},
    }  # fmt: skip
    assert status == 1


def test_tags_are_counted_only_where_they_were_asked_for():
    # Given a classifier that sees glasses, and no hat, in every picture
    model = TagClassifier(questions(), TINY).eval()
    read = {q.name: np.zeros((2, len(q.answers)), np.float32) for q in model.questions}
    by_name = {q.name: q for q in model.questions}
    read["eyewear"][:, by_name["eyewear"].answers.index("glasses")] = 1
    model.read = lambda images: read  # type: ignore[method-assign]
    # When one picture was asked to have glasses, the other sunglasses and some hat
    asked = [{"eyewear": "glasses"}, {"eyewear": "sunglasses", "headwear": "hat"}]
    # Then one in two eyewears is right, and the hat is missing
    pictures = np.zeros((2, 3, 128, 128), np.uint8)
    assert read_back(model, pictures, asked) == {"eyewear": (1, 2), "headwear": (0, 1)}
