"""Requests that mislead: claims of office or approval, and the faces of real people."""

from moderation.text.matching import Term


def _english(category: str, words: str) -> list[Term]:
    return [Term(" ".join(each.split()), category, blocks=False) for each in words.split(",")]


def _chinese(category: str, words: str) -> list[Term]:
    return [Term(each, category, blocks=False) for each in words.split()]


TERMS: tuple[Term, ...] = (
    *_english(
        "official_claim",
        """
        official seal, government seal, presidential seal, seal of the president, notary seal,
        royal warrant, national emblem, state emblem, government official, government logo,
        government agency, official government, police badge, sheriff badge, police uniform,
        police insignia, fbi, cia badge, interpol, secret service, customs officer,
        tax authority, irs agent, immigration officer, army insignia, military insignia,
        military rank, red cross emblem, united nations logo, fda approved, fda seal,
        government approved, government certified, bank certified, iso certified, certified by,
        verified badge, verified checkmark, verified check mark, verification badge,
        blue checkmark, blue check mark, licensed doctor, licensed physician, board certified
        """,
    ),
    *_chinese(
        "official_claim",
        """
        官方印章 政府印章 国家印章 国徽 党徽 警徽 军徽 政府认证 国家认证 官方认证 官方授权
        权威认证 认证徽章 认证标志 蓝v认证 加v认证 大v认证 国家机关 政府机关 政府官员 政府部门
        公安局 公安机关 警服 军衔 法院印章 银行认证 税务局 海关关员 红十字会标志 联合国标志
        执业医师 持证医生 驰名商标
        """,
    ),
    Term("公章", "official_claim", False, not_before="主办", not_after="鱼程节"),
    *_english(
        "real_person",
        """
        donald trump, president trump, joe biden, barack obama, kamala harris, hillary clinton,
        george bush, vladimir putin, xi jinping, mao zedong, chairman mao, volodymyr zelensky,
        kim jong un, narendra modi, angela merkel, emmanuel macron, boris johnson, keir starmer,
        king charles, queen elizabeth, prince harry, meghan markle, princess diana, pope francis,
        pope leo, dalai lama, elon musk, mark zuckerberg, jeff bezos, bill gates, steve jobs,
        tim cook, sam altman, jack ma, taylor swift, beyonce, rihanna, billie eilish, lady gaga,
        ariana grande, justin bieber, ed sheeran, michael jackson, kanye west, kim kardashian,
        kylie jenner, tom cruise, brad pitt, angelina jolie, leonardo dicaprio,
        scarlett johansson, emma watson, johnny depp, keanu reeves, jackie chan, jet li,
        bruce lee, morgan freeman, oprah winfrey, cristiano ronaldo, lionel messi, lebron james,
        michael jordan, serena williams, yao ming, marilyn monroe, elvis presley,
        albert einstein, al gore, real person, real people, real celebrity, celebrity lookalike,
        look like a celebrity, looks like a celebrity, likeness of a real, face of a celebrity,
        deepfake, deep fake, face swap, faceswap, famous actor, famous actress, famous singer,
        famous politician
        """,
    ),
    *_chinese(
        "real_person",
        """
        习近平 毛泽东 毛主席 邓小平 江泽民 胡锦涛 周恩来 李克强 蔡英文 马英九 特朗普 拜登 奥巴马
        普京 泽连斯基 金正恩 莫迪总理 默克尔 马克龙 英国女王 达赖喇嘛 马斯克 扎克伯格 比尔盖茨
        乔布斯 马化腾 任正非 董明珠 成龙大哥 影星成龙 李小龙 李连杰 周杰伦 刘德华 张学友 范冰冰
        杨幂 赵丽颖 迪丽热巴 王一博 易烊千玺 蔡徐坤 鹿晗 周星驰 姚明 泰勒斯威夫特 明星脸 某明星
        明星同款脸 名人脸 名人肖像 真实人物 真人照片 国家领导人 国家主席 美国总统
        """,
    ),
    Term(
        "马云",
        "real_person",
        False,
        not_before="白天骑木飞小斑骏河海黑赛",
        not_after="彩端游朵雾层南",
    ),
    Term("川普", "real_person", False, not_before="四", not_after="通洱"),
    Term("肖战", "real_person", False, not_before="生"),
    Term("梅西", "real_person", False, not_after="百"),
    Term("换脸", "real_person", False, not_before="更替变切转", not_after="型部色谱蛋罩"),
)

#: Where a listed term is innocent.
HARMLESS: tuple[str, ...] = (
    "king charles spaniel",
    "king charles spaniels",
    "cavalier king charles",
    "not a real person",
    "no real person",
    "no real people",
    "非真实人物",
)
