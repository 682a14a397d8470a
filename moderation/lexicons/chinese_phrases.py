"""Prohibited content, Chinese, said without its word: idioms, euphemisms, and whole situations.

``FLAGGED`` extends :mod:`moderation.lexicons.chinese` by category, ``CUES`` and their pairings
:mod:`moderation.lexicons.cues`, ``HARMLESS`` what is innocent. All of it flags.
"""

from __future__ import annotations

FLAGGED: dict[str, str] = {
    "sexual": """
        不着寸缕 寸缕不着 寸缕未着 未着寸缕 身无寸缕 未着片缕 一丝未挂 寸丝不挂 袒胸露乳 酥胸
        玉体横陈 春光乍泄 春光外泄 宽衣解带 云雨之欢 巫山云雨 鱼水之欢 颠鸾倒凤 滚床单 叫床 床照
        私房照 越露越好 少儿不宜 儿童不宜 羞耻play 制服play 捆绑play 按摩棒 情趣玩具 情趣酒店
        情趣店 情趣商店 情趣装 情趣制服 情趣套装 情趣丝袜 情趣女 情趣模特 情趣主播 情趣直播
        情趣道具 情趣护士 情趣兔 成人玩具 成人直播 裸播 果聊 文爱 约啪 约p 一夜春宵 欲火焚身
        欲仙欲死 发骚 骚浪 浪荡 放荡 卖春 大保健 莞式 三陪 陪睡 真空上阵 里面真空 不穿内衣 没穿内衣
        不穿内裤 没穿内裤 什么也没穿 什么都没穿 什么都不穿 什么也不穿 光着屁股 光着下身 光着身
        湿透的衬衫 湿透的白衬衫 透视裙 透视衫 透明睡衣 透明内衣 情趣睡衣 蕾丝内裤 黑丝美腿 丝袜美腿
        美腿特写 恋足 臀部特写 裤裆 胯下 胯间 乳晕 乳夹 肛塞 口塞 口球 女奴 龟甲缚 绳缚 滴蜡 跪舔
        娇吟 撩骚 欲求不满 寂寞少妇 人妻 巨根 勃起 遗精 壮阳 催情 霸王硬上弓 非礼 咸猪手 袭胸 摸胸
        揉胸 摸屁股 摸大腿 骑乘位 后入式 六九式 张开双腿 张开大腿 双腿大开 分开双腿 m字腿 m字开腿
        开腿坐 布料都没有 没有一点布料 布料极少 奶子很大 奶子大 大奶妹 大奶 陪酒女 裸贷
        爆菊 老汉推车 观音坐莲 群p
        奶子露 奶子露出 奶子特写 露奶 啪啪啪 大鸡鸡 露鸡鸡 鸡鸡露 做爱的男女 做爱的男人 做爱的女人
        做爱的女孩 做爱的情侣 做爱的夫妻 做爱的姿势 做爱的画面 做爱的场面 做爱的场景 做爱的人
    """,
    "minors": """
        童婚 雏女 幼齿妹
    """,
    "violence": """
        大卸八块 碎尸万段 千刀万剐 五马分尸 身首异处 身首分离 死不瞑目 七窍流血 血溅当场 血肉横飞
        血流满面 血流不止 满地血 满地鲜血 血手印 血脚印 鲜血淋淋 头破血流 皮开肉绽 残肢断臂
        断臂残肢 遗骸 尸骸 骸骨 绞索 绞架 电刑 电椅 老虎凳 剥皮抽筋 活剥 抽筋扒皮 拔舌 剜心 剜眼
        割舌 割头 砍手 砍脚 砍成 剁成肉 碾死 轧死 活活打 活活烧 往死里打 围殴 拳打脚踢 一枪毙命
        击毙 行刑 处刑 砍杀 捅人 捅刀 一刀捅 屠村 血债血偿 案发现场 藏尸 食人魔 食人族 喝人血 溺毙
        扔进开水 打人现场 鞭刑 割下耳朵 挖出心脏 变成一块一块
    """,
    "self_harm": """
        活着没意思 离开这个世界 一死了之 一了百了 结束自己 自我了断 吞枪 饮弹 举枪自 跳崖 跳桥 跳轨
        跳湖 跳井 投井 殉情 烧炭 开煤气 骨瘦如柴 皮包骨 刀片划 美工刀划 割动脉 手腕红红 告别世界
        送自己走 早死早超生
    """,
    "hate": """
        小鬼子 倭奴 倭猪 支那猪 台蛙 港灿 港猪 死gay 死给佬 同性恋去死 下等人 下等民族 贱籍 黑皮猴
        白皮猴 偷井盖的 女人不配 女的不配 不配当人 死棒子 臭棒子 棒子国 棒子猪 像母猪 死母猪 肥母猪
        残疾狗 社会垃圾 死穷鬼 乡下土狗
    """,
    "extremism": """
        圣战旗 纳粹礼 燃烧的十字架 燃烧十字架 白袍尖帽 尖顶白袍 劫机 人肉炸弹 炸弹腰带 绑满炸药
        绑着炸药 身绑炸药 炸药背心 土炸弹 自制炸弹 制作炸弹 造炸弹 燃烧瓶 汽油弹 推翻政府 推翻政权
        颠覆政权 颠覆国家 光复香港 时代革命 分裂国家 雪山狮子旗 殉教 真主至大 元首万岁 大日本帝国
        大东亚共荣 731部队 七三一部队 神风特攻队 武运长久 杀光他们 杀光异教徒
    """,
    "drugs": """
        抽叶子 卷叶子 嗨药 溜冰壶 依托咪酯 上头电子烟 上头烟 听话水 失身水 割浆 手臂注射 静脉注射
        毒烟 摇头水 吸嗨 麻叶 打k 溜麻 邮票毒 彩虹烟
    """,
    "profanity": """
        日你妈 我日你 操你全家 操你祖宗 你妈逼 你妈死了 臭傻 去你大爷 制杖 臭婊子 滚你大爷 操翻
        你妈炸了 全家死光 全妈死光 狗操 死一户口本
    """,
}

