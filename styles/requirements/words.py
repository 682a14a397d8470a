# ruff: noqa: E501 -- word lists read best unbroken
"""The words around the tags: what joins, negates, colours and fills a requirement.

The tags' own words are in ``brandhub.vocabulary``; these are the grammar's. A mention is written
``tag``, ``~tag`` where it yields to another value of the same category and the yielding word is
named to the writer, ``-tag`` where it yields even to those, ``~~tag`` where it yields like the
first and without a word ("a robot man"), or ``~~~tag`` where it yields so to all ("a character that
looks like a robot").
"""

from __future__ import annotations

from styles.requirements.people_words import PEOPLE

# Words that say more than the vocabulary's own entry, or that it doesn't hold.
MENTIONS: dict[str, tuple[str, ...]] = {
    **PEOPLE,
    "黑长直": ("hair:long", "hair_color:black"),
    **dict.fromkeys(("长直发", "长直头发"), ("hair:long",)),
    **dict.fromkeys(("闭着眼", "闭着眼睛", "闭上眼睛"), ("expression:sleepy",)),
    **dict.fromkeys(("吐着舌头", "伸舌头", "伸着舌头"), ("expression:tongue",)),
    "gradients": ("~background:gradient",),
    **dict.fromkeys(("8bit", "16bit", "16 bit"), ("style:pixel",)),
    **dict.fromkeys(
        ("tongue sticking out", "tongue hanging out", "tongue is out"), ("expression:tongue",)
    ),
    **dict.fromkeys(("银发", "花白头发"), ("hair_color:grey",)),
    "大熊猫": ("subject:bear",),
    **dict.fromkeys(("young", "youthful", "年轻"), ("age:adult",)),
    # The brand's mark on the figure rather than the figure itself.
    **dict.fromkeys(
        ("our logo", "our brand logo", "our company logo", "brand logo", "company logo", "公司logo", "品牌logo",
         "我们的logo", "我们公司的logo", "公司标志", "品牌标志", "企业标志", "公司的logo", "品牌的logo"),
        ("accessory:badge",),
    ),
    **dict.fromkeys(
        ("logo", "icon", "emblem", "mascot logo", "标志", "图标", "商标"), ("~subject:logo",)
    ),
    **dict.fromkeys(("smiley",), ("~expression:smile", "~~subject:face")),
    # Manner rather than face.
    **dict.fromkeys(
        ("friendly", "kind", "warm", "sunny", "jolly", "beaming", "cheery", "友好", "亲切", "友善", "和善", "热情", "开朗",
         "笑容", "笑容满面", "面带笑容", "笑眯眯"),
        ("~expression:smile",),
    ),
    **dict.fromkeys(
        ("慈祥", "和蔼", "和蔼可亲", "有亲和力", "亲和", "温和"), ("~expression:smile",)
    ),
    **dict.fromkeys(
        ("smiles", "smiled", "笑着", "微笑着", "笑嘻嘻", "笑呵呵", "乐呵呵", "笑盈盈", "笑吟吟", "开开心心", "高高兴兴", "乐呵", "爱笑"),
        ("expression:smile",),
    ),
    **dict.fromkeys(("laughs", "laughed", "grins", "大笑着", "哈哈大笑"), ("expression:laugh",)),
    **dict.fromkeys(("frown", "frowns", "frowned", "cries", "weeping", "哭着"), ("expression:sad",)),
    **dict.fromkeys(("scowl", "scowls", "scowling"), ("expression:angry",)),
    **dict.fromkeys(("stern", "solemn", "deadpan", "poker faced", "板着脸"), ("expression:neutral",)),
    **dict.fromkeys(("winks",), ("expression:wink",)),
    **dict.fromkeys(("不开心", "不高兴", "不快乐", "不愉快"), ("expression:sad",)),
    # A leaning that goes with any of the styles ("minimal line art").
    **dict.fromkeys(("minimal", "minimalist", "极简", "简约"), ("~~style:flat",)),
    **dict.fromkeys(("bespectacled",), ("eyewear:glasses",)),
    **dict.fromkeys(("headgear", "head covering"), ("headwear:hat",)),
    # Words of absence that are one word.
    **dict.fromkeys(("hatless",), ("!headwear:hat",)),
    **dict.fromkeys(("unsmiling",), ("!expression:smile",)),
    **dict.fromkeys(("beardless", "clean shaven", "cleanshaven", "没胡子", "不留胡子"), ("!facial_hair",)),
}  # fmt: skip

