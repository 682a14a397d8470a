"""One picture from one plan: a base, dressed with parts, on its background."""

from __future__ import annotations

import io
import random
from dataclasses import dataclass

import numpy as np
import resvg_py
from numpy.typing import NDArray
from PIL import Image

from brandhub.inference.training.corpus.bases import BASES, Base
from brandhub.inference.training.corpus.effects import EFFECTS
from brandhub.inference.training.corpus.features import library_face
from brandhub.inference.training.corpus.plan import HAIR_COLOURS, Plan, draw_plan
from brandhub.inference.training.corpus.voxels import Figure, draw_voxels
from brandhub.inference.training.parts import worn
from brandhub.inference.training.parts.eyewear import EYEWEAR
from brandhub.inference.training.parts.faces import draw_eyes, draw_mouth
from brandhub.inference.training.parts.hair import hair
from brandhub.inference.training.parts.headwear import HEIGHTS, headwear
from brandhub.vocabulary import COLOURS, Tags, tag_names

SIZE = 256
SUBJECTS = ("person", "robot", "critter", "face")
STYLES = ("cartoon", "flat", "pixel", "voxel", "line")


@dataclass(frozen=True, slots=True)
class Drawing:
    """One labelled picture as SVG: ``tags`` of the vocabulary, the art, and where the eyes are."""

    svg: str
    tags: dict[str, str | tuple[str, ...]]
    source: str
    #: Left and right eye, as (x, y) in shares of the side; None for blocks, whose eyes are squares
    #: of a front.
    eyes: tuple[tuple[float, float], tuple[float, float]] | None = None


def _face(plan: Plan, base: Base, rng: random.Random) -> str:
    frame, look = base.frame, base.look
    child = plan.age == "child"
    if child:
        frame = frame.moved(eye_r=frame.eye_r * 1.18)
    layers = []
    if plan.gender == "female" or child:
        layers.append(worn.blush(frame))
    if child:
        layers.append(worn.freckles(frame, look.line))
    if plan.age == "senior":
        layers.append(worn.wrinkles(frame, look.line))
    lifted = None
    if base.features and rng.random() < 0.4 and not child:
        lifted = library_face(rng.choice(base.features), plan.expression, frame, look.line, rng)
    eyes, mouth = lifted or (
        draw_eyes(plan.expression, frame, look, rng),
        draw_mouth(plan.expression, frame, look, rng),
    )
    layers.append(eyes)
    if plan.expression not in ("sad", "angry", "surprised"):
        if plan.age == "senior":
            layers.append(worn.brows(frame, "#d9dde2", 0.6))
        elif plan.gender == "male":
            layers.append(worn.brows(frame, look.line, 0.6))
    if plan.gender == "female":
        layers.append(worn.lashes(frame, look.line))
    layers.append(mouth)
    if child and plan.expression == "sleepy" and "mask" not in plan.accessory:
        layers.append(worn.dummy(frame, rng))
    return "".join(layers)


def _whiskers(plan: Plan, base: Base, rng: random.Random) -> str:
    if not plan.facial_hair:
        return ""
    if plan.age == "senior":
        colour = rng.choice(("#e3e6ea", "#c3c8ce"))
    elif plan.hair_color:
        colour = HAIR_COLOURS[plan.hair_color]
    else:
        colour = rng.choice(("#2c1b18", "#724133", "#a55728", "#b8bcc4"))
    return worn.FACIAL_HAIR[plan.facial_hair](base.frame, colour, rng)


def _dressed(plan: Plan, base: Base, rng: random.Random) -> str:
    """All layers from back to front, on the base's own canvas."""
    frame = base.frame
    back = front = ""
    if plan.hair and "hair" not in base.shown:
        tint = HAIR_COLOURS[plan.hair_color] if plan.hair_color else "#724133"
        back, front = hair(plan.hair, frame, tint, rng)
    on_body = [worn.ACCESSORIES[a](frame, rng) for a in plan.accessory if a in worn.ON_BODY]
    on_head = {a: worn.ACCESSORIES[a](frame, rng) for a in plan.accessory if a not in worn.ON_BODY}
    layers = [
        back,
        base.body,
        *on_body,
        _face(plan, base, rng),
        _whiskers(plan, base, rng),
        on_head.pop("mask", ""),
        on_head.pop("earrings", ""),
        EYEWEAR[plan.eyewear](frame, rng) if plan.eyewear else "",
        front,
    ]
    if plan.headwear:
        layers.append(headwear(plan.headwear, frame, rng, avoid=COLOURS[plan.background][0]))
    layers.extend(on_head.values())
    return "".join(layers)


def _reach(plan: Plan, base: Base) -> float:
    """The highest point that the picture must hold, on the base's canvas."""
    frame = base.frame
    rise = frame.eye_y - frame.top
    above = {"afro": 1.2, "bun": 1.05, "mohawk": 1.1, "spiky": 0.9, "curly": 0.75}
    highest = min(base.highest, frame.top)
    if plan.headwear:
        highest = min(highest, frame.brim_y - HEIGHTS[plan.headwear] * frame.brim_half)
    if plan.hair in above:
        highest = min(highest, frame.top - above[plan.hair] * rise)
    return highest


