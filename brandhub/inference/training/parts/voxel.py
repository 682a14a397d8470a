# ruff: noqa: E501 -- path data reads worse when it is cut
"""Heads, hats and faces of blocks, in a cabinet projection whose fronts stay square to the eye."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

from brandhub.inference.training.parts.frame import shade

# Depth runs to the upper right: one unit back moves a point by this much.
DEPTH = (0.62, -0.5)


def box(x: float, y: float, w: float, h: float, d: float, colour: str) -> str:
    """A block whose front is the rectangle (x, y, w, h) and whose depth is d, shaded from above."""
    dx, dy = d * DEPTH[0], d * DEPTH[1]
    return (
        f'<path d="M{x:.2f} {y:.2f}h{w:.2f}v{h:.2f}h{-w:.2f}Z" fill="{colour}"/>'
        f'<path d="M{x:.2f} {y:.2f}h{w:.2f}l{dx:.2f} {dy:.2f}h{-w:.2f}Z" fill="{shade(colour, 1.38)}"/>'
        f'<path d="M{x + w:.2f} {y:.2f}l{dx:.2f} {dy:.2f}v{h:.2f}l{-dx:.2f} {-dy:.2f}Z" fill="{shade(colour, 0.72)}"/>'
    )


@dataclass(frozen=True, slots=True)
class Block:
    """The head: its front's left, top, width and height, its depth, and the size of one pixel.

    ``eye_row`` and ``mouth_row`` count pixels from the top; ``columns`` is the width in pixels.
    """

    x: float
    y: float
    w: float
    h: float
    d: float
    columns: int = 24
    eye_row: int = 8
    mouth_row: int = 15

    @property
    def p(self) -> float:
        """Side of one pixel."""
        return self.w / self.columns

    def cells(
        self, column: float, row: float, wide: float, high: float, colour: str, opacity: float = 1
    ) -> str:
        """A rectangle of pixels on the front."""
        p = self.p
        alpha = "" if opacity == 1 else f' fill-opacity="{opacity}"'
        return (
            f'<rect x="{self.x + column * p:.2f}" y="{self.y + row * p:.2f}" width="{wide * p:.2f}" '
            f'height="{high * p:.2f}" fill="{colour}"{alpha}/>'
        )

    def rows(self, column: int, row: int, pattern: tuple[str, ...], inks: dict[str, str]) -> str:
        """A bitmap on the front, one character a pixel; a blank is clear."""
        drawn = ""
        for below, line in enumerate(pattern):
            for run in re.finditer(r"([^ ])\1*", line):
                start, stop = run.span()
                # A hair taller than a pixel, or renderers leave seams between the rows.
                drawn += self.cells(column + start, row + below, stop - start, 1.06, inks[run[1]])
        return drawn


LEFT, RIGHT = 4, 15
_OPEN = ("#####", "#####", "#####", "#####")
_PUPIL = ("wwwww", "ww##w", "ww##w", "wwwww")
_WIDE = ("wwwww", "wwwww", "ww#ww", "wwwww", "wwwww")
_HAPPY = (" ### ", "#   #", "#   #")
_CLOSED = ("#   #", " ### ")
_HEART = ("rr rr", "rrrrr", "rrrrr", " rrr ", "  r  ")
_MOUTHS = {
    "smile": ("#        #", "##      ##", " ######## "),
    "laugh": ("##########", "#wwwwwwww#", "#kkrrrrkk#", " #krrrrk# ", "  ######  "),
    "neutral": ("          ", " ######## "),
    "sad": ("  ######  ", " #      # ", "#        #"),
    "angry": (" ######## ", " #w#w#w## ", " ######## "),
    "surprised": ("   ####   ", "   #kk#   ", "   #kk#   ", "   ####   "),
    "sleepy": ("          ", "   ###    "),
    "tongue": ("#        #", " ######## ", "   rrrr   ", "   rrrr   ", "   rrrr   "),
}


def face(expression: str, head: Block, ink: str, rng: random.Random) -> str:
    """Eyes, brows and mouth on the front of a block."""
    inks = {"#": ink, "w": "#ffffff", "r": "#e8354f", "k": "#5a1420"}
    row = head.eye_row
    plain = rng.choice((_OPEN, _PUPIL)) if ink != "#f4f6fb" else _OPEN
    left: tuple[str, ...] = plain
    right: tuple[str, ...] = plain
    if expression == "laugh":
        left = right = rng.choice((_HAPPY, plain))
    elif expression == "surprised":
        left = right = _WIDE if ink != "#f4f6fb" else ("#####", "#   #", "# # #", "#   #", "#####")
    elif expression == "wink":
        left, right = rng.choice(((plain, _HAPPY), (_HAPPY, plain)))
    elif expression == "sleepy":
        left = right = _CLOSED
    elif expression == "love":
        left = right = _HEART
    drawn = head.rows(LEFT, row, left, inks) + head.rows(RIGHT, row, right, inks)
    if expression == "sad":
        drawn += head.rows(LEFT, row - 3, ("   ##", "###  "), inks) + head.rows(
            RIGHT, row - 3, ("##   ", "  ###"), inks
        )
        drawn += head.cells(LEFT + 1, row + 4, 2, 3, "#4dabf7")
    elif expression == "angry":
        drawn += head.rows(LEFT, row - 3, ("##   ", "  ###"), inks) + head.rows(
            RIGHT, row - 3, ("   ##", "###  "), inks
        )
    elif expression == "surprised":
        drawn += head.rows(LEFT, row - 3, ("#####",), inks) + head.rows(
            RIGHT, row - 3, ("#####",), inks
        )
    mouth = _MOUTHS["smile" if expression in ("wink", "love") else expression]
    drawn += head.rows(7, head.mouth_row, mouth, inks)
    if expression == "sleepy":
        x, y, p = head.x + head.w + head.d * DEPTH[0] * 0.4, head.y - head.d * 0.35, head.p
        drawn += "".join(
            f'<rect x="{x + dx * p:.2f}" y="{y + dy * p:.2f}" width="{w * p:.2f}" height="{p:.2f}" fill="#3b5bdb"/>'
            for dx, dy, w in ((0, 0, 4), (2, 1, 1.4), (1, 2, 1.4), (0, 3, 4))
        )
    return drawn


def eyewear(name: str, head: Block, rng: random.Random) -> str:
    """Glasses and the like of pixels, on the front and along the side."""
    row = head.eye_row - 1
    colour = rng.choice(("#1b1b1f", "#1b1b1f", "#5a3a22", "#b3261e", "#1f4fa3"))
    arm = ""
    if name != "monocle":
        x, y, p = head.x + head.w, head.y + (row + 1) * head.p, head.p
        dx, dy = head.d * DEPTH[0], head.d * DEPTH[1]
        arm = f'<path d="M{x:.2f} {y:.2f}l{dx:.2f} {dy:.2f}v{p:.2f}l{-dx:.2f} {-dy:.2f}Z" fill="{shade(colour, 0.7)}"/>'
    if name == "eyepatch":
        side, band = rng.choice((LEFT, RIGHT)), "#17171a"
        return (
            head.cells(0, row + 0.5, head.columns, 1, band)
            + arm.replace(shade(colour, 0.7), band)
            + head.cells(side - 1, row, 7, 5, band)
            + head.cells(side, row + 5, 5, 1.2, band)
        )
    if name == "monocle":
        side, gold = rng.choice((LEFT, RIGHT)), "#d4a514"
        ring = head.cells(side - 1, row - 0.5, 7, 1, gold) + head.cells(
            side - 1, row + 5.5, 7, 1, gold
        )
        ring += head.cells(side - 2, row, 1, 6, gold) + head.cells(side + 6, row, 1, 6, gold)
        chain = "".join(head.cells(side + 6, row + 6 + 1.6 * k, 0.8, 0.9, gold) for k in range(5))
        return ring + head.cells(side - 1, row + 0.5, 7, 5, "#ffffff", 0.25) + chain
    if name == "sunglasses":
        dark = "#121216"
        lenses = "".join(
            head.cells(side - 1, row, 7, 5, dark)
            + head.cells(side, row + 5, 5, 1, dark)
            + head.cells(side, row + 1, 2, 1, "#ffffff", 0.5)
            for side in (LEFT, RIGHT)
        )
        return (
            head.cells(0, row, head.columns, 1.4, dark)
            + lenses
            + arm.replace(shade(colour, 0.7), dark)
        )
    rims = "".join(
        head.cells(side - 2, row - 1, 9, 1, colour)
        + head.cells(side - 2, row + 6, 9, 1, colour)
        + head.cells(side - 2, row, 1, 6, colour)
        + head.cells(side + 6, row, 1, 6, colour)
        + head.cells(side - 1, row, 7, 6, "#ffffff", 0.25)
        for side in (LEFT, RIGHT)
    )
    bridge = head.cells(LEFT + 7, row + 1, RIGHT - LEFT - 9, 1, colour)
    return (
        rims
        + bridge
        + head.cells(0, row + 1, 2, 1, colour)
        + head.cells(22, row + 1, 2, 1, colour)
        + arm
    )


def _slab(head: Block, grow: float, high: float, lift: float, colour: str) -> str:
    """A block that sits on the head, wider than it by ``grow`` on each side."""
    return box(
        head.x - grow, head.y - lift - high, head.w + 2 * grow, high, head.d + 2 * grow, colour
    )


def _on_top(
    head: Block, share: float, high: float, lift: float, colour: str, shift: float = 0
) -> str:
    """A smaller block in the middle of the head's top; ``lift`` raises its foot."""
    w, d = head.w * share, head.d * share
    back = (head.d - d) / 2
    x = head.x + (head.w - w) / 2 + back * DEPTH[0] + shift
    y = head.y + back * DEPTH[1] - lift - high
    return box(x, y, w, high, d, colour)


