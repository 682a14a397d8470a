"""Disguises by kinds: markup, repetitions, what is out of shape, near sounds, parts, pictures."""

import pytest

from moderation.checks.prohibited_content import ProhibitedContent
from moderation.checks.requirement import Requirement
from moderation.text.matching import Lexicon, Term
from moderation.text.normalisation import normalise
from moderation.text.sounds import SoundFinder
from moderation.text.words import Text, readings_of


def objections(prompt):
    return {
        each.category
        for each in ProhibitedContent().run(Requirement.of(prompt=prompt))
        if each.verdict != "pass"
    }


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("n<b>u</b>de", "nude"),
        ("n<wbr>u<WBR/>de", "nude"),
        ("nu<!-- x -->de", "nude"),
        ("nu<br>de", "nu de"),
        ("n&#117;&#x64;e", "nude"),
        ("nu&shy;de", "nude"),
        ("%6e%75%64%65", "nude"),
        ("裸&nbsp;体", "裸 体"),
        ("&#35064;%E4%BD%93", "裸体"),
    ],
)
def test_markup_is_read_as_a_browser_shows_it(written, read):
    assert normalise(written).text == read


@pytest.mark.parametrize(
    "written",
    [
        # What a tag or a comment holds would be hidden with it.
        *("<nude>", "<b nude>", "<!-- nude -->", "<nude", "a<b and c>d"),
        *("50%20", "%ff%fe", "&nothing;", "r&d;"),
    ],
)
def test_what_is_no_markup_stays(written):
    assert normalise(written).text == written


def test_a_span_covers_the_markup_within_and_none_around():
    # given
    written = "<i>a</i> n&#117;<b>de</b>!"
    mapped = normalise(written)
    # when
    start, end = mapped.span(mapped.text.index("nude"), mapped.text.index("nude") + 4)
    # then
    assert written[start:end] == "n&#117;<b>de"


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("seeeexx", "sex"),
        ("niiigggeeerrr", "nigger"),
        ("coccaaaiiinee", "cocaine"),
        ("nnuuddee", "nude"),
        # more repetitions than are tried one by one
        ("ppoooorrnnssttaarr", "pornstar"),
    ],
)
def test_repetitions_are_tried_as_one_letter_and_as_two(word, meant):
    assert meant in readings_of(word)


@pytest.mark.parametrize("word", ["cool", "bookkeeper", "aabb"])
def test_what_is_written_with_two_letters_is_no_repetition(word):
    assert readings_of(word) == []


LEXICON = Lexicon(
    [Term("裸体"), Term("色情"), Term("海洛因"), Term("滴血的", "violence", False)],
    reshaped_pairs=frozenset({"裸体", "色情"}),
    turned_pairs=frozenset({"裸体"}),
)


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("体裸女孩", ("裸体", 0, 2)),
        ("拿因洛海的人", ("海洛因", 1, 4)),
        ("裸a体女孩", ("裸体", 0, 3)),
        ("海1洛2因", ("海洛因", 0, 5)),
        ("裸丨体女孩", ("裸体", 0, 3)),
        ("海海洛洛洛因因", ("海洛因", 0, 7)),
    ],
)
def test_what_is_out_of_shape_is_found_and_never_certain(written, found):
    # when
    matches = LEXICON.find(Text.of(written))
    # then
    assert [(each.term.text, each.start, each.end) for each in matches] == [found]
    assert not matches[0].certain


@pytest.mark.parametrize(
    "written",
    [
        # 情色 is a term of its own; 体 belongs to 身体; two letters are no interruption
        *("情色", "身体裸妆", "裸ab体"),
        # what is only violent is not turned round
        "红色的血滴",
    ],
)
def test_what_only_looks_out_of_shape_passes(written):
    assert LEXICON.find(Text.of(written)) == []


