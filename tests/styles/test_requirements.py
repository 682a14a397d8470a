"""What people write, in both languages, and the tags that it is read as."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brandhub import vocabulary
from brandhub.common.errors import InvalidInput
from styles.requirements import parse_requirement
from styles.requirements.parsing import detect_language, parse_exclusions

ROBOT = {"subject": "robot"}
GLASSES_ROBOT = {"subject": "robot", "eyewear": "glasses"}
WOMAN = {"subject": "person", "gender": "female"}
MAN = {"subject": "person", "gender": "male"}

# (text, tags, absent, not understood)
PHRASES: list[tuple[str, dict, tuple, tuple]] = [
    # The product's own examples.
    (
        "戴眼镜的卡通机器人，蓝色背景",
        {**GLASSES_ROBOT, "style": "cartoon", "background": "blue"},
        (),
        (),
    ),
    (
        "生成一个戴眼镜的卡通女性机器人头像",
        {**GLASSES_ROBOT, "style": "cartoon", "gender": "female"},
        (),
        (),
    ),
    (
        "a friendly robot with glasses on a blue background",
        {**GLASSES_ROBOT, "expression": "smile", "background": "blue"},
        (),
        (),
    ),
    # Width, case, traditional characters, mixtures.
    (
        "戴眼鏡的卡通機器人，藍色背景",
        {**GLASSES_ROBOT, "style": "cartoon", "background": "blue"},
        (),
        (),
    ),
    ("ＲＯＢＯＴ  With GLASSES", GLASSES_ROBOT, (), ()),
    ("戴glasses的robot，blue背景", {**GLASSES_ROBOT, "background": "blue"}, (), ()),
    ("背景：浅蓝色；主体：怪兽", {"subject": "critter", "background": "light_blue"}, (), ()),
    ("robot\nblue background", {**ROBOT, "background": "blue"}, (), ()),
    # Negation, Chinese.
    ("不戴眼镜的机器人", ROBOT, ("eyewear:glasses",), ()),
    ("没有帽子的卡通人物", {"subject": "person", "style": "cartoon"}, ("headwear:hat",), ()),
    ("不戴眼镜和帽子，白色背景", {"background": "white"}, ("eyewear:glasses", "headwear:hat"), ()),
    ("不戴眼镜也不戴帽子的男生", MAN, ("eyewear:glasses", "headwear:hat"), ()),
    ("帽子不要，戴墨镜", {"eyewear": "sunglasses"}, ("headwear:hat",), ()),
    ("没有胡子的老爷爷", {**MAN, "age": "senior"}, ("facial_hair",), ()),
    ("不是猫而是机器人", ROBOT, ("subject:cat",), ()),
    ("不披围巾的机器人", ROBOT, ("accessory:scarf",), ()),
    ("不要蓝色背景", {}, ("background:blue",), ()),
    ("去掉眼镜、帽子和耳机", {}, ("eyewear:glasses", "headwear:hat", "accessory:headphones"), ()),
    ("没有背景的机器人", {**ROBOT, "background": "transparent"}, (), ()),
    ("没有头发的男人", {**MAN, "hair": "bald"}, (), ()),
    ("不要不戴眼镜", {"eyewear": "glasses"}, (), ()),
    ("不戴王冠，但戴眼镜", {"eyewear": "glasses"}, ("headwear:crown",), ()),
    # Negation, English.
    ("a robot with no hat", ROBOT, ("headwear:hat",), ()),
    (
        "a cartoon woman without glasses, red background",
        {**WOMAN, "style": "cartoon", "background": "red"},
        ("eyewear:glasses",),
        (),
    ),
    (
        "robot, no glasses, hat or beard",
        ROBOT,
        ("eyewear:glasses", "headwear:hat", "facial_hair:beard"),
        (),
    ),
    ("neither glasses nor hat, robot", ROBOT, ("eyewear:glasses", "headwear:hat"), ()),
    ("without hat and glasses", {}, ("headwear:hat", "eyewear:glasses"), ()),
    ("no hat and blue background", {"background": "blue"}, ("headwear:hat",), ()),
    ("no hat, blue background", {"background": "blue"}, ("headwear:hat",), ()),
    (
        "robot without glasses and with a hat",
        {**ROBOT, "headwear": "hat"},
        ("eyewear:glasses",),
        (),
    ),
    (
        "I don’t want glasses but a top hat",
        {"headwear": "top_hat"},
        ("eyewear:glasses",),
        (),
    ),
    ("a robot that is not smiling", ROBOT, ("expression:smile",), ()),
    ("a non-smiling robot", ROBOT, ("expression:smile",), ()),
    ("hat: no. glasses: yes", {"eyewear": "glasses"}, ("headwear:hat",), ()),
    ("glasses-free robot", ROBOT, ("eyewear:glasses",), ()),
    ("clean-shaven old man", {**MAN, "age": "senior"}, ("facial_hair",), ()),
    ("not without glasses", {"eyewear": "glasses"}, (), ()),
    ("don't forget the glasses", {"eyewear": "glasses"}, (), ()),
    ("sunglasses instead of glasses", {"eyewear": "sunglasses"}, ("eyewear:glasses",), ()),
    ("robot, no accessories", ROBOT, ("accessory",), ()),
    # Words that only look like negations.
    ("无线耳机机器人", {**ROBOT, "accessory": ["headphones"]}, (), ("无线",)),
    ("不开心的小女孩", {**WOMAN, "age": "child", "expression": "sad"}, (), ()),
    ("爆炸头的男孩，非常开心", {**MAN, "hair": "afro", "expression": "smile"}, (), ()),
    ("无表情的机器人", {**ROBOT, "expression": "neutral"}, (), ()),
    # Colours find what they colour.
    ("蓝色机器人，背景是白色", {**ROBOT, "color": "blue", "background": "white"}, (), ()),
    ("蓝色的卡通机器人", {**ROBOT, "style": "cartoon", "color": "blue"}, (), ()),
    ("红头发男孩，黑色衣服", {**MAN, "hair_color": "red", "color": "black"}, (), ()),
    (
        "白发老奶奶，戴单片眼镜",
        {**WOMAN, "age": "senior", "hair_color": "white", "eyewear": "monocle"},
        (),
        (),
    ),
    ("long red hair woman", {**WOMAN, "hair": "long", "hair_color": "red"}, (), ()),
    (
        "blonde woman, in blue, against a white backdrop",
        {**WOMAN, "hair_color": "blonde", "color": "blue", "background": "white"},
        (),
        (),
    ),
    (
        "a grey-haired elderly lady wearing earrings",
        {**WOMAN, "age": "senior", "hair_color": "grey", "accessory": ["earrings"]},
        (),
        (),
    ),
    ("蓝底证件照风格的黑人男性", {**MAN, "skin": "dark", "background": "blue"}, (), ("证件照",)),
    ("black man with a beard", {**MAN, "skin": "dark", "facial_hair": "beard"}, (), ()),
    ("black robot", {**ROBOT, "color": "black"}, (), ()),
    ("robot on blue", {**ROBOT, "background": "blue"}, (), ()),
    # What no tag can say is named, as it was written.
    ("红色帽子的机器人", {**ROBOT, "headwear": "hat"}, (), ("红色",)),
    ("The Hat is RED", {"headwear": "hat"}, (), ("RED",)),
    ("a robot with blue eyes", ROBOT, (), ("blue eyes",)),
    ("蓝色眼睛的机器人", ROBOT, (), ("蓝色眼睛",)),
    ("blue and white robot", {**ROBOT, "color": "blue"}, (), ("white",)),
    ("robot in a red shirt", ROBOT, (), ("red shirt",)),
    ("金属机器人", ROBOT, (), ("金属",)),
    ("人工智能助手，戴眼镜", {"eyewear": "glasses"}, (), ("人工智能助手",)),
    ("一个商人", {}, (), ("商人",)),
    ("a robot made of Steel", ROBOT, (), ("made of Steel",)),
    ("来自织女星的问候，机器人", ROBOT, (), ("来自织女星的问候",)),
    ("a Steam Engine robot", ROBOT, (), ("Steam Engine",)),
    ("🚀🤷 robot", ROBOT, (), ("🚀🤷",)),
    ("a girl with long curly hair", {**WOMAN, "hair": "curly"}, (), ("long",)),
    ("男，30岁，客服", {"gender": "male", "age": "adult"}, (), ("客服",)),
    # Doubt is not guessed at.
    ("不要太复杂的背景", {}, (), ("不要太复杂的背景",)),
    ("no fancy hat", {}, (), ("no fancy hat",)),
    ("no", {}, (), ("no",)),
    # Generic words give way.
    ("a robot character portrait", ROBOT, (), ()),
    ("flat cartoon robot", {**ROBOT, "style": "flat"}, (), ()),
    ("戴帽子，安全帽", {"headwear": "hard_hat"}, (), ()),
    ("beard and moustache", {"facial_hair": "beard"}, (), ("moustache",)),
    ("smiley", {"subject": "face", "expression": "smile"}, (), ()),
    ("微笑表情的机器人", {**ROBOT, "expression": "smile"}, (), ()),
    (
        "卡通表情头像，微笑",
        {"style": "cartoon", "subject": "face", "expression": "smile"},
        (),
        (),
    ),
    # Outside what the embedded model draws, and still understood.
    ("像素风格的成年女性", {**WOMAN, "style": "pixel", "age": "adult"}, (), ()),
    ("赛博朋克风格的猫", {"style": "cyberpunk", "subject": "cat"}, (), ()),
    (
        "像素风机器人，戴耳机和蝴蝶结",
        {**ROBOT, "style": "pixel", "accessory": ["headphones", "bow"]},
        (),
        (),
    ),
    # Refusals in other words: what is refused is never drawn.
    ("机器人，摘掉眼镜", ROBOT, ("eyewear:glasses",), ()),
    ("禁止戴帽子的机器人", ROBOT, ("headwear:hat",), ()),
    ("不喜欢帽子", {}, ("headwear:hat",), ()),
    ("剃光胡子的男人", MAN, ("facial_hair",), ()),
    ("帽子就算了", {}, ("headwear:hat",), ()),
    ("眼镜可以不戴", {}, ("eyewear:glasses",), ()),
    ("可以不戴帽子", {}, ("headwear:hat",), ()),
    ("眼镜帽子都不要", {}, ("eyewear:glasses", "headwear:hat"), ()),
    (
        "戴眼镜，帽子耳机都不要",
        {"eyewear": "glasses"},
        ("headwear:hat", "accessory:headphones"),
        (),
    ),
    (
        "帽子、眼镜、耳机一概不要",
        {},
        ("headwear:hat", "eyewear:glasses", "accessory:headphones"),
        (),
    ),
    ("眼镜（是），帽子（否）", {"eyewear": "glasses"}, ("headwear:hat",), ()),
    ("hats are not allowed, glasses ok", {"eyewear": "glasses"}, ("headwear:hat",), ()),
    ("anything but a hat", {}, ("headwear:hat",), ()),
    ("ditch the beard, keep the glasses", {"eyewear": "glasses"}, ("facial_hair:beard",), ()),
    ("a robot that can't have a beard", ROBOT, ("facial_hair:beard",), ()),
    ("a robot that shouldnt wear a hat", ROBOT, ("headwear:hat",), ()),
    ("both hats and glasses should be avoided", {}, ("headwear:hat", "eyewear:glasses"), ()),
    ("robot with glasses? yes. hat? no.", GLASSES_ROBOT, ("headwear:hat",), ()),
    ("style: pixel; eyewear: none", {"style": "pixel"}, ("eyewear",), ()),
    ("less serious", {}, ("expression:neutral",), ()),
    ("我哋想要一個戴眼鏡嘅機械人，唔要帽", GLASSES_ROBOT, ("headwear:hat",), ()),
    # One thing for another.
    ("眼镜换成墨镜", {"eyewear": "sunglasses"}, ("eyewear:glasses",), ()),
    ("用墨镜代替眼镜", {"eyewear": "sunglasses"}, ("eyewear:glasses",), ()),
    ("replace the glasses with sunglasses", {"eyewear": "sunglasses"}, ("eyewear:glasses",), ()),
    # A thing that no tag is for is missing, and not what stands behind it.
    ("没有性别的机器人", ROBOT, (), ("没有性别",)),
    ("robot with no face", ROBOT, (), ("no face",)),
    ("a robot that doesn't have a face", ROBOT, (), ("doesn't have a face",)),
    ("机器人没有颜色", ROBOT, (), ("没有颜色",)),
    ("不要戴在头上的帽子", {}, ("headwear:hat",), ()),
    ("no picture of a cat", {}, ("subject:cat",), ()),
    # What is left open is neither wanted nor refused.
    ("戴不戴眼镜都行的机器人", ROBOT, (), ("戴不戴眼镜",)),
    ("眼镜可有可无", {}, (), ("眼镜可有可无",)),
    ("robot, optional glasses, hat", {**ROBOT, "headwear": "hat"}, (), ("optional glasses",)),
    ("除了戴眼镜，还要戴帽子", {"headwear": "hat"}, (), ("除了戴眼镜",)),
    # Of alternatives the first is taken.
    ("either a cap or a beanie", {"headwear": "cap"}, (), ("beanie",)),
    ("flat, pixel or voxel robot", {**ROBOT, "style": "pixel"}, (), ("flat", "voxel")),
    ("a man or a woman or a robot", {**ROBOT, "gender": "male"}, (), ("woman",)),
    ("蓝色或者绿色的背景", {"background": "blue"}, (), ("绿色",)),
    # Colours that stand apart from what they colour.
    ("背景换成绿色", {"background": "green"}, (), ()),
    ("背景不要蓝色，用白色", {"background": "white"}, ("background:blue",), ()),
    ("不要红头发，要黑色的", {"hair_color": "black"}, ("hair_color:red",), ()),
    ("背景颜色：深蓝色", {"background": "blue"}, (), ("深",)),
    ("dark blue robot", {**ROBOT, "color": "blue"}, (), ("dark",)),
    ("robot in blue and white", {**ROBOT, "color": "blue"}, (), ("white",)),
    ("her hair is long and black", {"hair": "long", "hair_color": "black"}, (), ()),
    ("头发很长", {"hair": "long"}, (), ()),
    ("金色机器人", {**ROBOT, "color": "yellow"}, (), ()),
    ("blue behind the robot", {**ROBOT, "background": "blue"}, (), ()),
    ("机器人主体蓝色，眼睛绿色", {**ROBOT, "color": "blue"}, (), ("眼睛绿色",)),
    ("眼睛绿色的机器人", ROBOT, (), ("眼睛绿色",)),
    ("robot with big eyes blue background", {**ROBOT, "background": "blue"}, (), ("big",)),
    ("a robot with a blue body and yellow head", {**ROBOT, "color": "blue"}, (), ("yellow head",)),
    (
        "man in red with green hat on white",
        {**MAN, "color": "red", "headwear": "hat", "background": "white"},
        (),
        ("green",),
    ),
    ("机器人，表情别太严肃", ROBOT, ("expression:neutral",), ()),
    ("没有背景音乐的机器人", ROBOT, (), ("没有背景音乐",)),
    ("给小朋友用的机器人", ROBOT, (), ("给小朋友",)),
    # Headings as in a form.
    (
        "style:cartoon, gender:female, accessory:glasses",
        {"style": "cartoon", "gender": "female", "eyewear": "glasses"},
        (),
        (),
    ),
    (
        "性别：女；发型：短发；眼镜：无",
        {"gender": "female", "hair": "short"},
        ("eyewear:glasses",),
        (),
    ),
    # What is listed behind a heading is said of it, and does not paint the figure.
    ("Hair: long, red", {"hair": "long", "hair_color": "red"}, (), ()),
    ("hair: red, long", {"hair": "long", "hair_color": "red"}, (), ()),
    ("Hair = long, red", {"hair": "long", "hair_color": "red"}, (), ()),
    ("Hair - long, red", {"hair": "long", "hair_color": "red"}, (), ()),
    ('{"hair": "long, red"}', {"hair": "long", "hair_color": "red"}, (), ()),
    ("头发：长，红色", {"hair": "long", "hair_color": "red"}, (), ()),
    ("头发：红色、长", {"hair": "long", "hair_color": "red"}, (), ()),
    (
        "hair: short, black; eyes: blue",
        {"hair": "short", "hair_color": "black"},
        (),
        ("eyes: blue",),
    ),
    (
        "头发：短，黑色；眼睛：蓝色",
        {"hair": "short", "hair_color": "black"},
        (),
        ("眼睛：蓝色",),
    ),
    (
        "skin: dark, hair: curly, black",
        {"skin": "dark", "hair": "curly", "hair_color": "black"},
        (),
        (),
    ),
    ("hair: long, silky, red", {"hair": "long", "hair_color": "red"}, (), ("silky",)),
    ("hair: long, red or brown", {"hair": "long", "hair_color": "red"}, (), ("brown",)),
    (
        "hair: long, red, background: blue",
        {"hair": "long", "hair_color": "red", "background": "blue"},
        (),
        (),
    ),
    ("背景：简洁，蓝色", {"background": "blue"}, (), ("简洁",)),
    ("eyes: big, blue", {}, (), ("eyes: big", "blue")),
    ("hat: big, red", {"headwear": "hat"}, (), ("big", "red")),
    (
        "衣服：红色，头发：长，黑色",
        {"hair": "long", "hair_color": "black", "color": "red"},
        (),
        (),
    ),
    # A list ends with what has a noun of its own, and with what the heading cannot be.
    ("hair: long, red background", {"hair": "long", "background": "red"}, (), ()),
    ("hair: long, blue robot", {**ROBOT, "hair": "long", "color": "blue"}, (), ()),
    ("hair: long, robot, red", {**ROBOT, "hair": "long", "color": "red"}, (), ()),
    ("hair: long; red", {"hair": "long", "color": "red"}, (), ()),
    ("robot: small, blue", {**ROBOT, "color": "blue"}, (), ("small",)),
    ("long, red hair", {"hair": "long", "hair_color": "red"}, (), ()),
    # Lists however they are written.
    (
        "subject=robot;color=blue;background=white",
        {**ROBOT, "color": "blue", "background": "white"},
        (),
        (),
    ),
    ("• robot\n• glasses\n• red", {**GLASSES_ROBOT, "color": "red"}, (), ()),
    ("1. robot\n2. glasses\n3. blue background", {**GLASSES_ROBOT, "background": "blue"}, (), ()),
    ("1) robot 2) glasses", GLASSES_ROBOT, (), ()),
    ("１、机器人\n２、眼镜", GLASSES_ROBOT, (), ()),
    ("①机器人②眼镜③蓝色背景", {**GLASSES_ROBOT, "background": "blue"}, (), ()),
    ("（机器人）【眼镜】《蓝色背景》", {**GLASSES_ROBOT, "background": "blue"}, (), ()),
    ("robot, 2.5 metres", ROBOT, (), ("2", "5 metres")),
    ("要求：蓝色，机器人", {**ROBOT, "color": "blue"}, (), ()),
    # A robot's clothes have no colour that could be said; its own stands beside them.
    ("穿红色衣服的蓝色机器人", {**ROBOT, "color": "blue"}, (), ("红色衣服",)),
    ("a blue robot in a red shirt", {**ROBOT, "color": "blue"}, (), ("red shirt",)),
    ("without any headgear but with glasses", {"eyewear": "glasses"}, ("headwear:hat",), ()),
    # Styles that lean on another.
    ("flat line art robot", {**ROBOT, "style": "line"}, (), ("flat",)),
    ("minimal pixel robot", {**ROBOT, "style": "pixel"}, (), ()),
    ("写实赛博朋克风的机器人", {**ROBOT, "style": "cyberpunk"}, (), ("写实",)),
    # Slips of the finger.
    (
        "fiendly robto wihtout galsses, blue backgroud",
        {**ROBOT, "expression": "smile", "background": "blue"},
        ("eyewear:glasses",),
        (),
    ),
    ("a carton robot, violent", ROBOT, (), ("carton", "violent")),
    ("Robot wih GLASES on a pahtway", GLASSES_ROBOT, (), ("wih", "pahtway")),
    # As people put it.
    (
        "给我们客服做一个戴圆框眼镜的像素风小机器人，蓝色背景，别戴帽子",
        {**GLASSES_ROBOT, "style": "pixel", "background": "blue"},
        ("headwear:hat",),
        ("客服",),
    ),
    (
        "robot w/ headphones, our blue",
        {**ROBOT, "accessory": ["headphones"], "color": "blue"},
        (),
        (),
    ),
    ("a robot with our logo", {**ROBOT, "accessory": ["badge"]}, (), ()),
    # Lists in brackets and on lines of their own.
    ("Hair (long, red), robot", {**ROBOT, "hair": "long", "hair_color": "red"}, (), ()),
    ("Hair [long, red], eyes [blue]", {"hair": "long", "hair_color": "red"}, (), ("eyes", "blue")),
    ("robot (blue) with glasses", {**GLASSES_ROBOT, "color": "blue"}, (), ()),
    (
        "a friendly robot (red hat)",
        {**ROBOT, "expression": "smile", "headwear": "hat"},
        (),
        ("red",),
    ),
    (
        "Hair:\n- long\n- red\nBackground:\n- blue",
        {"hair": "long", "hair_color": "red", "background": "blue"},
        (),
        (),
    ),
    (
        "头发：\n1. 长\n2. 红色\n背景：\n1. 蓝色",
        {"hair": "long", "hair_color": "red", "background": "blue"},
        (),
        (),
    ),
    (
        "Hair:\n• long\n• red\n\nblue robot",
        {**ROBOT, "hair": "long", "hair_color": "red", "color": "blue"},
        (),
        (),
    ),
    (
        '{"hair": ["long", "red"], "background": {"color": "blue"}}',
        {"hair": "long", "hair_color": "red", "background": "blue"},
        (),
        (),
    ),
    (
        '{"hair": {\n "length": "long",\n "color": "red"}}',
        {"hair": "long", "hair_color": "red"},
        (),
        ("length",),
    ),
    ("hair colour: red; hair length: long", {"hair": "long", "hair_color": "red"}, (), ()),
    (
        "Clothes: red hat, blue scarf",
        {"headwear": "hat", "accessory": ["scarf"]},
        (),
        ("Clothes: red", "blue"),
    ),
    ("glasses: true, hat: false", {"eyewear": "glasses"}, ("headwear:hat",), ()),
    ("a false beard", {"facial_hair": "beard"}, (), ("false",)),
    # All that is listed behind a refusal is refused.
    ("Avoid: hats, glasses", {}, ("headwear:hat", "eyewear:glasses"), ()),
    ("Must not have: glasses, hat", {}, ("eyewear:glasses", "headwear:hat"), ()),
    (
        "避免：眼镜，帽子；要：围巾",
        {"accessory": ["scarf"]},
        ("eyewear:glasses", "headwear:hat"),
        (),
    ),
    (
        "机器人\n不要：\n- 帽子\n- 眼镜\n背景：蓝色",
        {**ROBOT, "background": "blue"},
        ("headwear:hat", "eyewear:glasses"),
        (),
    ),
    (
        "Avoid:\n- hats\n- glasses\n\nA robot with a scarf",
        {**ROBOT, "accessory": ["scarf"]},
        ("headwear:hat", "eyewear:glasses"),
        (),
    ),
    (
        "Avoid: hats, no glasses, wear a scarf",
        {"accessory": ["scarf"]},
        ("headwear:hat", "eyewear:glasses"),
        (),
    ),
    ("Avoid: fancy hats, glasses", {}, ("eyewear:glasses",), ("fancy hats",)),
    ("Avoid: smiling woman, hats", {}, ("headwear:hat",), ("smiling woman",)),
    ("robot, no (hats, glasses)", ROBOT, ("headwear:hat", "eyewear:glasses"), ()),
    ("不要（帽子，眼镜），机器人", ROBOT, ("headwear:hat", "eyewear:glasses"), ()),
    ("帽子不要（眼镜要）", {"eyewear": "glasses"}, ("headwear:hat",), ()),
    ("no glasses (or hat)", {"headwear": "hat"}, ("eyewear:glasses",), ()),
    ("hat? no (glasses yes)", {"eyewear": "glasses"}, ("headwear:hat",), ()),
    ("Without: hat; with: glasses", {"eyewear": "glasses"}, ("headwear:hat",), ()),
    ("A robot. Negative prompt: hat, beard", ROBOT, ("headwear:hat", "facial_hair:beard"), ()),
    ("机器人，反向提示词：帽子，眼镜", ROBOT, ("headwear:hat", "eyewear:glasses"), ()),
    ("No negative vibes, a robot", ROBOT, (), ("No negative vibes",)),
    ("背景用我们的品牌蓝", {"background": "blue"}, (), ()),
    ("两个机器人", ROBOT, (), ("两",)),
    # Colours by code and by name are the vocabulary's nearest.
    ("robot, #00A3FF background", {**ROBOT, "background": "blue"}, (), ()),
    ("机器人，主色#1F3A6E，背景#eee", {**ROBOT, "color": "indigo", "background": "white"}, (), ()),
    ("robot, no #ff0000 background", ROBOT, ("background:red",), ()),
    ("robot #12345 and #1: glasses", GLASSES_ROBOT, (), ("12345", "1")),
    ("a maroon robot on beige", {**ROBOT, "color": "red", "background": "white"}, (), ()),
    ("robot, navy background", {**ROBOT, "background": "indigo"}, (), ()),
    ("robot, navy blue background", {**ROBOT, "background": "blue"}, (), ("navy",)),
    ("墨绿色机器人，藏青色背景", {**ROBOT, "color": "green", "background": "indigo"}, (), ()),
    ("plain white background, robot", {**ROBOT, "background": "white"}, (), ()),
    # A theme leaves the technique to what names one.
    ("cyberpunk robot in pixel art", {**ROBOT, "style": "pixel"}, (), ("cyberpunk",)),
    (
        "3D realistic robot, cyberpunk",
        {**ROBOT, "style": "render_3d"},
        (),
        ("realistic", "cyberpunk"),
    ),
    # People by what they do.
    ("女医生，短发", {"gender": "female", "hair": "short"}, (), ("医生",)),
    ("男客服戴耳机", {"gender": "male", "accessory": ["headphones"]}, (), ("客服",)),
    ("a businesswoman with a bun", {**WOMAN, "hair": "bun"}, (), ()),
    ("黑长直女生", {**WOMAN, "hair": "long", "hair_color": "black"}, (), ()),
    ("男女都可以的机器人", ROBOT, (), ("男女",)),
    # A mood of the brand is nobody's age.
    ("圣诞老人风格的机器人", ROBOT, (), ("圣诞老人",)),
    ("机器人，风格年轻活泼", ROBOT, (), ("年轻活泼",)),
    ("a robot in line with a young brand", ROBOT, (), ("young brand",)),
    # A small one of something is that.
    ("小熊猫戴圆框眼镜", {"subject": "bear", "eyewear": "glasses"}, (), ()),
    ("小猫头鹰", {"subject": "bird"}, (), ()),
    (
        "Q版小人，闭着眼睛",
        {"subject": "person", "style": "cartoon", "expression": "sleepy"},
        (),
        (),
    ),
    ("一个小人形机器人", ROBOT, (), ("小人形",)),
    # Colours of one thing: one is drawn.
    ("机器人，蓝白配色", {**ROBOT, "color": "blue"}, (), ("白",)),
    ("robot, blue and white color scheme", {**ROBOT, "color": "blue"}, (), ("white",)),
    # Whom a brand serves is nobody's age or gender.
    ("我们做儿童教育，要一个机器人", ROBOT, (), ("儿童教育",)),
    ("a robot for our women's shoes", ROBOT, (), ("women's shoes",)),
    ("a woman's face, glasses", {**WOMAN, "eyewear": "glasses"}, (), ()),
    # Ages in years.
    ("a 30-year-old woman", {**WOMAN, "age": "adult"}, (), ()),
    ("a man in his sixties with a beard", {**MAN, "age": "senior", "facial_hair": "beard"}, (), ()),
    ("女生，30岁左右", {**WOMAN, "age": "adult"}, (), ()),
    ("八岁男孩", {**MAN, "age": "child"}, (), ()),
    ("六十多岁的女士", {**WOMAN, "age": "senior"}, (), ()),
    ("a 15 year old girl", WOMAN, (), ("15 year old",)),
    ("woman, age: 25", {**WOMAN, "age": "adult"}, (), ()),
    ("年龄：8岁，男孩", {**MAN, "age": "child"}, (), ()),
    # From one colour to another.
    (
        "robot, background should be a gradient from blue to purple",
        {**ROBOT, "background": "blue"},
        (),
        ("gradient", "purple"),
    ),
    ("a robot fading from red to blue", {**ROBOT, "color": "red"}, (), ("fading", "blue")),
    # Lists in one line, ears, either and or.
    (
        "要求：1. 机器人 2. 戴耳机 3. 不要帽子",
        {**ROBOT, "accessory": ["headphones"]},
        ("headwear:hat",),
        (),
    ),
    ("猫耳机器人", ROBOT, (), ("猫耳",)),
    ("机器人，要么戴眼镜要么戴墨镜", GLASSES_ROBOT, (), ("墨镜",)),
    ("1girl, glasses", {**WOMAN, "eyewear": "glasses"}, (), ()),
    # Pictures in a line.
    ("🤖 with 👓 on blue", {**GLASSES_ROBOT, "background": "blue"}, (), ()),
    ("no 🎩, 🤖 🕶️", {**ROBOT, "eyewear": "sunglasses"}, ("headwear:top_hat",), ()),
    # Nothing in it.
    ("", {}, (), ()),
    (" ，。\u200b", {}, (), ()),
]


@pytest.mark.parametrize(("text", "tags", "absent", "unknown"), PHRASES, ids=lambda v: str(v)[:30])
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
        ("整体以品牌色为主的机器人", ROBOT, {"color": "品牌色"}, ()),
        ("机器人，背景与品牌主色保持一致", ROBOT, {"background": "品牌主色"}, ()),
        ("brand colours, a red robot", {**ROBOT, "color": "red"}, {}, ("brand colours",)),
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


def test_a_parse_takes_less_than_two_milliseconds():
    texts = [text for text, *_rest in PHRASES]
    for text in texts:
        parse_requirement(text)
    seconds = []
    for _round in range(5):
        started = time.process_time()
        for text in texts:
            parse_requirement(text)
        seconds.append((time.process_time() - started) / len(texts))
    assert min(seconds) < 0.002


@pytest.mark.parametrize(
    "piece",
    [
        "red x ",
        "no hat, ",
        "不戴",
        "blue and ",
        "蓝色的",
        "a" * 7 + " ",
        "的",
        "no ",
        "hat or ",
        "optional ",
        "galsse ",
        "avoid: hat, ",
        "hair (",
        "hair:\n",
    ],
)
def test_no_text_makes_reading_slow(piece):
    text = (piece * 2000)[:2000]
    started = time.process_time()
    with contextlib.suppress(InvalidInput):
        parse_requirement(text)
    assert time.process_time() - started < 0.25


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
