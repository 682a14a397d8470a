"""Where listed Chinese terms are innocent by what stands right around them, by kinds.

A seam of two words that the dictionary does not know (读书日|你我), a figure of speech (道德绑架),
a dish, a tool or a trade (炸弹面包, 手枪钻工具, 炼铜厂), medicine (乳房自检), and help against
what the term says (自杀干预). Listed are whole words, with which the thing itself cannot be said:
宣传 is none, for there are posters of hate, nor 咨询, for that is where drugs are sold, nor 捆绑带.
None of it holds where somebody is to be seen (``OF_PEOPLE``), unless the category never blocks.
"""

from __future__ import annotations

from moderation.text.settings import Setting

#: What is said of an organ where a doctor speaks of it.
_MEDICINE = (
    "炎(?![热夏炎黄])|癌|肿?瘤|息肉|囊肿|结节|增生|皲裂|扭转(?:急诊|症)|障碍|自检|筛查|早筛|外科|超声|彩超"
    "|疾病|分析报告|常规化验"
)
_ORGANS = (
    "乳房 乳头 阴道 阴茎 阴唇 阴蒂 阴户 生殖器 性器官 睾丸 精液 射精 龟头 勃起 遗精 私处 私密处"
    " 下体"
)

_OF_A_HARM = "(?:的|行为|事件|案件|犯罪|问题){0,2}"
#: Help against a harm that somebody suffers.
_HELP = (
    f"{_OF_A_HARM}(?:危害|预防|防治|防范|干预|救[助援治]|热线|举报|投诉|维权|报警|康复中心"
    "|心理(?:辅导|援助|康复)|受害者的?(?:援助|救助|互助|热线))"
)
_SUFFERED = (
    "自杀 自残 自伤 自虐 轻生 厌食症 家暴 家庭暴力 虐待 性侵 性骚扰 色狼 绑架 枪击 校园枪击 殴打"
)
#: What is told of a harm that has friends, and of one that is sold.
_WARNING = f"{_OF_A_HARM}(?:危害|预防)"
_WANTED_BY_SOME = (
    "毒品 吸毒 大麻 海洛因 冰毒 鸦片 笑气 毒瘾 芬太尼 恐怖主义 恐怖袭击 种族歧视 种族主义 法西斯"
    " 军国主义 邪教 极端主义"
)
#: Where the past is remembered.
_REMEMBRANCE = (
    "(?:(?:遇难|受难|死难|受害)(?:者|同胞)的?)?(?:历史|史料|史|罪证)?的?"
    "(?:纪念馆|纪念碑|博物馆|陈列馆|遗址|档案馆|公祭)"
)
_PAST = (
    "屠杀 大屠杀 集中营 战争罪 种族灭绝 鸦片 黑奴 枪械 枪支 万人坑 七三一部队 731部队 毒气室 惨案"
)

#: What is put in front of 炸弹 where it is a dish, a bath or a drink.
_HARMLESS_BOMBS = "巧克力|可可|芝士|奶酪|奶油|果汁|抹茶|咖啡|泡澡|榴莲|肉丸|维生素|冰淇淋"

#: Kinds of days that end in 日: 会员日你来.
_DAYS = (
    "读书|会员|开放|护士|医师|医生|教师|记者|警察|消防|劳动|纪念|购物|品牌|店庆|司庆|校庆|宠粉|粉丝"
    "|发薪|工作|休息|主题|活动|环保|地球|环境|海洋|湿地|睡眠|植树|亲子|母亲|父亲|爱牙|爱眼|爱耳|无烟"
    "|特卖|促销|交易|特惠|福利|团购|结婚"
)
#: What stands behind letters that name a model, a size or a norm: TMD减振器, MMP包装规格.
_NAMED_BY_LETTERS = r"-\d{1,2}型|减[振震]器|阻尼器|包装规格"

