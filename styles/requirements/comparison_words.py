# ruff: noqa: E501 -- word lists read best unbroken
"""The words that liken one thing to another, set one above another, or take one back for another.

Not in ``words``, whose tables say what a word is by itself: these count by what stands around them.
"""

from __future__ import annotations

# What something is likened to stands behind these: "shaped like a cat", 长得像猫的.
LIKENESSES = (
    "looks a bit like", "shaped like", "resembles", "resemble", "resembling",
    "similar to", "dressed like", "dressed up like", "dressed as", "dressed up as", "disguised as", "in the shape of",
    "in the form of", "inspired by", "reminiscent of", "modelled on", "modeled on", "modelled after", "modeled after", "pretending to be", "posing as", "acts like", "costumed as",
    "像", "好像", "很像", "长得像", "看起来像", "看上去像", "类似", "类似于", "形似", "酷似", "神似", "貌似", "模仿", "打扮成",
    "装扮成", "扮成", "装成", "伪装成", "外形像", "模样像",
)  # fmt: skip
# Or behind these, which say nothing by themselves: "make it look like a robot".
LOOKS = ("looks like", "look like", "looking like")
# "Looks kind of like a bear": the words between them say nothing.
LOOKING = ("looks", "look", "looking", "looked")
# Between two of which either may be likened to the other: "a robot like a cat", "a cat-like robot".
LIKE = ("like",)
# What something is likened to stands before these: 猫咪造型的机器人.
SHAPES = (
    "造型", "模样", "外形", "外观", "样子", "形状", "打扮", "装扮", "外貌",
    "ish", "shaped", "themed", "inspired", "costume", "costumes",
)  # fmt: skip
# What follows a likeness: 像猫一样的, or makes one: 猫似的.
LIKEWISE = ("一样", "似的", "一般", "那样", "那般")

# What is preferred stands behind these, and what it is preferred to behind "than", "over" or "to".
COMPARATIVES = (
    "rather", "more", "better", "sooner", "favour", "favor", "nicer", "prettier", "cuter", "cooler", "friendlier",
)  # fmt: skip
# And behind these, which ask for it besides.
PREFERENCES = (
    "prefer", "prefers", "preferred", "preferably", "i'd rather", "i would rather", "would rather", "we'd rather",
)  # fmt: skip
# What is not wanted stands behind these, and what is wanted instead before them or after.
INSTEADS = (
    "instead of", "rather than", "in place of", "as opposed to", "opposed to", "in preference to", "in lieu of",
    "not", "not so much", "而不是", "而非", "并非", "与其", "与其说", "比起", "相比", "相比于", "相较于", "比起来",
)  # fmt: skip
# And what is wanted begins with these: 与其戴帽子，不如戴耳机.
BETTERS = ("不如", "不如说", "倒不如", "还不如")
# How firmly one is wanted: 宁可戴墨镜，也不戴眼镜.
RATHERS = (
    "宁可", "宁愿", "宁肯", "情愿", "更像", "更像是", "更想", "更想要", "更喜欢", "偏", "偏向", "偏向于",
)  # fmt: skip
# Two things at once stand behind these: "something between a cat and a robot".
MIXTURES_OF = (
    "between", "in between", "somewhere between", "cross between", "cross of", "mix between", "hybrid of", "hybrid between",
    "crossover of", "crossover between", "halfway between", "介于", "介乎", "介于两者之间",
)  # fmt: skip
# Or behind these, which of colours say no more than that there are two.
MIXES_OF = ("mix of", "mixture of", "blend of", "combination of", "combo of", "fusion of")
# Or before these: 猫和狗的结合体, "a cat robot hybrid".
MIXTURES = (
    "hybrid", "crossbreed", "mashup", "结合体", "混合体", "合体", "混血", "杂交", "结合", "融合", "混合", "合成",
)  # fmt: skip
HALVES = ("half", "part", "半", "一半")
# What is judged better stands before 比, if one of the others stands behind it: 长发比短发好.
BESIDE = ("比",)
VERDICTS = (
    "好", "好看", "更好", "更好看", "更合适", "合适", "更顺眼", "顺眼", "强", "好一些", "好一点", "更好一些",
)  # fmt: skip
# Behind these stands what takes the place of what was said before.
CORRECTIONS = (
    "no wait", "oh wait", "wait", "hang on", "hold on", "scratch that", "strike that", "i meant", "i mean", "i meant to say",
    "make that", "correction", "on second thought", "on second thoughts", "on reflection", "come to think of it",
    "oops", "my mistake", "or rather", "changed my mind", "i changed my mind", "i've changed my mind", "we changed our minds",
    "不对", "等等", "等一下", "等下", "慢着", "说错了", "我说错了", "写错了", "打错了", "搞错了", "更正", "更正一下", "我是说", "我的意思是",
    "改主意了", "想了想", "想了一下", "重新来",
)  # fmt: skip
# Of those that stop to think.
HESITATIONS = (
    "hmm", "hm", "um", "uh", "er", "erm", "oh", "ah", "呃", "嗯", "噢", "唉", "哎", "哎呀", "额",
)  # fmt: skip
# Corrects at the beginning of a clause only: 还是蓝色吧, and not 蓝色还是要的.
STILL = ("还是", "要不还是", "不如还是")
# May take something back, too, and stands anywhere.
ACTUALLYS = (
    "actually",
    "go with",
    "let's go with",
    "stick with",
    "settle on",
    "sorry",
    "抱歉",
    "不好意思",
    "this time",
    "这次",
    "这回",
    "本次",
)
# Refuse, and take back what was said before: "with a hat. Forget the hat."
FORGETS = ("forget", "forget about", "scrap", "drop", "scratch")
# Refuses, and between commas takes back: "a cat, no, a robot".
INTERJECTIONS = ("no", "nope", "nah", "不", "不是")
NEVER_MINDS = ("never mind", "nevermind", "forget it", "forget that", "算了", "就算了")
