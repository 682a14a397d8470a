# ruff: noqa: E501 -- a table reads best with one value a line
"""The product's tag vocabulary, in English and Chinese.

The first synonym-free wording of each value is the one its captions use. Chinese captions prefer
characters that the embedded model's tokenizer holds as one token each.
"""

from __future__ import annotations

from collections.abc import Sequence

from brandhub.vocabulary.terms import Category, Value, Wording

Row = tuple[str, str, str]

PEOPLE = ("person",)
HEADS = ("person", "robot", "critter", "face")


def _words(text: str) -> Wording:
    """``Label|noun|synonym|…``; an empty noun is the label in lower case."""
    label, noun, *synonyms = text.split("|") + ([""] if "|" not in text else [])
    return Wording(label, noun or label.lower(), tuple(synonyms))


def _values(
    category: str,
    rows: Sequence[Row],
    *,
    supported: bool = True,
    group: tuple[str, ...] = (),
    subjects: tuple[str, ...] = (),
) -> tuple[Value, ...]:
    return tuple(
        Value(category, name, _words(en), _words(zh), supported, group, subjects)
        for name, en, zh in rows
    )


COLOURS: dict[str, tuple[str, str, str]] = {
    # name: (sRGB, English, Chinese)
    "white": ("#ffffff", "White||ivory|snow white", "白色|白色|白|纯白|雪白"),
    "grey": ("#adb5bd", "Grey||gray|silver|light grey", "灰色|灰色|灰|银色|银灰"),
    "black": ("#212529", "Black||dark|charcoal", "黑色|黑色|黑|深黑"),
    "red": ("#e03131", "Red||scarlet|crimson", "红色|红色|红|大红|朱红"),
    "orange": ("#fd7e14", "Orange||tangerine", "橙色|橙色|橙|橘色|橘黄"),
    "yellow": ("#fcc419", "Yellow||golden|gold", "黄色|黄色|黄|金黄"),
    "green": ("#2f9e44", "Green||emerald", "绿色|绿色|绿|翠绿"),
    "teal": ("#12b886", "Teal||turquoise|mint|cyan", "青色|青色|青绿|薄荷绿|青"),
    "light_blue": ("#b3e0f2", "Light blue||sky blue|pale blue", "浅蓝色|浅蓝色|淡蓝|天蓝|浅蓝"),
    "blue": ("#1c7ed6", "Blue||azure|royal blue", "蓝色|蓝色|蓝|宝蓝"),
    "indigo": ("#4263eb", "Indigo||ultramarine", "靛蓝色|靛蓝色|靛蓝|靛色"),
    "purple": ("#9c36b5", "Purple||violet|magenta", "紫色|紫色|紫|紫红"),
    "lavender": ("#d0bfff", "Lavender||lilac|light purple", "浅紫色|浅紫色|淡紫|薰衣草紫|浅紫"),
    "pink": ("#f783ac", "Pink||rose", "粉色|粉色|粉红|粉|粉红色"),
    "brown": ("#8a5522", "Brown||chocolate|coffee", "棕色|棕色|棕|褐色|咖啡色"),
}

_PLAIN_HAIR_COLOURS: dict[str, tuple[str, str, str]] = {
    "black": ("#2c1b18", "Black||dark|jet black", "黑色|黑色|黑|乌黑"),
    "brown": ("#724133", "Brown||brunette|chestnut", "棕色|棕色|棕|褐色"),
    "blonde": ("#e8c56b", "Blonde||blond|golden|fair", "金色|金色|金|金黄"),
    "red": ("#c93305", "Red||ginger|auburn", "红色|红色|红|姜红"),
    "grey": ("#b8bcc4", "Grey||gray|silver", "灰色|灰色|灰|银色"),
    "white": ("#f4f4f0", "White||snowy", "白色|白色|白|银白"),
    "pink": ("#f59797", "Pink||rose", "粉色|粉色|粉|粉红"),
    "blue": ("#3d6fd9", "Blue||azure", "蓝色|蓝色|蓝"),
    "green": ("#3fa66b", "Green||teal", "绿色|绿色|绿"),
    "purple": ("#8b4fc0", "Purple||violet", "紫色|紫色|紫"),
}