def headwear(name: str, head: Block, colour: str, rng: random.Random) -> str:
    """A hat of blocks on the head."""
    u = head.w / 24
    low = -4.2 * u  # Hats reach this far down the forehead.
    if name == "cap":
        visor = box(head.x - u, head.y + 1.4 * u, head.w * 0.8, 2 * u, 3 * u, shade(colour, 0.75))
        return (
            _slab(head, u, 7 * u, low, colour)
            + visor
            + _on_top(head, 0.12, 1.2 * u, 2.8 * u, shade(colour, 0.7))
        )
    if name == "beanie":
        return (
            _slab(head, 0.6 * u, 7 * u, low + 2 * u, colour)
            + _slab(head, 1.2 * u, 3.2 * u, low, "#f1f3f5")
            + _on_top(head, 0.24, 4 * u, 5 * u, "#f8f9fa")
        )
    if name == "top_hat":
        dark, band = (
            rng.choice(("#1b1b1f", "#2f2a4a", "#3b2417")),
            rng.choice(("#e03131", "#fcc419", "#9c36b5")),
        )
        return (
            _slab(head, 4 * u, 1.8 * u, low + 3 * u, dark)
            + _on_top(head, 0.78, 3 * u, 0.6 * u, band)
            + _on_top(head, 0.78, 9 * u, 3.6 * u, dark)
        )
    if name == "cowboy_hat":
        tan = rng.choice(("#a9743a", "#8a5522", "#c89b5c"))
        ends = box(head.x - 6 * u, head.y - 3.4 * u, 2.4 * u, 3 * u, head.d, tan)
        return (
            ends
            + _slab(head, 5 * u, 1.8 * u, low + 3 * u, tan)
            + _on_top(head, 0.72, 1.6 * u, 0.6 * u, "#4a2f1c")
            + _on_top(head, 0.72, 5 * u, 2.2 * u, tan)
            + box(head.x + head.w + 4 * u, head.y - 3.4 * u, 2.4 * u, 3 * u, head.d * 0.9, tan)
        )
    if name == "party_hat":
        other = rng.choice(("#fcc419", "#ffffff", "#4dabf7"))
        tiers = ((0.7, 3), (0.5, 3), (0.32, 3), (0.18, 3))
        lift, drawn = 0.0, ""
        for index, (share, high) in enumerate(tiers):
            drawn += _on_top(head, share, high * u, lift, other if index % 2 else colour)
            lift += high * u
        return drawn + _on_top(head, 0.14, 2.4 * u, lift, "#ffffff")
    if name == "chef_hat":
        return _slab(head, 0.6 * u, 4 * u, low + 2 * u, "#e9ecef") + _slab(
            head, 2 * u, 6.5 * u, 2.2 * u, "#ffffff"
        )
    if name == "graduation_cap":
        dark = rng.choice(("#212529", "#1d3461"))
        tassel = box(head.x - 1 * u, head.y - 1.6 * u, 1.4 * u, 7 * u, 1.4 * u, "#fcc419")
        return (
            _slab(head, 0.4 * u, 5 * u, low + 1 * u, dark)
            + _slab(head, 5 * u, 1.4 * u, 1.6 * u, dark)
            + _on_top(head, 0.1, 1 * u, 3 * u, "#fcc419")
            + tassel
        )
    if name == "hard_hat":
        hue = rng.choice(("#fcc419", "#fcc419", "#fd7e14", "#f1f3f5"))
        return (
            _slab(head, 0.8 * u, 6 * u, low + 1.6 * u, hue)
            + _on_top(head, 0.3, 1.6 * u, 3.4 * u, shade(hue, 1.3))
            + _slab(head, 2.6 * u, 1.6 * u, low, shade(hue, 0.85))
        )
    if name == "santa_hat":
        return (
            _slab(head, 0.4 * u, 4 * u, 0, "#d9252a")
            + _on_top(head, 0.6, 3.6 * u, 4 * u, "#d9252a", 2 * u)
            + _on_top(head, 0.34, 3 * u, 7.6 * u, "#d9252a", 5 * u)
            + _on_top(head, 0.2, 3 * u, 9.6 * u, "#ffffff", 9 * u)
            + _slab(head, 1.4 * u, 3.6 * u, low + 0.6 * u, "#ffffff")
        )
    if name == "wizard_hat":
        hue = rng.choice(("#4b2a8c", "#1d3c8f", "#26262b"))
        return (
            _slab(head, 5 * u, 1.6 * u, low + 3 * u, hue)
            + _on_top(head, 0.7, 1.6 * u, 0.4 * u, "#fcc419")
            + _on_top(head, 0.7, 3.4 * u, 2 * u, hue)
            + _on_top(head, 0.48, 3.4 * u, 5.4 * u, hue)
            + _on_top(head, 0.28, 4 * u, 8.8 * u, hue, 1.5 * u)
        )
    if name == "crown":
        gold = rng.choice(("#f5c518", "#e0a800"))
        spikes = "".join(
            box(head.x + head.w * k - 1.6 * u, head.y - 4.6 * u, 3.2 * u, 3.4 * u, 2.4 * u, gold)
            for k in (0.06, 0.35, 0.65, 0.94)
        )
        gems = "".join(
            head.cells(c, 1.1, 2, 2, rng.choice(("#e03131", "#1c7ed6", "#2f9e44")))
            for c in (3, 11, 19)
        )
        return _slab(head, 0.3 * u, 4.6 * u, low + 0.8 * u, gold) + spikes + gems
    front = (
        head.cells(0, 0, 24, 5, colour)
        + head.cells(0, 5, 3.4, 17, colour)
        + head.cells(20.6, 5, 3.4, 17, colour)
    )
    chin = head.cells(0, 20, 24, head.h / head.p - 20, colour)
    side_x, dx, dy = head.x + head.w, head.d * DEPTH[0], head.d * DEPTH[1]
    side = f'<path d="M{side_x:.2f} {head.y:.2f}l{dx:.2f} {dy:.2f}v{head.h + 5 * u:.2f}l{-dx:.2f} {-dy:.2f}Z" fill="{shade(colour, 0.72)}"/>'
    drape = box(
        head.x - 1.5 * u,
        head.y + head.h - 1.2 * u,
        head.w + 3 * u,
        6 * u,
        head.d + 2 * u,
        shade(colour, 0.92),
    )
    return drape + _slab(head, 0.6 * u, 1.8 * u, 0, colour) + side + front + chin


