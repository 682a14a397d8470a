# ruff: noqa: E501 -- word lists read best unbroken
"""The words for people: whom they say that one sees, in the notation of ``words``."""

from __future__ import annotations

_WOMEN = (
    "woman", "women", "girl", "girls", "lady", "ladies", "gal", "lass", "schoolgirl",
    "女生", "女人", "女士", "女孩", "女孩子", "女孩儿", "女子", "小姐姐", "姑娘", "美女", "少女", "女性", "女的", "女", "女娃", "妹子",
    "妹纸", "妹妹", "美眉", "靓女", "小仙女", "小姐", "女青年", "仙女", "女同学", "女性角色", "女性人物",
    # By what they do or whose they are, where the word says which they are.
    "businesswoman", "businesswomen", "saleswoman", "policewoman", "waitress", "actress", "hostess",
    "stewardess", "mum", "mom", "mother", "sister", "aunt", "auntie", "daughter", "wife", "queen", "princess",
    "空姐", "妈妈", "母亲", "姐姐", "大姐", "女儿",
)  # fmt: skip
_MEN = (
    "man", "men", "boy", "boys", "gentleman", "gentlemen", "dude", "guy", "bloke", "chap", "fella", "lad", "schoolboy",
    "男生", "男人", "男士", "男孩", "男孩子", "男孩儿", "男子", "先生", "帅哥", "小哥哥", "小哥", "小伙", "小伙子", "男性", "男的", "男",
    "男娃", "汉子", "靓仔", "哥们", "男青年", "男同学", "男性角色", "男性人物",
    "businessman", "businessmen", "salesman", "policeman", "fireman", "waiter", "dad", "father", "brother", "uncle",
    "husband", "prince", "爸爸", "父亲", "哥哥", "弟弟", "大哥", "儿子",
)  # fmt: skip
_GIRLS = ("little girl", "young girl", "小女孩", "小姑娘", "小女生", "小女孩儿", "小丫头", "萝莉")
_BOYS = ("little boy", "young boy", "小男孩", "小男生", "小男孩儿", "正太")
_GRANDMOTHERS = (
    "grandma", "grandmother", "granny", "grandmum", "grandmom", "nana", "old lady", "old woman", "older lady", "older woman",
    "老奶奶", "奶奶", "外婆", "姥姥", "老太太", "老太", "老婆婆", "老大娘", "老妇人", "老妇",
)  # fmt: skip
_GRANDFATHERS = (
    "grandpa", "grandfather", "granddad", "grandad", "gramps", "old man", "old guy", "older man", "older gentleman",
    "老爷爷", "爷爷", "外公", "姥爷", "老大爷", "老头", "老头子", "老头儿", "老先生", "老伯", "老伯伯", "老爷子",
)  # fmt: skip
_CHILDREN = (
    "child", "children", "kid", "kids", "little kid", "young child", "toddler", "baby", "little one",
    "小孩", "小孩子", "小孩儿", "儿童", "孩子", "小朋友", "幼儿", "宝宝", "小宝宝", "小娃", "小娃娃", "婴儿", "小学生",
)  # fmt: skip

#: People by their nouns: a person, unless another subject is named.
PEOPLE: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(_WOMEN, ("gender:female", "~~subject:person")),
    **dict.fromkeys(_MEN, ("gender:male", "~~subject:person")),
    **dict.fromkeys(_GIRLS, ("gender:female", "age:child", "~~subject:person")),
    **dict.fromkeys(_BOYS, ("gender:male", "age:child", "~~subject:person")),
    **dict.fromkeys(_GRANDMOTHERS, ("age:senior", "gender:female", "~~subject:person")),
    **dict.fromkeys(_GRANDFATHERS, ("age:senior", "gender:male", "~~subject:person")),
    **dict.fromkeys(_CHILDREN, ("age:child", "~~subject:person")),
    "1girl": ("gender:female", "~~subject:person"),
    "1boy": ("gender:male", "~~subject:person"),
    "御姐": ("gender:female", "age:adult", "~~subject:person"),
    **dict.fromkeys(("小人", "小人儿", "小人物"), ("~~subject:person",)),
    **dict.fromkeys(("成年女性", "熟女"), ("age:adult", "gender:female", "~~subject:person")),
    "成年男性": ("age:adult", "gender:male", "~~subject:person"),
    **dict.fromkeys(("大叔", "叔叔"), ("gender:male", "age:adult", "~~subject:person")),
    **dict.fromkeys(("阿姨", "大妈", "大婶"), ("gender:female", "age:adult", "~~subject:person")),
    **dict.fromkeys(
        ("老人", "老人家", "长者", "pensioner", "old person", "older person", "elderly person"),
        ("age:senior", "~~subject:person"),
    ),
    **dict.fromkeys(("大人", "年轻人", "grown up"), ("age:adult", "~~subject:person")),
    "黑人": ("skin:dark", "~~subject:person"),
    "白人": ("skin:light", "~~subject:person"),
    **dict.fromkeys(("person", "human", "people", "人", "人类"), ("~~subject:person",)),
    # Words for a figure of any kind.
    **dict.fromkeys(("character", "portrait", "人物", "人像", "角色"), ("~~~subject:person",)),
    **dict.fromkeys(("someone", "somebody"), ("~~subject:person",)),
    # Only people go bald, and only they are called by the colour of their hair.
    **dict.fromkeys(
        ("bald", "hairless", "shaved head", "baldie", "光头", "秃头", "秃顶", "光头佬"),
        ("hair:bald", "~~subject:person"),
    ),
    **dict.fromkeys(("redhead", "redheaded", "redhaired"), ("hair_color:red", "~~subject:person")),
}  # fmt: skip

