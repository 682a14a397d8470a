# ruff: noqa: E501 -- word lists read best unbroken
"""The words around the tags: what joins, negates, colours and fills a requirement.

The tags' own words are in ``brandhub.vocabulary``; these are the grammar's. A mention is written
``tag``, ``~tag`` where it yields to another value of the same category and the yielding word is
named to the writer, or ``~~tag`` where it yields without a word ("a robot character").
"""

from __future__ import annotations

# Words that say more than the vocabulary's own entry, or that it doesn't hold.
MENTIONS: dict[str, tuple[str, ...]] = {
    # People by their nouns: a person, unless another subject is named.
    **dict.fromkeys(
        ("woman", "women", "girl", "girls", "lady", "ladies", "gal", "女生", "女人", "女士", "女孩", "女子",
         "小姐姐", "姑娘", "美女", "少女"),
        ("gender:female", "~~subject:person"),
    ),
    **dict.fromkeys(
        ("man", "men", "boy", "boys", "gentleman", "gentlemen", "dude", "guy", "男生", "男人", "男士", "男孩", "男子",
         "先生", "帅哥", "小伙", "小伙子"),
        ("gender:male", "~~subject:person"),
    ),
    **dict.fromkeys(
        ("little girl", "young girl", "小女孩", "小姑娘"),
        ("gender:female", "age:child", "~~subject:person"),
    ),
    **dict.fromkeys(
        ("little boy", "young boy", "小男孩"), ("gender:male", "age:child", "~~subject:person")
    ),
    **dict.fromkeys(
        ("grandma", "grandmother", "granny", "老奶奶", "奶奶"),
        ("age:senior", "gender:female", "~~subject:person"),
    ),
    **dict.fromkeys(
        ("grandpa", "grandfather", "老爷爷", "爷爷"),
        ("age:senior", "gender:male", "~~subject:person"),
    ),
    "成年女性": ("age:adult", "gender:female", "~~subject:person"),
    "成年男性": ("age:adult", "gender:male", "~~subject:person"),
    **dict.fromkeys(("大叔", "叔叔"), ("gender:male", "age:adult", "~~subject:person")),
    **dict.fromkeys(("阿姨",), ("gender:female", "age:adult", "~~subject:person")),
    **dict.fromkeys(
        ("child", "children", "kid", "kids", "little kid", "young child", "toddler", "小孩", "儿童", "孩子",
         "小朋友", "幼儿", "宝宝"),
        ("age:child", "~~subject:person"),
    ),
    **dict.fromkeys(("老人", "长者"), ("age:senior", "~~subject:person")),
    **dict.fromkeys(("大人", "年轻人", "grown up"), ("age:adult", "~~subject:person")),
    **dict.fromkeys(("young", "youthful", "年轻"), ("age:adult",)),
    "黑人": ("skin:dark", "~~subject:person"),
    "白人": ("skin:light", "~~subject:person"),
    # Words for a figure of any kind.
    **dict.fromkeys(
        ("person", "human", "people", "character", "portrait", "人物", "人", "人类", "人像", "角色"),
        ("~~subject:person",),
    ),
    **dict.fromkeys(
        ("logo", "icon", "emblem", "mascot logo", "标志", "图标", "商标"), ("~subject:logo",)
    ),
    **dict.fromkeys(("smiley",), ("~expression:smile", "~~subject:face")),
    # Manner rather than face.
    **dict.fromkeys(
        ("friendly", "kind", "warm", "友好", "亲切", "友善", "和善"), ("~expression:smile",)
    ),
    **dict.fromkeys(("不开心", "不高兴", "不快乐", "不愉快"), ("expression:sad",)),
    **dict.fromkeys(("bespectacled",), ("eyewear:glasses",)),
    # Words of absence that are one word.
    **dict.fromkeys(("hatless",), ("!headwear:hat",)),
    **dict.fromkeys(("beardless", "clean shaven", "cleanshaven", "没胡子", "不留胡子"), ("!facial_hair",)),
}  # fmt: skip