@pytest.mark.parametrize(
    ("written", "found"),
    [("色琴", ["色情"]), ("海洛映", ["海洛因"]), ("海路英", []), ("se4qing2", ["色情"])],
)
def test_of_what_sounds_nearly_alike_all_but_one_character_stand_there(written, found):
    # given
    finder = SoundFinder([Term("色情"), Term("海洛因")], frozenset({"色情"}))
    # when
    matches = finder.find(Text.of(written))
    # then
    assert [each.term.text for each in matches] == found


def test_before_a_person_any_word_may_stand():
    finder = SoundFinder([Term("贱人")], frozenset({"贱人"}))
    assert list(finder.find(Text.of("姜人"))) == []


@pytest.mark.parametrize(
    ("prompt", "category"),
    [
        *(("氵每洛因", "drugs"), ("高氵朝脸", "sexual"), ("自杀木又", "self_harm")),
        *(("跳下木娄的人，足兆木娄", "self_harm"), ("讠秀惑姿势", "sexual")),
        # letters beside what they are about
        *(("qj现场", "sexual"), ("xd，拿着针管", "drugs"), ("zs，有绳子", "self_harm")),
        *(("luo nü 模特", "sexual"), ("nue待儿童", "minors")),
        *(("强bao", "violence"), ("1丝不挂", "sexual"), ("草n妈", "profanity")),
        # pictures
        *(("🍆💦", "sexual"), ("舔🍆的她", "sexual"), ("licking his 🍆", "sexual")),
        *(("👉🏻👌🏽", "sexual"), ("🌿你🐴", "profanity"), ("吸❄️的人", "drugs")),
        # letters that look alike, masked, backwards
        *(("α nαkεd man", "sexual"), ("p❌rn", "sexual"), ("akitsaws", "hate")),
    ],
)
def test_other_disguises_are_looked_at(prompt, category):
    assert category in objections(prompt)


@pytest.mark.parametrize(
    "prompt",
    [
        *("🍆🥕🍅 at the market", "爱吃🍆的小猪", "🌿你好", "❄️雪人"),
        *("QJ系列的女鞋", "狼人杀2人局", "a ★ nice day"),
    ],
)
def test_pictures_and_letters_that_mean_themselves_pass(prompt):
    assert objections(prompt) == set()


@pytest.mark.parametrize(
    ("prompt", "category"),
    [
        # bopomofo, tones and blanks, both characters by sound and tone, a look-alike
        *(("ㄌㄨㄛˇ ㄊㄧˇ女人", "sexual"), ("cao4 ni3 ma1", "profanity"), ("瑟晴漫画", "sexual")),
        *(("课体写真", "sexual"), ("千你妈", "profanity")),
        # parted by a filler, by what says that it was done, by a sign
        *(("操啊你啊妈啊", "profanity"), ("吸过毒的人", "drugs"), ("做＊爱的两个人", "sexual")),
        # a picture for a character near Chinese, and the neighbours' languages
        *(
            ("🐔8形状的头像", "profanity"),
            ("吸🔥毒", "drugs"),
            ("エロ漫画", "sexual"),
            ("야한美女", "sexual"),
        ),
    ],
)
def test_characters_are_read_as_what_they_stand_for(prompt, category):
    assert category in objections(prompt)


@pytest.mark.parametrize(
    "prompt",
    [
        "红墙间的猫",
        "姓焦的老师",
        "吸母乳的羊羔",
        "做/爱好者社团的头像",
        "ピエロの頭像",
        "ㄅㄆㄇ字母卡",
        *("周末约跑团", "傻人有傻福", "被他骂的客服", "客户说衣服要蓝色", "爱犬保健", "每品一口茶"),
        # of two words, or a word by itself
        *("做受访者的卡通人物", "公鸡巳时打鸣", "她吹头发", "颜色清新的头像"),
        *("一夜清风", "做了爱心的机器人"),
    ],
)
def test_characters_that_stand_for_themselves_pass(prompt):
    assert objections(prompt) == set()
