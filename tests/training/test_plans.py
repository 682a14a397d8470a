"""Plans: what a picture shall show agrees with itself and covers the vocabulary."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from brandhub.inference.training.corpus.compose import STYLES, SUBJECTS
from brandhub.inference.training.corpus.plan import Plan, draw_plan, reconcile
from brandhub.inference.training.parts.hair import UNDER_HATS
from brandhub.vocabulary import CATEGORIES, category, collect_tags, tag_names, unsupported


def test_every_drawn_value_of_the_vocabulary_turns_up_on_every_subject_that_takes_it():
    cells: Counter[tuple[str, str]] = Counter()
    for number in range(6000):
        rng = random.Random(number)
        plan = draw_plan(rng, SUBJECTS[number % 4], STYLES[number % 5])
        tags = plan.tags()
        for name in tags:
            for value in tag_names(tags, name):
                cells[plan.subject, f"{name}:{value}"] += 1
    for held in CATEGORIES:
        for value in held.drawn:
            for subject in value.subjects or SUBJECTS:
                if held.name != "subject":
                    # At 100,000 pictures this is more than the 300 that a cell must have.
                    assert cells[subject, value.tag] >= 18, (subject, value.tag)


def test_plans_use_the_vocabulary_and_nothing_that_it_calls_unsupported():
    for number in range(400):
        plan = draw_plan(random.Random(number), SUBJECTS[number % 4], "cartoon")
        tags = plan.tags()
        wire = [f"{name}:{value}" for name in tags for value in tag_names(tags, name)]
        assert collect_tags(wire).keys() == tags.keys()
        assert unsupported(tags) == ()


def plan_with(**changes: object) -> Plan:
    plan = Plan("person", "flat", hair="afro", hair_color="brown", skin="dark")
    for name, value in changes.items():
        setattr(plan, name, value)
    reconcile(plan, random.Random(1))
    return plan


def test_hair_under_a_hat_is_hair_that_fits_under_it():
    assert plan_with(headwear="cap").hair in UNDER_HATS


def test_a_headscarf_covers_hair_ears_and_beard():
    plan = plan_with(headwear="hijab", facial_hair="beard", accessory=["headphones", "badge"])
    assert (plan.hair, plan.hair_color, plan.facial_hair) == (None, None, None)
    assert plan.accessory == ["badge"]


def test_a_mask_hides_the_mouth_so_the_eyes_must_speak():
    plan = plan_with(accessory=["mask"], expression="smile", facial_hair="beard")
    assert plan.expression in {"wink", "love", "sleepy", "angry", "sad"}
    assert plan.facial_hair is None


@pytest.mark.parametrize("eyewear", ["sunglasses", "eyepatch", "monocle"])
def test_covered_eyes_do_not_wink(eyewear):
    assert plan_with(eyewear=eyewear, expression="wink").expression not in {
        "wink",
        "love",
        "sleepy",
    }


def test_old_hair_is_grey_or_white_and_a_bald_head_has_no_hair_colour():
    assert plan_with(age="senior").hair_color in {"grey", "white"}
    assert plan_with(hair="bald").hair_color is None


def test_women_and_children_are_drawn_without_beards():
    assert plan_with(gender="female", facial_hair="beard").facial_hair is None
    assert plan_with(age="child", facial_hair="moustache").facial_hair is None


def test_hair_does_not_vanish_into_the_background():
    plan = plan_with(hair_color="pink", background="pink")
    assert plan.background != "pink"


def test_styles_and_subjects_are_those_of_the_vocabulary():
    assert set(STYLES) == {value.name for value in category("style").drawn}
    assert set(SUBJECTS) == {value.name for value in category("subject").drawn}
