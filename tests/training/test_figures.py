"""The table of figures, the measures behind it, and the model card."""

from __future__ import annotations

import json

import numpy as np
import pytest

from brandhub.inference.training.card import compose_card, main
from brandhub.inference.training.corpus import library
from brandhub.inference.training.corpus.bases import DRAWN_FAMILIES, HELD_OUT_FAMILIES
from brandhub.inference.training.corpus.licences import LicenceError, licence_of, licences_of
from brandhub.inference.training.evaluate.figures import TARGETS, Figures, table, verdict
from brandhub.inference.training.evaluate.measures import (
    distance_ratio,
    frechet,
    mean_share,
    psnr,
    spread,
)

BY_KEY = {target.key: target for target in TARGETS}
RECIPE = {
    "stages": [
        {"name": "unet", "what": "text encoder and UNet", "steps": 100, "samples": 3200,
         "minutes": 5.2, "hardware": "2 CPU cores"}
    ],
    "notes": ["Trained in bfloat16."],
}  # fmt: skip


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("psnr", 26.9, "below"), ("psnr", 27.0, "floor"), ("psnr", 33.0, "goal"),
        ("distance", 8.1, "below"), ("distance", 8.0, "floor"), ("distance", 1.9, "goal"),
        ("few_steps", -3.0, "goal"), ("languages", 5.0, "floor"),
    ],
)  # fmt: skip
def test_a_verdict_is_what_the_value_reaches(key, value, said):
    assert verdict(BY_KEY[key], value) == said


def test_what_is_not_measured_says_so_and_makes_the_figures_incomplete():
    figures = Figures()
    for target in TARGETS[:-1]:
        figures.put(target.key, target.goal)
    figures.put(TARGETS[-1].key, float("nan"), "no adapter")
    assert not figures.complete
    text = table(figures)
    assert text.count("not measured") == 1
    assert "no adapter" in text
    figures.put(TARGETS[-1].key, 4.0)
    assert figures.complete


def test_psnr_of_a_known_error():
    one = np.zeros((2, 3, 8, 8), np.uint8)
    assert psnr(one, one + 16) == pytest.approx(20 * np.log10(255 / 16), abs=1e-3)


def test_frechet_distance_of_known_gaussians():
    rng = np.random.default_rng(0)
    first = rng.normal(0, 1, (40_000, 2))
    second = rng.normal((3, 0), 2, (40_000, 2))
    # |3|² + 2 · (1 − 2)² for variances 1 and 4 in two dimensions.
    assert frechet(first, second) == pytest.approx(11, rel=0.05)


def test_the_same_distribution_lies_at_one_and_another_farther():
    rng = np.random.default_rng(1)
    real, other, same = (rng.normal(0, 1, (300, 16)) for _ in range(3))
    assert 0.6 < distance_ratio(same, real, other, directions=8) < 1.6
    assert distance_ratio(same + 1, real, other, directions=8) > 5


def test_spread_of_equal_and_of_opposite_vectors():
    same = np.tile([1.0, 0.0], (4, 1))
    assert spread(same) == pytest.approx(0)
    assert spread(np.array([[1.0, 0.0], [-1.0, 0.0]])) == pytest.approx(2)


def test_shares_are_averaged_over_categories_and_gaps_are_not_hidden():
    counts = {"style": (9, 10), "subject": (1, 2)}
    assert mean_share(counts, ("style", "subject")) == pytest.approx(70)
    assert np.isnan(mean_share(counts, ("style", "hair")))


def test_every_family_in_use_is_free_and_attributed():
    families = (*DRAWN_FAMILIES, *HELD_OUT_FAMILIES)
    held = licences_of(families)
    assert len(held) == len(set(families))
    assert all(each.creator and each.url for each in held)


def test_art_that_is_not_free_is_refused(monkeypatch):
    meta = {"license": {"name": "CC BY-NC 4.0", "url": "u"}, "creator": {"name": "c"}}
    monkeypatch.setattr(
        "brandhub.inference.training.corpus.licences.definition", lambda style: {"meta": meta}
    )
    with pytest.raises(LicenceError, match="CC BY-NC"):
        licence_of("some-style")
    assert library.definition("bottts")["meta"]["license"]["name"] not in meta["license"].values()


def test_the_card_names_data_terms_recipe_figures_and_limits(tmp_path):
    figures = Figures({"psnr": 26.0}, {}, {"headline": "judge missing"})
    card = compose_card(RECIPE, figures, pictures=102_400)
    for expected in (
        "102,400 pictures",
        "Pablo Stanley",
        "[CC BY 4.0]",
        "2 CPU cores",
        "Trained in bfloat16.",
        "Below its floor: autoencoder PSNR",
        "Not measured: 戴眼镜的卡通机器人",
        "cyberpunk",
        "notionists",
    ):
        assert expected in card
    # And the command writes the same.
    (tmp_path / "recipe.json").write_text(json.dumps(RECIPE))
    held = {"values": figures.values, "remarks": {}, "missing": figures.missing}
    (tmp_path / "figures.json").write_text(json.dumps(held))
    main(
        [
            "--weights",
            str(tmp_path),
            "--figures",
            str(tmp_path / "figures.json"),
            "--pictures",
            "102400",
        ]
    )
    assert (tmp_path / "README.md").read_text() == card
