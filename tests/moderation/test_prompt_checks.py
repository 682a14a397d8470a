"""What the word lists find, what they leave alone, and where they say it stands."""

import pytest

from avatars.states import Verdict
from moderation.checks.contract import run_check, worst_of
from moderation.checks.forbidden_terms import ForbiddenTerms
from moderation.checks.misleading_claims import MisleadingClaims
from moderation.checks.prohibited_content import ProhibitedContent
from moderation.checks.protected_names import ProtectedNames
from moderation.checks.requirement import MOST_FINDINGS, Requirement
from tests.effort import calls_made_by


def objections(check, prompt="", **requirement):
    """Verdict, category and the matched words of everything but passes."""
    results = check.run(Requirement.of(prompt=prompt, **requirement))
    return [
        (str(each.verdict), each.category, each.evidence["text"])
        for each in results
        if each.verdict != "pass"
    ]


def words_found(prompt, **requirement):
    return objections(ProhibitedContent(), prompt, **requirement)


@pytest.mark.parametrize(
    ("prompt", "category", "matched"),
    [
        ("a nude robot", "sexual", "nude"),
        ("请画一个裸体机器人", "sexual", "裸体"),
        ("a robot beheading a man", "violence", "beheading"),
        ("砍头的机器人", "violence", "砍头"),
        ("a robot in a Nazi uniform", "hate", "Nazi"),
        ("纳粹机器人", "hate", "纳粹"),
        ("a robot who wants to kill myself", "self_harm", "kill myself"),
        ("正在割腕的女人", "self_harm", "割腕"),
        ("child porn", "minors", "child porn"),
        ("恋童", "minors", "恋童"),
        ("a fighter with the isis flag", "extremism", "isis flag"),
        ("东突分子", "extremism", "东突分子"),
    ],
)
def test_what_no_avatar_may_show_blocks(prompt, category, matched):
    assert ("block", category, matched) in words_found(prompt)


@pytest.mark.parametrize(
    ("prompt", "category", "matched"),
    [
        ("a sexy robot", "sexual", "sexy"),
        ("穿情趣内衣的机器人", "sexual", "情趣内衣"),
        ("a robot covered in blood", "violence", "covered in blood"),
        ("血腥的场面", "violence", "血腥"),
        ("a suicidal robot", "self_harm", "suicidal"),
        ("想轻生的机器人", "self_harm", "轻生"),
        ("a robot with a swastika", "hate", "swastika"),
        ("弱智机器人", "hate", "弱智"),
        ("a terrorist", "extremism", "terrorist"),
        ("恐怖分子", "extremism", "恐怖分子"),
        ("a robot snorting cocaine", "drugs", "cocaine"),
        ("吸毒的机器人", "drugs", "吸毒"),
        ("fuck off", "profanity", "fuck"),
        ("傻逼机器人", "profanity", "傻逼"),
    ],
)
def test_what_may_be_innocent_waits_for_a_person(prompt, category, matched):
    assert ("flag", category, matched) in words_found(prompt)


@pytest.mark.parametrize(
    "disguised",
    [
        "n u d e",
        "N.U.D.E",
        "n-u-d-e",
        "n_u_d_e",
        "n*u*d*e",
        "n | u | d | e",
        "nu-de",
        "nuuuude",
        "n*de",
        "nud3",
        "Ｎｕｄｅ",
        "n\u200bu\u200bd\u200be",
        "nüdë",
        "nudе",  # a Cyrillic е
        "ոude",  # an Armenian ո
        "🅽🆄🅳🅴",
    ],
)
def test_a_disguised_word_is_the_word(disguised):
    assert words_found(f"a {disguised} robot") == [("block", "sexual", disguised)]


@pytest.mark.parametrize(
    "disguised",
    ["裸體", "裸 体", "裸-体", "裸.体", "裸\u200b体", "裸　體", "裸*体", "裸/體", "裸_体"],
)
def test_a_disguised_chinese_word_is_the_word(disguised):
    assert words_found(f"画{disguised}机器人") == [("block", "sexual", disguised)]


@pytest.mark.parametrize(
    ("prompt", "matched"),
    [
        ("p0rn star", "p0rn star"),
        ("pr0n", "pr0n"),
        ("n4k3d", "n4k3d"),
        ("H1tler", "H1tler"),
        ("wh1te p0wer", "wh1te p0wer"),
        ("kill\nmyself", "kill\nmyself"),
        ("childporn", "childporn"),
        ("n a k e d  g i r l", "n a k e d"),
        ("裸，体", "裸，体"),
    ],
)
def test_more_disguises_that_block(prompt, matched):
    assert ("block", matched) in [(verdict, text) for verdict, _, text in words_found(prompt)]


@pytest.mark.parametrize(
    "prompt", ["na ked girl", "nakedgirl", "pornhub", "hit ler", "s3x", "$exy"]
)
def test_what_can_be_something_else_waits_for_a_person(prompt):
    assert [verdict for verdict, _, _ in words_found(prompt)] == ["flag"]


