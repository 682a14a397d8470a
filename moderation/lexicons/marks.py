"""Characters and marks of others. A sample that cannot be complete; all of it only flags."""

from __future__ import annotations

#: Names that mean the character or the mark, wherever they stand.
ENGLISH = """
    mickey mouse, minnie mouse, mickey, donald duck, daisy duck, goofy the dog, disney, pixar,
    winnie the pooh, pooh bear, tigger, bambi, dumbo, pinocchio disney, cinderella disney,
    disney princess, elsa and anna, elsa from, anna from frozen, olaf the snowman, frozen's elsa,
    princess elsa, queen elsa, moana, princess ariel, little mermaid ariel, simba, lion king,
    mufasa, buzz lightyear, sheriff woody, toy story, nemo fish, finding nemo, dory fish, wall e,
    eva from wall, lightning mcqueen, baymax, big hero 6, zootopia, judy hopps, lilo and stitch,
    stitch from lilo, monsters inc, mike wazowski, sulley, ratatouille, incredibles,
    inside out joy, minion, minions, despicable me, gru, shrek, puss in boots, kung fu panda,
    toothless, how to train your dragon, ice age scrat, madagascar penguins, pokemon, pokémon,
    pikachu, charizard, bulbasaur, squirtle, charmander, eevee, snorlax, jigglypuff, mewtwo,
    gengar, nintendo, super mario, mario bros, luigi's mansion, mario and luigi, yoshi,
    princess peach, bowser, donkey kong, toad from mario, zelda, kirby, samus, animal crossing,
    sonic the hedgehog, sega, pac man, pacman, tetris, minecraft, minecraft steve,
    creeper from minecraft, roblox, fortnite, among us, lara croft, master chief, kratos,
    solid snake, pikmin, mega man, megaman, angry birds, candy crush, overwatch,
    league of legends, genshin, genshin impact, hatsune miku, vocaloid, final fantasy,
    cloud strife, street fighter, ryu and ken, mortal kombat, sub zero and scorpion,
    world of warcraft, assassin's creed, the witcher, geralt, cyberpunk 2077, fallout vault boy,
    vault boy, spider man, spiderman, batman, superman, wonder woman, iron man, ironman,
    captain america, thor from marvel, marvel, avengers, incredible hulk, the hulk, hulk smash,
    black widow marvel, deadpool, wolverine, x men, black panther marvel, thanos, loki marvel,
    groot, rocket raccoon, guardians of the galaxy, doctor strange, ant man, captain marvel,
    venom marvel, joker from batman, harley quinn, catwoman, aquaman, green lantern, the flash dc,
    robin and batman, dc comics, justice league, supergirl, teenage mutant ninja turtles,
    ninja turtles, tmnt, power rangers, transformers, optimus prime, bumblebee transformer,
    megatron, he man, my little pony, care bears, g i joe, barbie, lego, playmobil, hot wheels,
    hello kitty, sanrio, my melody, kuromi, cinnamoroll, doraemon, totoro, studio ghibli, ghibli,
    spirited away, no face ghibli, sailor moon, dragon ball, goku, vegeta, naruto, sasuke,
    one piece luffy, luffy, one piece zoro, bleach ichigo, attack on titan, death note,
    demon slayer, nezuko, tanjiro, jujutsu kaisen, gojo, evangelion, gundam, astro boy, astroboy,
    sailor mercury, shin chan, crayon shin, detective conan, spy x family, anya forger,
    chainsaw man, my hero academia, deku from, one punch man, saitama, ultraman, godzilla,
    king kong, kamen rider, labubu, pop mart, star wars, darth vader, darth maul, yoda, baby yoda,
    grogu, mandalorian, stormtrooper, storm trooper, stormtroopers, luke skywalker, princess leia,
    han solo, chewbacca, chewie, r2d2, r2 d2, c3po, c 3po, bb8, bb 8, obi wan, kylo ren,
    boba fett, jedi, sith lord, lightsaber, jar jar, star trek, spock, captain kirk,
    captain picard, starfleet, klingon, borg drone, harry potter, hermione, hermione granger,
    ron weasley, dumbledore, hogwarts, voldemort, hagrid, dobby, snape, gryffindor, slytherin,
    lord of the rings, gandalf, frodo, gollum, legolas, aragorn, sauron, bilbo, hobbit movie,
    game of thrones, daenerys, jon snow, the simpsons, simpsons, homer simpson, bart simpson,
    marge simpson, lisa simpson, futurama, bender from futurama, family guy, peter griffin,
    stewie, south park, cartman, kenny from south park, rick and morty, morty, spongebob,
    sponge bob, patrick star, squidward, mr krabs, tom and jerry, bugs bunny, daffy duck,
    looney tunes, tweety, sylvester the cat, road runner and, wile e coyote, porky pig,
    tasmanian devil, scooby doo, scooby, flintstones, fred flintstone, jetsons, popeye,
    betty boop, felix the cat, garfield, snoopy, charlie brown, peanuts gang, woodstock peanuts,
    calvin and hobbes, dilbert, asterix, obelix, tintin, smurf, smurfs, lucky luke, moomin,
    moomins, miffy, peppa pig, peppa, paw patrol, paddington, paddington bear, thomas the tank,
    bob the builder, teletubbies, teletubby, barney the dinosaur, sesame street, elmo, big bird,
    cookie monster, kermit, miss piggy, muppet, muppets, dora the explorer, bluey, cocomelon,
    ben 10, adventure time, finn and jake, steven universe, powerpuff, powerpuff girls,
    dexter's laboratory, johnny bravo, courage the cowardly, gravity falls, bill cipher,
    avatar aang, aang, korra, na'vi, navi from avatar, james cameron's avatar, james bond,
    agent 007 james, indiana jones, terminator, t 800, robocop, the matrix neo,
    neo from the matrix, agent smith, rocky balboa, rambo, forrest gump, jack sparrow,
    pirates of the caribbean, ghostbusters, slimer, e t phone home, jurassic park, jaws movie,
    ferris bueller, wednesday addams, addams family, beetlejuice, edward scissorhands,
    jack skellington, grinch, the grinch, cat in the hat, dr seuss, willy wonka, oompa loompa,
    mary poppins, wizard of oz dorothy, sherlock bbc, doctor who, dalek, tardis, breaking bad,
    walter white, heisenberg, stranger things, eleven from stranger, squid game, black mirror,
    hal 9000, glados, chappie, m3gan, chucky doll, freddy krueger, jason voorhees, pennywise,
    ghostface, hannibal lecter, michael myers, annabelle doll, coca cola, cocacola, coca-cola,
    pepsi, pepsico, fanta, sprite can, red bull, monster energy, dr pepper, starbucks, mcdonald's,
    mcdonalds, ronald mcdonald, golden arches, burger king, kfc, colonel sanders,
    subway sandwich logo, pizza hut, domino's, taco bell, wendy's, dunkin, nescafe, nespresso,
    nestle, kitkat, kit kat, oreo, m and m's, m&m, m&ms, nutella, haribo, kellogg's,
    tony the tiger, pringles, mr pringles, michelin man, bibendum, pillsbury doughboy, mr clean,
    mr peanut, energizer bunny, duracell, jolly green giant, geico gecko, nike, nikes, swoosh,
    adidas, reebok, under armour, lululemon, air jordan, jordans sneakers, gucci, louis vuitton,
    lv monogram, chanel, prada, hermes bag, hermes scarf, versace, dior, armani, burberry, rolex,
    cartier, tiffany blue, omega watch, swarovski, balenciaga, supreme box logo, ray ban,
    ray bans, h&m, zara, uniqlo, ikea, walmart, costco, ferrari, lamborghini, porsche, bmw,
    mercedes, mercedes benz, audi, volkswagen, toyota, tesla logo, tesla car, harley davidson,
    honda, nissan, hyundai, chevrolet, cadillac, rolls royce, bentley logo, bugatti, maserati,
    microsoft, clippy, cortana, xbox, playstation, sony, nintendo switch, iphone, ipad, macbook,
    siri, alexa from amazon, chatgpt, openai, google, android robot google, youtube, facebook,
    instagram, whatsapp, twitter bird, tiktok, snapchat, linkedin, spotify, netflix, twitch,
    discord's wumpus, wumpus, reddit's snoo, snoo, github octocat, octocat, duolingo, duo the owl,
    bitmoji, tux penguin, linux penguin, firefox fox logo, paypal, mastercard, american express,
    fedex, ups driver logo, dhl, samsung, huawei, xiaomi, lenovo, intel inside, nvidia, cisco,
    ibm, nasa worm logo, olympic rings, fifa world cup, nba logo, real madrid, fc barcelona,
    manchester united, juventus, new york yankees, playboy bunny, hooters owl,
    wallace and gromit, shaun the sheep, gruffalo, very hungry caterpillar, peter rabbit, bratz,
    monster high, polly pocket, tamagotchi, furby, pusheen, gudetama, rilakkuma, pompompurin,
    keroppi, sylvanian families, jellycat, squishmallow, encanto, maleficent, tinker bell,
    tinkerbell, chip and dale, scrooge mcduck, princess jasmine, aladdin and jasmine, rapunzel
    disney, mulan disney, levi ackerman, mikasa, eren yeager, edward elric, inuyasha, rei ayanami,
    itachi, kakashi, roronoa zoro, killua, hisoka, sukuna, makima, spike spiegel, sephiroth, tifa,
    bayonetta, ganondorf, tom nook, undertale, cuphead, hollow knight, stardew valley, five nights
    at, freddy fazbear, huggy wuggy, poppy playtime, skibidi, crash bandicoot, rayman, skyrim,
    elden ring, dark souls, doom slayer, gordon freeman, valorant, apex legends, call of duty,
    warhammer, yu gi oh, yugioh, digimon, agumon, beyblade, teen titans, kim possible, phineas and
    ferb, perry the platypus, hunger games, katniss, john wick, xenomorph, marty mcfly, delorean,
    leatherface, lightning scar, lidl, aldi, tesco, heineken, budweiser, guinness, jack daniels,
    johnnie walker, bacardi, lavazza, tim hortons, krispy kreme, ben and jerry's, haagen dazs,
    snickers, skittles, toblerone, ferrero, doritos, cheetos, heinz ketchup, gatorade, perrier,
    hugo boss, calvin klein, tommy hilfiger, ralph lauren, levi's jeans, vans sneakers, converse
    all star, new balance, timberland boots, birkenstock, patek philippe, casio, oakley, fila,
    yeezy, canada goose, moncler, fendi, givenchy, bottega veneta, yves saint laurent, michael
    kors, sephora, loreal, l'oreal, maybelline, estee lauder, dyson, siemens, bosch logo,
    panasonic, nikon, gopro, aston martin, mclaren, subaru, peugeot, renault, citroen, skoda,
    volvo, land rover, range rover, mini cooper, vespa logo, ducati, kawasaki, john deere, boeing,
    airbus, lufthansa, ryanair, hilton logo, barclays, hsbc, goldman sachs
"""