def _colours(
    category: str, table: dict[str, tuple[str, str, str]], subjects: tuple[str, ...] = ()
) -> tuple[Value, ...]:
    return tuple(
        Value(category, name, _words(en), _words(zh), subjects=subjects, swatch=swatch)
        for name, (swatch, en, zh) in table.items()
    )


STYLE = Category(
    "style",
    Wording("Style", "style"),
    Wording("风格", "风格"),
    (
        *_values(
            "style",
            [
                (
                    "cartoon",
                    "Cartoon||cartoonish|toon|comic|cute style",
                    "卡通|卡通|动漫风|漫画|Q版",
                ),
                (
                    "flat",
                    "Flat||flat design|flat illustration|vector|minimal|minimalist",
                    "扁平|扁平|扁平化|扁平插画|极简|简约",
                ),
                (
                    "pixel",
                    "Pixel art|pixel art|pixel|pixelated|8-bit|8 bit|retro game",
                    "像素|像素|像素风|像素画|8位|复古游戏",
                ),
                (
                    "voxel",
                    "Voxel||voxel art|blocky|block|minecraft style|isometric cubes",
                    "体素|体素|方块|积木|方块风|我的世界风",
                ),
                (
                    "line",
                    "Line art|line art|line|line drawing|outline|outlined|doodle",
                    "线条|线条|线稿|线描|简笔画|手绘线条",
                ),
            ],
        ),
        *_values(
            "style",
            [
                (
                    "realistic",
                    "Realistic||photorealistic|photo|photographic|lifelike|hyperrealistic|photoreal",
                    "写实|写实|真实|逼真|照片|真人|写真|超写实",
                ),
                ("cyberpunk", "Cyberpunk||cyber punk|neon punk", "赛博朋克|赛博朋克|赛博|霓虹朋克"),
                ("anime", "Anime||manga|japanese animation", "日系动漫|日系动漫|动漫|二次元|日漫"),
                (
                    "watercolor",
                    "Watercolour|watercolor|watercolour|water color|aquarelle",
                    "水彩|水彩|水彩画",
                ),
                ("oil_painting", "Oil painting||oil paint", "油画|油画|油彩"),
                (
                    "ink",
                    "Ink wash||ink painting|chinese painting|sumi-e",
                    "水墨|水墨|国画|水墨画|中国风",
                ),
                (
                    "sketch",
                    "Pencil sketch||sketch|pencil drawing|charcoal drawing",
                    "素描|素描|铅笔画|手绘素描",
                ),
                (
                    "render_3d",
                    "3D render|3d render|3d|cgi|clay render|blender|pixar style",
                    "三维|三维|3d|立体渲染|皮克斯",
                ),
                ("steampunk", "Steampunk||steam punk", "蒸汽朋克|蒸汽朋克"),
                ("pop_art", "Pop art||warhol", "波普|波普|波普艺术"),
            ],
            supported=False,
        ),
    ),
)

SUBJECT = Category(
    "subject",
    Wording("Subject", "subject"),
    Wording("主体", "主体"),
    (
        *_values(
            "subject",
            [
                (
                    "person",
                    "Person||human|people|character|guy|portrait",
                    "人物|人物|人|人类|人像|角色",
                ),
                (
                    "robot",
                    "Robot||bot|android|droid|machine|robotic",
                    "机器人|机器人|机械人|小机器人|机器",
                ),
                (
                    "critter",
                    "Monster||critter|creature|little monster|alien|ghost",
                    "小怪兽|怪兽|小怪兽|怪物|小怪物|精灵|外星人|萌物",
                ),
                (
                    "face",
                    "Emoji face|emoji face|emoji|emoticon|smiley|smiley face",
                    "表情脸|表情|表情脸|表情包|笑脸图标|颜文字",
                ),
            ],
        ),
        *_values(
            "subject",
            [
                ("cat", "Cat||kitten|kitty", "猫|猫|小猫|猫咪"),
                ("dog", "Dog||puppy|corgi", "狗|狗|小狗|狗狗|柴犬"),
                ("bear", "Bear||teddy bear|panda", "熊|熊|小熊|熊猫"),
                ("bird", "Bird||owl|penguin|parrot|eagle", "鸟|鸟|小鸟|猫头鹰|企鹅"),
                ("rabbit", "Rabbit||bunny|hare", "兔子|兔子|小兔|兔"),
                ("fox", "Fox||wolf", "狐狸|狐狸|狼"),
                ("dragon", "Dragon||dinosaur", "龙|龙|恐龙|小龙"),
                ("logo", "Logo||icon|emblem|mascot logo", "标志|标志|图标|商标"),
                ("vehicle", "Vehicle||car|spaceship|rocket", "车辆|车辆|汽车|飞船|火箭"),
            ],
            supported=False,
        ),
    ),
)