#: What people do or are that no tag can say: each is a person, and is named as not understood.
ROLES = (
    "clerk", "cashier", "teller", "banker", "accountant", "lawyer", "doctor", "nurse", "dentist", "surgeon",
    "pharmacist", "vet", "teacher", "professor", "tutor", "student", "pupil", "librarian", "scientist", "engineer",
    "mechanic", "technician", "electrician", "plumber", "carpenter", "builder", "construction worker", "factory worker", "office worker", "social worker", "farmer",
    "gardener", "florist", "baker", "chef", "barista", "bartender", "butcher", "tailor", "hairdresser", "barber",
    "receptionist", "concierge", "secretary", "consultant", "adviser", "advisor", "salesperson", "shopkeeper", "postman",
    "courier", "bus driver", "taxi driver", "truck driver", "airline pilot", "captain", "sailor", "astronaut", "firefighter", "police officer", "soldier",
    "detective", "pirate", "wizard", "witch", "knight", "king", "cowboy", "ninja", "singer", "musician", "dj", "painter",
    "photographer", "journalist", "athlete", "footballer", "graduate", "programmer",
    "hacker", "gamer", "magician", "clown", "butler", "tour guide", "flight attendant", "businessperson",
    "teenager", "teen", "youngster", "adolescent",
    "柜员", "店员", "收银员", "会计", "会计师", "律师", "法官", "医生", "大夫", "护士", "牙医", "药剂师", "兽医", "老师", "教师", "教授",
    "学生", "大学生", "中学生", "图书管理员", "科学家", "工程师", "技师", "电工", "木工", "工人", "建筑工人", "农民", "园丁", "花艺师", "面包师",
    "厨师", "大厨", "咖啡师", "调酒师", "裁缝", "理发师", "前台", "秘书", "顾问", "销售员", "售货员", "快递员", "外卖员", "司机", "飞行员",
    "船长", "水手", "宇航员", "消防员", "警察", "军人", "士兵", "侦探", "海盗", "巫师", "魔法师", "女巫", "骑士", "国王", "牛仔", "忍者", "歌手",
    "音乐家", "画家", "摄影师", "记者", "作家", "运动员", "教练", "毕业生", "程序员", "魔术师", "小丑", "管家", "导游", "空乘", "商人",
    "中医", "老中医", "大堂经理", "店长", "保安", "主播", "模特", "理财师", "理财顾问", "健身教练", "白领", "蓝领", "服务员", "志愿者", "少年", "青少年",
)  # fmt: skip
#: Behind these a role is whom the picture is for, or whose something is.
FOR_OTHERS = (
    "for", "about", "by", "from", "给", "为", "帮", "对", "由", "被", "跟", "给我们", "给我", "帮我们", "为我们",
)  # fmt: skip
WHOSE = (
    "our", "your", "their", "its", "my", "his", "her", "我们", "我们的", "我", "它的", "他的", "她的",
)  # fmt: skip

#: Of somebody who was spoken of before, or is seen: "she wears glasses".
PRONOUNS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("she", "she's"), ("gender:female", "~~subject:person")),
    **dict.fromkeys(("he", "he's"), ("gender:male", "~~subject:person")),
}
# Whoever does these is no figure: "my wife says blue".
SAYING = (
    "says",
    "said",
    "thinks",
    "thought",
    "believes",
    "suggests",
    "suggested",
    "insists",
    "说",
    "觉得",
    "认为",
    "说要",
)

# What stands behind these is a figure's company, and not the figure.
HOLDING = (
    "holding", "holds", "carrying", "carries", "hugging", "hugs", "riding", "rides", "petting", "feeding", "walking", "next to",
    "beside", "alongside", "accompanied by", "抱着", "抱", "牵着", "牵", "拿着", "举着", "骑着", "搂着", "怀里抱着", "手里拿着", "旁边有", "身边有",
)  # fmt: skip

HE = ("他",)
SHE = ("她",)
#: Headings that say whether somebody is a man or a woman, and so not that it is a person.
GENDERS = ("gender", "sex", "性别")