#: 妈的 is written 马的 and 玛的, too, and so is what belongs to a horse whose picture is asked for.
_OF_A_HORSE = "[匹骑骏矮野战赛牧斑河木飞]|飞天|[一两三几这那][只头]|[白黑红棕黄金银灰]色?"
_OF_A_PICTURE = (
    "头像|形象|样子|图[像标案片]|造型|吉祥物|卡通|标志|剪影|轮廓|角色|机器人"
    "|头部|脸|眼睛|耳朵|鬃毛|尾巴"
)

_BY_TERM: dict[str, tuple[str, str]] = {
    # before, after
    **dict.fromkeys(("法西斯", "军国主义"), ("", "的?(?:失败|覆灭|灭亡|战败|罪行展|罪证展)")),
    "裸露": (
        "",
        (
            "(?:出来)?的?(?:岩石|岩层|基岩|砖墙|红砖|墙体|墙面|电[线缆]|水管|树根|土[壤地]|地表|山体"
            "|混凝土|水泥|钢筋|横梁|房梁|河床)"
        ),
    ),
    "赤裸": ("", "裸(?:的|地)?(?:真[相诚]|现实|事实|威胁|谎言|讽刺|嘲讽|剥削|欺骗|双标)"),
    "捆绑": (
        "粽叶|螃蟹",
        "销售|行李|货物|快递|包裹|粽[子叶]|蔬菜|螃蟹|大闸蟹|稻草(?!人)|秸秆|花束|木材",
    ),
    "凸点": ("防滑|盲文|橡胶|点阵", "手套|地砖|地板|键盘|地胶|印刷|文字"),
    "黄片": ("", "糖|麻岩"),
    "色图": ("", "谱|案(?!件)|腾"),
    "大奶": ("", "酪|油(?![画腻])|茶|昔(?!日)|瓶|糕"),
    **dict.fromkeys(("偷拍", "偷窥"), ("", "(?:镜头)?(?:检测仪|探测器)")),
    "裸奔": ("手机|数据|信息", "的(?:手机|数据|信息)"),
    "裸睡": ("", "床品|四件套"),
    "肉体": ("", "凡胎"),
    "卖身": ("", "契"),
    "潮吹": ("", "糖人"),
    "内射": ("", "箭[馆场]|击[馆场]|灯(?:品牌|轨道)"),
    "剁手": ("双十一|双11|618|买买买", "党|节(?!目)|族|清单"),
    "暴打": ("", "柠檬|水果茶|鲜橙|西瓜|青提|葡萄"),
    "毒打": ("(?:(?<!黑)社会|生活|现实|资本|市场|时代)的?", ""),
    "拷问": ("灵魂|良心|良知|人性", ""),
    "绑架": ("道德|亲情|情感|流量|舆论|情绪", ""),
    "人肉": ("", "搜索|背景板|代购|计算器|闹钟|导航"),
    "吃人": ("", "(?:家的?)?嘴[软短]|参(?![加与观赛])|间烟火|的礼教|的旧社会"),
    "凶手": ("谁是|找出|追查|锁定", "是谁|另有其人"),
    **dict.fromkeys(("血案", "命案", "凶案"), ("侦破|侦办", "推理|侦探|解谜")),
    "谋杀": ("", "菲林|胶[片卷]|内存|脑细胞|推理"),
    "人质": ("", "谈判专家|解救"),
    "手枪": ("", "钻(?:工具|套装|品牌|电池)|深蹲"),
    "枪支": ("", "安全教育|安全培训|管控|管制"),
    "炸弹": (
        _HARMLESS_BOMBS,
        "薯条|蛋糕|面包|饭团|可可|鸡尾酒|汉堡|披萨|气旋|低气压|泡芙|冰淇淋|雪糕",
    ),
    "电椅": ("按摩", ""),
    "血迹": ("", "清洁剂|清洗剂|去除剂"),
    "流血": ("牙龈", "急救"),
    "血浆": ("", "捐献|分离机|制品|置换"),
    "人骨": ("", "模型"),
    "头颅": ("", "ct|核磁|mri"),
    "内脏": ("", "火锅|脂肪|下垂"),
    "骸骨": ("", "化石"),
    "投江": ("屈原", "的屈原"),
    "日你": (_DAYS, ""),
    "日他": (_DAYS, ""),
    "狗日": ("", "常|记|历"),
    "日狗": (_DAYS, ""),
    "鸟人": ("观|护|爱|养|拍", "协会"),
    "下等人": ("路灯|屋檐|树荫|大树|月光|雨伞|凉亭|夕阳|晚霞", ""),
    "炼铜": ("古代|古法", "厂|炉|工艺|工业|工匠|遗址"),
    "基地组织": ("研学|实习|种植|养殖|影视|写生|露营|采摘|夏令营|创业", ""),
    "泥马": ("陶|彩|橡皮", ""),
    "妈的": (_OF_A_HORSE, _OF_A_PICTURE),
    "小日本": ("", "柴犬|料理|清酒|庭院|庭园|茶室|黑松"),
    "母狗": ("绝育", "绝育|护理课|和幼崽|与幼崽"),
    "人妖": ("", "殊途|两界"),
    "破鞋": ("修补|磨|踩|擦|穿着", "底|匠|垫|柜"),
    "狗屎": ("", "袋|拾便|铲"),
    "沙雕": ("海滩|沙滩|海边|沙漠", "节(?!目)|大赛|比赛|公园|城堡|艺术|展览"),
    "啪啪啪": ("", "鼓掌|拍手|敲键盘|的掌声|的键盘声"),
    "杂碎": ("", "汤|锅|馆"),
    "放屁": ("", "虫|垫|的臭鼬|甲虫"),
    "王八蛋": ("", "糕|挞"),
    "滚蛋": ("", "汤|糕|吧!?肿瘤"),
    "混蛋": ("", "糕|液"),
    "土鳖": ("", "虫|养殖"),
    "杂种": ("", "水稻|优势|玉米|小麦|鲟鱼"),
    "大烟": ("", "熏|囱"),
    "邪教": ("辟", ""),
    **dict.fromkeys(("台独", "港独", "藏独", "疆独"), ("", "特的|家直播|家播出|木舟")),
}