GENDER = Category(
    "gender",
    Wording("Gender", "gender"),
    Wording("性别", "性别"),
    _values(
        "gender",
        [
            (
                "female",
                "Female||woman|girl|lady|women|feminine|she|gal",
                "女性|女性|女|女生|女人|女士|女孩|女子|小姐姐|女的",
            ),
            (
                "male",
                "Male||man|boy|gentleman|men|masculine|he|dude",
                "男性|男性|男|男生|男人|男士|男孩|男子|先生|男的",
            ),
        ],
        subjects=("person", "robot", "critter"),
    ),
)

AGE = Category(
    "age",
    Wording("Age", "age"),
    Wording("年龄", "年龄"),
    _values(
        "age",
        [
            (
                "child",
                "Child||kid|little kid|toddler|childlike|young child|children",
                "小孩|小孩|儿童|孩子|小朋友|幼儿|宝宝|少儿",
            ),
            (
                "adult",
                "Adult||grown-up|young adult|middle-aged|middle aged",
                "成年|成年|成人|大人|青年|年轻人|中年",
            ),
            (
                "senior",
                "Elderly|elderly|senior|old|aged|grandpa|grandma|grandfather|grandmother",
                "老年|老年|老人|年老|年长|老爷爷|老奶奶|长者",
            ),
        ],
        subjects=("person", "robot", "critter"),
    ),
)

EXPRESSION = Category(
    "expression",
    Wording("Expression", "expression"),
    Wording("表情", "表情"),
    _values(
        "expression",
        [
            (
                "smile",
                "Smiling||happy|cheerful|smile|friendly|joyful|kind|warm|smiley",
                "微笑|微笑|开心|笑|友好|高兴|快乐|亲切|友善|和善|笑脸",
            ),
            (
                "laugh",
                "Laughing||grinning|laugh|grin|big smile|excited|open smile",
                "大笑|大笑|咧嘴笑|哈哈笑|兴奋|欢笑|露齿笑",
            ),
            (
                "neutral",
                "Neutral||calm|serious|expressionless|blank|poker face|straight face",
                "平静|平静|严肃|无表情|面无表情|冷静|淡定|中性",
            ),
            (
                "sad",
                "Sad||unhappy|crying|upset|tearful|sorrowful|frowning|gloomy",
                "悲伤|悲伤|伤心|难过|哭|哭泣|忧伤|沮丧|流泪",
            ),
            (
                "angry",
                "Angry||mad|furious|annoyed|fierce|grumpy|evil",
                "生气|生气|愤怒|恼怒|发怒|凶|气愤|暴躁",
            ),
            (
                "surprised",
                "Surprised||shocked|amazed|astonished|surprise|startled|wow",
                "惊讶|惊讶|吃惊|震惊|惊奇|惊喜|诧异",
            ),
            ("wink", "Winking||playful|cheeky|wink", "眨眼|眨眼|俏皮|调皮|抛媚眼|眨单眼"),
            (
                "sleepy",
                "Sleepy||asleep|sleeping|tired|drowsy|eyes closed|closed eyes",
                "困|困倦|睡着|睡觉|疲倦|闭眼|犯困|困了",
            ),
            (
                "love",
                "In love|in love|heart eyes|adoring|love|loving|hearts in eyes",
                "爱心眼|爱心眼|爱心|喜爱|花痴|心形眼|爱慕",
            ),
            (
                "tongue",
                "Tongue out|tongue out|sticking tongue out|sticking out tongue|silly|goofy",
                "吐舌头|吐舌|吐舌头|搞怪|鬼脸|做鬼脸",
            ),
        ],
    ),
)

