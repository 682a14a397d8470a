"""What the model is told, and what the writer is told about it."""

from __future__ import annotations

import pytest

from brandhub import vocabulary
from brandhub.common.errors import InvalidInput
from styles.composition import (
    check_template,
    compose_prompt,
    fill_template,
    resolve_tags,
    unsupported_tags,
)
from styles.models import BaseModel, StyleRevision
from styles.requirements import Requirement, parse_requirement
from tests.factories import PaletteColourFactory, StyleRevisionFactory

CANNOT_DRAW = [value.tag for held in vocabulary.CATEGORIES for value in held if not value.supported]


def revision(**values) -> StyleRevision:
    base_model = BaseModel(unsupported_tags=values.pop("cannot_draw", CANNOT_DRAW))
    return StyleRevision(base_model=base_model, **values)


def compose(text="", *, tags=None, negative_prompt="", **values):
    return compose_prompt(
        revision=revision(**values),
        requirement=parse_requirement(text),
        tags=tags,
        negative_prompt=negative_prompt,
    )


def test_the_headline_becomes_the_caption_that_the_model_was_trained_around():
    composed = compose("戴眼镜的卡通机器人，蓝色背景")

    assert composed.prompt == "cartoon avatar of a robot, wearing glasses, blue background"
    assert composed.negative_prompt == ""
    assert composed.unsupported == ()


def test_both_languages_give_the_same_prompt():
    chinese = compose("戴眼镜的卡通机器人，蓝色背景，没有帽子")
    english = compose("a cartoon robot with glasses, no hat, blue background")

    assert chinese.prompt == english.prompt
    assert chinese.negative_prompt == english.negative_prompt == "wearing hat"
    assert chinese.prompt.endswith(", no hat")


def test_the_style_speaks_where_the_request_is_silent():
    defaults = {"style": "cartoon", "subject": "robot", "eyewear": "glasses", "background": "grey"}

    composed = compose("不戴眼镜的怪兽", default_tags=defaults)

    assert composed.tags == {"style": "cartoon", "subject": "critter", "background": "grey"}
    assert composed.absent == ("eyewear:glasses",)


def test_a_default_that_belongs_to_an_excluded_family_is_left_out():
    composed = compose("no hat", default_tags={"headwear": "cap", "subject": "robot"})

    assert composed.tags == {"subject": "robot"}


def test_explicit_tags_win_over_the_text():
    composed = compose(
        "戴墨镜的机器人，微笑，戴围巾",
        tags={"accessory": ["glasses", "badge"], "expression": "sad"},
    )

    assert composed.tags == {
        "subject": "robot",
        "expression": "sad",
        "eyewear": "glasses",
        "accessory": ["scarf", "badge"],
    }


def test_an_explicit_tag_wins_over_a_no_in_the_text():
    composed = compose("robot, no hat and no glasses", tags={"headwear": "cap"})

    assert composed.tags == {"subject": "robot", "headwear": "cap"}
    assert composed.absent == ("eyewear:glasses",)


def test_the_negative_prompt_excludes():
    composed = compose("机器人", negative_prompt="hat, blurry", default_tags={"headwear": "cap"})

    assert composed.tags == {"subject": "robot"}
    assert composed.absent == ("headwear:hat",)
    assert composed.negative_prompt == "wearing hat"
    assert composed.not_understood == ("blurry",)


@pytest.mark.parametrize("tags", [{"headwear": "cap"}, {}])
def test_wanting_what_the_negative_prompt_excludes_is_refused(tags):
    with pytest.raises(InvalidInput) as refusal:
        compose("robot wearing a cap", tags=tags, negative_prompt="hat")

    assert refusal.value.error_code == "contradictory_requirement"
    assert refusal.value.extra == {"tags": ["headwear:cap"]}
    assert refusal.value.errors[0].pointer == "/negative_prompt"


def test_what_the_model_cannot_draw_is_named_and_left_out_of_the_prompt():
    composed = compose(
        "写实风格的机器人，有翅膀，没有披风",
        default_tags={"style": "cartoon", "background": "white"},
    )

    assert composed.tags == {
        "style": "realistic",
        "subject": "robot",
        "accessory": ["wings"],
        "background": "white",
    }
    assert composed.unsupported == ("style:realistic", "accessory:wings")
    assert composed.prompt == "cartoon avatar of a robot, white background"
    assert composed.negative_prompt == ""


def test_what_makes_no_sense_on_the_subject_is_named_too():
    assert unsupported_tags({"subject": "face", "gender": "female"}, []) == ("gender:female",)
    assert unsupported_tags({"subject": "robot", "gender": "female"}, []) == ()


def test_the_revisions_own_negative_prompt_comes_first():
    composed = compose("no hat", negative_prompt="")
    styled = compose_prompt(
        revision=revision(negative_prompt=" text, frame "),
        requirement=parse_requirement("no hat"),
        tags={},
        negative_prompt="",
    )

    assert composed.negative_prompt == "wearing hat"
    assert styled.negative_prompt == "text, frame, wearing hat"


@pytest.mark.parametrize(
    "template",
    [
        "{caption.__class__.__mro__}",
        "{0.__class__}",
        "{{caption}}",
        "{caption!r} {caption:>2000000000}",
        "%(caption)s %s ${caption}",
        "{% load x %}{{ settings.SECRET_KEY }}",
        "}{",
    ],
)
def test_a_template_has_no_code(template):
    filled = fill_template(template, "a robot")

    assert filled == template.replace("{caption}", "a robot").strip()