def _settings() -> dict[str, Setting]:
    kinds = [
        *((term, "", _MEDICINE) for term in _ORGANS.split()),
        *((term, "", _HELP) for term in _SUFFERED.split()),
        *((term, "", _WARNING) for term in _WANTED_BY_SOME.split()),
        *((term, "", _REMEMBRANCE) for term in _PAST.split()),
        *((term, before, after) for term, (before, after) in _BY_TERM.items()),
    ]
    patterns: dict[str, tuple[list[str], list[str]]] = {}
    for term, before, after in kinds:
        befores, afters = patterns.setdefault(term, ([], []))
        befores += [before] if before else []
        afters += [after] if after else []
    return {
        term: Setting.of("|".join(befores), "|".join(afters))
        for term, (befores, afters) in patterns.items()
    }


SETTINGS: dict[str, Setting] = _settings()


#: Of abuse in initials: a model, a size or a norm.
OF_LETTERS = Setting.of(after=_NAMED_BY_LETTERS)

#: Somebody who is to be seen, in normalised text, besides the cues of minors. Of what one is by
#: trade nothing is here: 炼铜厂的工人.
OF_PEOPLE = (
    "[男女孩童娃婴妹姐妞妻妇婆嫂娘仔她]|弟(?!子)|幼(?![崽苗犬猫虫鸟兽])|学生|美人|佳人|丽人|真人|情人|恋人"
    "|[的个位名]人|人[体像物]|身体|身子|躯体|胴体|模特|[👧👩👶👦🧒👱👸💃]"
    r"|\b(?:girls?|boys?|wom[ae]n|m[ae]n|lad(?:y|ies)|females?|babes?|bab(?:y|ies)|students?|models?"
    r"|people|person|s?he|nv(?:ren|hai)?|shaonv|meinv|luoli|nanhai|xiaohai)\b"
)
