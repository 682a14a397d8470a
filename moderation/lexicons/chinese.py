"""Prohibited content, Chinese, in simplified characters: texts are converted before matching.

Chinese shows no word boundaries. A term whose characters also meet by accident names the ones
that may not stand next to it (色情 in 角色情绪, 性交 in 个性交互, 做爱 in 做爱心手势), and one that
meets too often is left out (上吊 in 脖子上吊坠, 龟头 in 乌龟头像).
"""

from itertools import product

from moderation.lexicons import chinese_phrases
from moderation.lexicons import chinese_wider as wider
from moderation.lexicons.chinese_tails import tail_of
from moderation.text.matching import Term


def _words(listed: str) -> tuple[str, ...]:
    return tuple(listed.split())


def _terms(category: str, blocks: bool, listed: str) -> list[Term]:
    return [Term(each, category, blocks, not_after=tail_of(each)) for each in _words(listed)]


#: What turns 性 into the end of another word: 男性, 个性, 理性, …
_BEFORE_XING = (
    "男女个理知感惰惯母父异两中雌雄天本品习弹磁人黏粘可活特属良恶柔刚耐随任被主灵野魔烈阳"
)

_CORE: tuple[Term, ...] = (
    *_terms(
        "sexual",
        True,
        """
        裸体 裸照 裸女 裸男 全裸 半裸 裸聊 裸身 赤裸 赤身裸体 裸露 一丝不挂 光着身子 脱衣舞 露胸
        露乳 露阴 手淫 淫荡 淫秽 淫乱 淫娃 淫水 荡妇 卖淫 嫖娼 一夜情 成人片 成人电影 成人视频
        三级片 黄色电影 黄色网站 春宫图 肛交 性器官 性奴 性虐 性侵 性骚扰 阴茎 阴户 阴唇 阴蒂
        生殖器 色情片 情色片 强奸 轮奸 迷奸 诱奸 奸淫 乱伦 走光照 裙底偷拍 偷拍裙底 艳照 淫照
        av女优
        """,
    ),
    Term("色情", "sexual", True, not_before="特角景本颜彩出", not_after="绪感怀境侣调况节商报态"),
    Term("情色", "sexual", True, not_before="热心风感激柔表爱亲温深", not_after="彩调系泽号块"),
    Term(
        "性交", "sexual", True, not_before=_BEFORE_XING, not_after="通警流互谈往给付易接替错叉友际"
    ),
    Term("性爱", "sexual", True, not_before=_BEFORE_XING, not_after="好美心护国笑情"),
    Term("性行为", "sexual", True, not_before=_BEFORE_XING + "攻自习范"),
    Term("性玩具", "sexual", True, not_before=_BEFORE_XING + "智"),
    Term("做爱", "sexual", True, not_after="心好国护吃玩你我她他它学笑读运美动劳情的"),
    Term("口交", "sexual", True, not_before="路窗接进出港入关门渡道", not_after="通互易流警汇接叉"),
    Term("兽交", "sexual", True, not_before="怪神瑞萌灵猛野异巨小百", not_after="通流互警朋谈易"),
    Term("阴道", "sexual", True, not_before="林绿树"),
    Term("自慰", "sexual", True, not_after="问"),
    Term("脱光", "sexual", True, not_before="摆解逃", not_after="环明"),
    Term("援交", "sexual", True, not_before="支救声增", not_after="通流"),
    Term("约炮", "sexual", True, not_before="节大合"),
    *_terms(
        "sexual",
        False,
        """
        情趣内衣 情趣用品 丁字裤 内衣秀 透视装 透视内衣 湿身 乳头 乳房 乳沟 胸部特写 巨乳 爆乳
        丰乳 不穿衣服 没穿衣服 没有衣服 脱衣服 脱掉衣服 妓女 应召女郎 娼妓 性工作者 避孕套 性暗示
        诱惑姿势 制服诱惑 挑逗 黑丝诱惑 激吻
        """,
    ),
    Term("性感", "sexual", False, not_before=_BEFORE_XING, not_after="知觉受冒应染召言慨谢动"),
    *_terms("minors", True, "恋童 娈童 儿童色情 幼女色情 童妓 雏妓 萝莉控 猥亵儿童"),
    *_terms(
        "violence",
        True,
        """
        砍头 斩首 肢解 分尸 碎尸 活剥皮 剥人皮 虐杀 虐猫 凌迟 开膛 断肢 割喉 枪决 血肉模糊
        """,
    ),
    *_terms(
        "violence",
        False,
        """
        血腥 血淋淋 鲜血淋漓 满身是血 浑身是血 满脸是血 流血 血泊 尸体 死尸 谋杀 杀害 凶杀 屠杀
        屠城 酷刑 虐待 勒死 掐死 捅死 刺杀 剖腹 手枪 步枪 机枪 机关枪 冲锋枪 狙击枪 枪支 枪械 持枪
        炸弹 手榴弹 人体炸弹
        """,
    ),
    Term("杀人", "violence", False, not_after="气性工"),
    Term("爆头", "violence", False, not_before="火", not_after="像条型发饰盔部"),
    Term("手雷", "violence", False, not_before="双歌", not_after="霆电达神"),
    *_terms("self_harm", True, "割腕 自杀方法 自杀教程 上吊自杀 上吊自尽 跳楼自杀 相约自杀"),
    *_terms("self_harm", False, "自杀 自残 自伤 吞药 厌食症"),
    Term("轻生", "self_harm", False, not_before="年减"),
    Term("跳楼", "self_harm", False, not_after="价机大甩清"),
    *_terms(
        "hate",
        True,
        """
        黑鬼 白皮猪 高丽棒子 韩国棒子 死基佬 死同性恋 劣等民族 劣等人种 种族清洗 纳粹 希特勒
        万字旗 党卫军 黄祸 印度阿三 穆畜 犹太猪 日本鬼子
        """,
    ),
    Term("支那", "hate", True, not_before="度一这那哪", not_after="么样"),
    *_terms("hate", False, "法西斯 种族灭绝 种族歧视 种族主义 弱智 残废 鬼佬 洋鬼子 黑奴"),
    Term("智障", "hate", False, not_after="碍"),
    Term("脑残", "hate", False, not_before="电"),
    *_terms("extremism", True, "伊斯兰国旗帜 博科圣地 东突分子 东突组织 东突厥斯坦"),
    *_terms(
        "extremism",
        False,
        "恐怖分子 恐怖主义 恐怖袭击 塔利班 伊斯兰国 圣战士 圣战分子 自杀式袭击",
    ),
    *_terms("drugs", False, "海洛因 可卡因 冰毒 吸毒 贩毒 摇头丸 鸦片 注射毒品 大麻叶"),
    Term("毒品", "drugs", False, not_before="病消无", not_after="种"),
    Term("大麻", "drugs", False, not_before="胆巨", not_after="烦雀袋利花将团哈瓜"),
    *_terms(
        "profanity",
        False,
        """
        操你妈 操你娘 肏 他妈的 傻逼 煞笔 傻屄 王八蛋 婊子 贱人 贱货 狗娘养 狗杂种 鸡巴 竖中指
        中指手势
        """,
    ),
    Term("去死", "profanity", False, not_before="过回", not_after="皮角"),
)

