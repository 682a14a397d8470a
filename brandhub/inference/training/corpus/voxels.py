# ruff: noqa: E501 -- path data reads worse when it is cut
"""Figures of blocks: robots, critters, people and faces, and two library styles to put parts on."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from brandhub.inference.training.corpus.library import fragment
from brandhub.inference.training.corpus.plan import HAIR_COLOURS, Plan
from brandhub.inference.training.parts import voxel
from brandhub.inference.training.parts.frame import luminance, shade
from brandhub.inference.training.parts.voxel import Block, box
from brandhub.vocabulary import COLOURS

INK, PALE = "#1b1f2a", "#f4f6fb"


@dataclass(slots=True)
class Figure:
    """A body of blocks: what lies below and behind the head, the head, and where things go."""

    source: str
    body: str
    head: str
    block: Block
    ink: str
    neck: float
    chest: tuple[float, float]
    top: float
    floor: float
    ears: str = ""


def _bare(plan: Plan) -> bool:
    return bool(plan.hair or plan.headwear or {"bow", "flower"} & set(plan.accessory))


def _robot(plan: Plan, rng: random.Random) -> Figure:
    colour = COLOURS[plan.color][0]
    dark = shade(colour, 0.55) if luminance(colour) > 0.25 else "#5c636a"
    block = Block(24, 26, 48, 42, 15)
    body = (
        box(34, 68, 28, 5, 9, dark) + box(26, 73, 44, 34, 13, colour)
        + box(16, 75, 8, 26, 8, dark) + box(74, 75, 8, 26, 8, dark)
        + f'<rect x="36" y="82" width="24" height="13" fill="{dark}"/>'
    )  # fmt: skip
    head = box(block.x, block.y, block.w, block.h, block.d, colour)
    ink = INK if luminance(colour) > 0.3 else PALE
    if rng.random() < 0.5:
        screen = rng.choice(("#171b26", "#0f2027", "#f1f5f9"))
        head += block.cells(2, 3.6, 20, 15.6, screen)
        ink = INK if screen == "#f1f5f9" else rng.choice(("#69f0ae", "#80d8ff", "#ffe066"))
    if not _bare(plan):
        head += rng.choice(
            (
                box(46, 14, 3, 9, 3, dark) + box(44, 9, 7, 6, 6, shade(colour, 1.4)),
                box(34, 16, 4, 7, 4, dark) + box(58, 16, 4, 7, 4, dark),
                box(42, 18, 14, 5, 6, "#ffe066"),
            )
        )
    return Figure("own-voxel-robot", body, head, block, ink, 69, (62, 80), 20 if _bare(plan) else 6, 106,
                  box(20, 42, 4, 9, 6, dark))  # fmt: skip


def _critter(plan: Plan, rng: random.Random) -> Figure:
    colour = COLOURS[plan.color][0]
    block = Block(22, 26, 50, 46, 17, mouth_row=15)
    feet = box(26, 104, 14, 6, 10, shade(colour, 0.8)) + box(54, 104, 14, 6, 10, shade(colour, 0.8))
    arms = box(14, 78, 8, 16, 8, shade(colour, 0.9))
    body = (
        feet
        + box(22, 72, 50, 33, 17, colour)
        + f'<rect x="34" y="80" width="26" height="22" fill="{shade(colour, 1.4)}"/>'
        + arms
        + box(74, 76, 7, 16, 7, shade(colour, 0.9))
    )
    head = box(block.x, block.y, block.w, block.h, block.d, colour)
    if not _bare(plan):
        accent = rng.choice((shade(colour, 0.65), "#ffd43b", "#ffffff"))
        head += rng.choice(
            (
                box(24, 15, 8, 10, 6, accent) + box(62, 15, 8, 10, 6, accent),
                box(46, 12, 4, 12, 4, accent) + box(43, 7, 10, 7, 7, accent),
                "".join(box(26 + 12 * k, 17, 6, 8, 5, accent) for k in range(4)),
            )
        )
    ink = INK if luminance(colour) > 0.3 else PALE
    return Figure(
        "own-voxel-critter", body, head, block, ink, 73, (60, 86), 18 if _bare(plan) else 6, 108
    )


def _face(plan: Plan, rng: random.Random) -> Figure:
    colour = COLOURS[plan.color][0]
    block = Block(16, 28, 56, 54, 19, eye_row=8, mouth_row=15)
    head = box(block.x, block.y, block.w, block.h, block.d, colour)
    ink = INK if luminance(colour) > 0.3 else PALE
    return Figure("own-voxel-face", "", head, block, ink, 82, (64, 76), 18, 90)


def _person(plan: Plan, rng: random.Random) -> Figure:
    from brandhub.inference.training.corpus.bases import SKINS

    skin = rng.choice(SKINS[plan.skin or "medium"])
    cloth = COLOURS[plan.color][0]
    block = Block(25, 26, 46, 42, 16)
    body = (
        box(40, 68, 16, 4, 8, shade(skin, 0.85)) + box(27, 72, 42, 36, 13, cloth)
        + box(18, 73, 8, 22, 8, cloth) + box(18, 95, 8, 8, 8, skin) + box(71, 73, 8, 22, 8, cloth)
    )  # fmt: skip
    head = box(block.x, block.y, block.w, block.h, block.d, skin) + block.cells(
        11, 12, 2, 2, shade(skin, 0.8)
    )
    ears = box(22.5, 44, 2.6, 6, 3, shade(skin, 0.9))
    return Figure("own-voxel-person", body, head, block, "#241812", 69, (61, 80), 18, 104, ears)


def _voxel_bot(plan: Plan, rng: random.Random) -> Figure:
    """The library's voxel-bot without face or antenna."""
    colour = COLOURS[plan.color][0]
    screen = rng.choice(("#171b26", "#111827"))
    part = fragment(
        "voxel-bot",
        {"bodyColor": [colour[1:]], "screenColor": [screen[1:]], "topProbability": 0 if _bare(plan) else 92,
         "seed": str(rng.random())},
        without=("eyes", "mouth"),
    )  # fmt: skip
    block = Block(26.6, 23.5, 39.0, 36.5, 15.5, eye_row=8, mouth_row=15)
    ink = rng.choice(("#69f0ae", "#80d8ff", "#ffe066", "#ff8fa3", PALE))
    return Figure("voxel-bot", "", part, block, ink, 63, (56, 70), 16 if _bare(plan) else 4, 98)