#: Flagged as claims of office: see :mod:`moderation.lexicons.claims`.
CLAIMS = """
    关徽 税徽 检徽 法徽 行徽 红头文件 巡视组 纪检组 专案组 政府特许 国家特许 官方钦定 网警 警官证
    执法证 执法人员 警号 警衔 公务员证 国家级认证 政府授权 部委认证 国家免检 免检产品
"""
MARKS = """
    咬了一口的苹果 咬一口的苹果 咬过的苹果 缺口的苹果 缺了一口的苹果 双c耳环 双c标 老花图案 lv老花
    菊花标 三道杠运动服 对勾标志
"""

#: Groups of cues; a group that exists already is extended.
CUES: dict[str, str] = {
    "undressing": """
        脱 脱掉 脱下 脱去 脱了 褪去 褪下 扒掉 扒下 扒光 解开 掀起 掀开 撩起 撕开 撕破 不穿 没穿
        没有穿
    """,
    "intimate": """
        衣服 上衣 内裤 裤子 裙子 内衣 胸罩 文胸 裤衩 睡衣 浴袍 浴巾 衣裳 衣衫 肚兜
    """,
    "off": """
        脱 脱掉 脱了 脱光 脱下 褪去 褪下 滑落 滑下 掀起 撩起 撕破 撕开 撕烂 去掉 拿掉 半解 敞开
        解开 都脱 全脱 剥光
    """,
    "exposed": "露出 露着 外露 全露 露在外 完全露 挡住 捂住 遮住 若隐若现",
    "private": "胸部 乳房 奶子 下体 关键部位 私处 胸脯 内裤",
    "bed": "床上 床单 被窝 被子 宾馆 大床",
    "embrace": "缠绵 亲热 抱在一起 激吻 热吻 缠在一起 翻滚 喘 衣衫不整 赤裸",
    "sexualised": """
        掀起裙 掀裙 火辣 裙底 吊带袜 黑丝 撩起 臀部 泳装湿 半裸 凹凸有致 事业线 乳
    """,
    "vice": "灌酒 灌白酒 叼着烟 叼烟 吐烟圈 啤酒瓶 大麻 白粉 老虎机",
    "harmed": """
        抽打 打骂 皮带抽 罚跪 绑在 扇耳光 耳光 淤青 瘀青 拳打脚踢 拜堂 圆房 勒住 掐住
    """,
    "weapon": "步枪 炸药 手雷 斧头",
    "injury": """
        劈开 劈成 砍成 剁成 剁下 剁碎 锯下 锯开 刺进 捅入 捅穿 拧下 掰断 打断 咬断 撕裂 撕下 剥下
        敲碎 砸碎 炸烂 炸飞 掏空 被砍 被割 被挖
    """,
    "body": """
        双腿 大腿 小腿 双手 的腿 的手 的脚 的头 胳膊 手掌 耳朵 鼻子 牙齿 肋骨 胸膛 肚子 血管 脸皮
        眼睛
    """,
    "strikes": "掐住 掐着 捆住 捆着 砍杀",
    "using": "吸入 吸着 贩卖 出售 注射进",
    "flayed": "剥皮 扒皮 剥了皮",
    "raw": "肌肉 眼珠 恐怖 血 活人 人皮",
    "armed": "枪 手枪 枪口 刀 匕首 菜刀 斧头 刀子 刀尖",
    "held": "指着 对准 顶着 顶住 架在 抵住 抵着 顶在 抵在",
    "height": "桥 桥上 天台 楼顶 楼上 高楼 窗台",
    "leap": "跳下 跳下去 往下跳 纵身一跃 纵身跃下 准备跳 跳了下去",
    "poison": "安眠药 农药 老鼠药 百草枯",
    "swallowed": "吞 吃 喝 吞下 吞服 吃下 喝下 服下 一瓶 一整瓶 整瓶 灌",
    "rope": "绳子 绳索 麻绳 绳套 绳圈 白绫",
    "neck": "脖子 脖颈 房梁",
    "cut": "划 割 刺 刀痕 划破 划伤 割伤 割破 刺伤 划开",
    "limb": "手臂 手腕 大腿 胳膊 动脉 自己",
    "ember": "烟头 打火机 烙铁",
    "burnt": "烫",
    "tower": "双子塔 世贸 五角大楼 大楼",
    "crashes": "撞 撞击 撞向 撞上 飞机撞",
    "charge": "炸药 炸弹 火药",
    "carried": "身上 绑 绑着 绑满 捆着 捆满 人群 背心 腰上 冲进",
    "powder": "白色粉末 白粉 白色的粉末",
    "vein": "手臂 胳膊 血管",
    "needle": "注射 针头 针管",
    "uncovered": "毫无遮挡 毫无遮掩 一览无余 无遮无挡",
    "nude": "身体 胴体 模特 女孩 女人 美女 少女 男人 肌肤 出浴 女士",
    "fluid": "红色液体 红色的液体",
    "wound": "脑袋 脖子 嘴角 伤口 胸口 额头",
    "sniffed": "吸 吸管 鼻子 鼻孔 桌上 小袋 银行卡",
    "short_lewd": "qj lj zw kj jb ml yp",
    "lewd_scene": """
        现场 反抗 床上 特写 露出 没穿 脱光 高潮 姿势 跪着 跪地 勃起 插入 受害 一夜
    """,
    "short_drugs": "xd bd hly",
    "drugs_scene": "针管 针头 注射 粉末 吸管 瘾",
    "short_harm": "zs gw",
    "harm_scene": "割 跳楼 天台 绳子 安眠药 遗书",
    "group": """
        河南人 阿三 棒子 回民 维族人 某族人 吉普赛人 上海人 广东人 台湾人 香港人 越南人 聋哑人 盲人
        黑妹 老外 土著 胖子
    """,
    "slander": """
        偷东西 偷井盖 贼眉鼠眼 随地大便 脏兮兮 又脏又臭 整容怪 废物 社会垃圾 不配活 待宰 狗链
        耍香蕉 寄生 传播病毒 吸血
    """,
    "authority": """
        社保局 医保局 监管局 管理局 总局 银保监会 发改委 人民法院 省政府 市政府 县政府 巡视组
    """,
    "token": "印鉴 红章 盖章 特许 钦定 专家组 官员 干部 专员 批文 袖标 关员",
}