# Tags that yield to any other value of their category, whichever word said them.
YIELDING: dict[str, str] = {
    "style:cartoon": "~~",
    "headwear:hat": "~~",
    "hair:long": "~",
    "hair:short": "~",
    "background:gradient": "~",
    "facial_hair:moustache": "~",
}

# What a colour belongs to, beside the tags that can wear one.
CONTEXTS: dict[str, tuple[str, ...]] = {
    "background": ("背景", "底色", "背景色", "背景颜色", "底", "background", "backgrounds", "backdrop", "bg",
                   "background colour", "background color"),
    "hair": ("头发", "发色", "秀发", "毛发", "发", "hair", "haired"),
    "skin": ("皮肤", "肤色", "skin", "skinned", "skin tone", "complexion"),
    "clothing": ("衣服", "服装", "上衣", "衬衫", "t恤", "毛衣", "外套", "衣裳", "clothes", "clothing", "outfit",
                 "shirt", "t shirt", "tshirt", "jacket", "sweater", "coat"),
    "expression": ("表情", "神情"),
    "eyewear": ("eyewear", "眼饰", "眼部配饰"),
    "headwear": ("头饰",),
    "facial_hair": ("facial hair", "胡子", "胡须"),
    "accessory": ("accessory", "accessories", "配饰", "饰品", "装饰品"),
}  # fmt: skip
# What such a word means when it stands by itself and is wanted.
CONTEXT_ALONE: dict[str, str] = {"facial_hair": "facial_hair:beard", "expression": "subject:face"}
# And when it stands by itself and is not wanted, where absence is a value of its own.
CONTEXT_ABSENT: dict[str, str] = {"hair": "hair:bald", "background": "background:transparent"}

SKIN_TONES: dict[str, str] = {
    "white": "light",
    "pink": "light",
    "brown": "medium",
    "yellow": "medium",
    "black": "dark",
}

# Adjectives of length that count only before the word hair.
HAIR_LENGTHS: dict[str, str] = {"long": "long", "short": "short", "长": "long", "短": "short"}

# Parts that the vocabulary can't describe but that take a colour with them ("blue eyes").
PARTS = (
    "eye", "eyes", "eyed", "lip", "lips", "tooth", "teeth", "nose", "ear", "ears", "eyebrow", "eyebrows", "hand",
    "hands", "antenna", "frame", "frames", "眼睛", "瞳孔", "眼珠", "嘴唇", "牙齿", "鼻子", "耳朵", "眉毛", "手",
    "天线", "镜片", "边框",
)  # fmt: skip

# Words that must not be cut where they hold a negation, a colour or a subject.
WHOLE = (
    "人工智能", "金属", "商人", "工人", "主人", "客人", "机器学习", "白领", "蓝领", "黑客", "黑科技", "红领巾",
    "无线", "无框", "无边框", "无敌", "无限", "无聊", "无人机", "不锈钢", "不规则", "不对称", "不同", "不明",
    "别致", "别墅", "非主流", "粉丝", "花纹", "花园", "花色", "笑容", "龙头", "人工", "人员", "人形", "人性化", "助手", "水手", "歌手", "选手",
    "no nonsense", "non human",
)  # fmt: skip

