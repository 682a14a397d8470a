"""The one wording of tags as a prompt, which the embedded model was trained around."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence

from brandhub.vocabulary.lookup import category, parse_tag, tag_names
from brandhub.vocabulary.terms import Category, Language, Tags, Value

# Clauses by category, the canonical one first; {} is the value's noun.
_CLAUSES: dict[Language, dict[str, tuple[str, ...]]] = {
    "en": {
        "expression": ("{}", "{} expression", "looking {}"),
        "hair": ("{}", "with {}"),
        "eyewear": ("wearing {}", "with {}", "{}"),
        "headwear": ("wearing {}", "with {} on", "{}"),
        "facial_hair": ("with {}", "{}", "has {}"),
        "accessory": ("with {}", "wearing {}", "{}"),
        "skin": ("{}", "with {}"),
        "background": ("{} background", "on a {} background", "{} backdrop"),
        "clothing": ("wearing {}", "in {}"),
    },
    "zh": {
        "expression": ("{}", "{}的表情", "表情{}"),
        "hair": ("{}", "留着{}", "{}的"),
        "eyewear": ("戴{}", "戴着{}", "带{}", "有{}"),
        "headwear": ("戴{}", "戴着{}", "头戴{}", "带{}"),
        "facial_hair": ("有{}", "留着{}", "{}"),
        "accessory": ("戴{}", "戴着{}", "有{}", "带{}"),
        "skin": ("{}", "{}的"),
        "background": ("{}背景", "{}的背景", "背景{}", "背景是{}"),
        "clothing": ("穿{}", "穿着{}"),
    },
}
_ABSENCE: dict[Language, dict[str, tuple[str, ...]]] = {
    "en": {"": ("no {}", "without {}", "not wearing {}"), "facial_hair": ("no {}", "without {}")},
    "zh": {
        "": ("不戴{}", "没有{}", "没戴{}", "不要{}", "无{}"),
        "facial_hair": ("没有{}", "不要{}", "无{}"),
        "hair": ("没有{}", "不要{}"),
    },
}
# Nouns that take an article in English; the others are plurals or uncountable.
_COUNTABLE = frozenset(
    {"eyepatch", "monocle", "cap", "beanie", "top_hat", "cowboy_hat", "party_hat", "chef_hat",
     "graduation_cap", "hard_hat", "santa_hat", "wizard_hat", "crown", "hijab", "hat", "beard",
     "moustache", "bow", "bow_tie", "scarf", "badge", "mask", "flower", "bun", "ponytail", "afro",
     "mohawk", "suit", "hoodie", "uniform", "dress", "tie", "necklace", "cape"}
)  # fmt: skip
_ORDER = ("expression", "skin", "hair", "eyewear", "headwear", "facial_hair", "accessory",
          "clothing")  # fmt: skip
_FRONT_ZH = frozenset({"eyewear", "headwear", "accessory", "expression", "facial_hair", "hair"})
_PEOPLE_EN = {
    ("female", None): ("woman", "lady", "female"),
    ("male", None): ("man", "guy", "male"),
    ("female", "child"): ("girl", "little girl"),
    ("male", "child"): ("boy", "little boy"),
    ("female", "adult"): ("adult woman", "woman"),
    ("male", "adult"): ("adult man", "man"),
    ("female", "senior"): ("old woman", "elderly woman", "grandma"),
    ("male", "senior"): ("old man", "elderly man", "grandpa"),
}
_PEOPLE_ZH = {
    ("female", None): ("女人", "女生", "女士"),
    ("male", None): ("男人", "男生", "男士"),
    ("female", "child"): ("小女孩", "女孩"),
    ("male", "child"): ("小男孩", "男孩"),
    ("female", "adult"): ("成年女性", "成年女人"),
    ("male", "adult"): ("成年男性", "成年男人"),
    ("female", "senior"): ("老奶奶", "老年女人"),
    ("male", "senior"): ("老爷爷", "老年男人"),
}


class _Choice:
    """Picks the canonical wording without a generator, and any wording with one."""

    def __init__(self, rng: random.Random | None) -> None:
        self.rng = rng

    def pick(self, options: Sequence[str], canonical: float = 0.5) -> str:
        """The first option, or with a generator another one with chance ``1 - canonical``."""
        if self.rng is None or len(options) == 1 or self.rng.random() < canonical:
            return options[0]
        return self.rng.choice(options[1:])

    def chance(self, probability: float) -> bool:
        return self.rng is not None and self.rng.random() < probability

    def shuffle(self, items: list[tuple[str, str]]) -> None:
        if self.rng is not None and self.rng.random() < 0.5:
            self.rng.shuffle(items)


def _with_article(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def _noun(value: Value, language: Language, choice: _Choice) -> str:
    for wider in category(value.category):
        if value.name in wider.group and choice.chance(0.15):
            value = wider  # "A hat" is asked for more often than any one kind.
    wording = value.wording(language)
    noun = choice.pick((wording.noun, *wording.closest), canonical=0.7)
    if language == "en" and value.name in _COUNTABLE and noun == wording.noun:
        return _with_article(noun)
    return noun


def _hair(tags: Tags, language: Language, choice: _Choice) -> str | None:
    hair, colour = tags.get("hair"), tags.get("hair_color")
    if hair == "bald" or (hair and not colour):
        return _noun(category("hair").value(str(hair)), language, choice)
    if not colour:
        return None
    tint = category("hair_color").value(str(colour)).wording(language).noun
    if not hair:
        return f"{tint} hair" if language == "en" else f"{tint}头发"
    shape = category("hair").value(str(hair)).wording(language).noun
    if language == "zh":
        return f"{tint}{shape}"
    if choice.chance(0.3) and shape.endswith(" hair"):
        return f"{shape.removesuffix(' hair')} {tint} hair"
    return f"{tint} {shape}"


def _clauses(tags: Tags, language: Language, choice: _Choice) -> list[tuple[str, str]]:
    """(category, clause) for everything but style, subject, gender, age and colours."""
    found: list[tuple[str, str]] = []
    for name in _ORDER:
        templates = _CLAUSES[language][name]
        if name == "hair":
            if (hair := _hair(tags, language, choice)) is not None:
                found.append((name, choice.pick(templates, 0.7).format(hair)))
            continue
        for value_name in tag_names(tags, name):
            value = category(name).value(value_name)
            noun = _noun(value, language, choice)
            if language == "zh" and value.name in ("bow", "badge"):
                found.append((name, choice.pick(("有{}", "带{}", "戴{}"), 0.6).format(noun)))
            else:
                found.append((name, choice.pick(templates, 0.6).format(noun)))
    return found


def _absences(absent: Iterable[str], language: Language, choice: _Choice) -> list[str]:
    words = []
    for item in absent:
        held: Category | Value = parse_tag(item) if ":" in item else category(item)
        name = held.category if isinstance(held, Value) else held.name
        templates = _ABSENCE[language].get(name, _ABSENCE[language][""])
        words.append(choice.pick(templates).format(held.wording(language).noun))
    return words


def _who(tags: Tags, language: Language, choice: _Choice) -> str:
    """Subject with gender, age and, unless a person's, main colour."""
    subject, gender, age = (tags.get(key) for key in ("subject", "gender", "age"))
    if subject == "person" and gender and choice.chance(0.4):
        table = _PEOPLE_EN if language == "en" else _PEOPLE_ZH
        return choice.pick(table[str(gender), str(age) if age else None])
    words = []
    if (colour := tags.get("color")) and subject != "person":
        words.append(category("color").value(str(colour)).wording(language).noun)
    for name, value in (("age", age), ("gender", gender)):
        if value:
            words.append(category(name).value(str(value)).wording(language).noun)
    if subject:
        held = category("subject").value(str(subject)).wording(language)
        words.append(choice.pick((held.noun, *held.closest), canonical=0.85))
    return (" " if language == "en" else "").join(words)