HAIR = Category(
    "hair",
    Wording("Hair", "hair"),
    Wording("发型", "头发"),
    (
        *_values(
            "hair",
            [
                (
                    "bald",
                    "Bald|bald|no hair|hairless|shaved head",
                    "光头|光头|秃头|没有头发|秃顶|无头发",
                )
            ],
            subjects=PEOPLE,
        ),
        *_values(
            "hair",
            [
                (
                    "short",
                    "Short hair|short hair|short-haired|crew cut|buzz cut|short haircut",
                    "短发|短发|平头|寸头|短头发|板寸",
                ),
                (
                    "long",
                    "Long hair|long hair|long-haired|straight long hair|flowing hair",
                    "长发|长发|长头发|披肩发|直发",
                ),
                (
                    "curly",
                    "Curly hair|curly hair|curls|wavy hair|curly",
                    "卷发|卷发|卷毛|波浪发|卷头发",
                ),
                ("afro", "Afro|afro|afro hair|big round hair", "爆炸头|爆炸头|非洲头|蓬蓬头"),
                (
                    "bun",
                    "Hair bun|hair bun|bun|topknot|top knot|updo",
                    "丸子头|丸子头|发髻|盘发|发团",
                ),
                ("ponytail", "Ponytail|ponytail|pony tail|pigtails", "马尾|马尾|马尾辫|双马尾"),
                (
                    "braids",
                    "Braids|braids|dreadlocks|dreads|plaits|braided hair",
                    "辫子|辫子|脏辫|麻花辫|小辫子",
                ),
                ("mohawk", "Mohawk|mohawk|punk hair|mohican", "莫西干|莫西干|朋克头|鸡冠头|莫霍克"),
                (
                    "bob",
                    "Bob hair|bob hair|bob|bob cut|chin-length hair",
                    "波波头|波波头|齐肩发|学生头",
                ),
                (
                    "spiky",
                    "Spiky hair|spiky hair|spikes|spiked hair|spiky",
                    "刺头|刺头|尖刺发|刺猬头|竖发",
                ),
            ],
        ),
    ),
)

HAIR_COLOR = Category(
    "hair_color",
    Wording("Hair colour", "hair"),
    Wording("发色", "头发"),
    _colours("hair_color", _PLAIN_HAIR_COLOURS),
)

EYEWEAR = Category(
    "eyewear",
    Wording("Eyewear", "glasses"),
    Wording("眼部配饰", "眼镜"),
    _values(
        "eyewear",
        [
            (
                "glasses",
                "Glasses||eyeglasses|spectacles|specs|round glasses|square glasses|reading glasses|nerdy glasses",
                "眼镜|眼镜|近视镜|圆框眼镜|方框眼镜|黑框眼镜|老花镜|镜框",
            ),
            (
                "sunglasses",
                "Sunglasses||shades|sunnies|dark glasses|sun glasses|cool shades",
                "墨镜|墨镜|太阳镜|太阳眼镜|黑超",
            ),
            ("eyepatch", "Eyepatch|eyepatch|eye patch|pirate patch", "眼罩|眼罩|独眼眼罩|海盗眼罩"),
            ("monocle", "Monocle||single eyeglass", "单片镜|单片镜|单片眼镜|单边眼镜"),
        ],
    ),
)

_HATS: list[Row] = [
    ("cap", "Cap||baseball cap|snapback|peaked cap", "鸭舌帽|鸭舌帽|棒球帽|便帽"),
    (
        "beanie",
        "Beanie||knit hat|winter hat|woolly hat|knitted cap|wool hat",
        "毛线帽|毛线帽|针织帽|冷帽|绒线帽|冬帽",
    ),
    (
        "top_hat",
        "Top hat||magician hat|gentleman hat|bowler hat|bowler",
        "大礼帽|礼帽|高礼帽|大礼帽|绅士帽|圆顶礼帽",
    ),
    ("cowboy_hat", "Cowboy hat||western hat|stetson", "牛仔帽|牛仔帽|西部帽"),
    ("party_hat", "Party hat||birthday hat|cone hat", "派对帽|派对帽|生日帽|尖顶帽"),
    ("chef_hat", "Chef hat||chef's hat|cook hat|toque|chefs hat", "厨师帽|厨师帽|大厨帽"),
    (
        "graduation_cap",
        "Graduation cap||mortarboard|academic cap|graduate cap|mortar board",
        "学士帽|学士帽|博士帽|毕业帽",
    ),
    (
        "hard_hat",
        "Hard hat||safety helmet|construction helmet|helmet",
        "安全帽|安全帽|工地帽|头盔|工程帽",
    ),
    ("santa_hat", "Santa hat||christmas hat|santa claus hat", "圣诞帽|圣诞帽|圣诞老人帽"),
    ("wizard_hat", "Wizard hat||witch hat|magic hat|pointed hat", "巫师帽|巫师帽|魔法帽|女巫帽"),
]

