# ruff: noqa: E501 -- path data reads worse when it is cut
"""Heads and bodies without a face, each with the geometry that parts are placed by."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from brandhub.inference.training.corpus.library import fragment
from brandhub.inference.training.corpus.plan import HAIR_COLOURS, Plan
from brandhub.inference.training.parts.faces import Look
from brandhub.inference.training.parts.frame import Frame, luminance, shade
from brandhub.vocabulary import COLOURS

SKINS = {
    "light": ("#ffdbb4", "#fcd5b5", "#f8d3b0", "#ffe0c2"),
    "medium": ("#d9a066", "#d08b5b", "#c98a54", "#e0ac69"),
    "dark": ("#8d5524", "#6b4023", "#7a4a2b", "#5c3a21"),
}


@dataclass(slots=True)
class Base:
    """A body to dress: fragments behind and of the head, geometry, and what it already shows.

    ``floor`` is the height at which the figure may be cut by the picture's edge. ``shown`` names
    what the fragment itself draws already ("face", "hair", "facial_hair", "eyewear").
    """

    source: str
    body: str
    frame: Frame
    look: Look
    floor: float
    shown: frozenset[str] = frozenset()
    highest: float = 0.0
    features: tuple[str, ...] = ()


def ink_for(colour: str) -> str:
    """An ink that shows on ``colour``."""
    return "#1e2430" if luminance(colour) > 0.3 else "#f4f6fb"


def hex_of(colour: str) -> str:
    """The library writes colours without the hash."""
    return colour.removeprefix("#")


# Crown, half widths at a hat's rim, at the eyes and at the neck, measured from the library's art.
_BOTTTS = {
    "round01": (24.2, 27.0, 36.0), "round02": (24.2, 32.0, 36.0), "square01": (24.2, 36.0, 36.0),
    "square02": (24.2, 36.0, 36.0), "square03": (24.2, 36.0, 35.0), "square04": (24.2, 27.0, 35.0),
}  # fmt: skip


def _torso(colour: str, cx: float, neck: float, floor: float, rng: random.Random) -> str:
    """Neck and shoulders of a robot, below the head."""
    dark = shade(colour, 0.72)
    wide = rng.uniform(34, 40)
    slots = "".join(
        f'<rect x="{cx - 9:.1f}" y="{neck + 22 + 5 * k:.1f}" width="18" height="2.4" rx="1.2" fill="{shade(colour, 0.55)}"/>'
        for k in range(2)
    )
    return (
        f'<rect x="{cx - 11:.1f}" y="{neck - 6:.1f}" width="22" height="16" fill="{shade(colour, 0.58)}"/>'
        f'<path d="M{cx - wide:.1f} {floor + 5}V{neck + 22:.1f}Q{cx - wide:.1f} {neck + 6:.1f} {cx - wide + 16:.1f} {neck + 6:.1f}'
        f'H{cx + wide - 16:.1f}Q{cx + wide:.1f} {neck + 6:.1f} {cx + wide:.1f} {neck + 22:.1f}V{floor + 5}Z" fill="{dark}"/>{slots}'
    )


def bottts(plan: Plan, rng: random.Random) -> Base:
    """Robots of the style bottts on a torso of our own."""
    colour = COLOURS[plan.color][0]
    head = rng.choice(sorted(_BOTTTS))
    top, brim, half = _BOTTTS[head]
    bare = bool(plan.hair or plan.headwear or {"bow", "flower"} & set(plan.accessory))
    hide = ["eyes", "mouth", *(["top"] if bare else [])]
    if (
        "headphones" in plan.accessory
        or "earrings" in plan.accessory
        or plan.hair in ("braids", "long", "bob")
    ):
        hide.append("sides")
    part = fragment(
        "bottts",
        {
            "headVariant": [head], "baseColor": [hex_of(colour)],
            "textureProbability": 22 if plan.style == "cartoon" else 0,
            "topProbability": 100, "seed": str(rng.random()),
        },
        without=tuple(hide),
    )  # fmt: skip
    frame = Frame(
        cx=50, top=top, chin=91, half=half, eye_y=55, eye_dx=13, eye_r=6.6, mouth_y=76, mouth_w=22,
        ear_y=58, neck_y=97, neck_half=17, chest=(68, 120), brim_y=top + 11, brim_half=brim + 0.5,
    )  # fmt: skip
    glow = rng.random() < 0.3
    look = Look(rng.choice(("dot", "ball", "oval", "led")), ink_for(colour))
    screen = ""
    if glow or luminance(colour) < 0.25:
        look = Look(
            rng.choice(("led", "oval", "dot")),
            "#10141c",
            rng.choice(("#69f0ae", "#80d8ff", "#ffe066", "#ffffff")),
        )
        screen = '<rect x="24" y="42" width="52" height="43" rx="9" fill="#171b26"/>'
    return Base(
        "bottts",
        _torso(colour, 50, 92, 138, rng) + part + screen,
        frame,
        look,
        138,
        highest=0 if not bare else top,
        features=() if screen else ("critters", "fun-emoji"),
    )


def _blend(path: str, colour: str, clip: str, split: float = 50) -> str:
    """A flat shape whose right half lies in shade, the mark of flat design."""
    return (
        f'<clipPath id="{clip}"><path d="{path}"/></clipPath><path d="{path}" fill="{colour}"/>'
        f'<rect x="{split}" y="-20" width="120" height="200" fill="#000000" fill-opacity=".13" clip-path="url(#{clip})"/>'
    )


_FLAT_HEADS = (
    "M28 26H72Q84 26 84 38V78Q84 90 72 90H28Q16 90 16 78V38Q16 26 28 26Z",
    "M50 24C76 24 86 40 86 58C86 78 72 90 50 90C28 90 14 78 14 58C14 40 24 24 50 24Z",
    "M26 26H74L86 46V80L76 90H24L14 80V46Z",
    "M22 28Q50 20 78 28Q86 56 80 82Q50 96 20 82Q14 56 22 28Z",
)


def flat_robot(plan: Plan, rng: random.Random) -> Base:
    """A robot of plain shapes with one half in shade."""
    colour = COLOURS[plan.color][0]
    dark, light = shade(colour, 0.68), shade(colour, 1.45)
    index = rng.randrange(len(_FLAT_HEADS))
    bare = bool(plan.hair or plan.headwear or {"bow", "flower"} & set(plan.accessory))
    body = (
        f'<rect x="40" y="86" width="20" height="14" fill="{dark}"/>'
        + _blend("M14 150V118Q14 98 34 98H66Q86 98 86 118V150Z", shade(colour, 0.85), "ft")
        + f'<circle cx="50" cy="120" r="5" fill="{light}"/>'
    )
    ears = (
        ""
        if "headphones" in plan.accessory
        else (
            f'<rect x="7" y="48" width="10" height="20" rx="4" fill="{dark}"/><rect x="83" y="48" width="10" height="20" rx="4" fill="{dark}"/>'
        )
    )
    antenna = ""
    if not bare:
        antenna = f'<rect x="48.2" y="11" width="3.6" height="16" fill="{dark}"/><circle cx="50" cy="10" r="5" fill="{light}"/>'
    panel = ""
    look = Look(rng.choice(("dot", "oval", "ball")), ink_for(colour))
    if rng.random() < 0.55 or luminance(colour) < 0.25:
        panel = f'<rect x="23" y="41" width="54" height="43" rx="12" fill="{rng.choice(("#fdfdfd", "#e9eef5"))}"/>'
        look = Look(rng.choice(("dot", "oval")), "#222b3a")
    frame = Frame(
        cx=50, top=25, chin=90, half=35, eye_y=55, eye_dx=13, eye_r=6.6, mouth_y=75, mouth_w=21,
        ear_y=58, neck_y=97, neck_half=17, chest=(70, 122), brim_y=36, brim_half=(35, 32, 33, 34)[index],
    )  # fmt: skip
    return Base(
        "own-flat-robot",
        body + ears + antenna + _blend(_FLAT_HEADS[index], colour, "fh") + panel,
        frame,
        look,
        138,
        highest=25 if bare else 5,
    )


# Crown, centre, half widths at a hat's rim and at the eyes.
_CRITTERS = {
    "dome": (24, 50, 24, 33), "block": (28, 50, 38, 38), "tower": (16, 50, 20, 22),
    "chimney": (22, 50, 22, 22), "squat": (34, 50, 27, 36), "blob": (22.8, 50, 23, 34),
    "round": (30, 50, 26, 36), "tilt": (21.8, 47.5, 20, 25), "lean": (21.8, 52.5, 20, 25),
    "bell": (24, 50, 20, 27), "wedge": (24, 50, 20.5, 23), "wedgeInv": (28, 50.5, 33, 31),
}  # fmt: skip


def critters(plan: Plan, rng: random.Random) -> Base:
    """Little monsters of the style critters."""
    colour = COLOURS[plan.color][0]
    kind = rng.choice(sorted(_CRITTERS))
    top, cx, brim, half = _CRITTERS[kind]
    bare = bool(plan.hair or plan.headwear or {"bow", "flower"} & set(plan.accessory))
    part = fragment(
        "critters",
        {
            "bodyVariant": [kind], "bodyColor": [hex_of(colour)], "cheeksProbability": 0,
            "accentColor": [hex_of(rng.choice(["#ffd43b", "#ff8787", "#63e6be", "#da77f2", "#ffffff"]))],
            "topProbability": 0 if bare else 85, "seed": str(rng.random()),
        },
        without=("eyes", "mouth", "cheeks"),
    )  # fmt: skip
    dx = min(12.5, half * 0.5)
    frame = Frame(
        cx=cx, top=top, chin=80, half=half, eye_y=49, eye_dx=dx, eye_r=min(6.4, dx * 0.52), mouth_y=67,
        mouth_w=min(20, half * 0.75), ear_y=50, neck_y=82, neck_half=half * 0.85, chest=(cx + half * 0.55, 90),
        brim_y=top + 9, brim_half=brim + 1,
    )  # fmt: skip
    kinds = ("ball", "ball", "dot", "oval")
    return Base(
        "critters",
        part,
        frame,
        Look(rng.choice(kinds), ink_for(colour)),
        100,
        highest=top if bare else top - 16,
        features=("critters", "critters", "fun-emoji"),
    )


_FLAT_CRITTERS = (
    # Outline, crown, half width at the rim and at the eyes.
    ("M16 140V58C16 34 30 22 50 22C70 22 84 34 84 58V140Z", 22, 27, 33),
    ("M10 140Q12 84 24 50Q34 24 50 24Q66 24 76 50Q88 84 90 140Z", 24, 19, 26),
    ("M18 140V40Q18 24 34 24H66Q82 24 82 40V140Z", 24, 32, 32),
    ("M14 140Q8 70 24 44Q34 26 50 30Q66 26 76 44Q92 70 86 140Z", 28, 22, 30),
)


def flat_critter(plan: Plan, rng: random.Random) -> Base:
    """A blob of plain shapes with ears or horns and one half in shade."""
    colour = COLOURS[plan.color][0]
    path, top, brim, half = rng.choice(_FLAT_CRITTERS)
    bare = bool(plan.hair or plan.headwear or {"bow", "flower"} & set(plan.accessory))
    accent = rng.choice((shade(colour, 0.6), "#ffd43b", "#ffffff"))
    horns = (
        ""
        if bare
        else rng.choice(
            (
                f'<path d="M26 34L20 8L44 26ZM74 34L80 8L56 26Z" fill="{accent}"/>',
                f'<circle cx="28" cy="26" r="11" fill="{shade(colour, 0.8)}"/><circle cx="72" cy="26" r="11" fill="{shade(colour, 0.8)}"/>',
                f'<path d="M49 26V8H52V26Z" fill="{accent}"/><circle cx="50.5" cy="8" r="5" fill="{accent}"/>',
                "",
            )
        )
    )
    belly = f'<ellipse cx="50" cy="112" rx="20" ry="22" fill="{shade(colour, 1.4)}"/>'
    dx = min(12.5, half * 0.48)
    frame = Frame(
        cx=50, top=top, chin=82, half=half, eye_y=50, eye_dx=dx, eye_r=6.2, mouth_y=68, mouth_w=18,
        ear_y=52, neck_y=84, neck_half=half * 0.9, chest=(68, 100), brim_y=top + 9, brim_half=brim,
    )  # fmt: skip
    look = Look(rng.choice(("dot", "oval", "ball")), ink_for(colour))
    return Base(
        "own-flat-critter",
        horns + _blend(path, colour, "fc") + belly,
        frame,
        look,
        118,
        highest=top if bare else 3,
    )


_FACES = (
    "M50 16C72 16 88 32 88 54C88 76 72 92 50 92C28 92 12 76 12 54C12 32 28 16 50 16Z",
    "M34 18H66Q86 18 86 38V70Q86 90 66 90H34Q14 90 14 70V38Q14 18 34 18Z",
    "M50 16C68 16 80 26 84 42C90 66 76 92 50 92C24 92 10 66 16 42C20 26 32 16 50 16Z",
)


def disc_face(plan: Plan, rng: random.Random) -> Base:
    """A face alone: a disc, a rounded square or an egg; shaded in cartoons, split when flat."""
    colour = COLOURS[plan.color][0]
    path = rng.choice(_FACES)
    if plan.style == "flat":
        body = _blend(path, colour, "fd")
    else:
        body = (
            f'<clipPath id="fd"><path d="{path}"/></clipPath><path d="{path}" fill="{shade(colour, 0.74)}"/>'
            f'<g clip-path="url(#fd)"><path d="{path}" fill="{colour}" transform="translate(-3 -4)"/>'
            f'<path d="{path}" fill="{shade(colour, 1.3)}" transform="translate(-9 -10) scale(.96)"/>'
            f'<path d="{path}" fill="{colour}" transform="translate(-2 -1) scale(.98)"/></g>'
        )
    frame = Frame(
        cx=50, top=16, chin=91, half=37, eye_y=46, eye_dx=14, eye_r=7.4, mouth_y=69, mouth_w=26,
        ear_y=52, neck_y=91, neck_half=19, chest=(78, 80), brim_y=27, brim_half=30,
    )  # fmt: skip
    look = Look(rng.choice(("dot", "oval", "ball")), ink_for(colour))
    return Base(
        "own-face",
        body,
        frame,
        look,
        104,
        highest=16,
        features=("fun-emoji",) if luminance(colour) > 0.3 else ("critters",),
    )


_AVATAAARS_TOPS = {
    "short": ("theCaesar", "theCaesarAndSidePart", "shortFlat", "shortRound", "shortWaved"),
    "long": ("straight01", "straight02", "straightAndStrand"),
    "curly": ("curly", "curvy"),
    "afro": ("fro",),
    "bun": ("bun",),
    "bob": ("bob", "miaWallace"),
    "braids": ("dreads",),
}
_UNDER_HAT_TOPS = {"short": ("theCaesar",), "long": ("straight02",), "bob": ("miaWallace",)}


def avataaars(plan: Plan, rng: random.Random) -> Base:
    """People of the style avataaars without face; hair by the library where it has the kind."""
    tops = (_UNDER_HAT_TOPS if plan.headwear else _AVATAAARS_TOPS).get(plan.hair or "")
    native = bool(tops) and rng.random() < 0.6
    clothes = COLOURS[plan.color][0]
    options = {
        "accessoriesProbability": 0, "facialHairProbability": 0, "seed": str(rng.random()),
        "topProbability": 100 if native else 0,
        "skinColor": [hex_of(rng.choice(SKINS[plan.skin or "medium"]))],
        "clothesColor": [hex_of(clothes)],
        "clothesVariant": ["hoodie", "overall", "shirtCrewNeck", "shirtScoopNeck", "shirtVNeck", "collarAndSweater"],
    }  # fmt: skip
    if native and tops:
        options["topVariant"] = [rng.choice(tops)]
        options["hairColor"] = [hex_of(HAIR_COLOURS[plan.hair_color or "brown"])]
    part = fragment("avataaars", options, without=("eyes", "eyebrows", "mouth"))
    frame = Frame(
        cx=50, top=12.9, chin=64, half=20, eye_y=39.6, eye_dx=7.6, eye_r=3.5, mouth_y=55.5, mouth_w=10,
        ear_y=41, neck_y=69.5, neck_half=10.5, chest=(64, 88), brim_y=24.5, brim_half=19.6,
    )  # fmt: skip
    look = Look(rng.choice(("oval", "dot", "ball")), "#2b2530")
    return Base(
        "avataaars",
        part,
        frame,
        look,
        100,
        frozenset({"hair"} if native else ()),
        highest=2 if native and plan.hair in ("afro", "bun", "curly") else 7 if native else 12,
        features=("avataaars",),
    )


_TOON_HAIR = {"short": ("sideComed", "undercut"), "bun": ("bun",), "spiky": ("spiky",)}
_TOON_REAR = {"long": ("longStraight", "longWavy"), "bob": ("neckHigh", "shoulderHigh")}


def toon_head(plan: Plan, rng: random.Random) -> Base:
    """People of the style toon-head without face."""
    hairs, rears = _TOON_HAIR.get(plan.hair or ""), _TOON_REAR.get(plan.hair or "")
    native = bool(hairs or rears) and not plan.headwear and rng.random() < 0.6
    options = {
        "beardProbability": 0, "seed": str(rng.random()),
        "hairProbability": 100 if native else 0, "rearHairProbability": 100 if native and rears else 0,
        "skinColor": [hex_of(rng.choice(SKINS[plan.skin or "medium"]))],
        "clothesColor": [hex_of(COLOURS[plan.color][0])],
        "hairColor": [hex_of(HAIR_COLOURS[plan.hair_color or "brown"])],
    }  # fmt: skip
    if native:
        options["hairVariant"] = [rng.choice(hairs or ("sideComed",))]
        if rears:
            options["rearHairVariant"] = [rng.choice(rears)]
    part = fragment("toon-head", options, without=("eyes", "eyebrows", "mouth"))
    frame = Frame(
        cx=50, top=19, chin=76.6, half=21.5, eye_y=53, eye_dx=9.4, eye_r=4.4, mouth_y=67, mouth_w=10.5,
        ear_y=55, neck_y=80, neck_half=9, chest=(64, 93), brim_y=33, brim_half=21.8,
    )  # fmt: skip
    look = Look(rng.choice(("ball", "oval")), "#3a2417")
    return Base(
        "toon-head",
        part,
        frame,
        look,
        100,
        frozenset({"hair"} if native else ()),
        highest=0 if native and plan.hair in ("bun", "spiky") else 10 if native else 19,
        features=("toon-head",),
    )


# Families never drawn here, to serve as brands that the model has not seen when adapters are
# trained and judged: each has a look of its own, far from what is drawn, and a licence that allows
# commercial use. Variants without hair or body (adventurer-neutral, …) belong to their family.
HELD_OUT_FAMILIES = (
    "adventurer",
    "big-ears",
    "clay",
    "croodles",
    "cutouts",
    "dylan",
    "lorelei",
    "miniavs",
    "notionists",
    "open-peeps",
    "personas",
    "thumbs",
)
DRAWN_FAMILIES = (
    "avataaars",
    "bottts",
    "critters",
    "fun-emoji",
    "toon-head",
    "voxel-art",
    "voxel-bot",
)

BASES: dict[tuple[str, str], tuple[Callable[[Plan, random.Random], Base], ...]] = {
    ("robot", "cartoon"): (bottts,),
    ("robot", "flat"): (flat_robot,),
    ("robot", "pixel"): (bottts, flat_robot),
    ("robot", "line"): (bottts, flat_robot),
    ("critter", "cartoon"): (critters,),
    ("critter", "flat"): (flat_critter,),
    ("critter", "pixel"): (critters, flat_critter),
    ("critter", "line"): (critters, flat_critter),
    ("face", "cartoon"): (disc_face,),
    ("face", "flat"): (disc_face,),
    ("face", "pixel"): (disc_face,),
    ("face", "line"): (disc_face,),
    ("person", "cartoon"): (toon_head,),
    ("person", "flat"): (avataaars,),
    ("person", "pixel"): (avataaars, toon_head),
    ("person", "line"): (avataaars, toon_head),
}
