"""Where a Chinese name or term ends in the first half of another word: 姚明 in 姚明亮.

Chinese writes no spaces, and the dictionary knows the name, too. What is listed here are words
that are common and hardly ever follow a name: 明亮, 华丽, 软糖. What may follow one
(刘德华为我们) is not.
"""

from __future__ import annotations

#: Last character of a term → characters that, right behind it, make another word of it.
TAILS: dict[str, str] = {
    "丰": "富满盛收",
    "丹": "麦青",
    "京": "胡剧韵郊",
    "亚": "麻军",
    "人": "参",
    "克": "拉隆服制",
    "勒": "紧索",
    "华": "丽灯侨贵",
    "发": "型廊簪",
    "咏": "叹春",
    "国": "画旗庆",
    "奇": "妙怪异幻特",
    "幂": "数函次",
    "废": "纸品铁旧料墟",
    "徽": "墨派菜剧州商章",
    "子": "骨面",
    "安": "静全装心慰检顿",
    "尼": "龙姑",
    "山": "药楂茶水脚",
    "平": "衡板底滑",
    "度": "假",
    "弹": "簧珠",
    "明": "亮白朗媚净晰信天",
    "星": "空",
    "本": "料",
    "死": "结胡记",
    "毒": "舌蛇蝎",
    "渤": "海",
    "玲": "珑",
    "登": "山陆顶",
    "粉": "刷笔条丝",
    "软": "糖件装管垫木陶绵",
    "迅": "速捷猛",
    "雷": "达阵雨",
    "静": "物悄音电",
    "马": "蹄拉松车尾",
    "鬼": "脸马",
    "麻": "花雀袋",
    "龙": "卷虾舟井骨眼",
    "薇": "观",
    "达": "标百千万亿米一二三四五六七八九十0123456789两到成",
    "斯": "文",
    "春": "天风季游节",
    "畅": "快通销",
    "杰": "出作",
    "伦": "理",
    "腾": "飞空",
    "冰": "块淇",
    "宏": "大伟",
    "君": "子主王",
    "普": "通及遍",
    "坦": "克然白",
    "丘": "陵",
    "曼": "妙",
    "新": "闻鲜",
    "乐": "观趣园呵",
    "菲": "菲",
    "优": "雅秀质惠",
    "伟": "大",
    "英": "文语雄",
    "宇": "宙航",
    "博": "士物客览",
    "灵": "活巧",
    "鼠": "药标疫",
}


def tail_of(term: str) -> str:
    """What must not stand right behind ``term``."""
    return TAILS.get(term[-1:], "")
