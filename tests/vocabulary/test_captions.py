"""Captions: one canonical wording, and variation around it for training."""

from __future__ import annotations

import random

import pytest

from brandhub.vocabulary import (
    CATEGORIES,
    UnknownTagError,
    compose_caption,
    compose_negative,
)

HEADLINE = {"style": "cartoon", "subject": "robot", "eyewear": "glasses", "background": "blue"}
FULL = {
    "style": "flat",
    "subject": "person",
    "gender": "female",
    "age": "senior",
    "expression": "smile",
    "skin": "dark",
    "hair": "curly",
    "hair_color": "grey",
    "headwear": "top_hat",
    "accessory": ("bow", "headphones"),
    "color": "red",
    "background": "light_blue",
}


def test_canonical_wording_of_the_headline_prompt():
    assert (
        compose_caption(HEADLINE) == "cartoon avatar of a robot, wearing glasses, blue background"
    )
    assert compose_caption(HEADLINE, language="zh") == "卡通机器人头像，戴眼镜，蓝色背景"


def test_canonical_wording_of_a_full_set():
    assert compose_caption(FULL) == (
        "flat avatar of an elderly female person, smiling, dark skin, grey curly hair, "
        "wearing a top hat, with a bow, with headphones, red clothes, light blue background"
    )
    assert compose_caption(FULL, language="zh") == (
        "扁平老年女性人物头像，微笑，黑肤色，灰色卷发，戴礼帽，有蝴蝶结，戴耳机，红色衣服，浅蓝色背景"
    )


def test_the_order_of_the_tags_does_not_matter():
    turned = dict(reversed(FULL.items()))
    assert compose_caption(turned) == compose_caption(FULL)


def test_what_must_not_show_is_said():
    absent = ["eyewear", "headwear", "facial_hair:beard"]
    assert compose_caption(HEADLINE, absent=absent).endswith("no glasses, no hat, no beard")
    assert compose_caption(HEADLINE, absent=["eyewear:glasses"], language="zh").endswith(
        "，不戴眼镜"
    )
    assert compose_caption({}, absent=["facial_hair"], language="zh") == "没有胡子"
    assert compose_negative(absent) == "wearing glasses, wearing hat, with beard"
    assert compose_negative(["eyewear:glasses", "headwear"], language="zh") == "戴眼镜，戴帽子"
    assert compose_negative([]) == ""


def test_no_tags_give_an_empty_prompt():
    assert compose_caption({}) == ""


def test_every_value_that_can_be_drawn_shows_in_its_caption():
    for held in CATEGORIES:
        for value in held.drawn:
            for language in ("en", "zh"):
                tags = {held.name: (value.name,) if held.multiple else value.name}
                assert value.wording(language).noun in compose_caption(tags, language=language)


def test_training_wording_varies_and_repeats_by_seed():
    first = [compose_caption(FULL, language="zh", rng=random.Random(seed)) for seed in range(40)]
    second = [compose_caption(FULL, language="zh", rng=random.Random(seed)) for seed in range(40)]
    assert first == second
    assert len(set(first)) > 30


def test_people_write_the_glasses_first_in_chinese():
    seen = {
        compose_caption(HEADLINE, language="zh", rng=random.Random(seed)) for seed in range(300)
    }
    assert "戴眼镜的卡通机器人，蓝色背景" in seen


def test_training_at_times_says_hat_for_a_certain_hat():
    tags = {"subject": "robot", "headwear": "chef_hat"}
    worded = [compose_caption(tags, rng=random.Random(seed)) for seed in range(200)]
    wide = [text for text in worded if text.endswith(("a hat", "wearing a hat", "a hat on"))]
    assert 10 < len(wide) < 60
    assert compose_caption(tags) == "avatar of a robot, wearing a chef hat"


@pytest.mark.parametrize(
    "tags", [{"style": "nope"}, {"nope": "x"}, {"accessory": ["bow", "nope"]}, {"hair": "nope"}]
)
def test_tags_outside_the_vocabulary_are_refused(tags):
    with pytest.raises(UnknownTagError):
        compose_caption(tags)