def hair(name: str, head: Block, colour: str, rng: random.Random) -> tuple[str, str]:
    """Hair of blocks, behind and on the head."""
    u = head.w / 24
    dx, dy = head.d * DEPTH[0], head.d * DEPTH[1]
    x1, y0 = head.x + head.w, head.y

    def side(down: float) -> str:
        return f'<path d="M{x1:.2f} {y0:.2f}l{dx:.2f} {dy:.2f}v{down:.2f}l{-dx:.2f} {-dy:.2f}Z" fill="{shade(colour, 0.72)}"/>'

    cap = _slab(head, 0.5 * u, 3.4 * u, -1.8 * u, colour)
    fringe = (
        head.cells(0, 1.6, 5, 3, colour)
        + head.cells(9, 1.6, 4, 1.6, colour)
        + head.cells(18, 1.6, 6, 2.4, colour)
    )
    full = head.cells(0, 1.6, 24, 3, colour)
    if name == "bald":
        return "", ""
    if name == "short":
        return "", side(8 * u) + cap + fringe
    if name in ("long", "bob"):
        down = 30 if name == "long" else 19
        left = box(head.x - 2 * u, y0 - u, 4.2 * u, down * u, 1.5 * u, colour)
        right = box(x1 - 2.2 * u, y0 - u, 4.2 * u, down * u, head.d * 0.8, colour)
        behind = box(head.x - u, y0, head.w + 2 * u, (down - 1) * u, head.d, shade(colour, 0.8))
        return behind, cap + full + left + right
    if name == "curly":
        bumps = "".join(
            box(
                head.x + head.w * k - 2.6 * u,
                y0 - rng.uniform(2.6, 4.4) * u,
                5.2 * u,
                6.5 * u,
                head.d * 0.5,
                colour if i % 2 else shade(colour, 0.9),
            )
            for i, k in enumerate((0.02, 0.2, 0.4, 0.6, 0.8, 0.98))
        )
        sides = box(head.x - 3 * u, y0 + 3 * u, 4 * u, 9 * u, 3 * u, colour) + box(
            x1 - u, y0 + 3 * u, 4 * u, 9 * u, head.d * 0.6, colour
        )
        return box(
            head.x - 2 * u, y0 - 4 * u, head.w + 4 * u, 12 * u, head.d, shade(colour, 0.85)
        ), cap + bumps + sides
    if name == "afro":
        behind = box(
            head.x - 6 * u, y0 - 9 * u, head.w + 12 * u, 24 * u, head.d, shade(colour, 0.92)
        )
        return behind, _slab(head, 3 * u, 6 * u, -1.6 * u, colour) + full
    if name == "bun":
        return "", side(6 * u) + cap + fringe + _on_top(head, 0.4, 6 * u, 1.6 * u, colour)
    if name == "ponytail":
        tail = box(x1 + dx * 0.5, y0 + dy * 0.4 - u, 5 * u, 17 * u, 3 * u, colour) + box(
            x1 + dx * 0.5 - u, y0 + dy * 0.4, 3 * u, 2 * u, 3 * u, "#e64980"
        )
        return tail, side(7 * u) + cap + full
    if name == "braids":
        plaits = ""
        for x in (head.x - 3.4 * u, x1 - 0.6 * u):
            for k in range(6):
                plaits += box(
                    x + (0.4 * u if k % 2 else 0),
                    y0 + (4 + 3.8 * k) * u,
                    4 * u,
                    3.4 * u,
                    3 * u,
                    colour if k % 2 else shade(colour, 0.82),
                )
        return "", side(6 * u) + cap + full + plaits
    if name == "mohawk":
        w = 5 * u
        return "", box(head.x + head.w / 2 - w / 2, y0 - 7 * u, w, 8.5 * u, head.d * 1.4, colour)
    spikes = "".join(
        box(
            head.x + head.w * k - 1.7 * u,
            y0 - (5.6 if i % 2 else 3.8) * u,
            3.4 * u,
            5 * u,
            head.d * 0.4,
            colour,
        )
        for i, k in enumerate((0.07, 0.24, 0.41, 0.58, 0.75, 0.92))
    )
    return "", side(5 * u) + cap + fringe + spikes


