"""What people write, in both languages, and the tags that it is read as."""

from __future__ import annotations

import contextlib
import subprocess
import sys

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from brandhub import vocabulary
from brandhub.common.errors import InvalidInput
from styles.requirements import parse_requirement
from styles.requirements.parsing import detect_language, parse_exclusions
from tests.styles.requirement_asides import ASIDES
from tests.styles.requirement_exceptions import EXCEPTIONS
from tests.styles.requirement_phrases import PHRASES, ROBOT
from tests.styles.requirement_slips import FORBIDDEN, MISSPELT, NAMES, SLIPS, UNRELATED
from tests.styles.requirement_wishes import WISHES


@pytest.mark.parametrize(
    ("text", "tags", "absent", "unknown"),
    [*PHRASES, *WISHES, *ASIDES, *EXCEPTIONS],
    ids=lambda v: str(v)[:30],
)
def test_phrases(text, tags, absent, unknown):
    requirement = parse_requirement(text)

    assert requirement.tags == tags
    assert requirement.absent == absent
    assert requirement.not_understood == unknown


def test_the_tags_come_in_the_order_of_the_vocabulary():
    tags = parse_requirement("蓝色背景，戴眼镜，机器人，卡通").tags

    assert list(tags) == ["style", "subject", "eyewear", "background"]


@pytest.mark.parametrize(
    ("text", "clashing"),
    [
        ("戴眼镜，不戴眼镜", ["eyewear:glasses"]),
        ("a robot with a hat, no hat", ["headwear:hat"]),
        ("wearing a cap, hatless", ["headwear:cap"]),
        ("有胡子，没有胡子", ["facial_hair:beard"]),
        ("a cat and a robot", ["subject:cat", "subject:robot"]),
        ("蓝色背景，红色背景", ["background:blue", "background:red"]),
        ("glasses and sunglasses", ["eyewear:glasses", "eyewear:sunglasses"]),
        ("with glasses, no glasses", ["eyewear:glasses"]),
    ],
)
def test_contradictions_are_refused_with_both_sides_named(text, clashing):
    with pytest.raises(InvalidInput) as refusal:
        parse_requirement(text)

    assert refusal.value.error_code == "contradictory_requirement"
    assert sorted(refusal.value.extra["tags"]) == sorted(clashing)
    assert [(e.pointer, e.code) for e in refusal.value.errors] == [
        ("/prompt", "contradictory_requirement")
    ]


@pytest.mark.parametrize(
    ("text", "language", "sides"),
    [
        ("with glasses, no glasses", "en", "“Eyewear: Glasses”, “no Glasses”"),
        ("戴眼镜，不戴眼镜", "zh-hans", "“眼部配饰：眼镜”、“没有眼镜”"),
        ("wearing a cap, no hats", "en", "“Headwear: Cap”, “no Hat”"),
        ("a cat and a robot", "en", "“Subject: Cat”, “Subject: Robot”"),
    ],
)
def test_a_contradiction_names_both_sides_in_the_readers_words(text, language, sides):
    with translation.override(language), pytest.raises(InvalidInput) as refusal:
        parse_requirement(text)

    assert sides in refusal.value.detail
    assert refusal.value.errors[0].detail == refusal.value.detail


@pytest.mark.parametrize(("text", "typed", "meant"), MISSPELT, ids=lambda v: str(v)[:30])
def test_a_misspelt_word_is_read_as_what_it_can_hardly_not_be(text, typed, meant):
    assert parse_requirement(text).read_as == ({typed: meant} if meant else {})


@pytest.mark.parametrize("text", UNRELATED)
def test_no_other_word_is_taken_for_a_misspelt_one(text):
    with contextlib.suppress(InvalidInput):
        assert parse_requirement(text).read_as == {}


@pytest.mark.parametrize(
    ("text", "tags", "absent", "unknown"),
    [
        # One letter replaced would make it "without", and turn the wish around.
        ("a robot wishout glasses", {**ROBOT, "eyewear": "glasses"}, (), ("wishout",)),
        # As near to one as to the other.
        ("a robot, grandxa", ROBOT, (), ("grandxa",)),
        # Names have a capital among words that have none; addresses have signs in them.
        ("a robot for Catoona and Robotcs", ROBOT, (), ("Catoona", "Robotcs")),
        ("a robot, see glazses.com", ROBOT, (), ("see glazses", "com")),
        ("A Robot With Sunnglases", ROBOT, (), ("Sunnglases",)),
    ],
)
def test_what_is_misspelt_is_named_where_reading_it_is_a_risk(text, tags, absent, unknown):
    requirement = parse_requirement(text)

    assert (requirement.tags, requirement.absent) == (tags, absent)
    assert requirement.not_understood == unknown


@pytest.mark.parametrize(("text", "tags", "absent", "unknown"), [*SLIPS, *NAMES])
def test_a_slip_is_mended_and_a_name_is_none(text, tags, absent, unknown):
    requirement = parse_requirement(text)

    assert (requirement.tags, requirement.absent) == (tags, absent)
    assert requirement.not_understood == unknown


