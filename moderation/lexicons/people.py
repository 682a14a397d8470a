"""Real people whose faces are asked for. A sample that cannot be complete; all of it only flags."""

from __future__ import annotations

#: Names that are hardly anybody else's, surnames alone included.
ENGLISH = """
    trump, melania trump, ivanka trump, biden, obama, michelle obama, kamala harris,
    hillary clinton, bill clinton, george bush, george w bush, ronald reagan, jfk, john f kennedy,
    richard nixon, abraham lincoln, george washington, bernie sanders, nancy pelosi, ron desantis,
    mike pence, j d vance, jd vance, alexandria ocasio cortez, aoc, marco rubio, gavin newsom,
    mitt romney, putin, zelensky, zelenskyy, zelenskiy, medvedev, lavrov, navalny, gorbachev,
    yeltsin, stalin, lenin, trotsky, xi jinping, xijinping, mao zedong, mao tse tung,
    chairman mao, deng xiaoping, li keqiang, hu jintao, jiang zemin, peng liyuan, sun yat sen,
    chiang kai shek, tsai ing wen, kim jong un, kim jong il, shinzo abe, fumio kishida,
    moon jae in, yoon suk yeol, modi, narendra modi, indira gandhi, mahatma gandhi, imran khan,
    erdogan, netanyahu, arafat, assad, khamenei, khomeini, ahmadinejad, bin salman, mbs, gaddafi,
    saddam hussein, mubarak, al sisi, mandela, nelson mandela, mugabe, idi amin, merkel, scholz,
    olaf scholz, macron, le pen, sarkozy, hollande, boris johnson, theresa may, tony blair,
    margaret thatcher, david cameron, rishi sunak, liz truss, keir starmer, starmer, nigel farage,
    farage, jeremy corbyn, churchill, berlusconi, meloni, giorgia meloni, mussolini, orban,
    viktor orban, lukashenko, tito, ceausescu, franco, justin trudeau, trudeau, bolsonaro,
    lula da silva, maduro, hugo chavez, fidel castro, che guevara, milei, javier milei,
    evo morales, jacinda ardern, duterte, marcos, king charles, prince charles, prince william,
    kate middleton, prince harry, meghan markle, princess diana, lady di, queen elizabeth,
    prince philip, prince andrew, the pope, pope francis, pope leo, pope benedict, pope john paul,
    dalai lama, mother teresa, ursula von der leyen, greta thunberg, malala, julian assange,
    edward snowden, jeffrey epstein, epstein, elon musk, elon, zuckerberg, jeff bezos, bezos,
    bill gates, steve jobs, tim cook, warren buffett, warren buffet, sam altman, jack ma,
    satya nadella, sundar pichai, larry page, sergey brin, jensen huang, richard branson,
    steve wozniak, peter thiel, rupert murdoch, george soros, soros, taylor swift, beyonce,
    beyoncé, rihanna, billie eilish, lady gaga, ariana grande, justin bieber, ed sheeran,
    michael jackson, kanye west, kanye, kim kardashian, kardashian, kardashians, kylie jenner,
    kendall jenner, katy perry, britney spears, madonna, selena gomez, miley cyrus, adele,
    dua lipa, harry styles, shakira, jennifer lopez, j lo, bruno mars, the weeknd, drake, eminem,
    snoop dogg, jay z, kendrick lamar, nicki minaj, cardi b, megan thee stallion, olivia rodrigo,
    sabrina carpenter, lana del rey, bob marley, bob dylan, freddie mercury, david bowie,
    elton john, mick jagger, john lennon, paul mccartney, kurt cobain, jimi hendrix, elvis,
    elvis presley, frank sinatra, prince rogers, tupac, whitney houston, mariah carey,
    celine dion, bts, jungkook, blackpink, jennie kim, psy, tom cruise, brad pitt, angelina jolie,
    leonardo dicaprio, dicaprio, scarlett johansson, emma watson, emma stone, johnny depp,
    keanu reeves, jackie chan, jet li, bruce lee, morgan freeman, tom hanks, will smith,
    denzel washington, samuel l jackson, robert downey, robert de niro, al pacino, jack nicholson,
    harrison ford, arnold schwarzenegger, schwarzenegger, sylvester stallone, stallone,
    dwayne johnson, vin diesel, ryan reynolds, ryan gosling, chris hemsworth, chris evans,
    hugh jackman, george clooney, matt damon, ben affleck, daniel craig, sean connery, idris elba,
    benedict cumberbatch, tom holland, zendaya, timothee chalamet, margot robbie,
    jennifer lawrence, jennifer aniston, gal gadot, natalie portman, anne hathaway, julia roberts,
    meryl streep, sandra bullock, nicole kidman, megan fox, charlize theron, cate blanchett,
    sydney sweeney, jenna ortega, millie bobby brown, daniel radcliffe, rupert grint,
    marilyn monroe, audrey hepburn, charlie chaplin, james dean, robin williams, jim carrey,
    adam sandler, nicolas cage, danny devito, mr bean, rowan atkinson, bill murray, steve carell,
    pedro pascal, shah rukh khan, amitabh bachchan, salman khan, aamir khan, priyanka chopra,
    deepika padukone, oprah winfrey, oprah, ellen degeneres, jimmy fallon, joe rogan,
    jordan peterson, andrew tate, tucker carlson, mr beast, mrbeast, pewdiepie, logan paul,
    paris hilton, david beckham, victoria beckham, gordon ramsay, bear grylls, david attenborough,
    stephen hawking, neil degrasse tyson, neil armstrong, albert einstein, einstein, isaac newton,
    nikola tesla, charles darwin, sigmund freud, marie curie, picasso, frida kahlo, andy warhol,
    salvador dali, banksy, cristiano ronaldo, ronaldo, ronaldinho, messi, lionel messi, neymar,
    mbappe, maradona, pele, zidane, mohamed salah, haaland, lebron james, lebron, michael jordan,
    kobe bryant, stephen curry, shaquille, shaq, serena williams, venus williams, roger federer,
    federer, rafael nadal, nadal, djokovic, tiger woods, usain bolt, simone biles, muhammad ali,
    mike tyson, conor mcgregor, tom brady, lewis hamilton, max verstappen, michael schumacher,
    schumacher, yao ming, colin kaepernick, naomi osaka, megan rapinoe, john cena, hulk hogan,
    jay chou, andy lau, faye wong, fan bingbing, gigi hadid, bella hadid, heidi klum,
    naomi campbell, cindy crawford, melinda gates,
    bad bunny, karol g, doja cat, post malone, travis scott, lil nas x, chappell roan, hailey
    bieber, kylie minogue, robbie williams, phil collins, ozzy osbourne, axl rose, florence pugh,
    anya taylor joy, saoirse ronan, cillian murphy, robert pattinson, kristen stewart, henry
    cavill, jason momoa, chris pratt, chris rock, kevin hart, eddie murphy, whoopi goldberg, mark
    wahlberg, christian bale, joaquin phoenix, ewan mcgregor, hugh grant, colin firth, judi dench,
    helen mirren, emma thompson, kate winslet, keira knightley, blake lively, reese witherspoon,
    cameron diaz, drew barrymore, jessica alba, salma hayek, penelope cruz, antonio banderas,
    javier bardem, monica bellucci, sophia loren, brigitte bardot, clint eastwood, anthony
    hopkins, liam neeson, jason statham, gerard butler, orlando bloom, viola davis, lupita
    nyong'o, michelle yeoh, lucy liu, donnie yen, ken watanabe, song hye kyo, lee min ho, virat
    kohli, sachin tendulkar, ms dhoni, ratan tata, mukesh ambani, alia bhatt, aishwarya rai,
    kylian mbappe, erling haaland, jude bellingham, vinicius junior, zlatan ibrahimovic,
    ibrahimovic, robert lewandowski, lewandowski, luka modric, harry kane, wayne rooney, pep
    guardiola, guardiola, jose mourinho, mourinho, jurgen klopp, alex ferguson, carlos alcaraz,
    alcaraz, coco gauff, iga swiatek, emma raducanu, maria sharapova, giannis antetokounmpo, kevin
    durant, luka doncic, patrick mahomes, aaron rodgers, floyd mayweather, manny pacquiao, khabib,
    fernando alonso, sebastian vettel, charles leclerc, ayrton senna, michael phelps, tony hawk,
    magnus carlsen, garry kasparov, howard stern, stephen colbert, jimmy kimmel, trevor noah, john
    oliver, conan o'brien, anderson cooper, piers morgan, james corden, simon cowell, martha
    stewart, jamie oliver, marie kondo, dr phil, anthony fauci, fauci, rfk jr, nikki haley, chuck
    schumer, mitch mcconnell, elizabeth warren, pete buttigieg, antonio guterres, kofi annan, ban
    ki moon, pedro sanchez, mark carney, anthony albanese, scott morrison, prabowo, joko widodo,
    lee hsien loong, shigeru ishiba, lee jae myung, ali khamenei, nasrallah, sinwar, friedrich
    merz, alice weidel, marine le pen, brigitte macron, geert wilders, j k rowling, jk rowling,
    stephen king, quentin tarantino, steven spielberg, christopher nolan, martin scorsese, hayao
    miyazaki, george lucas, walt disney, alfred hitchcock, stan lee, carl sagan, rosa parks,
    martin luther king, malcolm x, anne frank, coco chanel, karl lagerfeld, anna wintour, michael
    bloomberg, mark cuban, larry ellison, jack dorsey, bernard arnault, lex fridman, ben shapiro,
    charlie kirk, mkbhd, ishowspeed, kai cenat, emma chamberlain, addison rae, charli d'amelio,
    bella poarch, khaby lame
"""