def facial_hair(name: str, head: Block, colour: str, rng: random.Random) -> str:
    """A beard around the mouth, or a moustache above it."""
    row = head.mouth_row
    bottom = head.h / head.p
    lip = head.cells(6, row - 2, 5.5, 1.6, colour) + head.cells(12.5, row - 2, 5.5, 1.6, colour)
    if name == "moustache":
        ends = head.cells(5, row - 1.2, 2, 1.8, colour) + head.cells(17, row - 1.2, 2, 1.8, colour)
        return lip + ends
    p, dx, dy = head.p, head.d * DEPTH[0] * 0.45, head.d * DEPTH[1] * 0.45
    x1, y = head.x + head.w, head.y + (row - 3) * p
    side = f'<path d="M{x1:.2f} {y:.2f}l{dx:.2f} {dy:.2f}v{(bottom - row + 3) * p:.2f}l{-dx:.2f} {-dy:.2f}Z" fill="{shade(colour, 0.72)}"/>'
    low = head.cells(0, row + 4, 24, bottom - row - 4 + rng.choice((0, 2, 4)), colour)
    cheeks = head.cells(0, row - 3, 4, 7, colour) + head.cells(20, row - 3, 4, 7, colour)
    jaw = head.cells(4, row + 1, 2, 3, colour) + head.cells(18, row + 1, 2, 3, colour)
    return side + cheeks + jaw + low + lip


