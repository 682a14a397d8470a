"""What is asked of a judge of pictures, and what the shipped one answers."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from PIL import Image

from brandhub.inference import runtime
from brandhub.inference.diffusers_backend.configuration import Configuration, judge_folder
from brandhub.inference.diffusers_backend.judging import AlignerJudge
from brandhub.inference.errors import ModelBroken, ModelMissing
from brandhub.inference.judging import (
    FEATURES,
    Judgement,
    TagScore,
    packed_features,
    questions_of,
    scored,
    statements,
    unpacked_features,
)
from brandhub.inference.training.corpus.build import build
from brandhub.inference.training.corpus.store import CorpusDataset
from brandhub.vocabulary import category

SHIPPED = judge_folder(Configuration())


def test_every_question_is_about_statements_that_are_compared():
    said = statements()
    tags = {"subject": "robot", "eyewear": "glasses", "accessory": ("badge", "mask")}
    asked, unknown = questions_of(tags, ["headwear", "headwear:cap", "accessory:bow"])
    assert unknown == []
    assert [(each.tag, each.absent) for each in asked] == [
        ("subject:robot", False),
        ("eyewear:glasses", False),
        ("accessory:badge", False),
        ("accessory:mask", False),
        ("headwear", True),
        ("headwear:cap", True),
        ("accessory:bow", True),
    ]
    for each in asked:
        assert set(each.rivals) <= set(said)
        assert set(each.statements) <= set(each.rivals)


def test_what_was_never_taught_is_named_and_not_asked():
    asked, unknown = questions_of(
        {"style": "realistic", "subject": "robot", "mood": "grim"}, ["subject", "style:cyberpunk"]
    )
    assert [each.tag for each in asked] == ["subject:robot"]
    assert unknown == ["style:realistic", "mood:grim", "no subject", "no style:cyberpunk"]


def test_a_score_is_the_share_among_its_rivals():
    [asked] = questions_of({"eyewear": "glasses"}, [])[0]
    even = dict.fromkeys(asked.rivals, 1.0)
    assert scored(asked, even).score == pytest.approx(asked.chance)
    assert scored(asked, even | {asked.statements[0]: 9.0}).score > 0.99
    [lacking] = questions_of({}, ["eyewear:glasses"])[0]
    assert scored(lacking, even).score == pytest.approx(1 - asked.chance)
    assert scored(lacking, even | {lacking.statements[0]: 9.0}).score < 0.01


def test_what_names_a_group_is_there_with_any_of_it_and_absent_with_none():
    # given: "a hat" and "no hat", which the judge knows by their kinds alone
    [hat], unknown = questions_of({"headwear": "hat"}, [])
    [bare], more = questions_of({}, ["headwear:hat"])
    assert unknown == more == []
    kinds = category("headwear").value("hat").group
    assert set(hat.statements) == set(bare.statements) == {f"headwear:{each}" for each in kinds}
    # when: it sees one kind of hat, a headscarf, or nothing
    even = dict.fromkeys(hat.rivals, 1.0)
    cap, scarf, nothing = (
        even | {place: 9.0} for place in ("headwear:cap", "headwear:hijab", "headwear:")
    )
    # then: a cap is a hat, and neither a headscarf nor nothing is
    assert scored(hat, cap).score > 0.99 > 0.01 > scored(hat, nothing).score
    assert scored(bare, cap).score < 0.01 < 0.99 < scored(bare, nothing).score
    assert scored(bare, scarf).score > 0.99
    assert scored(hat, even).score == pytest.approx(hat.chance)


def test_one_thing_that_is_missing_weighs_more_than_several_that_are_fine():
    def judged(*scores: float) -> float | None:
        tags = tuple(TagScore("x", absent=False, score=each, chance=0.2) for each in scores)
        return Judgement("j", (), tags).score

    assert judged() is None
    assert judged(0.25, 0.25) == pytest.approx(0.25)
    assert judged(0.9, 0.9, 0.001) < judged(0.5, 0.5, 0.5)


def test_features_are_packed_in_half_precision():
    drawn = np.random.default_rng(1).normal(size=FEATURES)
    packed = packed_features(drawn)
    assert len(packed) == 2 * FEATURES
    assert unpacked_features(packed) == pytest.approx(drawn.tolist(), rel=1e-3, abs=1e-3)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> CorpusDataset:
    folder = tmp_path_factory.mktemp("corpus")
    build(folder, count=24, seed=11, processes=1, shard_size=24)
    return CorpusDataset(folder, split="all")


def test_the_shipped_judge_sides_with_what_a_picture_shows(pictures: CorpusDataset):
    # given: drawn pictures, and for each its own subject and another one's
    judge = AlignerJudge(SHIPPED)
    images = [Image.fromarray(pictures.image(row).transpose(1, 2, 0)) for row in range(24)]
    subjects = ("person", "robot", "critter", "face")
    right = [{"subject": pictures.tags(row)["subject"]} for row in range(24)]
    wrong = [
        {"subject": next(each for each in subjects if each != one["subject"])} for one in right
    ]
    # when
    true = judge.judge(images, [(each, ()) for each in right])
    false = judge.judge(images, [(each, ()) for each in wrong])
    # then: chance would be right of half of them
    sided = [one.score > other.score for one, other in zip(true, false, strict=True)]
    assert sum(sided) >= 20
    features = np.array([each.features for each in true])
    assert features.shape == (24, FEATURES)
    assert np.linalg.norm(features, axis=1) == pytest.approx(1, abs=1e-3)


def test_a_picture_of_another_size_or_mode_is_judged_like_itself(pictures: CorpusDataset):
    judge = AlignerJudge(SHIPPED)
    image = Image.fromarray(pictures.image(0).transpose(1, 2, 0))
    large = image.resize((256, 256), Image.Resampling.NEAREST).convert("RGBA")
    one, other = judge.judge([image, large], [({}, ())] * 2)
    assert np.dot(one.features, other.features) == pytest.approx(1, abs=1e-3)


def test_a_folder_without_weights_and_one_with_broken_ones_are_refused(tmp_path: Path):
    with pytest.raises(ModelMissing):
        AlignerJudge(tmp_path)
    folder = tmp_path / "judge"
    shutil.copytree(SHIPPED, folder)
    (folder / "aligner.safetensors").write_bytes(b"nothing")
    with pytest.raises(ModelBroken):
        AlignerJudge(folder)


@pytest.fixture
def backend(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A backend's module of its own, as ``judged_backend:build``."""
    module = ModuleType("judged_backend")
    module.build = lambda: None  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "judged_backend", module)
    monkeypatch.setattr(runtime, "_judge", runtime._UNTRIED)
    return module


def test_a_backend_without_a_judge_has_none(backend: ModuleType):
    assert runtime.judge("judged_backend:build") is None


def test_a_judge_that_cannot_be_loaded_is_tried_once(backend: ModuleType):
    tried = []

    def build_judge() -> None:
        tried.append(1)
        raise ModelMissing("There is nothing.")

    backend.build_judge = build_judge  # type: ignore[attr-defined]
    assert runtime.judge("judged_backend:build") is None
    assert runtime.judge("judged_backend:build") is None
    assert tried == [1]