#: Words of the language that are marks as well: only beside a word for the mark itself.
AMBIGUOUS_ENGLISH = """
    apple, amazon, shell, jaguar, puma, dove, visa, gap, ford, windows, meta, oracle, twitter,
    uber, airbnb, lacoste, hermes, tiffany, omega, tesla, android, firefox, chrome, opera, cnn,
    bbc, ups, bp, hp, lg, dell, adobe, north face, patagonia, nasa, nfl, nba, mercedes, lexus,
    mustang, jeep, fiat, mastercard, samsung galaxy
"""
MARK_WORDS_ENGLISH = """
    logo, logos, trademark, brand logo, swoosh, app icon, logotype, three stripes,
    star on the chest, icon badge, emblem, monogram
"""

CHINESE = """
    米老鼠 米奇老鼠 米奇 米妮 唐老鸭 高飞狗 迪士尼 皮克斯 小熊维尼 维尼熊 跳跳虎 冰雪奇缘 艾莎公主
    爱莎公主 白雪公主迪士尼 狮子王 辛巴 巴斯光年 胡迪警长 玩具总动员 海底总动员 瓦力机器人
    大白机器人 疯狂动物城 朱迪警官 星黛露 玲娜贝儿 史迪奇 小黄人 格鲁 史莱克 功夫熊猫 阿宝熊猫
    宝可梦 神奇宝贝 口袋妖怪 皮卡丘 妙蛙种子 小火龙宝可梦 杰尼龟 伊布 喷火龙宝可梦 任天堂
    超级马里奥 马里奥 马力欧 路易吉 耀西 塞尔达 林克塞尔达 星之卡比 索尼克 吃豆人 我的世界苦力怕
    愤怒的小鸟 英雄联盟 王者荣耀 原神 派蒙 崩坏 明日方舟 初音未来 洛天依 蜘蛛侠 蝙蝠侠 钢铁侠
    美国队长 绿巨人浩克 绿巨人 雷神托尔 黑寡妇 死侍 金刚狼 神奇女侠 漫威 复仇者联盟 小丑女 灭霸
    格鲁特 奇异博士 蚁人 变形金刚 擎天柱 大黄蜂变形金刚 威震天 忍者神龟 小马宝莉 芭比 芭比娃娃 乐高
    凯蒂猫 kitty猫 三丽鸥 库洛米 美乐蒂 玉桂狗 大耳狗 哆啦a梦 哆啦 机器猫 叮当猫 大雄
    静香 龙猫宫崎骏 宫崎骏的龙猫 千与千寻 无脸男 吉卜力 美少女战士 月野兔 七龙珠 龙珠 孙悟空七龙珠
    悟空龙珠 贝吉塔 火影忍者 鸣人 佐助 卡卡西 海贼王 路飞 索隆 死神一护 进击的巨人 鬼灭之刃 祢豆子
    炭治郎 咒术回战 五条悟 新世纪福音战士 高达 铁臂阿童木 阿童木 蜡笔小新 名侦探柯南 柯南
    樱桃小丸子 间谍过家家 阿尼亚 奥特曼 哥斯拉 假面骑士 泡泡玛特 拉布布 星球大战 达斯维达 黑武士
    尤达大师 尤达 绝地武士 星战 哈利波特 哈利·波特 赫敏 伏地魔 邓布利多 霍格沃茨 指环王 甘道夫
    咕噜姆 辛普森 辛普森一家 海绵宝宝 派大星 章鱼哥 猫和老鼠 汤姆和杰瑞 兔八哥 达菲鸭 史酷比
    大力水手 加菲猫 史努比 查理布朗 丁丁历险记 蓝精灵 小猪佩奇 佩奇 乔治小猪 汪汪队 帕丁顿熊
    托马斯小火车 天线宝宝 芝麻街 朵拉历险 樱木花道 灌篮高手 流川枫 犬夜叉 数码宝贝 亚古兽
    奥利给奥特曼 喜羊羊 美羊羊 懒羊羊 灰太狼 红太狼 熊出没 熊大 熊二 光头强 葫芦娃 葫芦兄弟
    黑猫警长 大头儿子 小头爸爸 哪吒之魔童 哪吒闹海 魔童哪吒 大圣归来 罗小黑 虹猫蓝兔 巴啦啦小魔仙
    铠甲勇士 猪猪侠 超级飞侠 贝肯熊 阿狸 吾皇万睡 张小盒 兔斯基 冰墩墩 雪容融 福娃 吉祥物福娃
    盘古大模型 可口可乐 百事可乐 百事 红牛 星巴克 麦当劳 肯德基 汉堡王 必胜客 德克士 蜜雪冰城 雪王
    瑞幸 喜茶 奈雪 海底捞 老干妈 王老吉 旺仔 三只松鼠 茅台 青岛啤酒 耐克 阿迪达斯 彪马 锐步 安踏
    李宁牌 匡威 路易威登 lv包 古驰 gucci 香奈儿 爱马仕 普拉达 迪奥 范思哲 巴宝莉 劳力士 卡地亚
    蒂芙尼 优衣库 宜家 法拉利 兰博基尼 保时捷 奥迪 大众汽车 丰田 特斯拉 比亚迪 蔚来 理想汽车 小鹏
    劳斯莱斯 微软 谷歌 脸书 推特 奈飞 索尼 尼康 英特尔 英伟达 甲骨文公司 米其林 米其林轮胎人
    小爱同学 天猫精灵 qq企鹅 腾讯企鹅 企鹅腾讯 京东狗 京东joy 美团袋鼠 菜鸟裹裹 支付宝 知乎刘看山
    刘看山 哔哩哔哩 b站小电视 2233娘 皇家马德里 巴塞罗那队 曼联 奥运五环 耐克勾 金拱门 多邻国
    黑神话 鸣潮 绝区零 星穹铁道 蛋仔派对 第五人格 阴阳师手游 和平精英 梦幻西游 植物大战僵尸
    迷你世界 洛克王国 摩尔庄园 赛尔号 大耳朵图图 小羊肖恩 粉红豹 米菲兔 线条小狗 帕恰狗 布丁狗
    流氓兔 长草颜团子 小刘鸭 蓝胖子 灰原哀 怪盗基德 杀生丸 坂田银时 漩涡鸣人 宇智波 蕾姆 名创优品
    霸王茶姬 茶百道 古茗 库迪咖啡 沪上阿姨 元气森林 农夫山泉 娃哈哈 康师傅 良品铺子 百草味 周黑鸭
    绝味鸭脖 老乡鸡 华莱士 塔斯汀 赛百味 哈根达斯 费列罗 奥利奥 雀巢 立顿 屈臣氏 丝芙兰 兰蔻
    雅诗兰黛 欧莱雅 资生堂 花西子 完美日记 百雀羚 露露乐蒙 鸿星尔克 波司登 新百伦 飞利浦 西门子
    戴森 大疆无人机 诺基亚 摩托罗拉 华硕 问界汽车 极氪 五菱宏光 凯迪拉克 雷克萨斯 英菲尼迪 路虎
    玛莎拉蒂 阿斯顿马丁 布加迪 迈凯伦 杜卡迪 脑白金 奔驰车 奔驰汽车 奔驰轿车 宝马车 宝马汽车
    宝马轿车 宝马跑车 三星手机 三星电子 联想电脑 联想笔记本 惠普电脑 佳能相机 高通芯片 海王漫威
    海王亚瑟 旺旺雪饼 旺旺仙贝 旺旺大礼包 旺旺集团 小度音箱 小度在家
"""

AMBIGUOUS_CHINESE = """
    苹果 微信 百度 华为 小米 腾讯 阿里 阿里巴巴 淘宝 天猫 京东 美团 抖音 快手 微博 拼多多 滴滴
    饿了么 网易 新浪 搜狐 中兴 海尔 格力 美的 长城 吉利 红旗 安踏 李宁 回力 特步 中国移动 中国联通
    中国电信 中石油 中石化 工商银行 农业银行 建设银行 招商银行 平安 顺丰 圆通 中通 亚马逊 甲骨文
    捷豹 美洲豹 壳牌 多芬 花花公子 鳄鱼 三叶草 央视 湖南卫视 小红书 知乎 高德 携程 飞猪 谷歌 安卓
    脸谱 联想 奔驰 宝马 三星 高通 佳能 惠普 旺旺 海王
"""
MARK_WORDS_CHINESE = """
    标志 标识 logo 商标 图标 徽标 的标 三条杠 企鹅 品牌 熊掌 公司 美人鱼 黑猫 猫标 狗标 车标 集团
    花标
"""
#: Beside one of these a mark is meant whatever it is.
HARMLESS_ENGLISH = (
    "mickey finn, jedi mind, dove grey, galaxy background, minion pro, mini mario kart, sulley road"
)