def _person_colour(tags: Tags, language: Language) -> str | None:
    if tags.get("subject") != "person" or not (colour := tags.get("color")):
        return None
    noun = category("color").value(str(colour)).wording(language).noun
    return f"{noun} clothes" if language == "en" else f"{noun}衣服"


def _head_en(style: str | None, who: str, choice: _Choice) -> str:
    if not who:
        return f"{style} avatar" if style else ""
    a_who = _with_article(who)
    if not style:
        return choice.pick((f"avatar of {a_who}", who, a_who, f"{who} avatar"))
    return choice.pick(
        (
            f"{style} avatar of {a_who}",
            f"{style} {who}",
            f"a {style} {who}",
            f"{style} {who} avatar",
            f"{who}, {style} style",
            f"{a_who} in {style} style",
        )
    )


def _head_zh(style: str | None, who: str, choice: _Choice) -> str:
    if not who:
        return f"{style}风格头像" if style else ""
    if not style:
        return choice.pick((f"{who}头像", who, f"一个{who}"))
    return choice.pick(
        (
            f"{style}{who}头像",
            f"{style}{who}",
            f"{style}风格{who}",
            f"{style}风的{who}",
            f"{who}，{style}风格",
            f"一个{style}{who}",
        )
    )


def compose_caption(
    tags: Tags,
    *,
    absent: Iterable[str] = (),
    language: Language = "en",
    rng: random.Random | None = None,
) -> str:
    """Word ``tags`` as a prompt for the embedded model.

    Without ``rng`` the result is canonical: equal tags give equal text, whatever their order, and
    this is what the product sends. With ``rng`` wording, synonyms and order vary around it; that is
    what training reads. ``absent`` names what must not show, as categories (``"eyewear"``) or tags
    (``"headwear:cap"``). Raises ``UnknownTagError`` for a category or value outside the vocabulary.
    """
    for name in tags:
        for value_name in tag_names(tags, name):
            category(name).value(value_name)
    choice = _Choice(rng)
    style_name = tags.get("style")
    style = category("style").value(str(style_name)).wording(language).noun if style_name else None
    clauses = _clauses(tags, language, choice)
    choice.shuffle(clauses)
    head = (_head_en if language == "en" else _head_zh)(style, _who(tags, language, choice), choice)
    if language == "zh" and head and clauses and choice.chance(0.5):
        front = next((c for c in clauses if c[0] in _FRONT_ZH and not c[1].endswith("的")), None)
        if front:
            clauses.remove(front)
            head = f"{front[1]}的{head}"
    parts = [head, *(text for _, text in clauses)]
    if (clothes := _person_colour(tags, language)) is not None:
        parts.append(clothes)
    if background := tags.get("background"):
        noun = category("background").value(str(background)).wording(language).noun
        parts.append(choice.pick(_CLAUSES[language]["background"], 0.6).format(noun))
    parts.extend(_absences(absent, language, choice))
    return (", " if language == "en" else "，").join(part for part in parts if part)


def compose_negative(absent: Iterable[str], *, language: Language = "en") -> str:
    """The negative prompt that steers away from ``absent``; empty where nothing is.

    The embedded model reads it as it reads any prompt, so it names the unwanted things plainly.
    """
    clauses = []
    for item in absent:
        held: Category | Value = parse_tag(item) if ":" in item else category(item)
        name = held.category if isinstance(held, Value) else held.name
        noun = held.wording(language).noun
        clauses.append(_CLAUSES[language].get(name, ("{}",))[0].format(noun))
    return (", " if language == "en" else "，").join(clauses)