HEADWEAR = Category(
    "headwear",
    Wording("Headwear", "hat"),
    Wording("头饰", "帽子"),
    (
        *_values("headwear", _HATS),
        *_values(
            "headwear",
            [
                ("crown", "Crown||tiara|king's crown|royal crown", "王冠|王冠|皇冠|国王冠|头冠"),
                ("hijab", "Hijab||headscarf|head scarf", "头巾|头巾|希贾布|穆斯林头巾"),
            ],
        ),
        *_values(
            "headwear",
            [("hat", "Hat||headwear|any hat|hats", "帽子|帽子|帽|帽子类")],
            group=tuple(name for name, _, _ in _HATS),
        ),
    ),
)

FACIAL_HAIR = Category(
    "facial_hair",
    Wording("Facial hair", "facial hair"),
    Wording("胡须", "胡子"),
    _values(
        "facial_hair",
        [
            (
                "beard",
                "Beard||full beard|long beard|bearded|goatee",
                "大胡子|大胡子|络腮胡|胡子|胡须|山羊胡|络腮胡子",
            ),
            (
                "moustache",
                "Moustache||mustache|handlebar moustache|handlebar mustache",
                "小胡子|小胡子|八字胡|髭|八字胡子",
            ),
        ],
    ),
)

ACCESSORY = Category(
    "accessory",
    Wording("Accessory", "accessory"),
    Wording("配饰", "配饰"),
    (
        *_values(
            "accessory",
            [
                (
                    "headphones",
                    "Headphones||headset|earphones|earmuffs|microphone headset",
                    "耳机|耳机|头戴式耳机|头戴耳机|耳麦|客服耳机",
                ),
                (
                    "bow",
                    "Hair bow|bow|hair bow|ribbon|ribbon bow|hair ribbon",
                    "蝴蝶结|蝴蝶结|丝带|头花|发带",
                ),
                ("bow_tie", "Bow tie||bowtie|dicky bow", "领结|领结|蝴蝶领结"),
                ("scarf", "Scarf||neckerchief|muffler|shawl", "围巾|围巾|围脖|丝巾"),
                ("earrings", "Earrings||earring|ear studs|ear rings", "耳环|耳环|耳钉|耳坠"),
                (
                    "badge",
                    "Badge||star badge|logo badge|pin badge|brand badge|lapel pin",
                    "徽章|徽章|胸章|标牌|品牌徽章|胸牌",
                ),
                (
                    "mask",
                    "Face mask|face mask|mask|medical mask|surgical mask",
                    "口罩|口罩|面罩|医用口罩",
                ),
                ("flower", "Flower||flower in hair|blossom|daisy", "花|小花|花朵|头戴花|鲜花"),
            ],
        ),
        *_values(
            "accessory",
            [
                ("wings", "Wings||angel wings", "翅膀|翅膀|天使翅膀"),
                ("tie", "Necktie||tie|neck tie", "领带|领带"),
                ("necklace", "Necklace||pendant|chain", "项链|项链|吊坠"),
                ("cape", "Cape||cloak", "披风|披风|斗篷"),
            ],
            supported=False,
        ),
    ),
    multiple=True,
)