_LISTED = {term.text for term in _CORE}

TERMS: tuple[Term, ...] = (
    *_CORE,
    *(
        Term(each, category, blocks=False, not_after=tail_of(each))
        for lists in (wider.FLAGGED, chinese_phrases.FLAGGED)
        for category, listed in lists.items()
        for each in dict.fromkeys(_words(listed))
        # A term of the core keeps the characters that it must not stand beside.
        if each not in _LISTED
    ),
    Term("上吊", "self_harm", False, not_before="脖身墙顶", not_after="坠灯床桥车篮带环装顶牌"),
    # of mothers: 宝妈的, 新手妈的
    Term(
        "妈的",
        "profanity",
        False,
        not_before="妈我你她爸咱大姨姑舅干宝辣虎奶孕手场胎萌后亲养美潮职狼猫准新老娃",
    ),
    Term("他妈", "profanity", False, not_before="吉其", not_after="妈咪祖"),
    Term("贱", "profanity", False, not_before="贵卑贫微低轻", not_after="卖价妾"),
    Term("女干", "sexual", False, not_before="妇子男", not_after="部事警将净练脆活"),
    Term("尸米", "profanity", False),
    # the end of a word by its first letter
    Term("强j", "sexual", False, not_before="最更超加增"),
    *(Term(each, "sexual", False) for each in _words("轮j 迷j 诱j 乱l 嫖c 卖y 手y")),
    *(Term(each, "drugs", False) for each in _words("吸d 贩d 海l因 可k因")),
    *(Term(each, "profanity", False) for each in _words(wider.INITIALS)),
    *(
        Term("".join(each), "profanity", False, not_after="妈咪")
        for each in product(*wider.CURSES)
        if not each[0].isascii() or not each[1].isascii()
    ),
    Term("打炮", "sexual", False, not_after="仗弹竹兵楼台"),
    Term("造爱", "sexual", False, not_before="创制打", not_after="心好国"),
    *(
        Term(each, category, False)
        for category, listed in wider.PINYIN.items()
        for each in _words(listed)
    ),
)

