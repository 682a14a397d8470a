"""Words that say nothing alone and something grave together: ``shoots`` … ``a woman``.

A cue belongs to one group or more; a pairing names two groups that may not stand near each other.
The English groups are words, the Chinese ones sequences of characters. Everything found this way
is for a person to look at: it flags and never blocks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from moderation.lexicons import chinese, chinese_phrases, english, english_phrases


@dataclass(frozen=True, slots=True)
class Pairing:
    """``first`` within ``reach`` characters of ``second``; ``ordered`` if only before it.

    ``barrier`` is a regular expression of what may not stand between the two.
    """

    category: str
    first: str
    second: str
    reach: int
    ordered: bool = False
    barrier: str = ""


#: Between a verb and what is done to somebody: the end of a clause, or a word that makes somebody
#: else of them ("whipping cream for a man").
_NOT_ITS_OBJECT = (
    r",|\b(?:with|for|to|like|before|near|next|out|as|about|beside|behind|than|while|in|on|it)\b"
)

#: Ages under eighteen, in words.
YEARS_OF_MINORS = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"),
    *("twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
)


def _words(listed: str) -> tuple[str, ...]:
    return tuple(" ".join(each.split()) for each in listed.split(","))


def _characters(listed: str) -> tuple[str, ...]:
    return tuple(listed.split())


def _extended(
    groups: Mapping[str, tuple[str, ...]], more: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    return {name: (*groups.get(name, ()), *more.get(name, ())) for name in {**groups, **more}}


def _either(*stems: str, endings: tuple[str, ...] = ("", "s", "ed", "ing")) -> tuple[str, ...]:
    """Regular English verbs in their forms; a final ``e`` goes before ``ed`` and ``ing``."""
    return tuple(
        (stem[:-1] if stem.endswith("e") and ending in {"ed", "ing"} else stem) + ending
        for stem in stems
        for ending in endings
    )


_ENGLISH: dict[str, tuple[str, ...]] = {
    "minor": (
        *english.MINORS,
        *_words(
            """
        baby, babies, boy, boys, daughter, pupil, pupils, teen girl, teenage girl, preschooler,
        schoolchildren, schoolkid, schoolkids
        """
        ),
        *(
            f"{age} {years} old"
            for age in (*YEARS_OF_MINORS, *range(1, 18))
            for years in ("year", "years")
        ),
    ),
    "weapon": _words(
        """
        gun, guns, rifle, rifles, pistol, firearm, firearms, shotgun, revolver, machete, knife,
        knives, bomb, grenade, weapon, weapons, ak 47, kalashnikov, switchblade, handgun
        """
    ),
    "vice": _words(
        """
        beer, whiskey, whisky, vodka, booze, liquor, drunk, alcohol, cigarette, cigarettes,
        cigar, smoking, smokes, vape, vaping, gambling, weed, drugs, cocaine, heroin, meth,
        hungover, tequila, underage drinking
        """
    ),
    "harmed": _words(
        """
        beaten, tied up, tied to, chained, kidnapped, abducted, kidnap, strangled, locked in,
        caged, slapped, spanked, spanking, abused, abuse, whipped, bleeding, bloody, bruised,
        bruises, molest, groomed, trafficked, drowning, gagged, threatening, tortured,
        trafficking, neglected
        """
    ),
    "sexualised": _words(
        """
        bikini, seductive, seductively, seducing, underwear, panties, bra, lingerie, thong, sexy,
        hottie, sensual, provocative, provocatively, suggestive, undress, undressed, stripping,
        without clothes, topless, twerking, flirty, fishnets, garter, cleavage, wet shirt, fetish
        """
    ),
    "harms": (
        *_either(
            "kill",
            "murder",
            "strangle",
            "choke",
            "punch",
            "torture",
            "execute",
            "crush",
            "rape",
            "poison",
            "kidnap",
            "whip",
            "exterminate",
            "slaughter",
            "assassinate",
            "massacre",
            "lynch",
            "behead",
            "mutilate",
            "dismember",
            "suffocate",
            "electrocute",
            "disembowel",
            "impale",
            "molest",
            "bomb",
            "bludgeon",
            "waterboard",
            "drown",
            "hang",
            "burn",
            "attack",
            "smash",
            "kick",
            "slap",
            "shoot",
            "stab",
            "bash",
            "maim",
            "gut",
        ),
        *_words(
            """
        shot dead, shot down, shot by, shot at, shot a, shot the, shot his, shot her, gets shot,
        being shot, getting shot, skinning, butchered, butchering, stabbed, stabbing, beat,
        beats, beating, beaten, burnt, hung, skinned, gutted,
        blowing up, blow up, blows up, ripping apart, ripped apart, tearing apart, torn apart,
        tears apart, rips apart, gassing, setting fire to, sets fire to, cutting up, runs over,
        whipping, strangling, choking, kidnapping, kidnapped, kidnapper of, decapitating
        """
        ),
    ),
    "victim": _words(
        """
        man, men, woman, women, wife, wives, husband, boss, victim, victims, hostage, hostages,
        prisoner, prisoners, person, persons, people, human, humans, humanity, policeman,
        policemen, cop, cops, crowd, someone, somebody, everyone, everybody, himself, herself,
        themselves, myself, yourself, colleague, colleagues, coworker, girlfriend, boyfriend,
        neighbour, neighbor, neighbours, neighbors, villagers, civilians, family, mother, father,
        child, children, kid, kids, baby, students, teacher, bystander, bystanders, passengers,
        protesters, soldiers, politician, president, customer, customers, guy, girl, boy, lady,
        each other, pedestrian, pedestrians, refugee, refugees, others, innocents, puppy, kitten,
        animals, animal, dogs, cats
        """
    ),
    "pet": _words(
        """
        dog, dogs, cat, cats, puppy, kitten, animal, animals, horse, rabbit, pet
        """
    ),
    "mistreated": _words(
        """
        kicked, abused, tortured, beaten, killed, burned, burnt, drowned, skinned, starved,
        hanged, mutilated, strangled, stabbed, tormented, slaughtered, maimed
        """
    ),
    "injury": _words(
        """
        cut off, cutting off, cuts off, chopped off, chopping off, sawed off, sawing off,
        hacked off, hacking, severed, severing, ripped off, ripping off, rips off, ripping out,
        ripped out, torn off, tearing off, torn out, tearing out, slit, slitting, slits, slashed,
        slashing, gouged, gouging, crushed, crushing, mutilated, mangled, sliced off,
        sliced open, slicing off, blown out, blown off, blowing out, smashed, smashing, bleeding,
        pierced through, impaled, skinned, rotting, decomposing, charred, stabbed, disfigured,
        bashed in, caved in, splattered, splatter, cut open, cutting open, chewed off,
        shot through, bullet hole, bullet holes, gunshot
        """
    ),
    "body": _words(
        """
        head, heads, throat, throats, neck, necks, arm, arms, leg, legs, hands, finger, eyes,
        eyeball, eyeballs, brain, brains, skull, skulls, guts, intestines, organs, entrails,
        limb, limbs, face, corpse, corpses, body, bodies, flesh, wrist, wrists, stomach, spine,
        bones, forehead, remains
        """
    ),
    "blood": _words(
        """
        blood, bloody, bloodied, bloodstained, gore, guts
        """
    ),
    "spilt": _words(
        """
        covered, dripping, drips, drip, pool, puddle, pools, soaked, everywhere, stain, stains,
        stained, splatter, splattered, splashed, spraying, spray, smeared, drenched,
        on its hands, on his hands, on her hands, on hands, axe, chainsaw, fangs, river of,
        rivers of, all over, on the wall, on the floor, flowing, gushing, oozing
        """
    ),
    "human": _words(
        """
        human, man's, woman's, people's, children's, person's, victim's
        """
    ),
    "cannibal": _words(
        """
        flesh, meat, skulls, sacrifice, remains, organs, trafficking, devouring
        """
    ),
    "explosive": _words(
        """
        bomb, bombs, bombing, grenade, dynamite, explosives, explosion
        """
    ),
    "place": _words(
        """
        crowd, crowded, bus, train, subway, plane, airplane, mall, school, church, mosque,
        synagogue, embassy, city, airport, stadium, building, tower, market, hospital, people,
        vest, strapped
        """
    ),
    "aimed": _words(
        """
        pointing, pointed, points, aiming, aimed, aims, in his mouth, in her mouth
        """
    ),
    "gun": _words(
        """
        gun, rifle, pistol, revolver, shotgun, handgun, weapon, sniper
        """
    ),
    "expert": _words(
        """
        doctor, doctors, dentist, dentists, physician, physicians, clinically, scientifically,
        medically, scientist, scientists, lawyer, judge
        """
    ),
    "praise": _words(
        """
        approved, recommended, endorsed, certified, proven, tested and approved
        """
    ),
    "doubtful": _words(
        """
        white powder, powder, pills, pill, acid, mushrooms, coke
        """
    ),
    "abusing": _words(
        """
        snort, snorting, snorts, sniffing, lines of, line of, rave, dealer, off a table,
        off a mirror, on a mirror, up his nose, up her nose, cartel, baggie, bags of, addicted,
        addict
        """
    ),
    "own": _words(
        """
        his own, her own, their own, its own, my own, himself, herself, myself, itself
        """
    ),
    "selfinjury": _words(
        """
        razor, razors, cuts, wrist, wrists, slashing, slitting, noose, overdose, drown, starving,
        scars, blade, blades, bleeding, stabbing, hurting, harming, shoot, kill, throat
        """
    ),
    "deadly": _words(
        """
        to his death, to her death, to its death, to death, to die, to end it all,
        to end his life, to end her life, to end my life, end my life, ending his life,
        ending her life, want to die, wants to die, off a bridge, off a building, off the roof,
        from the roof, from a roof, from a bridge, in front of a train
        """
    ),
    "despair": _words(
        """
        jump, jumps, jumping, hang, hanging, hangs, pills, bleach, poison, depressed, sad,
        crying, rope, overdose, drinking, standing, leaping, leaps, lying, man, woman, girl, boy,
        robot
        """
    ),
    "group": _words(
        """
        jew, jews, jewish, muslim, muslims, islam, islamic, christians, black people, blacks,
        africans, asians, mexicans, arab, arabs, gay, gays, lesbian, lesbians, trans people,
        transgender, transgenders, transsexual, immigrant, immigrants, migrants, migrant,
        refugee, refugees, homosexual, homosexuals, homos, disabled people, cripples, foreigners,
        latinos, gypsy, gypsies, roma people, black person, black man, black woman, hindus,
        catholics, palestinians, israelis, mosque, mosques, synagogue, synagogues, jewish people,
        queer, queers, black guy, black face
        """
    ),
    "slander": _words(
        """
        vermin, rats, cockroach, cockroaches, monkeys, ape, apes, gorilla, pigs, filthy, dirty,
        greedy, lazy, stupid, dumb, thieves, thief, criminals, terrorist, terrorists, inferior,
        subhuman, subhumans, parasites, parasite, plague, disgusting, hate, hating, death to,
        kill, gas, lynch, deport, exterminate, whore, whores, bitches, belong in the kitchen,
        go home, go back, big nose, hooked nose, freaks, freak, mock, mocking, caricature,
        stereotype, scum, trash, making fun, make fun, mocked, savages, savage, uncivilized,
        invaders, worthless, should die, must die, sinners, perverts, pervert, control the world,
        control the banks, puppet master, insult, insulting, offensive, slur, slurs, not welcome
        """
    ),
    "substance": _words(
        """
        drug, drugs, cocaine, coke, heroin, meth, ecstasy, ketamine, weed, cannabis, lsd, opium,
        hash, marijuana, shrooms, magic mushrooms, crack, molly, xanax, oxy, speedball
        """
    ),
    "using": _words(
        """
        snort, snorting, snorts, sniffing, inject, injecting, injects, injection, smoking,
        smokes, stoned, tripping, trip, trippy, lines of, line of, addict, addicted, junkie,
        dealer, dealers, dealing, cartel, lord, lab, syringe, in arm, in the arm, into an arm,
        into the arm, into his arm, needle in, high on, getting high, rolling a, overdose, den,
        party, rave, baron, smuggler, smuggling, trafficker, leaf, leaves, plant, pipe,
        on tongue, on the tongue, hallucinating, withdrawal, tabs, baggie, bag of, bags of,
        in the mouth, in his mouth, in her mouth, brownies, brownie, stoner, on a mirror,
        off a table, off a mirror, up his nose, up her nose, selling, sells, ambassador
        """
    ),
    "authority": _words(
        """
        fbi, cia, nsa, nasa, fda, usda, epa, irs, dea, atf, nypd, lapd, mi5, mi6, kgb, nhs, cdc,
        eu, nato, imf, interpol, europol, unicef, unesco, red cross, red crescent, police,
        sheriff, government, governmental, federal, federal reserve, state department,
        presidential, president of, white house, congress, senate, parliament, pentagon, kremlin,
        vatican, embassy, consulate, ministry, homeland security, secret service, border patrol,
        customs, immigration, tax office, tax authority, treasury, central bank, national bank,
        bank of, supreme court, high court, bailiff, bar association, notary, medical board,
        medical association, health organization, health organisation, world health,
        united nations, european union, european commission, world bank, city hall, municipality,
        the king, the queen, the crown, military, fire department, coast guard,
        better business bureau, accreditation, iso, iso 9001, iso 27001, tuv, tüv, gdpr, hipaa,
        olympic, olympics, fifa, michelin, harvard, oxford university, twitter, instagram,
        facebook, youtube, apple, google, microsoft, amazon, tiktok
        """
    ),
    "token": _words(
        """
        seal, seals, badge, badges, emblem, insignia, crest, coat of arms, official, officially,
        certified, certification, certificate, approved, approval, accredited, accreditation,
        endorsed, endorsement, licensed, authorized, authorised, credentials, warrant, warranted,
        representative, by appointment, ambassador, verified, verification, recommended,
        recognized, recognised, guaranteed, checkmark, check mark, official logo
        """
    ),
    "office": _words(
        """
        official, certified, accredited, licensed, verified, authorised, authorized, guaranteed,
        guarantee, endorsed
        """
    ),
    "sign": _words(
        """
        seal, badge, emblem, insignia, crest, stamp, coat of arms, checkmark, check mark, tick,
        credentials, logo, certificate, physician, attorney, lawyer, spokesperson, notary,
        by the government, government, safe, cure
        """
    ),
}

_CHINESE: dict[str, tuple[str, ...]] = {
    "minor": (
        *chinese.MINORS,
        *_characters(
            """
            婴孩 男孩 女孩 学生妹 中学生 未成年人 小朋友 孩童 小学 初中
            """
        ),
        *(f"{age}岁" for age in "一二三四五六七八九"),
        *(f"十{age}岁" for age in ("", *"一二三四五六七")),
        *(f"{age}岁" for age in range(1, 18)),
    ),
    "weapon": _characters(
        """
        枪 匕首 菜刀 砍刀 拿刀 持刀 拿着刀 的刀 手枪 步枪 炸弹 手榴弹 冲锋枪 刺刀 机关枪
        """
    ),
    "vice": _characters(
        """
        抽烟 吸烟 香烟 喝酒 酗酒 喝醉 烂醉 醉酒 酒吧 啤酒 白酒 赌博 赌场 打牌赌 吸毒 嗑药 毒品
        夜店 电子烟 雪茄 酒瓶
        """
    ),
    "harmed": _characters(
        """
        被打 挨打 殴打 毒打 绑架 被绑 虐 囚禁 满身伤 满身是伤 伤痕累累 满脸是血 关在笼 拐卖 流血
        鞭打 欺凌 霸凌 尸体 淹死 猥亵
        """
    ),
    "sexualised": _characters(
        """
        性感 比基尼 内衣 内裤 诱惑 裸 情趣 丝袜 撩人 挑逗 妩媚 湿身 色情 大胸
        """
    ),
    "harms": _characters(
        """
        杀死 杀害 杀光 杀掉 射杀 枪杀 枪毙 打死 掐死 勒死 烧死 活埋 处决 屠杀 虐杀 毒死 绞死 肢解
        殴打 毒打 强暴 强奸 淹死 炸死 扫射 暗杀 刺杀 绑架 拷打 折磨 虐待 解剖 活剥 鞭打 泼硫酸
        撞死 踩死 家暴 打老婆 猥亵 侵犯 屠戮 枪决 毒害 刺死 砸死 开枪
        """
    ),
    "victim": _characters(
        """
        的人 人类 女人 男人 女孩 男孩 女子 男子 老婆 妻子 丈夫 同事 老板 老师 邻居 警察 平民 村民
        人质 孩子 儿童 总统 人群 犹太人 囚犯 俘虏 路人 乘客 学生 受害者 客户 敌人 全家 父母 母亲
        父亲 活人 无辜 别人 所有人 女生 小狗 小猫 动物 老人 黑人 移民 同学 乞丐 少女 妇女 猫 狗
        人
        """
    ),
    "injury": _characters(
        """
        砍下 砍掉 砍断 挖掉 挖出 挖心 掏出 割掉 割开 割断 拧断 捅进 锯断 切下 刺穿 打烂 砸烂 碾碎
        打爆 扯断 撕开 拔掉 啃食 腐烂 扭断 打穿
        """
    ),
    "body": _characters(
        """
        人头 脑袋 头颅 眼珠 眼球 内脏 肠子 心脏 喉咙 脖子 头盖骨 骷髅 尸 脑浆 断手 手臂 手指 人皮
        四肢 舌头 手腕 人肉 肉体
        """
    ),
    "group": _characters(
        """
        黑人 白人 犹太人 穆斯林 回族 维族 藏族 同性恋 基佬 移民 难民 印度人 日本人 韩国人 女人
        残疾人 外地人 农民工 东北人 河南人 女权 女司机 乡下人 农村人 非洲人 人妖 变性人 跨性别
        少数民族 新疆人 蛮夷
        """
    ),
    "slander": _characters(
        """
        去死 该死 猴子 大猩猩 老鼠 蟑螂 害虫 畜生 低等 劣等 恶心 变态 愚蠢 恐怖分子 罪犯 杀光
        灭绝 毒死 烧死 待在厨房 母狗 滚出 不配 歧视 嘲笑 恶搞 丑化 垃圾 人渣 贪婪 懒惰 大鼻子
        艾滋 下贱 蛀虫 寄生虫 土鳖 野蛮 驱逐 滚回 败类 死全家
        """
    ),
    "authority": _characters(
        """
        公安 公安部 公安局 警察 派出所 交警 城管 国务院 政府 人民政府 外交部 教育部 卫健委 卫生部
        财政部 商务部 工信部 工商局 市监局 税务局 质检总局 海关 法院 检察院 检察官 法官 人民银行
        央行 银监会 证监会 药监局 食药监 红十字会 联合国 世界卫生组织 世卫组织 欧盟 央视
        中央电视台 新华社 人民日报 人大 政协 解放军 武警 消防局 中科院 清华 北大 消费者协会 消协
        奥委会 大使馆 使馆 移民局 纪委 党委 白宫 公证处
        """
    ),
    "token": _characters(
        """
        官方 认证 印章 公章 徽标 推荐 证件 批准 授权 代言 代言人 发言人 工作证 工作人员 免检 指定
        特供 专用 认可 背书 蓝v 证件照 警官证 文号 特派 官徽 法徽 资质 公文 红头文件 权威
        """
    ),
    "office": _characters(
        """
        官方 权威 国家级 百分之百
        """
    ),
    "sign": ("认证", "印章", "公章", "授权", "推荐", "徽章", "特供", "蓝v", "免检", "有效"),
    "strikes": ("砍", "捅", "碾", "割", "剁", "掐", "杀", "捆"),
    "somebody": _characters(
        """
        女人 男人 女孩 男孩 女子 男子 老婆 妻子 丈夫 同事 老板 邻居 警察 平民 村民 人质 孩子 儿童
        总统 囚犯 俘虏 受害者 敌人 全家 父母 活人 别人 动物 老人 黑人 移民 犹太人 少女 妇女 小狗
        小猫 人头 脑袋 喉咙 脖子 手腕 手臂 眼珠 内脏 心脏 头颅
        """
    ),
    "endorser": _characters(
        """
        国家 中国 国际 医院 专家 医生 微信 微博 抖音 院士 领导人 银行 军队 中央 美国 央视
        """
    ),
    "endorsed": _characters(
        """
        认证 权威 印章 公章 蓝v 资质 批准 背书 免检 特供 证件照 官方认证
        """
    ),
    "drug": _characters(
        """
        毒品 冰毒 海洛因 可卡因 大麻 白粉 鸦片 k粉 摇头丸 致幻 毒蘑菇 笑气 药丸 迷幻 罂粟 针管
        芬太尼 吗啡
        """
    ),
    "using": _characters(
        """
        吸 注射 吸食 抽 嗑 卖 贩 交易 实验室 工厂 派对 上瘾 过量 老大 嗨 鼻子 手臂 针管 提炼 昏迷
        烟馆 走私 毒枭 成瘾 笑脸 宝宝
        """
    ),
}

ENGLISH = _extended(
    _ENGLISH, {name: _words(listed) for name, listed in english_phrases.CUES.items()}
)
CHINESE = _extended(
    _CHINESE, {name: _characters(listed) for name, listed in chinese_phrases.CUES.items()}
)

PAIRINGS: tuple[Pairing, ...] = (
    Pairing("minors", "minor", "weapon", 30),
    Pairing("minors", "minor", "vice", 30),
    Pairing("minors", "minor", "harmed", 30),
    Pairing("minors", "minor", "sexualised", 40),
    Pairing("violence", "harms", "victim", 16, ordered=True, barrier=_NOT_ITS_OBJECT),
    Pairing("violence", "pet", "mistreated", 16),
    Pairing("violence", "injury", "body", 24),
    Pairing("violence", "blood", "spilt", 16),
    Pairing("violence", "human", "cannibal", 8),
    Pairing("violence", "explosive", "place", 20),
    Pairing("violence", "aimed", "gun", 16),
    Pairing("self_harm", "own", "selfinjury", 20),
    Pairing("self_harm", "despair", "deadly", 30, ordered=True),
    Pairing("hate", "group", "slander", 30),
    Pairing("drugs", "substance", "using", 16),
    Pairing("drugs", "doubtful", "abusing", 12),
    Pairing("official_claim", "authority", "token", 20),
    Pairing("official_claim", "expert", "praise", 6),
    Pairing("official_claim", "office", "sign", 24),
    *(Pairing(*each) for each in english_phrases.PAIRINGS),
)

#: Chinese packs more into a character, so its cues must stand nearer.
CHINESE_PAIRINGS: tuple[Pairing, ...] = (
    Pairing("minors", "minor", "weapon", 8),
    Pairing("minors", "minor", "vice", 8),
    Pairing("minors", "minor", "harmed", 8),
    Pairing("minors", "minor", "sexualised", 6),
    Pairing("violence", "harms", "victim", 3, ordered=True),
    Pairing("violence", "injury", "body", 4),
    Pairing("violence", "strikes", "somebody", 3, ordered=True),
    Pairing("hate", "group", "slander", 6),
    Pairing("official_claim", "endorser", "endorsed", 4),
    Pairing("official_claim", "authority", "token", 4),
    Pairing("official_claim", "office", "sign", 4),
    Pairing("drugs", "drug", "using", 5),
    *(Pairing(*each) for each in chinese_phrases.PAIRINGS),
)
