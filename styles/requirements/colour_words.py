# ruff: noqa: E501 -- word lists read best unbroken
"""The words of colours beside the vocabulary's own, the brand's among them."""

from __future__ import annotations

SKIN_TONES: dict[str, str] = {
    "white": "light",
    "pink": "light",
    "brown": "medium",
    "yellow": "medium",
    "black": "dark",
}

# Colours that the vocabulary knows for one category and people use for all.
COLOURS_BESIDES: dict[str, dict[str, str]] = {
    "金色": {"color": "yellow", "background": "yellow"},
}
# Colours that are a shade where another colour follows: "dark blue".
SHADES = ("dark",)
# What such shades are as the colour of hair, where the nearest is another.
HAIR_SHADES: dict[str, tuple[str, ...]] = {
    "red": ("maroon", "burgundy", "wine red", "酒红", "酒红色", "枣红", "枣红色", "暗红", "暗红色"),
}
# Colours by their names; in sRGB, for the vocabulary's nearest is meant. Shades, too: "navy blue".
NAMED_COLOURS: dict[str, tuple[str, ...]] = {
    "#3eb489": ("mint green",),
    "#1f3a6e": ("navy", "藏青", "藏青色", "藏蓝", "藏蓝色", "海军蓝"),
    "#0047ab": ("cobalt", "钴蓝", "钴蓝色"),
    "#006400": ("forest green", "墨绿", "墨绿色", "深绿", "深绿色"),
    "#32cd32": ("lime", "lime green", "neon green", "荧光绿", "草绿", "草绿色", "嫩绿", "嫩绿色"),
    "#808000": ("olive", "橄榄绿", "军绿", "军绿色"),
    "#0abab5": ("aquamarine", "tiffany blue", "蒂芙尼蓝", "湖蓝", "湖蓝色", "孔雀蓝"),
    "#87ceeb": ("aqua", "baby blue", "水蓝", "水蓝色", "冰蓝", "冰蓝色"),
    "#9b1b30": ("maroon", "burgundy", "wine red", "酒红", "酒红色", "枣红", "枣红色", "暗红", "暗红色"),
    "#ff7f50": ("coral", "salmon", "珊瑚色", "珊瑚红", "珊瑚橙"),
    "#ffcba4": ("peach", "apricot", "杏色", "桃色", "蜜桃色"),
    "#e91e8c": ("fuchsia", "hot pink", "玫红", "玫红色", "玫瑰红", "桃红", "桃红色", "洋红"),
    "#8e4585": ("plum", "梅紫", "葡萄紫"),
    "#e0b0ff": ("mauve", "香芋紫", "藕荷色"),
    "#ffdb58": ("mustard", "amber", "姜黄", "姜黄色", "琥珀色", "鹅黄", "鹅黄色"),
    "#7b5230": ("bronze", "copper", "khaki", "tan", "卡其色", "古铜色", "驼色", "焦糖色"),
    "#f5f0e1": ("beige", "cream", "cream coloured", "off white", "米色", "米白", "米白色", "奶油色", "象牙白"),
    "#36454f": ("graphite", "石墨色", "炭黑"),
}  # fmt: skip
# Colours by the names of things, which are these behind an article: "a cup of coffee".
THINGS_COLOURS = (
    "coffee", "chocolate", "rose", "orange", "mint", "peach", "plum", "olive", "cream", "salmon", "apricot", "mustard", "lime",
    "violet", "lilac", "lavender", "tangerine", "chestnut", "charcoal", "emerald", "amber", "copper", "bronze", "coral",
)  # fmt: skip
# What leads from one colour to another.
RANGES = (
    "to", "into", "fading to", "fading into", "fades to", "fades into", "turning into", "blending into", "melting into",
    "到", "至", "过渡到", "过渡成", "渐变到", "渐变成", "渐变至", "渐变为",
)  # fmt: skip
# Before "from red to green", what is to be changed so.
CHANGES = ("change", "changed", "turn", "switch", "switched", "改", "把")
# What stands behind the colours of one thing.
SCHEMES = ("配色", "色系", "双色", "撞色", "拼色", "相间", "color scheme", "colour scheme", "tones")
# The brand's own colour, whichever that is, and what is said before a colour by name ("品牌蓝").
BRAND_COLOURS = (
    *(
        f"{owner}{which} {colours}"
        for owner in (
            "brand",
            "brand's",
            "our brand's",
            "company",
            "company's",
            "our company's",
            "corporate",
            "our corporate",
            "house",
            "our house",
        )
        for which in ("", " main", " primary", " official", " own")
        for colours in ("colour", "colours", "color", "colors", "palette")
    ),
    "brand coloured",
    "brand colored",
    "our palette",
    "our colour",
    "our colours",
    "our color",
    "our colors",
    "our own colours",
    "our own colors",
    *(
        f"{owner}{colour}"
        for owner in (
            "品牌",
            "品牌的",
            "公司",
            "公司的",
            "企业",
            "企业的",
            "我司",
            "我司的",
            "我们公司",
            "我们公司的",
            "本公司的",
            "我们品牌的",
        )
        for colour in (
            "主色",
            "主色调",
            "主题色",
            "标准色",
            "专属色",
            "色",
            "颜色",
            "色彩",
            "配色",
            "色系",
            "色调",
            "色板",
            "vi色",
        )
    ),
    *(f"我们的{colour}" for colour in ("主色", "主色调", "主题色", "标准色", "专属色", "颜色")),
)
BRAND = ("brand", "brand's", "company", "corporate", "品牌", "公司", "企业", "公司的", "品牌的")
