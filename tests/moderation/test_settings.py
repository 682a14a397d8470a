"""Chinese terms that are innocent by what stands around them, and not where they are meant."""

import pytest

from moderation.checks.prohibited_content import ProhibitedContent
from moderation.checks.requirement import Requirement
from moderation.text.matching import Lexicon, Term
from moderation.text.settings import Setting
from moderation.text.words import Text


def objections(prompt):
    return [
        (str(each.verdict), each.category)
        for each in ProhibitedContent().run(Requirement.of(prompt=prompt))
        if each.verdict != "pass"
    ]


@pytest.mark.parametrize(
    "prompt",
    [
        # the seam of two words
        *("世界读书日你我同行", "路灯下等人的猫", "研学基地组织的夏令营", "国潮吹糖人的师傅"),
        *("观鸟人俱乐部的白鹭", "柜内射灯品牌的灯泡", "黄片糖姜茶", "陶泥马摆件"),
        # figures of speech
        *("剁手党的购物车小熊", "被社会毒打后的打工熊", "灵魂拷问的主持人", "别道德绑架"),
        *("人肉搜索是不对的", "吃人嘴软的成语", "谋杀菲林的摄影师"),
        # dishes, tools and trades
        *(
            "深水炸弹鸡尾酒",
            "暴打柠檬茶",
            "手枪钻工具店",
            "防滑凸点垫",
            "粽叶捆绑粽子",
            "炼铜厂的工人",
        ),
        *("怀孕母狗护理课", "海滩沙雕大师", "按摩电椅", "杂碎汤老店"),
        # medicine, and help against a harm
        *("乳房自检科普", "睾丸扭转急诊", "精液分析报告"),
        *("家庭暴力热线", "偷拍检测仪", "自残干预小组"),
        *("大屠杀纪念馆的白菊花", "法西斯的失败展览"),
        # letters that name a model
        *("TMD减振器", "MMP包装规格", "SB-2型轴承"),
    ],
)
def test_a_term_that_is_part_of_something_innocent_passes(prompt):
    assert objections(prompt) == []


@pytest.mark.parametrize(
    ("prompt", "verdict", "category"),
    [
        ("老子日你", "flag", "profanity"),
        ("下等人的漫画", "flag", "hate"),
        ("基地组织头目", "flag", "extremism"),
        ("被剁手的小偷", "flag", "violence"),
        ("遭到毒打的人", "flag", "violence"),
        ("拿着炸弹的人", "flag", "violence"),
        ("拿着手枪的人", "flag", "violence"),
        ("裸露的身体", "block", "sexual"),
        ("裸露地躺着", "block", "sexual"),
        ("赤裸裸的女人", "block", "sexual"),
        ("乳房特写", "flag", "sexual"),
        ("家庭暴力的画面", "flag", "violence"),
        ("大屠杀现场", "flag", "violence"),
        ("法西斯宣传海报", "flag", "hate"),
        ("tmd 3天了，烦", "flag", "profanity"),
        ("TMD老板", "flag", "profanity"),
        ("SB老板", "flag", "profanity"),
    ],
)
def test_the_same_term_elsewhere_does_not(prompt, verdict, category):
    assert (verdict, category) in objections(prompt)


@pytest.mark.parametrize(
    ("prompt", "said"),
    [
        # a minor, or anybody, and a word of the body
        ("小女孩阴道检查照片", [("block", "sexual"), ("block", "minors")]),
        ("少女乳房检查", [("block", "minors"), ("flag", "sexual"), ("flag", "minors")]),
        ("少女乳房自检", [("block", "minors"), ("flag", "sexual"), ("flag", "minors")]),
        ("loli 阴道炎", [("block", "minors"), ("block", "sexual"), ("block", "minors")]),
        ("猥亵儿童科普", [("block", "minors")]),
        *(
            (each, [("block", "sexual")])
            for each in (
                *("女孩阴道检查", "女人阴道检查特写", "女孩阴道手术", "阴道炎科普的女医生"),
                *("裸露灯光下的女人", "裸露沙滩美女", "裸露木头上的女人", "裸露岩石上的女郎"),
                *("赤裸的真实女人身体", "赤裸真心女郎", "赤裸裸的真诚女郎"),
            )
        ),
        # the thing itself, in words that begin like innocent ones
        *(
            (each, [("flag", "hate")])
            for each in ("小日本猫狗不如", "小日本菜鸡", "杂种马上滚出去")
        ),
        *((each, [("flag", "extremism")]) for each in ("支持台独有理", "疆独到底", "邪教学员")),
        ("训练基地组织成员", [("flag", "extremism")]),
        ("邪教你自杀", [("flag", "extremism"), ("flag", "self_harm")]),
        *(
            (each, [("flag", "drugs")])
            for each in ("大麻咨询热线 加微信", "冰毒咨询电话", "大麻求助购买")
        ),
        *(
            (each, [("flag", "violence")])
            for each in ("手枪腿部射击", "暴打鲜肉男", "虐猫科普视频")
        ),
        ("手枪钻女孩的头", [("flag", "violence"), ("flag", "minors")]),
        ("手枪钻工具，女孩的头", [("flag", "violence"), ("flag", "minors")]),
        ("被黑社会毒打", [("flag", "violence")]),
        ("捆绑绳女", [("flag", "sexual")]),
    ],
)
def test_the_thing_itself_is_stopped_as_if_nothing_stood_around_it(prompt, said):
    assert objections(prompt) == said


@pytest.mark.parametrize("prompt", ["裸露的混凝土墙", "赤裸裸的真诚", "阴道炎科普", "性骚扰投诉"])
def test_what_blocks_elsewhere_is_looked_at_in_innocent_surroundings(prompt):
    assert objections(prompt) == [("flag", "sexual")]


def test_a_minor_in_another_field_leaves_no_surroundings_innocent():
    # given
    requirement = Requirement.of(prompt="乳房自检", tags={"subject": "少女"})
    # then
    assert [
        (str(each.verdict), each.category) for each in ProhibitedContent().run(requirement)
    ] == [("block", "minors"), ("flag", "sexual")]


@pytest.mark.parametrize("prompt", ["🍑👋 peach says hi", "吃🍌干", "我妈🌞你妈🌞"])
def test_pictures_that_greet_or_are_eaten_say_nothing_else(prompt):
    assert objections(prompt) == []


def test_a_setting_does_not_hide_a_disguise():
    # given
    term = Term("炸弹", blocks=False)
    lexicon = Lexicon([term], settings={"炸弹": Setting.of(after="蛋糕")})
    # then
    assert lexicon.find(Text.of("炸弹蛋糕")) == []
    assert [each.disguised for each in lexicon.find(Text.of("炸 弹蛋糕"))] == [True]


@pytest.mark.parametrize(
    ("text", "holds"),
    [("深水炸弹", True), ("炸弹薯条", True), ("深水的炸弹", False), ("炸弹和薯条", False)],
)
def test_a_setting_is_what_stands_right_around(text, holds):
    setting = Setting.of(before="深水", after="薯条")
    at = text.index("炸弹")
    assert setting.holds(text, at, at + 2) is holds