@pytest.mark.parametrize(
    "innocent",
    [
        "a friendly robot with glasses, blue background",
        "戴眼镜的卡通机器人，蓝色背景",
        "生成一个戴眼镜的卡通女性机器人头像",
        # Words with a listed word inside.
        "class, classic, glass, grass, bass, mass, assess, assassin, embassy, shell, hello",
        "Scunthorpe, Penistone, Essex, Sussex, Middlesex, arsenal, Dickens, cockpit, peacock",
        "therapist, analysis, canal, document, cumin, circumference, grapes, skyscraper, title",
        "shiitake, button, Saturn, snaked, raccoon, hoarse, scrapes, drapery",
        # Words that are listed, where they mean something else.
        "the naked eye",
        "nude pink lipstick",
        "sex: female",
        "a same-sex couple",
        "a white power button",
        "a Gore-Tex jacket",
        "a suicide prevention bot",
        "a pussy cat",
        "a professional headshot",
        "the pen is mightier",
        "a rap e-guitar",
        "a hero in blue, with a black face",
        # Numbers and signs.
        "455 blue dots, 1337, 4x4, A55 phone, an A1 robot, an AI robot, C# and C++",
        "wow!!! it's hot, isn't it?",
        # Chinese words that meet by accident.
        "角色情绪饱满，特色情怀",
        "个性交互机器人，男性 交警，路口交通",
        "人性，交通",
        "金属切割，腕表，双手，枪灰色手套",
        "做爱心手势，做爱好者",
        "感情色彩，热情色调，个性感十足，理性感知",
        "大麻烦，大麻袋，乌龟头像，火爆头像，脖子上吊坠",
        "年轻生动，病毒品种，公章鱼，双手雷霆，去死皮",
        "电脑残影，生肖战士，大减价跳楼价",
        "拿水枪的夏日小男孩，贱萌的柴犬，人都走光了，母狗和小狗的合影",
        # What is warned of, and what is spared.
        "毒品危害讲解员，冰毒检测仪的工程师",
        "切腹以外的武士形象，刽子手之外的古人",
    ],
)
def test_innocent_words_pass(innocent):
    # given
    requirement = Requirement.of(prompt=innocent)
    # when
    results = ProhibitedContent().run(requirement)
    # then
    assert [(str(each.verdict), each.score) for each in results] == [("pass", 0.0)], results


def test_a_match_says_where_it_stands_in_what_was_written():
    # given
    prompt = "蓝色 n\u200b u\u0308 d e 機器人"
    # when
    [result] = ProhibitedContent().run(Requirement.of(prompt=prompt))
    # then
    assert result.evidence == {
        "field": "prompt",
        "start": 3,
        "end": 12,
        "text": "n\u200b u\u0308 d e",
        "term": "nude",
        "disguised": True,
    }
    assert prompt[3:12] == "n\u200b u\u0308 d e"


def test_every_text_of_a_requirement_is_read():
    found = ProhibitedContent().run(
        Requirement.of(prompt="robot", tags={"mood": ["calm", "nude"], "hat": "nazi", "n": 3})
    )
    assert [(each.evidence["field"], each.evidence["text"]) for each in found] == [
        ("tags.mood", "nude"),
        ("tags.hat", "nazi"),
    ]


@pytest.mark.parametrize(
    ("prompt", "verdicts"),
    [
        ("a robot, no guns", []),
        ("a robot without any lingerie", []),
        ("机器人，不要血腥", []),
        ("机器人，不要裸体", ["flag"]),
        ("a robot, no naked people", ["flag"]),
        # What merely names a kind of content, and lists that "or" ties together.
        ("a robot, no nudity", []),
        ("no blood, gore or nudity", []),
        ("不要出现色情、血腥和恐怖元素", []),
        ("without violence, weapons or nudity, a dragon for the kids", []),
        ("no naked people, it is for kids", ["flag"]),
        ("no nudity filter", ["block"]),
        ("no hat, nude", ["flag"]),
        ("no hat, nude little girl", ["block", "flag"]),
        ("do not show any nude", ["flag"]),
        ("never nazi", ["flag"]),
        ("no hat. nude robot", ["block"]),
        ("a robot with no hat that is standing there nude", ["block"]),
        ("特别色情", ["block"]),
        ("砍头以外的场面", ["flag"]),
        # 除了 … 以外 and 之外还要 name what is wanted besides.
        ("除了砍头以外的场面", ["block"]),
        ("砍头之外还要火焰", ["block"]),
        ("毒品宣传海报", ["flag"]),
        # No word behind lets sexual ones off.
        ("强奸罪普法律师", ["block"]),
        ("裸体以外的人物", ["block"]),
        ("性感科普小女孩", ["block", "flag", "flag"]),
        ("色情之外还要小女孩", ["block", "block", "flag"]),
    ],
)
def test_what_is_negated_is_weighed_lighter(prompt, verdicts):
    assert [verdict for verdict, _, _ in words_found(prompt)] == verdicts


