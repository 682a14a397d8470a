"""The vocabulary's tables hold together, and its look-ups refuse what they don't hold."""

from __future__ import annotations

import subprocess
import sys

import pytest

from brandhub.vocabulary import (
    CATEGORIES,
    NEGATIONS,
    TAG_ALIASES,
    RepeatedTagError,
    UnknownTagError,
    category,
    collect_tags,
    parse_tag,
    phrases,
    unsupported,
)


def test_every_value_knows_its_category_and_is_worded_in_both_languages():
    for held in CATEGORIES:
        names = [value.name for value in held]
        assert len(names) == len(set(names)), held.name
        for value in held:
            assert value.category == held.name
            assert value.en.noun.isascii()
            assert value.zh.noun.strip()
            assert not value.zh.noun.isascii() or value.name == "render_3d"
            assert value.en.label
            assert value.zh.label


def test_groups_name_values_that_exist():
    groups = [value for held in CATEGORIES for value in held if value.group]
    assert [value.tag for value in groups] == ["headwear:hat"]
    for value in groups:
        for name in value.group:
            assert category(value.category).value(name).supported
    hat = category("headwear").value("hat")
    assert hat.satisfied_by("cap")
    assert hat.satisfied_by("hat")
    assert not hat.satisfied_by("crown")


def test_wording_within_a_category_is_unambiguous():
    for language in ("en", "zh"):
        for held in CATEGORIES:
            terms = [term for value in held for term in value.wording(language).terms]
            repeated = {term for term in terms if terms.count(term) > 1}
            assert repeated == set(), (language, held.name)


@pytest.mark.parametrize("alias", sorted(TAG_ALIASES))
def test_aliases_lead_to_values(alias):
    assert parse_tag(alias).tag == TAG_ALIASES[alias]


def test_tags_are_read_regardless_of_case_and_blanks():
    assert parse_tag(" Headwear : Top hat ").tag == "headwear:top_hat"


@pytest.mark.parametrize("tag", ["", "style", "style:", "style:nope", "nope:glasses", ":glasses"])
def test_unknown_tags_are_refused(tag):
    with pytest.raises(UnknownTagError) as refusal:
        parse_tag(tag)
    assert refusal.value.code == "unknown_tag"


def test_collected_tags_follow_the_vocabulary_order_and_drop_repetition():
    tags = collect_tags(
        ["accessory:bow", "eyewear:glasses", "style:cartoon", "accessory:bow", "accessory:badge"]
    )
    assert list(tags.items()) == [
        ("style", "cartoon"),
        ("eyewear", "glasses"),
        ("accessory", ("bow", "badge")),
    ]


def test_two_values_for_one_question_are_refused():
    with pytest.raises(RepeatedTagError) as refusal:
        collect_tags(["accessory:glasses", "eyewear:sunglasses"])
    assert (refusal.value.category, refusal.value.names) == ("eyewear", ("glasses", "sunglasses"))


def test_what_the_embedded_model_cannot_draw_is_named():
    tags = {
        "style": "cyberpunk",
        "subject": "face",
        "gender": "female",
        "accessory": ["bow", "cape"],
    }
    assert [value.tag for value in unsupported(tags)] == [
        "style:cyberpunk",
        "gender:female",
        "accessory:cape",
    ]
    assert unsupported({"style": "cartoon", "subject": "robot", "eyewear": "glasses"}) == ()


def test_phrases_come_longest_first_and_cover_the_headline_terms():
    chinese = phrases("zh")
    lengths = [len(term) for term, _ in chinese]
    assert lengths == sorted(lengths, reverse=True)
    found = {(term, value.tag) for language in ("en", "zh") for term, value in phrases(language)}
    for term, tag in [
        ("眼镜", "eyewear:glasses"),
        ("墨镜", "eyewear:sunglasses"),
        ("太阳镜", "eyewear:sunglasses"),
        ("shades", "eyewear:sunglasses"),
        ("机器人", "subject:robot"),
        ("帽子", "headwear:hat"),
        ("写实", "style:realistic"),
        ("女性", "gender:female"),
    ]:
        assert (term, tag) in found


def test_negations_come_longest_first():
    assert {"不戴", "没有", "无"} <= set(NEGATIONS["zh"])
    assert {"no", "without", "not wearing"} <= set(NEGATIONS["en"])
    for words in NEGATIONS.values():
        # A longer cue that contains a shorter one must be tried before it.
        for index, word in enumerate(words):
            assert not any(word in later for later in words[index + 1 :]), word


def test_the_vocabulary_loads_neither_django_nor_a_model_library():
    code = (
        "import sys, brandhub.vocabulary;"
        "print([m for m in ('django', 'torch', 'transformers', 'numpy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
