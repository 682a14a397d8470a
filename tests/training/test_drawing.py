"""Drawing: every part shows, on every subject in every style, and colours are the named ones."""

from __future__ import annotations

import random

import numpy as np
import pytest

from brandhub.inference.training.corpus.bases import DRAWN_FAMILIES, HELD_OUT_FAMILIES
from brandhub.inference.training.corpus.compose import STYLES, SUBJECTS, compose, paint, rasterise
from brandhub.inference.training.corpus.effects import ink, pixelate
from brandhub.inference.training.corpus.features import FEATURES
from brandhub.inference.training.corpus.library import definition, fragment
from brandhub.inference.training.corpus.plan import Plan
from brandhub.inference.training.corpus.unseen import draw_asked, draw_unseen
from brandhub.inference.training.parts.eyewear import EYEWEAR
from brandhub.inference.training.parts.headwear import HEADWEAR
from brandhub.inference.training.parts.worn import ACCESSORIES
from brandhub.vocabulary import COLOURS, category


def plain(subject: str, style: str, **changes: object) -> Plan:
    plan = Plan(subject, style, background="purple", color="yellow", expression="neutral")
    if subject == "person":
        plan.skin = "light"
    for name, value in changes.items():
        setattr(plan, name, value)
    return plan


def drawn(plan: Plan, seed: int = 3) -> np.ndarray:
    return rasterise(compose(plan, random.Random(seed)).svg, 64).astype(int)


@pytest.mark.parametrize("style", ["flat", "voxel"])
@pytest.mark.parametrize("subject", SUBJECTS)
@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("eyewear", tuple(EYEWEAR)),
        ("headwear", HEADWEAR),
        ("facial_hair", ("beard", "moustache")),
        ("accessory", tuple(ACCESSORIES)),
        ("hair", tuple(v.name for v in category("hair").drawn if v.name != "bald")),
    ],
)
def test_every_part_changes_the_picture(subject, style, name, values):
    bare = drawn(plain(subject, style))
    for value in values:
        extra = {"hair_color": "green"} if name == "hair" else {}
        held = [value] if name == "accessory" else value
        dressed = drawn(plain(subject, style, **{name: held}, **extra))
        changed = (np.abs(dressed - bare).max(-1) > 40).sum()
        assert changed > 12, (value, changed)


@pytest.mark.parametrize("subject", SUBJECTS)
def test_expressions_differ_from_each_other(subject):
    faces = {
        value.name: drawn(plain(subject, "flat", expression=value.name), seed=5)
        for value in category("expression").drawn
    }
    names = sorted(faces)
    for index, first in enumerate(names):
        for second in names[index + 1 :]:
            assert (np.abs(faces[first] - faces[second]).max(-1) > 40).sum() >= 3, (first, second)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("subject", SUBJECTS)
def test_the_background_is_the_named_colour(subject, style):
    for seed in range(2):
        picture, drawing = paint(subject, style, random.Random(seed))
        assert picture.shape == (256, 256, 3)
        assert picture.dtype == np.uint8
        wanted = COLOURS[str(drawing.tags["background"])][0]
        rgb = np.array([int(wanted[i : i + 2], 16) for i in (1, 3, 5)])
        corners = picture[[2, 2, 253], [2, 253, 2]].astype(int)
        assert np.abs(corners - rgb).max(-1).min() <= 10


@pytest.mark.parametrize("subject", ["robot", "critter", "face"])
def test_the_main_colour_fills_a_good_part(subject):
    picture = drawn(plain(subject, "flat", color="red"))
    red = (picture[..., 0] > 150) & (picture[..., 1] < 100) & (picture[..., 2] < 100)
    assert red.mean() > 0.08


def test_the_same_seed_draws_the_same_picture():
    first, one = paint("robot", "line", random.Random("a"))
    second, two = paint("robot", "line", random.Random("a"))
    assert np.array_equal(first, second)
    assert one == two


def test_pixels_are_blocks_of_few_colours():
    picture, _ = paint("face", "flat", random.Random(2))
    blocks = pixelate(picture, random.Random(2)).reshape(32, 8, 32, 8, 3)
    assert (blocks == blocks[:, :1, :, :1]).all()
    assert len(np.unique(blocks[:, 0, :, 0].reshape(-1, 3), axis=0)) <= 24


def test_ink_draws_dark_contours_and_leaves_the_background():
    picture, _ = paint("face", "flat", random.Random(2))
    inked = ink(picture, random.Random(2))
    assert (inked.max(-1) < 60).mean() > (picture.max(-1) < 60).mean() + 0.01
    assert np.array_equal(inked[2, 2], picture[2, 2])


def test_families_kept_unseen_are_eight_or_more_and_never_drawn():
    assert len(HELD_OUT_FAMILIES) >= 8
    assert not set(HELD_OUT_FAMILIES) & set(DRAWN_FAMILIES)
    assert not set(HELD_OUT_FAMILIES) & set(FEATURES)
    for family in HELD_OUT_FAMILIES:
        assert definition(family)["meta"]["license"]["name"]


def test_pictures_of_unseen_families_are_only_of_those():
    picture, tags = draw_unseen("notionists", random.Random(1), size=64)
    assert picture.shape == (64, 64, 3)
    assert tags["background"] in COLOURS
    with pytest.raises(ValueError, match="not one of the families"):
        draw_unseen("bottts", random.Random(1))


def test_an_unseen_family_says_which_of_the_asked_tags_it_shows():
    # Given tags of which the family has a variant for some, and two for one place
    asked = {
        "subject": "person", "background": "blue", "skin": "dark", "hair": "bun",
        "headwear": "cap", "eyewear": "glasses", "expression": "love", "accessory": ("scarf",),
    }  # fmt: skip
    # When it draws them, and the same without glasses
    with_glasses, shown = draw_asked("notionists", asked, random.Random(1), size=64)
    asked.pop("eyewear")
    without, fewer = draw_asked("notionists", asked, random.Random(1), size=64)
    # Then the hat has hair's place, and neither skin nor what has no variant is shown
    assert shown == {
        "subject": "person", "background": "blue", "headwear": "cap", "eyewear": "glasses",
    }  # fmt: skip
    assert fewer == {"subject": "person", "background": "blue", "headwear": "cap"}
    assert not np.array_equal(with_glasses, without)
    # And of a family whose variants are not labelled, the background alone is known
    robot = {"subject": "robot", "background": "red", "eyewear": "glasses"}
    assert draw_asked("lorelei", robot, random.Random(1), size=64)[1] == {"background": "red"}
    with pytest.raises(ValueError, match="not one of the families"):
        draw_asked("bottts", asked, random.Random(1))


def test_components_are_left_out_of_a_fragment():
    options = {"topVariant": ["shortFlat"], "mouthVariant": ["smile"], "accessoriesProbability": 0}
    whole = fragment("avataaars", options)
    assert len(fragment("avataaars", options, without=("mouth",))) < len(whole)