SKIN = Category(
    "skin",
    Wording("Skin tone", "skin"),
    Wording("肤色", "肤色"),
    _values(
        "skin",
        [
            (
                "light",
                "Light skin|light skin|fair skin|pale skin|white skin|light-skinned",
                "浅肤色|浅肤色|白皮肤|浅色皮肤|白皙",
            ),
            (
                "medium",
                "Tan skin|tan skin|medium skin|olive skin|brown skin|tanned",
                "中等肤色|中等肤色|小麦色皮肤|小麦肤色|黄皮肤",
            ),
            (
                "dark",
                "Dark skin|dark skin|black skin|deep skin|dark-skinned",
                "黑肤色|黑肤色|深肤色|黑皮肤|深色皮肤|黝黑",
            ),
        ],
        subjects=PEOPLE,
    ),
    subjects=PEOPLE,
)

COLOR = Category(
    "color",
    Wording("Main colour", "colour"),
    Wording("主色", "颜色"),
    _colours("color", COLOURS),
)

BACKGROUND = Category(
    "background",
    Wording("Background", "background"),
    Wording("背景", "背景"),
    (
        *_colours("background", COLOURS),
        *_values(
            "background",
            [
                ("gradient", "Gradient||gradient background", "渐变|渐变|渐变背景"),
                (
                    "scene",
                    "Scene||landscape|city|office|forest|space|starry sky",
                    "场景|场景|风景|城市|办公室|森林|太空|星空",
                ),
                ("transparent", "Transparent||no background|cut out", "透明|透明|无背景|抠图"),
            ],
            supported=False,
        ),
    ),
)

CLOTHING = Category(
    "clothing",
    Wording("Clothing", "clothing"),
    Wording("服装", "衣服"),
    _values(
        "clothing",
        [
            ("suit", "Suit||business suit|blazer|tuxedo|formal wear", "西装|西装|西服|正装|礼服"),
            ("hoodie", "Hoodie||hooded sweater|sweatshirt", "连帽衫|连帽衫|卫衣"),
            ("uniform", "Uniform||work uniform|school uniform", "制服|制服|工作服|校服"),
            ("dress", "Dress||skirt|gown", "裙子|裙子|连衣裙|长裙"),
            ("armor", "Armour|armor|armour|space suit|spacesuit", "盔甲|盔甲|铠甲|宇航服|太空服"),
            ("kimono", "Kimono||hanfu|qipao|traditional clothing", "汉服|汉服|和服|旗袍|唐装"),
        ],
        supported=False,
    ),
)

CATEGORIES: tuple[Category, ...] = (
    STYLE,
    SUBJECT,
    GENDER,
    AGE,
    EXPRESSION,
    HAIR,
    HAIR_COLOR,
    EYEWEAR,
    HEADWEAR,
    FACIAL_HAIR,
    ACCESSORY,
    SKIN,
    COLOR,
    BACKGROUND,
    CLOTHING,
)

TAG_ALIASES: dict[str, str] = {
    # Tags that other systems and older briefs write, and what they mean here.
    "accessory:glasses": "eyewear:glasses",
    "accessory:sunglasses": "eyewear:sunglasses",
    "accessory:hat": "headwear:hat",
    "accessory:cap": "headwear:cap",
    "accessory:beard": "facial_hair:beard",
    "accessory:moustache": "facial_hair:moustache",
    "gender:woman": "gender:female",
    "gender:man": "gender:male",
    "background:gray": "background:grey",
    "color:gray": "color:grey",
    "hair_color:gray": "hair_color:grey",
    "hair_color:blond": "hair_color:blonde",
    "subject:monster": "subject:critter",
    "subject:human": "subject:person",
    "subject:emoji": "subject:face",
    "facial_hair:mustache": "facial_hair:moustache",
    "expression:happy": "expression:smile",
}

NEGATIONS: dict[str, tuple[str, ...]] = {
    # Words that turn the term after them into something that must not show, longest first.
    "en": (
        "does not have", "doesn't have", "does not wear", "doesn't wear", "is not wearing",
        "isn't wearing", "do not want", "don't want", "not wearing", "not have", "free of",
        "without any", "without", "instead of", "except", "never", "minus", "don't", "non",
        "not", "w/o", "no",
    ),
    "zh": (
        "不要戴", "不要有", "没有戴", "不想要", "不能有", "不需要", "请勿", "不要", "不戴", "不带",
        "没有", "没戴", "未戴", "不含", "不穿", "不留", "去掉", "去除", "拿掉", "不是", "避免",
        "并非", "别戴", "无", "没", "别", "不", "非",
    ),
}  # fmt: skip