def test_the_template_is_filled_once():
    assert fill_template("{caption}, flat", "{caption}") == "{caption}, flat"
    assert compose("robot", prompt_template="friendly {caption}, {mascot}").prompt == (
        "friendly avatar of a robot, {mascot}"
    )


def test_a_category_with_a_place_of_its_own_leaves_the_caption():
    composed = compose(
        "a cartoon robot with glasses, blue background",
        prompt_template="mascot {subject}, {caption}, thick lines, {background}",
    )

    assert composed.prompt == (
        "mascot robot, cartoon avatar, wearing glasses, thick lines, blue background"
    )


def test_a_place_of_which_nothing_is_said_goes_with_its_comma():
    composed = compose("a robot", prompt_template="{background}, {caption}, {headwear}, flat")

    assert composed.prompt == "avatar of a robot, flat"


@pytest.mark.parametrize("template", ["{caption} {background} {background}"])
def test_a_place_stands_once(template):
    with pytest.raises(InvalidInput) as refusal:
        check_template(template)
    assert refusal.value.error_code == "invalid_template"
    assert "{background}" in refusal.value.errors[0].detail


@pytest.mark.parametrize("template", ["", "a robot", "{caption} {caption}", "{ caption }"])
def test_a_template_needs_one_place_for_the_caption(template):
    with pytest.raises(InvalidInput) as refusal:
        check_template(template)
    assert refusal.value.error_code == "invalid_template"
    assert refusal.value.errors[0].pointer == "/prompt_template"


def test_tags_are_taken_as_an_object_and_as_a_list():
    expected = {"style": "cartoon", "eyewear": "glasses", "accessory": ["bow", "badge"]}

    assert resolve_tags({"accessory": ["glasses", "bow", "badge"], "style": "Cartoon"}) == expected
    assert (
        resolve_tags(["style:cartoon", "eyewear:glasses", "accessory:bow", "accessory:badge"])
        == expected
    )


@pytest.mark.parametrize(
    ("tags", "errors"),
    [
        ({"mood": "good"}, [("/tags/mood", "unknown_tag")]),
        ({"a/b~c": "x"}, [("/tags/a~1b~0c", "unknown_tag")]),
        (
            {"style": "cubist", "hat": "x"},
            [("/tags/style", "unknown_tag"), ("/tags/hat", "unknown_tag")],
        ),
        ({"style": 7}, [("/tags/style", "invalid_tag")]),
        ({"style": None}, [("/tags/style", "invalid_tag")]),
        ({"style": {"a": 1}}, [("/tags/style", "invalid_tag")]),
        ({"accessory": ["bow", 3]}, [("/tags/accessory/1", "invalid_tag")]),
        ({"style": ["cartoon", "flat"]}, [("/tags/style/1", "repeated_tag")]),
        (
            {"accessory": "glasses", "eyewear": "sunglasses"},
            [("/tags/eyewear", "repeated_tag")],
        ),
        (["style:cubist"], [("/tags/0", "unknown_tag")]),
        (["nothing"], [("/tags/0", "unknown_tag")]),
        ("style:cartoon", [("/tags", "invalid_tag")]),
        ({"": ""}, [("/tags/", "unknown_tag")]),
    ],
)
def test_wrong_tags_are_all_named_by_their_pointers(tags, errors):
    with pytest.raises(InvalidInput) as refusal:
        resolve_tags(tags)

    assert [(error.pointer, error.code) for error in refusal.value.errors] == errors
    assert refusal.value.error_code == errors[0][1]


def test_an_empty_requirement_gives_the_style_alone():
    composed = compose_prompt(
        revision=revision(default_tags={"style": "flat", "subject": "critter"}),
        requirement=Requirement(),
        tags=None,
        negative_prompt="",
    )

    assert composed.prompt == "flat avatar of a monster"


PALETTE = [
    ("Ink", "#1a1a2e", "neutral"),
    ("Acme blue", "#1c7ed6", "primary"),
    ("Leaf", "#2f8f46", "secondary"),
    ("Mist", "#f3f6f7", "background"),
]


@pytest.mark.django_db
class TestTheBrandsOwnColours:
    def composed(self, text, palette=PALETTE, **asked):
        style = StyleRevisionFactory()
        for name, colour, role in palette:
            PaletteColourFactory(brand=style.style.brand, name=name, hex=colour, role=role)
        return compose_prompt(revision=style, requirement=parse_requirement(text), **asked)

    def test_they_are_the_vocabularys_nearest_to_the_palette(self):
        composed = self.composed("品牌色的机器人，背景用品牌色")

        assert composed.tags == {"subject": "robot", "color": "blue", "background": "white"}
        assert composed.not_understood == ()

    def test_a_background_falls_back_on_the_primary_colour(self):
        composed = self.composed("robot, our colours as background", PALETTE[:2])

        assert composed.tags == {"subject": "robot", "background": "blue"}

    def test_an_explicit_tag_wins(self):
        composed = self.composed("robot in our brand colours", tags={"color": "red"})

        assert composed.tags["color"] == "red"
        assert composed.not_understood == ()

    @pytest.mark.parametrize(
        ("palette", "asked"),
        [([], {}), (PALETTE[:1], {}), (PALETTE, {"negative_prompt": "blue"})],
        ids=["no palette", "neutral only", "excluded"],
    )
    def test_what_nobody_knows_or_may_show_is_named(self, palette, asked):
        composed = self.composed("robot in our brand colours", palette, **asked)

        assert composed.tags == {"subject": "robot"}
        assert composed.not_understood == ("brand colours",)