def _voxel_art(plan: Plan, rng: random.Random) -> Figure:
    """The library's voxel-art without face or hair."""
    from brandhub.inference.training.corpus.bases import SKINS

    skin = rng.choice(SKINS[plan.skin or "medium"])
    cloth = COLOURS[plan.color][0]
    part = fragment(
        "voxel-art",
        {"skinColor": [skin[1:]], "shirtColor": [cloth[1:]], "outfitVariant": ["plain", "hoodie"],
         "topProbability": 0, "beardProbability": 0, "glassesProbability": 0, "seed": str(rng.random())},
        without=("eyes", "mouth", "eyebrows", "glasses", "beard", "cheeks"),
    )  # fmt: skip
    block = Block(22.7, 26, 47, 42, 15.5, eye_row=8, mouth_row=15)
    return Figure("voxel-art", "", part, block, "#241812", 70, (56, 77), 18, 98)


FIGURES: dict[str, tuple[Callable[[Plan, random.Random], Figure], ...]] = {
    "robot": (_robot, _voxel_bot),
    "critter": (_critter,),
    "face": (_face,),
    "person": (_person, _voxel_art),
}


def _cues(plan: Plan, block: Block, ink: str) -> str:
    """Pixels that tell gender and age."""
    drawn = ""
    row = block.eye_row
    if plan.gender == "female" or plan.age == "child":
        drawn += block.cells(1.5, row + 5, 3, 2, "#ff6b8b", 0.6) + block.cells(
            19.5, row + 5, 3, 2, "#ff6b8b", 0.6
        )
    if plan.gender == "female":
        drawn += block.rows(voxel.LEFT - 2, row - 1, ("#  ", "## ", " # "), {"#": ink})
        drawn += block.rows(voxel.RIGHT + 4, row - 1, ("  #", " ##", " # "), {"#": ink})
    steady = plan.expression not in ("sad", "angry", "surprised")
    if plan.gender == "male" and steady and plan.age != "senior":
        drawn += block.cells(voxel.LEFT - 0.5, row - 2.6, 6, 1.5, ink) + block.cells(
            voxel.RIGHT - 0.5, row - 2.6, 6, 1.5, ink
        )
    if plan.age == "senior":
        line: list[tuple[float, float, float, float]]
        line = [(7, 3.4, 10, 0.6), (8, 4.8, 8, 0.6)] if not plan.headwear else []
        line += [
            (voxel.LEFT, row + 5, 5, 0.6),
            (voxel.RIGHT, row + 5, 5, 0.6),
            (5, 14, 0.6, 3),
            (18.4, 14, 0.6, 3),
        ]
        drawn += "".join(block.cells(*cell, ink, 0.5) for cell in line)
        if steady:
            drawn += block.cells(voxel.LEFT - 0.5, row - 2.6, 6, 1.5, "#e3e6ea") + block.cells(
                voxel.RIGHT - 0.5, row - 2.6, 6, 1.5, "#e3e6ea"
            )
    if plan.age == "child":
        drawn += "".join(
            block.cells(c, r, 0.8, 0.8, ink, 0.45)
            for c, r in ((6, 13.4), (8, 14), (15, 14), (17, 13.4))
        )
    return drawn