@pytest.mark.parametrize(("text", "term", "tags", "unknown"), FORBIDDEN)
def test_nothing_forbidden_comes_of_a_misspelt_word(text, term, tags, unknown):
    allowed = parse_requirement(text, never=[term])

    assert (allowed.tags, allowed.not_understood) == (tags, unknown)
    assert allowed.read_as == {}
    assert parse_requirement(text).read_as


def test_a_misspelt_word_is_read_beside_a_forbidden_one():
    requirement = parse_requirement("dragen with a hat", never=["hat"])

    assert requirement.tags == {"subject": "dragon", "headwear": "hat"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a robot wihtout glasses", {"wihtout": "without"}),
        ("a robot on a blue bakground", {"bakground": "background"}),
        # By the word that is listed, and not by its plural.
        ("dragens", {"dragens": "dragon"}),
        ("robot with headphons", {"headphons": "headphones"}),
        # It says nothing by itself,
        ("a robot waering glasses", {}),
        # or a piece of it is named, or all of it, though a person is drawn.
        ("robotwithpurple scarf", {}),
        ("a wizzard", {}),
    ],
)
def test_what_was_read_as_what_is_told_of_words_that_have_a_part_in_a_tag(text, told):
    assert parse_requirement(text).read_as == told


def test_a_heavy_reading_is_dropped_before_a_text_is_refused_for_it():
    requirement = parse_requirement("a dragen and a cat with noglasses")

    assert (requirement.tags, requirement.absent) == ({"subject": "cat"}, ("eyewear:glasses",))
    assert requirement.not_understood == ("dragen",)
    assert requirement.read_as == {"noglasses": "no glasses"}


def test_what_contradicts_itself_without_a_heavy_reading_is_refused():
    with pytest.raises(InvalidInput) as refusal:
        parse_requirement("a dragen, a cat and a robot")

    assert refusal.value.extra["tags"] == ["subject:cat", "subject:robot"]


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("make us a robot", ()),
        ("Give us a robot", ()),
        ("Make US a robot", ("US",)),
        ("a robot for us", ("us",)),
    ],
)
def test_who_asks_is_left_out_right_behind_what_asks(text, unknown):
    assert parse_requirement(text).not_understood == unknown


def test_no_misspelt_word_is_read_as_one_that_the_brand_forbids():
    text = "robot with sungalsses and a helmt, noglasses"

    requirement = parse_requirement(text, never=["Sunglasses", "helmet", "glasses"])

    assert requirement.tags == ROBOT
    assert requirement.read_as == {}
    assert parse_requirement(text).read_as == {
        "sungalsses": "sunglasses",
        "helmt": "helmet",
        "noglasses": "no glasses",
    }


def test_a_negative_prompt_says_what_it_was_read_as_too():
    requirement = parse_exclusions("sungalsses, hatt")

    assert requirement.absent == ("eyewear:sunglasses",)
    assert requirement.read_as == {"sungalsses": "sunglasses"}


def test_no_glasses_leaves_room_for_sunglasses():
    requirement = parse_requirement("不戴眼镜，戴墨镜")

    assert requirement.tags == {"eyewear": "sunglasses"}
    assert requirement.absent == ("eyewear:glasses",)


@pytest.mark.parametrize(
    ("text", "tags", "colours", "unknown"),
    [
        ("品牌色机器人", ROBOT, {"color": "品牌色"}, ()),
        ("Robot in Our Colours", ROBOT, {"color": "Our Colours"}, ()),
        ("用品牌主色做背景", {}, {"background": "品牌主色"}, ()),
        ("a robot matching our brand palette", ROBOT, {"color": "brand palette"}, ()),
        ("用公司主色做背景，机器人", ROBOT, {"background": "公司主色"}, ()),
        ("用我们的主色，机器人", ROBOT, {"color": "我们的主色"}, ()),
        (
            "robot, background in our corporate colour",
            ROBOT,
            {"background": "our corporate colour"},
            (),
        ),
        (
            "our customers are women, use our brand's primary color for the robot",
            ROBOT,
            {"color": "our brand's primary color"},
            ("our customers are women",),
        ),
        ("我们竞争对手是红色，整体品牌色", {}, {"color": "品牌色"}, ("我们竞争对手是红色",)),
        ("整体以品牌色为主的机器人", ROBOT, {"color": "品牌色"}, ()),
        ("机器人，背景与品牌主色保持一致", ROBOT, {"background": "品牌主色"}, ()),
        ("brand colours, a red robot", {**ROBOT, "color": "red"}, {}, ("brand colours",)),
        ("robot, brand colour #ff0000", {**ROBOT, "color": "red"}, {}, ("brand colour",)),
        ("robot in brand color (#ff0000)", {**ROBOT, "color": "red"}, {}, ("brand color",)),
        ("robot, no brand colours", ROBOT, {}, ("brand colours",)),
    ],
)
def test_the_brands_own_colours_are_left_to_who_knows_the_brand(text, tags, colours, unknown):
    requirement = parse_requirement(text)

    assert requirement.tags == tags
    assert requirement.brand_colours == colours
    assert requirement.absent == ()
    assert requirement.not_understood == unknown