#: Cues of one character that are the end of other verbs, too: 收割, 摆脱.
VERBS = frozenset("砍捅碾割剁掐杀捆脱划刺吞吃喝灌绑撞吸抽嗑卖贩嗨喘")

#: Category, first and second group, reach, and whether only in this order.
PAIRINGS: tuple[tuple[str, str, str, int, bool], ...] = (
    ("sexual", "undressing", "intimate", 3, True),
    ("sexual", "intimate", "off", 3, True),
    ("sexual", "exposed", "private", 2, False),
    ("sexual", "bed", "embrace", 6, False),
    ("violence", "flayed", "raw", 6, False),
    ("violence", "armed", "held", 1, True),
    ("self_harm", "height", "leap", 5, True),
    ("self_harm", "poison", "swallowed", 3, False),
    ("self_harm", "rope", "neck", 4, False),
    ("self_harm", "cut", "limb", 3, False),
    ("self_harm", "ember", "burnt", 2, True),
    ("extremism", "tower", "crashes", 5, False),
    ("extremism", "charge", "carried", 4, False),
    ("sexual", "nude", "uncovered", 8, False),
    ("violence", "fluid", "wound", 3, False),
    ("drugs", "vein", "needle", 2, False),
    ("drugs", "powder", "sniffed", 5, False),
    ("sexual", "short_lewd", "lewd_scene", 8, False),
    ("drugs", "short_drugs", "drugs_scene", 8, False),
    ("self_harm", "short_harm", "harm_scene", 8, False),
)


def _words(listed: str) -> tuple[str, ...]:
    return tuple(listed.split())


_DIGITS = "一二三四五六七八九"

#: Ages that end like one under eighteen, and what only looks like a situation from above.
HARMLESS: tuple[str, ...] = (
    *(f"{tens}十{ones}岁" for tens in _DIGITS[1:] for ones in ("", *_DIGITS)),
    *_words(
        """
        吐血推荐 吐血整理 打死我也 打死也不 秋风瑟瑟 寒风瑟瑟 瑟瑟秋风 瑟瑟寒风 光溜溜的头
        光溜溜的脑袋 光溜溜的石 断臂维纳斯 大胸肌 胸大肌 大奶奶 二奶奶 羊肠子 放荡不羁 领风骚 淫威
        浸淫 淫雨 富贵不淫 奢淫 淫巧 而不淫 贱内 聊以自慰 水乳交融 众口交 山阴道 松果体 密支那
        投井下石 死马当 以血洗血 生吞活剥 一棍子打死 鸦片战争 借刀杀人 而不往非礼 气步枪 气手枪
        步枪射击 步枪比赛 食人鱼 阿尼玛卿 捆绑销售 非礼勿视 非礼勿听 非礼勿言 非礼勿动
        胯下之辱 烧炭工 烧炭烤 遗骸化石 恐龙骸骨 恐龙遗骸 解开衣服扣子
        """
    ),
)