#: Requests for a likeness, whoever's.
LIKENESS_ENGLISH = """
    real person, real people, real celebrity, celebrity, celebrities, celebrity lookalike,
    look like a celebrity, looks like a celebrity, likeness of a real, deepfake, deep fake,
    deepfakes, face swap, faceswap, famous actor, famous actress, famous singer,
    famous politician, famous footballer, my ex girlfriend, my ex wife, my ex boyfriend
"""

HARMLESS_ENGLISH = """
    king charles spaniel, king charles spaniels, cavalier king charles, not a real person,
    no real person, no real people, no celebrity, no celebrities, trump card, trump cards,
    no trump, trump suit, madonna lily, black madonna, pele mele, tesla coil, tesla valve,
    drake equation, male drake, mallard drake, drake duck, drakes, mars bruno, adele penguin,
    newton metre, newtons, isaac newton telescope, lincoln green, abraham lincoln brigade,
    washington state, george washington university, einstein ring, psy trance, san marcos,
    franco german, franco prussian, lula bear, celebrity chef style, churchill downs, tito pan,
    lenin street, modi script, gandhi cap, maduro cigar leaf
"""

CHINESE = """
    习近苹 习近坪 习近凭 刁近平 习近平 习主席 习大大 毛泽东 毛主席 邓小平 江泽民 胡锦涛 温家宝
    周恩来 刘少奇 朱德 李克强 李强总理 王岐山 彭丽媛 薄熙来 周永康 江青 林彪 蒋介石 孙中山 宋美龄
    蔡英文 马英九 赖清德 韩国瑜 柯文哲 李登辉 陈水扁 林郑月娥 李家超 董建华 黄之锋 李光耀 李显龙
    特朗普 拜登 奥巴马 希拉里 克林顿 布什 贺锦丽 哈里斯 佩洛西 里根 尼克松 林肯总统 肯尼迪
    华盛顿总统 普京 泽连斯基 梅德韦杰夫 戈尔巴乔夫 叶利钦 斯大林 列宁 金正恩 金正日 金日成 安倍晋三
    岸田文雄 小泉纯一郎 文在寅 尹锡悦 朴槿惠 莫迪总理 印度总理莫迪 默克尔 马克龙 萨科齐 朔尔茨
    鲍里斯约翰逊 撒切尔 布莱尔 丘吉尔 苏纳克 卡梅伦 英国女王 伊丽莎白女王 查尔斯国王 戴安娜王妃
    威廉王子 哈里王子 梅根王妃 教皇方济各 教宗 达赖 达赖喇嘛 甘地 曼德拉 内塔尼亚胡 埃尔多安 萨达姆
    卡扎菲 阿萨德 查韦斯 卡斯特罗 切格瓦拉 博索纳罗 特鲁多 杜特尔特 马斯克 扎克伯格 比尔盖茨 盖茨
    贝索斯 乔布斯 库克船长 巴菲特 黄仁勋 奥特曼山姆 马化腾 任正非 孟晚舟 董明珠 雷军 刘强东 李彦宏
    丁磊 张一鸣 张朝阳 俞敏洪 王健林 王思聪 李嘉诚 许家印 罗永浩 贾跃亭 曹德旺 柳传志 钟睒睒 宗庆后
    李国庆 成龙大哥 影星成龙 李小龙 李连杰 甄子丹 周杰伦 刘德华 张学友 郭富城 张国荣 梅艳芳 邓丽君
    周润发 梁朝伟 周星驰 吴孟达 刘嘉玲 张曼玉 林青霞 王祖贤 古天乐 范冰冰 李冰冰 章子怡 巩俐 赵薇
    周迅 徐静蕾 孙俪 杨幂 赵丽颖 杨紫 刘诗诗 刘亦菲 唐嫣 迪丽热巴 古力娜扎 杨颖 angelababy 倪妮
    周冬雨 关晓彤 欧阳娜娜 郑爽 谭松韵 白鹿演员 鞠婧祎 虞书欣 王一博 易烊千玺 王俊凯 王源 蔡徐坤
    鹿晗 吴亦凡 黄子韬 张艺兴 李易峰 胡歌 吴京 沈腾 贾玲 黄渤 徐峥 葛优 陈道明 张艺谋 冯小刚 陈凯歌
    黄晓明 邓超 陈坤 朱一龙 邓伦 杨洋 李现 任嘉伦 许凯 龚俊 张译 雷佳音 赵本山 郭德纲 岳云鹏 宋小宝
    小沈阳 蔡依林 张惠妹 王菲 那英 李宇春 张靓颖 邓紫棋 林俊杰 陈奕迅 薛之谦 毛不易 周深 华晨宇
    张杰 谢娜 何炅 汪涵 撒贝宁 董卿 李咏 柴静 鲁豫 李佳琦 薇娅 李子柒 papi酱 董宇辉 陈冠希 谢霆锋
    王力宏 陶喆 罗志祥 潘玮柏 林志玲 林志颖 舒淇 徐若瑄 张钧甯 彭于晏 金城武 阮经天 陈乔恩 姚明
    刘翔 林丹 李娜 郎平 孙杨 张继科 马龙 樊振东 谷爱凌 苏炳添 全红婵 武大靖 易建联 王治郅 科比
    科比布莱恩特 乔丹 詹姆斯 c罗 罗纳尔多 贝克汉姆 内马尔 姆巴佩 马拉多纳 贝利 费德勒 纳达尔
    泰勒斯威夫特 霉霉 碧昂丝 蕾哈娜 贾斯汀比伯 迈克尔杰克逊 麦当娜 嘎嘎小姐 艾薇儿 玛丽莲梦露
    奥黛丽赫本 卓别林 莱昂纳多 汤姆克鲁斯 布拉德皮特 安吉丽娜朱莉 斯嘉丽 约翰尼德普 基努里维斯
    艾玛沃特森 小罗伯特唐尼 施瓦辛格 史泰龙 憨豆先生 爱因斯坦 霍金 牛顿爵士 袁隆平 钟南山 屠呦呦
    杨振宁 钱学森 鲁迅 莫言 金庸 琼瑶 三毛作家 防弹少年团 李敏镐 宋慧乔 全智贤 金秀贤 新垣结衣
    石原里美 木村拓哉 宫崎骏 本拉登 王楚钦 孙颖莎 潘展乐 郑钦文 张雨霏 苏翊鸣 石宇奇 朱婷 丁俊晖
    陈佩斯 朱时茂 冯巩 蔡明 潘长江 罗翔 张雪峰 李雪琴 于谦 郭麒麟 秦霄贤 黄磊 孙红雷 王宝强 佟丽娅
    景甜 宋茜 宋轶 宋祖儿 张子枫 张若昀 张凌赫 白敬亭 丁禹兮 檀健次 刘宇宁 刘昊然 王鹤棣 罗云熙
    侯明昊 田曦薇 孟子义 章若楠 赵露思 王楚然 陈都灵 李一桐 唐艺昕 秦岚 吴谨言 佘诗曼 蔡少芬 关之琳
    邱淑贞 朱茵 温碧霞 林忆莲 张信哲 周华健 任贤齐 李宗盛 罗大佑 汪峰 许巍 腾格尔 凤凰传奇 韩庚
    韩红 张碧晨 周笔畅 谭维维 莫文蔚 孙燕姿 梁静茹 刘若英 田馥甄 张韶涵 杨丞琳 蔡健雅 徐佳莹 吴青峰
    费玉清 卢广仲 方大同 容祖儿 杨千嬅 谢安琪 古巨基 李克勤 郑秀文 张卫健 李若彤 朱军主持 白岩松
    崔永元 倪萍 尼格买提 任鲁豫 余承东 周鸿祎 黄峥 张小龙 王小川 梁文锋 王兴兴 李书福 王传福 何小鹏
    孙宏斌 潘石屹 史玉柱 卢比奥 布林肯 耶伦 索罗斯 基辛格 小布什 老布什 斯塔默 默茨总理 梅洛尼
    冯德莱恩 古特雷斯 谭德塞 石破茂 高市早苗 李在明 金与正 卢卡申科 拉夫罗夫 普里戈任 莫迪 米莱
    马杜罗 哈梅内伊 奥本海默 居里夫人 奥尔特曼 蒂姆库克 碧梨 水果姐 卡戴珊 抖森 卷福 寡姐
    妮可基德曼 安妮海瑟薇 娜塔莉波特曼 哈兰德 贝林厄姆 莫德里奇 本泽马 伊布拉希莫维奇 鲁尼 兰帕德
    齐达内 穆里尼奥 瓜迪奥拉 德约科维奇 阿尔卡拉斯 大坂直美 大谷翔平 羽生结弦 杜兰特 字母哥 东契奇
    艾弗森 奥尼尔 维斯塔潘 舒马赫 滨崎步 宇多田光 山下智久 长泽雅美 绫濑遥 福山雅治 北野武 村上春树
    东野圭吾 李英爱 宋仲基 李钟硕 朴宝剑 车银优 裴秀智 权志龙 张元英 林允儿 歌手黎明 影星黎明
    天王黎明 明星黎明 黎明本人 斯蒂芬库里 球星库里 勇士库里 库里投篮 小李子莱昂纳多 五月天乐队
    五月天阿信
"""

LIKENESS_CHINESE = """
    明星脸 某明星 明星同款脸 名人脸 名人肖像 真实人物 真人照片 国家领导人 国家主席 美国总统 同款脸
    明星照片 女明星 男明星 我前女友 我前妻 我前男友 网红脸照 照片生成 照着真人 照着照片 真人脸
    本人的脸 明星的脸 演员的脸 网红的脸 领导的脸 老板的脸 还原真人 以真人为原型
    神似明星 酷似明星 撞脸明星 俄罗斯总统 法国总统 韩国总统 乌克兰总统 英国首相 日本首相 总书记
"""

#: Longer words and names that hold one of the above.
HARMLESS_CHINESE = """
    毛泽东思想 毛主席纪念堂 邓小平理论 马克思列宁主义 列宁主义 列宁格勒 斯大林格勒 格鲁吉亚 盎格鲁
    冀鲁豫 车水马龙 马龙车水 切尔诺贝利 拦路虎 威震天下 百事大吉 百事通 大雄宝殿 海底捞月 海底捞针
    风马云车 宜室宜家 宜家宜室 鸣人不平 黑寡妇蜘蛛 霍金斯
"""