def test_a_negative_prompt_can_neither_refuse_the_brands_colours_nor_leave_open():
    requirement = parse_exclusions("brand colours, optional hat")

    assert requirement.absent == ("headwear:hat",)
    assert requirement.not_understood == ("brand colours", "optional")


@pytest.mark.parametrize("refused", ["never a hat", "no hat", "never ever a hat", "hats never"])
def test_a_negative_prompt_excludes_what_a_requirement_refuses(refused):
    assert parse_requirement(refused).absent == ("headwear:hat",)
    assert parse_exclusions(refused).absent == ("headwear:hat",)
    assert parse_exclusions(refused).not_understood == ()


def test_a_negative_prompt_is_read_with_its_headings_too():
    assert parse_exclusions("hair: long, red").absent == ("hair:long", "hair_color:red")


def test_a_text_over_the_limit_is_refused_before_it_is_read():
    assert parse_requirement("蓝" * 2000).tags == {"color": "blue"}
    with pytest.raises(InvalidInput) as refusal:
        parse_requirement("a" * 100_000)
    assert refusal.value.error_code == "too_long"
    assert refusal.value.errors[0].pointer == "/prompt"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("a robot", "en"),
        ("机器人", "zh"),
        ("戴眼镜的robot", "zh"),
        ("a robot with glasses (机器人)", "en"),
        ("", "en"),
        ("123 🤖", "en"),
    ],
)
def test_the_language_is_told(text, language):
    assert detect_language(text) == language
    assert parse_requirement(text).language == language


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_wording_of_the_vocabulary_is_understood(language):
    # A colour by itself is the main colour; hair and background need their noun.
    colours = {"color", "background", "hair_color"}
    for term, value in vocabulary.phrases(language):
        requirement = parse_requirement(term)
        assert requirement.not_understood == (), (term, requirement)
        if value.category not in colours:
            names = {
                f"{category}:{name}"
                for category in requirement.tags
                for name in vocabulary.tag_names(requirement.tags, category)
            }
            assert value.tag in names, (term, requirement)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_canonical_caption_is_read_back_as_its_tags(language):
    for held in vocabulary.CATEGORIES:
        for value in held.drawn:
            tags = {
                "subject": "robot",
                held.name: [value.name] if held.multiple else value.name,
            }
            caption = vocabulary.compose_caption(tags, language=language)
            assert parse_requirement(caption).tags == tags, caption


def test_a_negative_prompt_excludes_whatever_it_names():
    requirement = parse_exclusions("no hat, 胡子, red background, blurry")

    assert requirement.tags == {}
    assert requirement.absent == ("headwear:hat", "facial_hair", "background:red")
    assert requirement.not_understood == ("blurry",)


@given(st.text(max_size=300))
def test_whatever_is_written_is_read_or_refused_and_what_is_left_over_stands_in_it(text):
    try:
        requirement = parse_requirement(text)
    except InvalidInput as refusal:
        requirement = None
        code = refusal.error_code
    if requirement is None:
        assert code == "contradictory_requirement"
    else:
        assert all(piece in text for piece in requirement.not_understood)


_WORDS = st.sampled_from(
    [
        "no ",
        "not ",
        "without ",
        "不戴",
        "没有",
        "不",
        "的",
        "和",
        "或",
        "，",
        ", ",
        "and ",
        "or ",
        "red ",
        "蓝色",
        "blue ",
        "背景",
        "background ",
        "头发",
        "hair ",
        "hat ",
        "眼镜",
        "帽子",
        "robot ",
        "机器人",
        "表情",
        "long ",
        "长",
        "人",
        "工",
        "是",
        "is ",
        "on ",
        "with ",
        "戴",
        "free",
        "eyes ",
        "-",
        "除了",
        "optional ",
        "都",
        "dark ",
        "our colours ",
        "backgroud ",
        "face ",
        "? ",
        "wait, ",
        "actually ",
        "还是",
        "算了",
        "not ",
        "more ",
        "than ",
        "比",
        "好",
        "between ",
        "half ",
        "到",
        "换成",
        "他",
        "she ",
        "nurse ",
        "our ",
        "customers ",
        "last time ",
        "called ",
        "~~",
        "|",
        "\n",
    ]
)


@given(st.lists(_WORDS, max_size=14).map("".join))
def test_no_order_of_words_breaks_the_grammar(text):
    try:
        requirement = parse_requirement(text)
    except InvalidInput as refusal:
        requirement = None
        code = refusal.error_code
    if requirement is None:
        assert code == "contradictory_requirement"
    else:
        assert all(piece in text for piece in requirement.not_understood)
        wanted = {
            f"{category}:{name}"
            for category in requirement.tags
            for name in vocabulary.tag_names(requirement.tags, category)
        }
        assert not wanted & set(requirement.absent)


def test_importing_the_parser_builds_nothing():
    code = (
        "import sys, styles.requirements.lexicon as lexicon;"
        "assert lexicon.entries.cache_info().currsize == 0;"
        "print([m for m in ('opencc', 'torch', 'jieba') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