# Tags that yield to any other value of their category, whichever word said them.
YIELDING: dict[str, str] = {
    "style:cartoon": "~~",
    "style:flat": "~",
    "style:realistic": "-",
    # More a theme than a technique: "a cyberpunk robot in pixel art".
    "style:cyberpunk": "~",
    "headwear:hat": "~~",
    "hair:long": "~",
    "hair:short": "~",
    "background:gradient": "~",
    "background:scene": "~",
    "facial_hair:moustache": "~",
}

# What a colour belongs to, beside the tags that can wear one.
CONTEXTS: dict[str, tuple[str, ...]] = {
    "background": ("背景", "底色", "背景色", "背景颜色", "底", "background", "backgrounds", "backdrop", "bg",
                   "background colour", "background color", "behind", "后面", "身后", "背后"),
    "hair": ("hair length", "length of hair", "头发长度", "头发", "发色", "发型", "秀发", "毛发", "发", "hair", "haired", "hairstyle", "hairdo", "haircut"),
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
CONTEXT_ALONE: dict[str, str] = {"facial_hair": "facial_hair:beard", "expression": "~~subject:face"}
# And when it stands by itself and is not wanted, where absence is a value of its own.
CONTEXT_ABSENT: dict[str, str] = {"hair": "hair:bald", "background": "background:transparent"}

# Adjectives of length that count only beside the word hair.
HAIR_LENGTHS: dict[str, str] = {"long": "long", "short": "short", "长": "long", "短": "short"}

# Parts that the vocabulary can't describe but that take a colour with them ("blue eyes").
PARTS = (
    "eye", "eyes", "eyed", "lip", "lips", "tooth", "teeth", "nose", "ear", "ears", "eyebrow", "eyebrows", "hand",
    "hands", "antenna", "frame", "frames", "眼睛", "瞳孔", "眼珠", "嘴唇", "牙齿", "鼻子", "耳朵", "眉毛", "手",
    "天线", "镜片", "边框",
)  # fmt: skip

# Words that must not be cut where they hold a negation, a colour or a subject.
WHOLE = (
    "evil grin", "evil smile", "evil laugh", "sad smile", "wry smile", "坏笑", "苦笑", "冷笑", "奸笑", "傻笑", "偷笑",
    "no more than", "not more than", "at most", "最多", "不超过", "不多于", "不止",
    "幼儿园", "儿童节", "儿童房", "养老院", "老人院", "妇女节", "女声", "男声", "女装", "男装", "女鞋", "男鞋", "童装", "女厕", "男厕",
    "non binary", "nonbinary", "gender fluid",
    "马卡龙", "马卡龙色", "尼龙",
    "半透明", "半长", "半身", "半身像", "semi transparent", "half length", "吉他", "其他", "其它", "他人", "人工智能", "金属", "主人", "客人", "机器学习", "黑客", "黑科技", "红领巾",
    "太花", "很花", "花哨", "花里胡哨", "否则", "否定", "无线", "无框", "无边框", "无敌", "无限", "无聊", "无人机", "不锈钢", "不规则", "不对称", "不同", "不明",
    "别致", "别墅", "非主流", "粉丝", "花纹", "花园", "花色", "龙头", "人工", "人员", "人形", "小人形", "人性化", "助手", "选手",
    "男女", "圣诞老人", "santa", "santa claus", "father christmas", "非洲", "非洲裔", "非裔", "黑马", "年轻活泼", "年轻化", "年轻时尚",
    "young brand", "young and lively", "youthful brand", "no nonsense", "non human", "gender neutral", "neutral gender", "for kids", "children's", "kids'", "kid's", "women's", "men's",
    "儿童教育", "少儿教育", "幼儿教育", "少儿编程", "儿童品牌", "儿童产品", "儿童医院", "老年大学", "女性品牌", "男性品牌",
    "女性用户", "男性用户", "老年用户", "年轻用户", "年轻人群", "面向女性", "面向男性", "面向年轻人",
    "for children", "for seniors", "for women", "for men", "猫耳", "猫耳朵", "兔耳", "兔耳朵", "兽耳", "给小朋友", "给孩子", "给孩子们", "给儿童", "面向儿童", "面向老人",
)  # fmt: skip

# Of words that are mostly written otherwise.
OTHER_FORMS = {
    "headphone": "headphones", "earphone": "earphones", "earmuff": "earmuffs", "pigtail": "pigtails",
    "dreadlock": "dreadlocks", "policemen": "policeman", "policewomen": "policewoman", "saleswomen": "saleswoman",
}  # fmt: skip
# Other words than those of the lexicon that they resemble, beside those of ``near_words``.
SPELLED_SO = frozenset(
    ("bost", "cast", "clam", "gary", "hari", "hast", "inst", "lien", "accessor", "aline", "alines", "angle", "angles", "beaded", "bender", "beside", "blankspace", "blockchain", "bother", "bowers", "carton", "cartons", "casual", "causal", "cityblock", "clopper", "completion", "cropper", "curses",
     "deadlocks", "emotion",
     "emotions", "erring", "excerpt", "exited", "farther", "feather", "forrest", "halving", "hired", "humankind", "magna", "minima", "muffle", "neural", "pearson", "pedants", "personas", "quiet", "replaying", "salomon", "scared", "scarred", "shaders", "started",
     "torques", "trail", "tried", "unclean", "violent", "wearying", "whitespace", "womankind")
)  # fmt: skip

FILLERS = (
    # English: articles, prepositions, asking.
    "a", "an", "the", "in", "at", "for", "from", "by", "as", "is", "are", "be", "being", "been", "was", "its",
    "his", "her", "their", "our", "my", "your", "it", "him", "them", "me", "i", "we", "you", "that", "who", "which",
    "this", "some", "any", "one", "please", "create", "generate", "make", "draw", "design", "give", "show", "set",
    "keep", "want", "wants", "need", "needs", "needs to", "has to", "have to", "would", "like", "would like", "i'd like",
    "i'm", "i want", "looking for", "looks", "looking", "look", "looks like", "should", "must", "can", "could", "will",
    "let", "use", "using", "images", "styled", "kind of", "sort of", "very", "really", "quite", "so", "just",
    "also", "there", "colored", "coloured", "main", "do", "does", "don't forget", "do not forget", "not only",
    "no matter", "no problem", "yes", "ok", "okay", "only", "pls", "plz", "that's", "thats", "it's", "fine", "a bit",
    "in line with", "match", "matches", "matching", "according to", "plain", "solid", "solid colour", "solid color", "pure",
    "following", "the following", "following things", "ever", "ever again", "anymore", "at all", "whatsoever",
    "slightly", "definitely", "kindly", "either", "allowed", "is allowed", "are allowed", "on its face", "on the face",
    "instead", "shade of", "shades of", "shades from", "shades into", "on head", "on its head", "s", "’s",
    # Chinese: asking, measure words, particles, kinds of picture.
    "以下", "下列", "请", "请帮我", "帮我", "给我", "给我们", "帮我们", "为我们", "请帮我们", "请给我们", "给", "帮", "我", "我想", "我想要", "我要", "想要", "想", "要", "需要", "要求", "需求", "希望",
    "生成", "创建", "制作", "设计", "画", "绘制", "做", "来", "来一个", "来个", "一个", "一张", "一只", "一位", "一名",
    "一款", "一副", "一顶", "一条", "一对", "一头", "一幅", "一枚", "个", "张", "只", "位", "名", "款", "副", "顶",
    "条", "对", "幅", "枚", "上",
    "里", "下", "中", "着", "了", "吧", "呢", "啊", "呀", "哦", "地", "得", "很", "非常", "特别", "超级", "超", "比较",
    "有点", "有些", "十分", "更", "最", "看起来", "看上去", "是", "为", "用", "以", "呈", "作为", "当", "在", "把",
    "让", "它", "他", "她", "它的", "他的", "她的", "自己", "这个", "那个", "这", "那", "就", "也", "还", "又", "任何",
    "只", "既", "是个", "不错", "不得不", "不妨", "不仅", "不但", "不只", "不管", "不论", "无论", "别忘了", "别忘记",
    "不要忘记", "不要忘了", "请不要忘记", "非要", "使用", "选用", "采用", "搭配", "配",
    # Chinese: who asks, how surely, what becomes of a colour.
    "我们", "我们的", "你们", "咱们", "他们", "她们", "它们", "本公司", "帮忙", "请帮忙", "正在", "可以", "最好", "尽量", "建议",
    "一定", "一定要", "必须", "务必", "千万", "应该", "应当", "那么", "这么", "一些", "一点", "一下", "就好", "就行",
    "就可以", "即可", "都好", "均可", "啦", "嘛", "吗", "请问", "稍微", "带点", "哋", "我哋", "嘅", "係", "面带", "身穿", "站在", "坐在", "画面", "画面中", "一朵", "一种",
    "整体", "匹配", "符合", "贴合", "保持一致", "一致", "为主", "纯色", "纯色的", "单色", "一身", "变成", "变为", "设为", "设成", "设置为", "调成", "调为", "染成", "涂成", "画成",
    "做成", "刷成",
    "能不能", "可不可以", "好不好", "行不行", "是不是", "会不会", "能不能够", "可以不可以", "成不成", "中不中", "啥的", "什么的", "之类的", "之类",
    "整", "弄", "搞", "呗", "哈", "哟", "哇", "就成", "得了", "安排", "安排上", "整上", "来点", "整点", "弄点", "搞点", "来顶", "来副", "来条", "顶个", "扣", "扣个",
)  # fmt: skip

# Fillers that are things: what is said not to be there is they, and not the word behind them
# ("a robot with no face", 没有性别的机器人).
THINGS = (
    "avatar", "avatars", "profile", "picture", "pictures", "pic", "image", "illustration", "drawing", "art", "style",
    "styles", "type", "version", "expression", "expressions", "face", "faces", "mood", "color", "colour", "main color",
    "main colour", "tone", "subject", "gender", "age", "head", "body",
    "头像", "形象", "图像", "图片", "图", "画像", "插画", "风格", "风", "样式", "类型", "性别", "年龄", "主体", "主色",
    "主色调", "色调", "颜色", "脸", "脸上", "面部", "头上", "头部", "头", "身上", "身体", "机身", "身子", "色", "款式",
)  # fmt: skip
COLOURS_AS_SUCH = (
    "colour", "colours", "color", "colors", "palette", "色调", "颜色", "配色方案",
)  # fmt: skip
# Parts of the figure whose colour no tag can say, where a colour stands before them.
BODY_PARTS = ("head", "face", "faces", "头", "头部", "脸", "面部")
# Fillers between what was and what is to be: 眼镜换成墨镜.
EXCHANGES = (
    "换成", "改成", "换为", "改为", "替换成", "替换为", "changed to", "replaced by", "replaced with",
)  # fmt: skip
# Fillers that gather what stands before them: a "no" behind them is said of each.
ALL = ("all", "both", "都", "全部", "全都", "一概", "一律", "统统", "通通")

# Words that begin a new wish, and so end a negation that a conjunction would carry on.
VERBS = (
    "with", "wearing", "wears", "wear", "worn", "has", "have", "having", "got", "has got", "have got", "sports", "sporting", "rocking", "including", "include", "add",
    "plus", "put", "put on", "dressed", "w/", "showing", "featuring",
    "戴", "戴着", "佩戴", "佩戴着", "头戴", "带", "带着", "有", "有着", "穿", "穿着", "留", "留着", "长着", "系", "系着",
    "披", "披着", "扎", "扎着", "打着", "加", "加上", "加个", "添加", "配上", "具有", "带有", "出现", "包含",
    "显示", "给它戴", "给他戴", "给她戴",
)  # fmt: skip
# What something lacks stands behind these: 没有首饰的女士.
LACKS = ("没有", "没", "无", "缺少")
# How a negation ends that says of what is worn that it isn't: 不戴, "not wearing".
WORN = ("戴", "带", "穿", "留", "系", "扎", "披", "wear", "wearing")

# "on blue", "against white": a colour after these with nothing else to colour is the background's.
GROUNDS = ("on", "against", "upon", "over")

CONJUNCTIONS = (
    "and", "&", "+", "as well as", "along with", "together with", "和", "与", "及", "以及", "跟", "同", "并", "并且",
    "而且", "且", "还有", "、",
)  # fmt: skip
ALTERNATIVES = ("or", "nor", "/", "要么", "或", "或者", "或是")
# Between alternatives, and of no weight there: "a robot or maybe a cat".
PERHAPS = ("maybe", "perhaps", "possibly", "也许", "或许")
TURNS = (
    "but", "however", "yet", "though", "although", "但", "但是", "可是", "不过", "而是", "而", "然而", "只是",
)  # fmt: skip

# Beside the vocabulary's negations.
_CONTRACTED = (
    "isn't", "aren't", "wasn't", "weren't", "doesn't", "don't", "didn't", "hasn't", "haven't", "hadn't", "can't", "couldn't",
    "won't", "wouldn't", "shouldn't", "mustn't", "needn't",
)  # fmt: skip
NEGATIONS = (
    *_CONTRACTED,
    # As it is typed in haste.
    *(word.replace("'", "") for word in _CONTRACTED),
    "under no circumstances", "in no case", "by no means", "on no account", "zero", "no more", "no longer", "neither", "rather than", "excluding", "exclude", "avoid", "avoiding", "remove", "removing", "lack", "lacks",
    "lacking", "replace", "replacing", "swap", "swapping", "in place of", "cannot", "sans", "unlike", "other than", "anything but", "everything but", "any but", "omit", "omitting",
    "skip", "ditch", "lose", "forget", "forget about", "hide", "hiding", "take off", "take away", "leave out",
    "leave off", "leaving out", "get rid of", "do away with", "hate", "hates", "dislike", "dislikes", "forbid", "refuse",
    "no need for", "no need of", "nothing like", "devoid of",
    "不可以有", "不能戴", "不带有", "没带", "取消", "除去", "勿", "不可", "不能", "不会", "不想", "不用", "不系", "不扎",
    "不披", "不长", "没穿", "没留", "没系", "没长", "不喜欢", "讨厌", "拒绝", "杜绝", "禁止", "严禁", "禁用", "不许", "不准",
    "不得", "不应", "不应该", "不该", "不必", "无需", "无须", "毋需", "切勿", "切忌", "甭", "省略", "省去", "省掉",
    "摘掉", "摘下", "摘去", "取下", "卸下", "脱掉", "脱下", "脱去", "剃掉", "剃光", "剃去", "抛弃", "舍弃", "排除",
    "隐藏", "代替", "替代", "取代", "唔好", "唔要", "唔好戴", "唔戴", "唔想要", "唔使", "冇", "不行", "不可以", "可以不要", "可以不戴", "可以没有", "可以去掉", "no thanks", "no thank you",
)  # fmt: skip
# Negations that stand only behind what they negate.
AFTER_NEGATIONS = (
    "removed", "off", "free", "less", "none", "unwanted", "unnecessary", "forbidden", "prohibited", "banned", "avoided",
    "no go", "a no go", "a no no", "out of the question", "unacceptable", "omitted", "excluded", "gone", "away", "left out", "left off", "not allowed", "not permitted", "not needed", "not wanted",
    "not required", "not necessary", "must go", "has to go", "have to go", "should go", "needs to go", "can go", "not welcome", "not ok", "not okay", "taken off",
    "不要了", "就不要了", "就不用了", "免了", "就免了", "否", "摘了", "脱了", "去了", "拿走", "拿开",
    "不必了",
    *(f"{be}{no}" for be in ("", "就") for no in ("别要了", "别要", "别戴了", "不戴了", "别了", "甭要了", "甭戴了", "不用戴了", "不用要了")),
)  # fmt: skip
# Behind these "out" takes away what stands between them: "leave the hat out".
LEAVES = ("leave", "leaves", "cut", "edit", "take", "keep")
# Too much of something was, or is not wanted.
EXCESSES = ("too", "far too", "way too", "overly", "太", "过于", "太过")
# What must not show is listed behind these, where a colon makes headings of them.
REFUSED = (
    "negative", "negatives", "negative prompt", "negative prompts", "反向提示词", "负面提示词", "负向提示词", "反向词", "负面词",
    "负面",
)  # fmt: skip
# Flags behind a heading.
DENIED = ("false",)
AFFIRMED = ("true",)
# Words that leave open whether something shows, said before it and behind it. Nobody's wish is
# guessed: they are named together with it.
DOUBTS = (
    "whether or not", "with or without",
    "nice to have", "bonus", "no preference", "no preference about", "no preference for", "don't care about", "do not care about", "戴不戴", "要不要", "有没有", "带不带", "穿不穿", "是否", "能否", "可否", "可戴可不戴", "可有可无", "可要可不要", "或有或无",
)  # fmt: skip
# "除了" takes out or adds to, as the rest will have it; out before any of these.
EXCEPTS = ("除了", "除开", "除", "apart from", "aside from", "besides", "in addition to")
# Behind what all else is meant: 红色以外的.
BEYOND = ("以外", "之外")
ANYTHINGS = (
    "都要", "全都要", "全要", "都有", "都戴", "都加上", "都能有", "都能要", "都喜欢", "其他都要", "别的都要", "其余都要", "anything goes",
    "everything else is fine", "anything else is fine", "everything else is ok", "anything else goes", "everything else",
    "什么都行", "什么都可以", "啥都行", "啥都可以", "其他都行", "其他都可以", "别的都行", "别的都可以", "都行", "都可以", "随便", "什么都好",
)  # fmt: skip
# All that is not named, and what is said of it: 除了帽子，别的都不要, "apart from a hat nothing else".
RESTS = (
    "其他",
    "其它",
    "其他的",
    "其它的",
    "其余",
    "其余的",
    "别的",
    "剩下的",
    "the rest",
    "all else",
)
NOTHINGS = (
    "nothing",
    "nothing else",
    "nothing more",
    "什么都不要",
    "什么都不戴",
    "什么也不要",
    "什么也不戴",
    "啥都不要",
    "啥都不戴",
)
# Behind what is excepted, these ask for it, too: 除了眼镜，还要帽子.
ALSOS = ("还要", "还得", "还想要", "还需要", "也要", "也", "还", "又", "also")
# A "no" before these is of all else: "no colour other than black".
BUTS = ("except", "except for", "other than", "excluding")
AFTER_DOUBTS = (
    "optional", "is optional", "are optional", "可选", "可戴可不戴", "可有可无", "可要可不要", "无所谓", "随意", "doesn't matter",
    "does not matter", "don't matter", "up to you", "is up to you", "your choice", "as you like", "不重要", "不要紧", "看着办",
    "你定",
)  # fmt: skip