@pytest.mark.parametrize(
    ("negative", "expected"),
    [
        ("nude, nsfw, gore, blood, 裸体", []),
        ("nazi", [("flag", "hate", "nazi")]),
        ("child porn", [("flag", "minors", "child porn")]),
        ("clothes", [("flag", "sexual", "clothes")]),
        ("衣服", [("flag", "sexual", "衣服")]),
    ],
)
def test_a_negative_requirement_names_what_to_leave_out(negative, expected):
    assert words_found("robot", negative_prompt=negative) == expected


@pytest.mark.parametrize(
    ("prompt", "matched"),
    [
        ("a sexy little girl", "little girl"),
        ("性感的小女孩", "小女孩"),
        ("sexy, 15 years old", "15 years old"),
        ("性感，15岁", "15岁"),
    ],
)
def test_a_minor_shown_sexually_blocks_whatever_each_word_does_alone(prompt, matched):
    assert ("block", "minors", matched) in words_found(prompt)


@pytest.mark.parametrize("prompt", ["a little girl, 8 years old", "小女孩", "sexy, 25 years old"])
def test_a_minor_alone_is_nothing_to_object_to(prompt):
    assert "minors" not in [category for _, category, _ in words_found(prompt)]


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("like Acme does", [("block", "forbidden_term", "Acme")]),
        ("two acmes", [("block", "forbidden_term", "acmes")]),
        ("A C M E", [("block", "forbidden_term", "A C M E")]),
        ("аcmе", [("block", "forbidden_term", "аcmе")]),
        ("喝紅牛的机器人", [("block", "forbidden_term", "紅牛")]),
        ("红 牛", [("block", "forbidden_term", "红 牛")]),
        ("a super man", [("flag", "forbidden_term", "super man")]),
        ("BrandX机器人", [("block", "forbidden_term", "BrandX机器人")]),
        ("acmeology, MyBrandX机器人", []),
        ("the number 12", []),
    ],
)
def test_a_brands_forbidden_terms_block(prompt, expected):
    terms = ["ACME", "红牛", "superman", "BrandX機器人", "  ", ""]
    assert objections(ForbiddenTerms(), prompt, forbidden_terms=terms) == expected


def test_a_forbidden_term_may_be_left_out_by_name():
    assert (
        objections(ForbiddenTerms(), "robot", negative_prompt="acme logo", forbidden_terms=["acme"])
        == []
    )


@pytest.mark.parametrize("prompt", ["a robot like Mickey Mouse", "m1ckey mouse", "米老鼠頭像"])
def test_a_protected_name_is_held_and_never_blocked(prompt):
    found = objections(ProtectedNames(), prompt, protected_names=["Mickey Mouse", "米老鼠"])
    assert [(verdict, category) for verdict, category, _ in found] == [("flag", "protected_name")]


@pytest.mark.parametrize(
    ("prompt", "category"),
    [
        ("a robot with an official seal", "official_claim"),
        ("带官方印章的头像", "official_claim"),
        ("with a verified badge", "official_claim"),
        ("警徽", "official_claim"),
        ("looks like Taylor Swift", "real_person"),
        ("特朗普的脸", "real_person"),
        ("T a y l o r Swift", "real_person"),
    ],
)
def test_misleading_requests_are_held_and_never_blocked(prompt, category):
    found = objections(MisleadingClaims(), prompt)
    assert [(verdict, each) for verdict, each, _ in found] == [("flag", category)]


@pytest.mark.parametrize(
    "innocent",
    [
        "a seal on the ice",
        "a King Charles spaniel",
        "a blue tick hound",
        "变成龙的机器人",
        "白马云彩",
        "更换脸部颜色",
        "蓝V领毛衣",
        "中央行走的章鱼",
        "not a real person",
    ],
)
def test_innocent_claims_pass(innocent):
    assert objections(MisleadingClaims(), innocent) == []


@pytest.mark.parametrize("terms", [{"acme": 1}, "acme", ["acme", 7], None])
def test_a_list_that_cannot_be_read_is_not_taken_for_an_empty_one(terms):
    # when
    results = run_check(ForbiddenTerms(), Requirement.of(prompt="robot", forbidden_terms=terms))
    # then
    assert [str(each.verdict) for each in results] == ["unknown"]
    assert results[0].evidence == {"error": "TypeError"}
    assert worst_of(results) == Verdict.FLAG


def test_a_text_of_nothing_else_gives_a_bounded_number_of_findings():
    assert len(words_found("sexy " * 400)) == MOST_FINDINGS


@pytest.mark.parametrize(
    "hostile",
    [
        "1 " * 1000,
        "a b c d " * 250,
        "1!" * 1000,
        "x-" * 1000,
        "*" * 2000,
        "裸 " * 1000,
        "a\u0301" * 1000,
        "ﷺ" * 2000,
        "no " * 660 + "nude",
        "no a, " * 330 + "nude",
    ],
)
def test_no_text_makes_screening_slow(hostile):
    def effort(characters: int) -> int:
        requirement = Requirement.of(prompt=hostile[:characters])
        return calls_made_by(lambda: ProhibitedContent().run(requirement))

    effort(100)  # What is made once and kept is none of a text's doing.
    # What grew with the square would be four times as much.
    assert effort(2000) < 3 * effort(1000) < 1_500_000
