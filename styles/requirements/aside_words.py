# ruff: noqa: E501 -- word lists read best unbroken
"""The words of a brief that is about more than the picture: whom it serves, what was before, who signs."""

from __future__ import annotations

# A clause that says what these are or have is not about the picture: "our customers are mostly men".
OTHERS = (
    "customers", "clients", "users", "visitors", "callers", "readers", "shoppers", "guests", "patients", "families",
    "employees", "colleagues", "members", "subscribers", "call centre", "call center", "our mission", "our values",
    "everyone", "everybody", "people here", "大家",
    "客户", "客户们", "用户", "用户们", "顾客", "老顾客", "客人", "消费者", "会员", "同事", "同事们",
    "我们公司", "我司", "本公司", "我们店", "我们品牌", "口碑",
)  # fmt: skip
# Of whom nothing is said but what isn't so.
NOBODY = ("nobody", "no one", "noone", "没人", "谁都")
# Say of them what they are or have.
SAID_OF_OTHERS = frozenset(
    ("is", "are", "was", "were", "have", "has", "had", "wear", "wears", "wore", "是", "为", "以", "有")
)  # fmt: skip
_DO = (
    "make", "makes", "build", "builds", "sell", "sells", "develop", "develops", "produce", "produces",
    "manufacture", "manufactures",
)  # fmt: skip
_CHINESE_MAKERS = ("我们卖", "我们销售", "我们生产", "我们制造", "我们研发", "我们开发", "我们经营")
# A clause with one of these is about the company.
STATEMENTS = (
    "we are a", "we're a", "we are an", "we're an", "we are launching",
    "we're launching", "we have been", "we've been", "we sell", "we run", "we make", "we build", "we own", "we manage", "we operate", "we offer", "we serve", "we provide", "we work with",
    "serves", "founded", "i work", "our logo is", "the logo is",
    *(f"{who} {does}" for who in ("we", "our company", "our firm", "our team") for does in _DO),
    "our company is a", "our company is an", "our company is", "our firm is",
    "我们是", "我们是一家", "我们是家", "我们是一个", "我们是做", "公司成立", "成立于", "服务于", "主营", *_CHINESE_MAKERS, "我们公司是", "我们公司做", "我们公司生产",
)  # fmt: skip
# What stands behind a figure is whose trade it is: "a robot company", 机器人公司.
COMPANIES = frozenset(
    ("company", "companies", "firm", "startup", "start up", "business", "brand", "maker", "manufacturer", "factory", "shop", "store", "lab", "team", "vendor", "agency",
     "公司", "企业", "品牌", "公司的", "品牌的", "厂", "工厂", "厂商", "厂家", "商店", "店", "团队", "工作室", "初创公司", "科技公司")
)  # fmt: skip
# A figure that ends a clause which begins so is the trade, too: "we make robots", 我们是做机器人的.
MAKING = frozenset(
    (*(f"{who} {does}" for who in ("we", "our company", "our firm", "our team") for does in _DO), *_CHINESE_MAKERS, "我们公司做", "我们公司生产", "我们是", "我们是做")
)  # fmt: skip
# What a company is, and not what it makes, is said with a statement that ends so.
COPULAS = (" a", " an", " is", "是", "一家")
# What a company does with what it makes, whoever of it is spoken of: "a firm that builds robots".
MAKERS_DO = frozenset(
    (
        *_DO,
        "making",
        "building",
        "selling",
        "producing",
        "developing",
        "做",
        "生产",
        "制造",
        "研发",
        "开发",
        "卖",
        "销售",
        "经营",
    )
)
# Begin a clause about the picture.
USING = frozenset(
    (
        "use",
        "using",
        "用",
        "改用",
        "使用",
        "采用",
        "选用",
        "换成",
        "换",
        "改成",
        "做成",
        "改为",
        "配",
    )
)
# Unless it asks: "can we make the cat smile?"
ASKING = frozenset(("can", "could", "shall", "should", "may", "if"))
# Whom the writer names so is the figure, unless another is named besides.
SELVES = ("i am the", "i'm the", "我是")
# Nor is what stands behind one of these headings, whatever it is about.
BACKGROUNDS = (
    "context", "about us", "about the company", "about the brand", "company profile", "brand story", "brand values", "brand personality", "values", "project background", "tone of voice", "audience", "target audience", "target group", "customer base", "competitors", "background information",
    "公司介绍", "公司简介", "背景介绍", "项目背景", "项目介绍", "品牌介绍", "品牌简介", "品牌故事", "品牌调性", "调性", "品牌性格", "品牌理念", "品牌定位", "关于我们", "企业简介", "受众", "目标人群", "目标用户", "竞争对手",
)  # fmt: skip
# What is said of the pictures before this one.
_FORMER = ("old", "previous", "former", "last", "earlier")
_PICTURES = (
    "draft", "drafts", "avatar", "avatars", "logo", "version", "versions", "design", "designs", "one", "ones", "picture", "pictures", "mascot", "attempt", "proposal",
)  # fmt: skip
BEFORE = (
    *(f"{former} {picture}" for former in _FORMER for picture in _PICTURES),
    "we had", "we've had", "we used", "we already had", "用过", "previous", "former", "last year", "last time", "last year's", "last week", "previously", "formerly", "used to", "until now", "so far",
    "之前", "以前", "上次", "上回", "上一版", "上一个", "上一次", "上个版本", "上一稿", "去年", "旧版", "旧头像", "旧形象", "旧的", "旧稿", "老版", "老头像",
    "原来的", "原先", "原先的", "过去", "曾经", "初稿里",
)  # fmt: skip
# What has been given up by now, whatever else is named.
TRIED = (
    "we've tried", "we tried", "we have tried", "试过",
)  # fmt: skip
# The picture that is to be changed is described with these, unless another figure takes its place.
PRESENT = (
    *(f"{present} {picture}" for present in ("current", "existing") for picture in _PICTURES),
    "we already have", "目前的", "现在的头像", "现有的",
)  # fmt: skip
# End what is said of before without a comma.
NOWS = frozenset(
    ("now", "this time", "this year", "we want", "i want", "we need", "i need", "please",
     "这次", "这回", "本次", "今年", "现在", "此次", "请")
)  # fmt: skip
# Ask for a picture, and so end what was said of other things.
WISHES = (
    "want", "wants", "need", "needs", "would like", "i'd like", "we'd like", "i want", "we want", "looking for", "we're looking for", "please", "draw", "create",
    "generate", "design", "make", "give", "think of", "this time", "this year", "now", "keep", "add", "use", "wish", "wishes", "idea", "ideas", "request", "requirements", "preference", "brief", "we need", "i need",
    "we'd love", "i'd love", "would love", "we would love", "i would love", "i'd love to", "we'd love to", "in need of", "imagine", "hoping for", "in mind", "i'm looking for", "i am looking for", "we are looking for", "we had in mind", "we had hoped for", "we had imagined",
    "请", "保留", "加上", "请画", "画", "想要", "要", "需要", "希望", "想", "生成", "设计", "来一个", "来个", "给我", "这次", "这回", "本次", "今年", "现在", "此次", "请帮我",
    "帮我", "绘制", "需求", "要求", "这一版", "新版", "弄个", "弄一个", "整个", "整一个", "搞个", "搞一个", "做个", "做一个", "画个", "画一个",
)  # fmt: skip
# The picture by its names.
PICTURES = (
    "avatar", "avatars", "picture", "image", "illustration", "drawing", "mascot", "figure", "icon for us", "visually", "profile picture",
    "头像", "形象", "画像", "插画", "图像", "图片", "吉祥物", "画面", "画面中", "人物形象", "头像里",
)  # fmt: skip
# Possessives: what is "our" and unknown is the brand's, and not in the picture.
OURS = ("our", "my", "我们的")
THEY = ("they", "they're", "他们", "她们")
# What follows these may be so or not, unless it is but asked politely.
IFS = ("if", "unless", "in case", "如果", "假如", "除非")
ABLE = ("could", "can", "possible", "you can", "you could", "能", "可以", "方便")
# Whom the picture is to please stands behind these.
AUDIENCES = (
    "appeal to", "appeals to", "appealing to", "aimed at", "targeted at", "targeting", "targets", "speaks to", "popular with", "designed for",
    "suitable for", "loved by", "面向", "针对", "吸引", "适合", "受众是", "目标人群是",
)  # fmt: skip
# A letter ends with these, and only names follow.
SIGN_OFFS = (
    "kind regards", "best regards", "warm regards", "warmest regards", "regards", "sincerely", "yours sincerely", "yours truly",
    "best wishes", "warm wishes", "此致", "敬礼", "祝好", "顺颂商祺",
)  # fmt: skip
# So it does with these, where a line of their own ends with them.
SIGN_OFFS_ALONE = ("best", "cheers", "thanks", "thank you", "many thanks", "yours", "love")
# A name follows these.
NAMES = (
    "name is", "name's", "名字是", "名字叫", "mr", "mrs", "ms", "dr", "dear", "called", "named", "叫", "叫做", "名叫", "名为", "取名",
)  # fmt: skip
# What follows these is how the writer feels: "we'd be happy to".
FEELINGS = (
    "we're", "we are", "i'm", "i am", "we'd be", "we would be", "i'd be", "i would be", "we were", "i was", "we feel", "i feel",
    "我很", "我们很", "我们都很", "大家都很", "老板很",
)  # fmt: skip
# Known words that mean something else in these.
SAYINGS = (
    "black friday", "in the black", "in the red", "red tape", "blue chip", "white paper", "white label", "green energy", "gold standard",
    "golden standard", "crown jewel", "crown jewels", "face to face", "bottom line", "top line", "product line", "in line", "long term", "short term",
    "grey area", "silver lining", "golden rule", "red flag", "green light", "red line", "flat fee", "flat rate", "flat tax", "human error",
    "human resources", "head office", "hat trick", "warm welcome", "cold calls", "cutting edge", "dark times", "dark horse", "fair trade", "fair price", "fair prices", "fair play", "old school",
    "dark colours", "dark colors", "dark tones", "light colours", "light colors", "surprise me", "like our logo", "like the logo", "as in our logo", "from our logo", "matches our logo", "matching our logo", "behind the ear", "behind her ear", "behind his ear", "surprise us", "wow factor", "wow effect", "chain of", "chain stores", "supply chain", "value chain", "love it", "love to", "i love", "we love", "people love", "who love", "smart casual", "crowdsourcing", "bear in mind", "bears in mind", "bear the load", "bear the brunt",
    "bear the cost", "man made", "manpower", "man hours", "kid friendly", "child friendly", "family friendly", "user friendly", "customer friendly", "eco friendly", "environmentally friendly", "at short notice",
    "绿色出行", "绿色金融", "绿色环保", "绿色能源", "绿色食品", "白皮书", "黑名单", "白名单", "黄金周", "金牌", "黑五", "黑色星期五", "红线", "红包", "红利",
    "蓝图", "青春", "如金", "花费", "花钱", "花时间", "老板", "老客户", "老用户", "老字号", "老牌", "男女老少", "红人", "网红", "花店", "黄页", "白天", "黑夜",
)  # fmt: skip