FILLERS = (
    # English: articles, prepositions, asking, kinds of picture.
    "a", "an", "the", "of", "in", "at", "for", "to", "from", "by", "as", "is", "are", "be", "being", "been", "was",
    "its", "his", "her", "their", "our", "my", "your", "it", "him", "them", "me", "i", "we", "you", "that", "who",
    "which", "this", "some", "any", "one", "please", "create", "generate", "make", "draw", "design", "give", "show",
    "want", "need", "would", "like", "would like", "i'd like", "i'm", "i want", "looking for", "looks", "looking",
    "look", "looks like", "should", "must", "can", "could", "will", "let", "avatar", "avatars", "profile", "picture",
    "pictures", "pic", "image", "images", "illustration", "drawing", "art", "style", "styled", "styles", "type",
    "kind of", "sort of", "version", "expression", "expressions", "face", "faces", "mood", "very", "really", "quite",
    "so", "too", "just", "also", "there", "color", "colour", "colored", "coloured", "main", "main color",
    "main colour", "tone", "do", "does", "don't forget", "do not forget", "not only", "no matter", "no problem",
    "yes", "subject", "gender", "age", "on its face", "on the face", "on head", "on its head", "head", "s", "’s",
    # Chinese: asking, measure words, particles, kinds of picture.
    "请", "请帮我", "帮我", "给我", "给", "帮", "我", "我想", "我想要", "我要", "想要", "想", "要", "需要", "希望",
    "生成", "创建", "制作", "设计", "画", "绘制", "做", "来", "来一个", "来个", "一个", "一张", "一只", "一位", "一名",
    "一款", "一副", "一顶", "一条", "一对", "一头", "一幅", "一枚", "个", "张", "只", "位", "名", "款", "副", "顶",
    "条", "对", "幅", "枚", "两", "头像", "形象", "图像", "图片", "图", "画像", "插画", "风格", "风", "样式", "类型",
    "性别", "年龄", "主体", "主色", "主色调", "色调", "颜色", "脸", "脸上", "面部", "头上", "头部", "头", "身上", "上",
    "里", "下", "中", "着", "了", "吧", "呢", "啊", "呀", "哦", "地", "得", "很", "非常", "特别", "超级", "超", "比较",
    "有点", "有些", "十分", "太", "更", "最", "看起来", "看上去", "是", "为", "用", "以", "呈", "作为", "当", "在", "把",
    "让", "它", "他", "她", "它的", "他的", "她的", "自己", "这个", "那个", "这", "那", "都", "就", "也", "还", "又",
    "只", "既", "是个", "不错", "不得不", "不妨", "不仅", "不但", "不只", "不管", "不论", "无论", "别忘了", "别忘记",
    "不要忘记", "不要忘了", "请不要忘记", "非要", "色", "款式", "使用", "选用", "采用", "搭配", "配",
)  # fmt: skip

# Words that begin a new wish, and so end a negation that a conjunction would carry on.
VERBS = (
    "with", "wearing", "wears", "wear", "worn", "has", "have", "having", "holding", "including", "include", "add",
    "plus", "put on", "dressed",
    "戴", "戴着", "佩戴", "佩戴着", "头戴", "带", "带着", "有", "有着", "穿", "穿着", "留", "留着", "长着", "系", "系着",
    "披", "披着", "扎", "扎着", "打着", "加", "加上", "加个", "添加", "配上", "具有", "带有",
)  # fmt: skip

# "on blue", "against white": a colour after these with nothing else to colour is the background's.
GROUNDS = ("on", "against", "upon", "over")

CONJUNCTIONS = (
    "and", "&", "+", "as well as", "along with", "together with", "和", "与", "及", "以及", "跟", "同", "并", "并且",
    "而且", "且", "还有", "、",
)  # fmt: skip
ALTERNATIVES = ("or", "nor", "/", "或", "或者", "或是")
TURNS = (
    "but",
    "however",
    "yet",
    "though",
    "although",
    "但",
    "但是",
    "可是",
    "不过",
    "而是",
    "而",
    "然而",
    "只是",
)

# Beside the vocabulary's negations.
NEGATIONS = (
    "neither", "rather than", "excluding", "avoid", "remove", "isn't", "aren't", "doesn't", "lacks", "lacking",
    "不可以有", "不能戴", "不带有", "没带", "取消", "除去", "勿", "不可", "不能", "不会", "不想", "不用", "不系", "不扎",
    "不披", "不长", "没穿", "没留", "没系", "没长",
)  # fmt: skip
# Negations that stand only behind what they negate.
AFTER_NEGATIONS = ("removed", "off", "free", "less", "不要了", "就不要了", "就不用了", "免了")