def accessory(
    name: str, head: Block, neck: float, chest: tuple[float, float], rng: random.Random
) -> str:
    """Other worn things of blocks; ``neck`` is the height of the neck, ``chest`` a point on it."""
    u = head.w / 24
    hue = rng.choice(("#e03131", "#1c7ed6", "#9c36b5", "#fcc419", "#2f9e44", "#f06595"))
    x1, dx, dy = head.x + head.w, head.d * DEPTH[0], head.d * DEPTH[1]
    if name == "headphones":
        dark = rng.choice(("#212529", "#e03131", "#1c7ed6", "#f1f3f5"))
        band = box(head.x - 2 * u, head.y + dy * 0.5 - 3 * u, head.w + 4 * u, 2 * u, 3 * u, dark)
        cups = box(head.x - 3 * u, head.y + 5 * u, 3.2 * u, 8 * u, 4 * u, dark) + box(
            x1 + dx * 0.15, head.y + 5 * u + dy * 0.3, 3 * u, 8 * u, head.d * 0.5, dark
        )
        arms = box(head.x - 2 * u, head.y - 3 * u, 1.6 * u, 9 * u, 2 * u, dark) + box(
            x1 + dx * 0.3, head.y + dy * 0.5 - 3 * u, 1.6 * u, 9 * u, 2 * u, dark
        )
        return band + arms + cups
    if name == "bow":
        x, y = head.x + rng.choice((2, 15)) * u, head.y - 5 * u
        return (
            box(x, y, 3.4 * u, 5 * u, 2 * u, hue)
            + box(x + 5 * u, y, 3.4 * u, 5 * u, 2 * u, hue)
            + box(x + 3.2 * u, y + 1.4 * u, 2 * u, 2.4 * u, 2.6 * u, shade(hue, 0.7))
        )
    if name == "flower":
        x, y, petal = (
            head.x + rng.choice((2, 15)) * u,
            head.y - 4.6 * u,
            rng.choice(("#f783ac", "#ffffff", "#b197fc")),
        )
        cross = box(x + 2 * u, y, 2 * u, 6 * u, 1.4 * u, petal) + box(
            x, y + 2 * u, 6 * u, 2 * u, 1.4 * u, petal
        )
        return cross + box(x + 2 * u, y + 2 * u, 2 * u, 2 * u, 1.8 * u, "#fcc419")
    if name == "bow_tie":
        x = head.x + head.w / 2
        return (
            box(x - 5 * u, neck, 4 * u, 4 * u, 1.5 * u, hue)
            + box(x + 1 * u, neck, 4 * u, 4 * u, 1.5 * u, hue)
            + box(x - 1.2 * u, neck + 1 * u, 2.4 * u, 2 * u, 1.8 * u, shade(hue, 0.7))
        )
    if name == "scarf":
        wrap = box(head.x + 1 * u, neck - 1.6 * u, head.w - 2 * u, 4.6 * u, head.d * 0.8, hue)
        return (
            wrap
            + box(head.x + 4 * u, neck + 3 * u, 4.4 * u, 8 * u, 1.6 * u, shade(hue, 0.85))
            + box(head.x + 4 * u, neck + 8 * u, 4.4 * u, 1.4 * u, 1.6 * u, "#f1f3f5")
        )
    if name == "earrings":
        gold = rng.choice(("#f5c518", "#15aabf", "#e03131"))
        return box(head.x - 1.6 * u, head.y + 13 * u, 2.4 * u, 4 * u, 1.2 * u, gold) + box(
            x1 + dx * 0.4, head.y + 13 * u + dy * 0.4, 2.4 * u, 4 * u, 1.2 * u, gold
        )
    if name == "badge":
        x, y = chest
        return (
            box(x - 2.6 * u, y - 2.6 * u, 5.2 * u, 5.2 * u, 0.8 * u, hue)
            + f'<path d="M{x - 0.6 * u:.2f} {y - 1.6 * u:.2f}h{1.2 * u:.2f}v{u:.2f}h{u:.2f}v{1.2 * u:.2f}h{-u:.2f}v{u:.2f}h{-1.2 * u:.2f}v{-u:.2f}h{-u:.2f}v{-1.2 * u:.2f}h{u:.2f}Z" fill="#ffffff"/>'
        )
    tone = rng.choice(("#e7f5ff", "#99e9f2", "#343a40"))
    row = head.mouth_row - 2
    mask = head.cells(3, row, 18, head.h / head.p - row - 0.5, tone)
    folds = "".join(head.cells(4, row + k, 16, 0.6, shade(tone, 0.8)) for k in (2, 4.4, 6.6))
    return mask + folds + head.cells(0, row, 3, 1, tone)
