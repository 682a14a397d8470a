"""What is said of one thing and of all else, what a colon ends, and whose trade is no wish."""

from tests.styles.requirement_phrases import ROBOT, WOMAN

CAT = {"subject": "cat"}
FOX = {"subject": "fox"}
SMILING_ROBOT = {**ROBOT, "expression": "smile"}
GLASSES_ROBOT = {**ROBOT, "eyewear": "glasses"}

# (text, tags, absent, not understood)
EXCEPTIONS: list[tuple[str, dict, tuple, tuple]] = [
    # Of what is excepted it is said whether all else is wanted, nothing else is, or it is, too.
    ("除了帽子和眼镜都要，机器人", ROBOT, ("headwear:hat", "eyewear:glasses"), ()),
    (
        "除了帽子都要：眼镜、围巾，机器人",
        {**GLASSES_ROBOT, "accessory": ["scarf"]},
        ("headwear:hat",),
        (),
    ),
    ("apart from the hat anything goes, robot", ROBOT, ("headwear:hat",), ()),
    ("除了眼镜都不要，机器人", GLASSES_ROBOT, (), ("都不要",)),
    (
        "除了墨镜，其他配饰都不要，主体是狐狸",
        {**FOX, "eyewear": "sunglasses"},
        (),
        ("其他配饰都不要",),
    ),
    ("机器人，除了围巾，不要其他配饰", {**ROBOT, "accessory": ["scarf"]}, (), ("不要其他配饰",)),
    (
        "除了戴围巾，别的什么都不戴，机器人",
        {**ROBOT, "accessory": ["scarf"]},
        (),
        ("别的什么都不戴",),
    ),
    ("apart from glasses, nothing else, robot", GLASSES_ROBOT, (), ("nothing else",)),
    ("除了戴眼镜，还要戴帽子", {"eyewear": "glasses", "headwear": "hat"}, (), ()),
    ("apart from glasses, also a hat. robot", {**GLASSES_ROBOT, "headwear": "hat"}, (), ()),
    # It is named where nothing of it is said.
    ("除了眼镜，机器人不要帽子", ROBOT, ("headwear:hat",), ("除了眼镜",)),
    ("apart from the hat, a robot", ROBOT, (), ("apart from the hat",)),
    # "No" of all else refuses none of what is excepted from it.
    (
        "line art dragon. No colour other than black.",
        {"style": "line", "subject": "dragon", "color": "black"},
        (),
        ("No colour other than",),
    ),
    (
        "a woman without any accessories except a hair bow",
        {**WOMAN, "accessory": ["bow"]},
        (),
        ("without any accessories except",),
    ),
    ("no hat but a cap, robot", {**ROBOT, "headwear": "cap"}, (), ("no hat but",)),
    ("nothing except glasses on a robot", GLASSES_ROBOT, (), ("nothing except",)),
    (
        "robot, no sunglasses but headphones",
        {**ROBOT, "accessory": ["headphones"]},
        ("eyewear:sunglasses",),
        (),
    ),
    # A negation reaches over a colon only to what says more closely what it refuses.
    (
        "everything but a hat: glasses, scarf on a robot",
        {**GLASSES_ROBOT, "accessory": ["scarf"]},
        ("headwear:hat",),
        (),
    ),
    ("not an animal — a little monster", {"subject": "critter"}, (), ("not an animal",)),
    (
        "no hats: caps, beanies. robot",
        ROBOT,
        ("headwear:hat", "headwear:cap", "headwear:beanie"),
        (),
    ),
    (
        "no accessories: glasses, hats, earrings. robot",
        ROBOT,
        ("accessory", "eyewear:glasses", "headwear:hat", "accessory:earrings"),
        (),
    ),
    ("avoid the following: hat, glasses. robot", ROBOT, ("headwear:hat", "eyewear:glasses"), ()),
    # And not to what a further wish asks for.
    (
        "remove the headphones and give her a beanie",
        {"headwear": "beanie"},
        ("accessory:headphones",),
        (),
    ),
    # "Never" refuses as "no" does.
    ("hats never, robot", ROBOT, ("headwear:hat",), ()),
    (
        "a robot that should never ever have a hat or glasses",
        ROBOT,
        ("headwear:hat", "eyewear:glasses"),
        (),
    ),
    # 有 says no more than that it is there.
    ("别有胡子的机器人", ROBOT, ("facial_hair",), ()),
    # What a colon ends is about the company, and what stands behind it is not,
    (
        "Our company is a robot maker: a friendly face",
        SMILING_ROBOT,
        (),
        ("Our company is a robot maker",),
    ),
    (
        "our company builds robots: a friendly face with glasses",
        {**SMILING_ROBOT, "eyewear": "glasses"},
        (),
        ("our company builds robots",),
    ),
    ("we are a bank: a friendly robot", SMILING_ROBOT, (), ("we are a bank",)),
    (
        "我们公司生产机器人：一个友好的笑脸",
        SMILING_ROBOT,
        (),
        ("我们公司生产机器人",),
    ),
    # but for a list of what it makes.
    (
        "we sell toys: robots, cats. a friendly bear please",
        {"subject": "bear", "expression": "smile"},
        (),
        ("we sell toys: robots", "cats"),
    ),
    # A face is nobody's but the figure's, and a clause that uses something is about the picture.
    ("we are a robot company, a friendly face", SMILING_ROBOT, (), ("we are a robot company",)),
    (
        "我们竞争对手是红色，用蓝色",
        {"color": "blue"},
        (),
        ("我们竞争对手是红色",),
    ),
    # Whose trade a figure is, is said in other ways, too.
    ("我们卖眼镜，想要一个戴墨镜的狐狸", {**FOX, "eyewear": "sunglasses"}, (), ("我们卖眼镜",)),
    ("我们生产机器人，画一只猫", CAT, (), ("我们生产机器人",)),
    ("机器人客服，女声", ROBOT, (), ("客服", "女声")),
    ("a maker of robots needs a cat", CAT, (), ("maker of robots",)),
    ("我们是一家做机器人的公司，画一只猫", CAT, (), ("我们是一家做机器人的公司",)),
    (
        "我们是一家做机器人的公司，想要一个亲切的笑脸",
        SMILING_ROBOT,
        (),
        ("我们是一家做机器人的公司",),
    ),
    # One of two equal letters is missing.
    ("a gren robot", {**ROBOT, "color": "green"}, (), ()),
]