def draw_voxels(plan: Plan, rng: random.Random) -> tuple[str, Figure]:
    """All layers of a figure of blocks, and the figure they were put on."""
    figure = rng.choice(FIGURES[plan.subject])(plan, rng)
    block = figure.block
    tint = HAIR_COLOURS[plan.hair_color] if plan.hair_color else "#724133"
    back, front = voxel.hair(plan.hair, block, tint, rng) if plan.hair else ("", "")
    grey = rng.choice(("#e3e6ea", "#c3c8ce"))
    beard = (
        grey
        if plan.age == "senior"
        else (tint if plan.hair_color else rng.choice(("#2c1b18", "#724133", "#a55728")))
    )
    worn = {
        name: voxel.accessory(name, block, figure.neck, figure.chest, rng)
        for name in plan.accessory
    }
    covered = {"headphones", "earrings", "mask"} & set(plan.accessory) or plan.hair in (
        "long",
        "bob",
        "curly",
        "braids",
    )
    layers = [
        back,
        figure.body,
        "" if covered or plan.headwear == "hijab" else figure.ears,
        figure.head,
        *(worn.pop(name, "") for name in ("scarf", "bow_tie", "badge")),
        voxel.face(plan.expression, block, figure.ink, rng),
        _cues(plan, block, figure.ink),
        voxel.facial_hair(plan.facial_hair, block, beard, rng) if plan.facial_hair else "",
        worn.pop("mask", ""),
        voxel.eyewear(plan.eyewear, block, rng) if plan.eyewear else "",
        front,
        worn.pop("earrings", ""),
    ]
    if plan.headwear:
        far = [c for c in ("#e03131", "#1c7ed6", "#2f9e44", "#9c36b5", "#fcc419", "#495057")
               if c != COLOURS[plan.background][0]]  # fmt: skip
        layers.append(voxel.headwear(plan.headwear, block, rng.choice(far), rng))
    layers.extend(worn.values())
    return "".join(layers), figure
