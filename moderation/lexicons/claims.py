"""Requests that mislead: claims of office or approval, faces of real people, marks of others."""

from moderation.lexicons import chinese_phrases, marks, people
from moderation.lexicons.chinese_tails import tail_of
from moderation.text.matching import Term


def _english(category: str, words: str) -> list[Term]:
    return [Term(" ".join(each.split()), category, blocks=False) for each in words.split(",")]


def _chinese(category: str, words: str) -> list[Term]:
    return [Term(each, category, blocks=False, not_after=tail_of(each)) for each in words.split()]


TERMS: tuple[Term, ...] = (
    *_english(
        "official_claim",
        """
        official seal, government seal, presidential seal, seal of the president, notary seal,
        royal warrant, national emblem, state emblem, government official, government logo,
        government agency, official government, police badge, sheriff badge, police uniform,
        police insignia, fbi, cia badge, interpol, secret service, customs officer, tax authority,
        irs agent, immigration officer, army insignia, military insignia, military rank,
        red cross emblem, united nations logo, fda approved, fda seal, government approved,
        government certified, bank certified, iso certified, certified by, verified badge,
        verified checkmark, verified check mark, verification badge, un logo, un emblem, ce mark,
        ce certified, royal coat of arms, royal crest, royal seal, us army insignia,
        blue checkmark, blue check mark, licensed doctor, licensed physician, board certified
        """,
    ),
    *_chinese(
        "official_claim",
        """
        官方印章 政府印章 国家印章 国徽 党徽 警徽 军徽 政府认证 国家认证 官方认证 官方授权
        权威认证 认证徽章 认证标志 蓝v认证 加v认证 大v认证 国家机关 政府机关 政府官员 政府部门
        公安局 公安机关 警服 军衔 法院印章 银行认证 税务局 海关关员 红十字会标志 联合国标志
        执业医师 持证医生 驰名商标
        """,
    ),
    Term("公章", "official_claim", False, not_before="主办", not_after="鱼程节"),
    *_chinese("official_claim", chinese_phrases.CLAIMS),
    *_chinese("protected_mark", chinese_phrases.MARKS),
    *_english("real_person", people.ENGLISH),
    *_english("real_person", people.LIKENESS_ENGLISH),
    *_chinese("real_person", people.CHINESE),
    *_chinese("real_person", people.LIKENESS_CHINESE),
    *_english("protected_mark", marks.ENGLISH),
    *_chinese("protected_mark", marks.CHINESE),
    Term(
        "马云",
        "real_person",
        False,
        not_before="白天骑木飞小斑骏河海黑赛",
        not_after="彩端游朵雾层南",
    ),
    Term("川普", "real_person", False, not_before="四", not_after="通洱"),
    Term("肖战", "real_person", False, not_before="生"),
    Term("梅西", "real_person", False, not_after="百"),
    Term("换脸", "real_person", False, not_before="更替变切转", not_after="型部色谱蛋罩"),
)

#: Where a listed term is innocent.
HARMLESS: tuple[str, ...] = (
    *(" ".join(each.split()) for each in people.HARMLESS_ENGLISH.split(",")),
    *(" ".join(each.split()) for each in marks.HARMLESS_ENGLISH.split(",")),
    *people.HARMLESS_CHINESE.split(),
    "非真实人物",
)