#: Where a listed term is innocent.
HARMLESS: tuple[str, ...] = chinese_phrases.HARMLESS + _words(
    wider.HARMLESS
    + """
        赤裸裸的真相 裸露的岩石 裸露的砖墙 裸露砖墙 裸露的电线 裸露的管道 裸露的灯泡 反种族歧视
        反对种族歧视 反种族主义 反法西斯 预防自杀 防自杀 自杀预防 自杀干预 反恐怖主义 禁毒品
        拒绝毒品 远离毒品 反毒品 水手枪 玩具手枪 浴盐炸弹 沐浴炸弹 泡澡炸弹 乳房健康 关爱乳房
        预防性侵 防性侵 反性骚扰 防性骚扰 反对虐待 禁止虐待 防止虐待 反虐待 剖腹产
        """
)

#: Of two characters, and found even where one of them is another of the same sound.
LOOSE_SOUNDS = frozenset(
    _words(
        "色情 裸体 强奸 自杀 吸毒 傻逼 纳粹 毒品 性交 做爱 妓女 婊子 贱人 杀人 嫖娼 卖淫 智障 约炮"
        " 淫荡 裸照 裸女 裸聊 轮奸 贩毒 冰毒 自慰 手淫 鸡巴 嫖客 屠杀 援交 乱伦 强暴 性感 淫秽"
        " 乳头 砍头 阴茎 迷奸 奸淫 嫖妓 淫乱 猥亵 恋童"
    )
)

#: What flags as violence and is found by its sound all the same.
BLAMED_VIOLENCE = frozenset({"强暴"})

#: Of two characters, and found interrupted (裸a体) and doubled (裸裸体体). In 狼人杀2人局 nobody is
#: killed.
INTERRUPTED = LOOSE_SOUNDS - {"杀人"} | {"全裸", "割腕", "黑鬼", "操你", "阴道", "口交", "乳房"}

#: Verbs and their objects, found with 了, 过 or 着 in between.
DEEDS = frozenset(
    _words(
        "吸毒 贩毒 制毒 做爱 卖淫 嫖娼 嫖妓 杀人 割腕 上吊 跳楼 约炮 砍头 打炮 分尸"
        " 碎尸 投毒 吸冰 嗑药"
        " 磕药 割脉 割喉 投河 投江 服毒 操你"
    )
)

#: Of two characters, and found backwards: what is no other word then, nor a term itself.
TURNED = LOOSE_SOUNDS - frozenset(
    _words("色情 做爱 杀人 性感 性交 智障 贱人 裸聊 强暴 贩毒 援交")
) | {"割腕"}

#: Pinyin of a term that is a word of another language, or of many other Chinese words.
HARMLESS_PINYIN = frozenset(_words("xiongdao shanshi"))

#: What sounds like a term and is said by everybody, though no dictionary has it as a word.
HARMLESS_SOUNDS = frozenset(_words("是一样 自谓 轮间 约跑 他骂的 你骂的"))

#: Who must not be shown in a sexual way; innocent alone.
MINORS: tuple[str, ...] = _words(
    """
        儿童 小孩 孩子 幼儿 幼女 幼童 婴儿 女童 男童 少女 少年 未成年 小学生 初中生 高中生 中学生
        女学生 小女孩 小男孩 小姑娘 萝莉
        """
)

#: Named in a negative requirement, these ask for nakedness.
CLOTHING: tuple[str, ...] = ("衣服", "衣物", "穿衣", "内衣", "马赛克", "打码", "遮挡")

#: Right before a term, these turn it into what is not wanted. A regular expression.
NEGATION = (
    r"(?:不要|不能|不得|不可|不许|没有|不含|不带|不是|无|禁止|避免|拒绝|反对|(?<![相违正])反"
    r"|(?<![消国边海])防|杜绝|远离|勿|(?<![特个分类性区级各])别)"
    r"(?:出现|任何|含有|包含|使用|模仿|涉及|画成|画|带|有|含|用|像|的|\s)*"
)
