"""What the next picture shall show: tags drawn at random, then made to agree with each other."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from brandhub.inference.training.parts.hair import HAIR, UNDER_HATS
from brandhub.inference.training.parts.headwear import HEADWEAR
from brandhub.vocabulary import COLOURS, category

EXPRESSIONS = tuple(value.name for value in category("expression").drawn)
ACCESSORIES = tuple(value.name for value in category("accessory").drawn)
HAIR_COLOURS = {value.name: value.swatch for value in category("hair_color").drawn}
# Expressions that eyes alone can't show, and those that need both eyes seen.
_BY_MOUTH = frozenset({"smile", "laugh", "neutral", "surprised", "tongue"})
_BY_EYES = frozenset({"wink", "love", "sleepy"})


@dataclass(slots=True)
class Plan:
    """Tags of one picture to be, None where the picture shows nothing of the kind."""

    subject: str
    style: str
    expression: str = "smile"
    background: str = "white"
    color: str = "blue"
    gender: str | None = None
    age: str | None = None
    skin: str | None = None
    hair: str | None = None
    hair_color: str | None = None
    eyewear: str | None = None
    headwear: str | None = None
    facial_hair: str | None = None
    accessory: list[str] = field(default_factory=list)

    def tags(self) -> dict[str, str | tuple[str, ...]]:
        """The plan as tags of the vocabulary, what is absent left out."""
        tags: dict[str, str | tuple[str, ...]] = {}
        for name in (
            "style", "subject", "gender", "age", "expression", "hair", "hair_color", "eyewear",
            "headwear", "facial_hair", "skin", "color", "background",
        ):  # fmt: skip
            if held := getattr(self, name):
                tags[name] = held
        if self.accessory:
            tags["accessory"] = tuple(sorted(self.accessory))
        return tags


def _weighted(rng: random.Random, weights: dict[str | None, float]) -> str | None:
    return rng.choices(list(weights), list(weights.values()))[0]


def draw_plan(rng: random.Random, subject: str, style: str) -> Plan:
    """A plan for one picture; every value of the vocabulary turns up often enough."""
    plan = Plan(subject, style)
    person = subject == "person"
    plan.expression = rng.choice(EXPRESSIONS)
    plan.background, plan.color = rng.sample(sorted(COLOURS), 2)
    plan.eyewear = _weighted(
        rng, {None: 0.5, "glasses": 0.2, "sunglasses": 0.15, "eyepatch": 0.075, "monocle": 0.075}
    )
    plan.headwear = rng.choice(HEADWEAR) if rng.random() < 0.45 else None
    if person:
        plan.skin = rng.choice(("light", "medium", "dark"))
        plan.hair = rng.choice(("bald", *HAIR))
    elif rng.random() < 0.45:
        plan.hair = rng.choice(HAIR)
    plan.hair_color = rng.choice(sorted(HAIR_COLOURS)) if plan.hair else None
    plan.facial_hair = _weighted(rng, {None: 0.8, "beard": 0.1, "moustache": 0.1})
    plan.accessory = rng.sample(ACCESSORIES, rng.choices((0, 1, 2), (0.62, 0.32, 0.06))[0])
    if subject != "face":
        plan.gender = (
            rng.choice(("female", "male", None))
            if not person
            else rng.choice(("female", "female", "male", "male", None))
        )
        plan.age = _weighted(rng, {None: 0.5, "child": 0.18, "senior": 0.2, "adult": 0.12})
    reconcile(plan, rng)
    return plan


def reconcile(plan: Plan, rng: random.Random) -> None:
    """Drop what can't be seen together, so that every tag that stays is there to see."""
    if plan.gender == "female" or plan.age == "child":
        plan.facial_hair = None
    _reconcile_head(plan, rng)
    if "mask" in plan.accessory:
        plan.facial_hair = None
        if plan.eyewear in ("sunglasses", "eyepatch"):
            plan.eyewear = None
        if plan.expression in _BY_MOUTH:
            plan.expression = rng.choice(("wink", "love", "sleepy", "angry", "sad"))
    if plan.eyewear in ("sunglasses", "eyepatch", "monocle") and plan.expression in _BY_EYES:
        plan.expression = rng.choice(sorted(_BY_MOUTH | {"angry", "sad"}))
    if plan.age == "senior" and plan.hair_color:
        plan.hair_color = rng.choice(("grey", "white"))
    if plan.hair == "bald":
        plan.hair_color = None
    while plan.hair_color and _alike(plan.hair_color, plan.background):
        plan.background = rng.choice([name for name in sorted(COLOURS) if name != plan.color])


def _alike(hair_color: str, background: str) -> bool:
    near = {"blonde": ("yellow",), "blue": ("blue", "indigo"), "grey": ("grey",)}
    return background in near.get(hair_color, (hair_color,))


def _reconcile_head(plan: Plan, rng: random.Random) -> None:
    """Hair, hats and what is fixed to either."""
    if plan.headwear == "hijab":
        plan.hair = plan.hair_color = plan.facial_hair = None
        plan.accessory = [a for a in plan.accessory if a not in ("headphones", "earrings", "scarf")]
    elif plan.headwear and plan.hair and plan.hair not in UNDER_HATS:
        plan.hair = rng.choice([name for name in UNDER_HATS if name != "bald"])
    if plan.headwear:
        plan.accessory = [a for a in plan.accessory if a not in ("bow", "flower")]
    if {"bow", "flower"} <= set(plan.accessory):
        plan.accessory.remove(rng.choice(("bow", "flower")))
    if {"bow_tie", "scarf"} <= set(plan.accessory):
        plan.accessory.remove(rng.choice(("bow_tie", "scarf")))
    if plan.hair in ("curly", "afro", "long", "bob", "braids"):
        plan.accessory = [a for a in plan.accessory if a != "earrings"]