# Where the eyes lie in every picture, and half their distance, on the canvas of 100 units. Faces in
# one place are learnt from a fraction of the pictures that faces anywhere would take.
EYE_LEVEL = 55.0
EYE_HALF = 12.2
_MARGIN = 1.5


@dataclass(frozen=True, slots=True)
class _Camera:
    """Scale and shift of the canvas of 100 units."""

    scale: float
    dx: float
    dy: float

    def __str__(self) -> str:
        return f"translate({self.dx:.2f} {self.dy:.2f}) scale({self.scale:.4f})"


def _camera(plan: Plan, base: Base) -> _Camera:
    """What brings the eyes to their place and holds the whole head."""
    frame = base.frame
    scale = EYE_HALF / frame.eye_dx
    if plan.age == "child":
        scale *= 0.88
    scale = min(scale, (EYE_LEVEL - _MARGIN) / (frame.eye_y - _reach(plan, base)))
    if "badge" in plan.accessory:
        scale = min(scale, (100 - EYE_LEVEL) / (frame.chest[1] + 8 - frame.eye_y))
    dy = EYE_LEVEL - frame.eye_y * scale
    if plan.subject != "face":
        # What has a body is cut by the picture's edge and never floats above it.
        dy = max(dy, 100 - base.floor * scale)
    return _Camera(scale, 50 - frame.eyes[0] * scale, dy)


def _eyes_seen(camera: _Camera, base: Base) -> tuple[tuple[float, float], tuple[float, float]]:
    frame = base.frame
    x, y = frame.eyes[0] * camera.scale + camera.dx, frame.eye_y * camera.scale + camera.dy
    half = frame.eye_dx * camera.scale
    return ((x - half) / 100, y / 100), ((x + half) / 100, y / 100)


_VOXEL_HEIGHTS = {
    "party_hat": 0.62,
    "wizard_hat": 0.6,
    "top_hat": 0.56,
    "santa_hat": 0.56,
    "chef_hat": 0.4,
}
# Width of a block's front in the picture; with its depth it is as wide as the other heads.
_BLOCK_WIDTH = 50.0


def _voxel_camera(plan: Plan, figure: Figure) -> _Camera:
    block = figure.block
    top = min(figure.top, block.y - 9)
    if plan.headwear:
        top = block.y - block.w * _VOXEL_HEIGHTS.get(plan.headwear, 0.36)
    if plan.hair in ("afro", "bun", "mohawk", "spiky", "curly"):
        top = min(top, block.y - block.w * 0.5)
    eye_y = block.y + (block.eye_row + 2) * block.p
    scale = _BLOCK_WIDTH / block.w
    if plan.age == "child":
        scale *= 0.88
    scale = min(scale, (EYE_LEVEL - _MARGIN) / (eye_y - top))
    if "badge" in plan.accessory:
        scale = min(scale, (100 - EYE_LEVEL) / (figure.chest[1] + 10 - eye_y))
    dy = EYE_LEVEL - eye_y * scale
    if plan.subject != "face":
        dy = max(dy, 100 - figure.floor * scale)
    return _Camera(scale, 50 - (block.x + block.w / 2 + block.d * 0.3) * scale, dy)


def compose(plan: Plan, rng: random.Random) -> Drawing:
    """The picture of a plan, drawn on one of the bases that its subject and style have."""
    eyes = None
    if plan.style == "voxel":
        body, figure = draw_voxels(plan, rng)
        source, camera = figure.source, _voxel_camera(plan, figure)
    else:
        base = rng.choice(BASES[plan.subject, plan.style])(plan, rng)
        body = _dressed(plan, base, rng)
        source, camera = base.source, _camera(plan, base)
        eyes = _eyes_seen(camera, base)
    background = COLOURS[plan.background][0]
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" fill="none">'
        f'<rect width="100" height="100" fill="{background}"/>'
        f'<g transform="{camera}">{body}</g></svg>'
    )
    return Drawing(svg, plan.tags(), source, eyes)


def rasterise(svg: str, size: int = SIZE) -> NDArray[np.uint8]:
    """The picture in sRGB as (size, size, 3), uint8."""
    png = bytes(
        resvg_py.svg_to_bytes(svg_string=svg, width=size, height=size, skip_system_fonts=True)
    )
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))


def paint(subject: str, style: str, rng: random.Random) -> tuple[NDArray[np.uint8], Drawing]:
    """One random picture of a subject in a style, rasterised, with its labels."""
    drawing = compose(draw_plan(rng, subject, style), rng)
    picture = rasterise(drawing.svg)
    effect = EFFECTS.get(style)
    return (effect(picture, rng) if effect else picture), drawing


def repaint(tags: Tags, rng: random.Random, *, size: int = SIZE) -> NDArray[np.uint8]:
    """Another picture (size, size, 3) of the same tags, for how much real ones vary."""
    given = {name: held for name, held in tags.items() if name != "accessory"}
    plan = Plan(**given, accessory=list(tag_names(tags, "accessory")))  # type: ignore[arg-type]
    picture = rasterise(compose(plan, rng).svg, size)
    effect = EFFECTS.get(plan.style)
    return effect(picture, rng) if effect else picture
