# ruff: noqa: E501 -- path data reads worse when it is cut
"""Eyes, brows and mouths that show one expression, for heads that come without."""

from __future__ import annotations

import random
from dataclasses import dataclass

from brandhub.inference.training.parts.frame import Frame, placed, shade

LOOKS = ("dot", "ball", "oval", "led")


@dataclass(frozen=True, slots=True)
class Look:
    """How a face is drawn: kind of eyes and their ink; ``glow`` colours eyes on a dark screen."""

    eyes: str
    ink: str = "#1e2430"
    glow: str = ""

    @property
    def line(self) -> str:
        """Colour of strokes."""
        return self.glow or self.ink


def _open_eye(look: Look, grow: float = 1.0, dx: float = 0.0) -> str:
    """One open eye around the origin in units of its radius."""
    if look.eyes == "ball":
        pupil = 0.5 if grow <= 1 else 0.38
        return (
            f'<circle r="{grow}" fill="#ffffff" stroke="{look.ink}" stroke-width=".1"/>'
            f'<circle cx="{dx:.2f}" r="{pupil}" fill="{look.ink}"/><circle cx="{dx + 0.18:.2f}" cy="-.18" r=".15" fill="#ffffff"/>'
        )
    if look.eyes == "oval":
        return (
            f'<ellipse rx="{0.56 * grow:.2f}" ry="{0.86 * grow:.2f}" fill="{look.line}"/>'
            f'<circle cx=".15" cy="-.35" r=".2" fill="#ffffff"/>'
        )
    if look.eyes == "led":
        return (
            f'<rect x="{-0.5 * grow:.2f}" y="{-0.75 * grow:.2f}" width="{grow:.2f}" height="{1.5 * grow:.2f}" '
            f'rx=".2" fill="{look.line}"/>'
        )
    rings = f'<circle r="{grow}" fill="#ffffff"/>' if grow > 1 else ""
    return rings + f'<circle r="{0.6 if grow <= 1 else 0.45}" fill="{look.line}"/>'


def _stroke(look: Look, d: str, width: float = 0.3) -> str:
    return (
        f'<path d="{d}" fill="none" stroke="{look.line}" stroke-width="{width}" '
        f'stroke-linecap="round" stroke-linejoin="round"/>'
    )


_HEART = "M0 .95C-1.25 .1 -1.1 -.85 -.55 -.85C-.2 -.85 0 -.6 0 -.4C0 -.6 .2 -.85 .55 -.85C1.1 -.85 1.25 .1 0 .95Z"


def _eyes(expression: str, look: Look, rng: random.Random) -> tuple[str, str]:
    glance = rng.choice((-0.25, 0, 0, 0.25))
    plain = _open_eye(look, dx=glance)
    if expression == "laugh" and rng.random() < 0.6:
        arc = _stroke(look, "M-.8 .35Q0 -.95 .8 .35")
        return arc, arc
    if expression == "surprised":
        wide = _open_eye(look, 1.25)
        return wide, wide
    if expression in ("wink", "tongue") and (expression == "wink" or rng.random() < 0.35):
        shut = _stroke(look, rng.choice(("M-.8 .3Q0 -.8 .8 .3", "M-.7 -.45L.6 .05L-.7 .5")))
        flipped = f'<g transform="scale(-1 1)">{shut}</g>'
        return (flipped, plain) if rng.random() < 0.5 else (plain, shut)
    if expression == "sleepy":
        arc = _stroke(look, "M-.8 -.1Q0 .65 .8 -.1")
        return arc, arc
    if expression == "love":
        heart = f'<path d="{_HEART}" transform="scale(1.05)" fill="#e8253f"/>'
        return heart, heart
    return plain, plain


def _brows(expression: str, look: Look, rng: random.Random) -> tuple[str, str]:
    """Left and right brow around the eye's centre."""
    slopes = {"sad": (-1.25, -1.75), "angry": (-1.75, -1.0), "surprised": (-1.9, -1.9)}
    if expression not in slopes:
        return "", ""
    outer, inner = slopes[expression]
    bend = (outer + inner) / 2 - (0.3 if expression == "surprised" else 0)
    left = _stroke(look, f"M-.85 {outer}Q0 {bend:.2f} .85 {inner}", 0.34)
    return left, f'<g transform="scale(-1 1)">{left}</g>'


def _teeth(wide: float, deep: float) -> str:
    return (
        f'<path d="M{-wide} 0H{wide}Q{wide * 0.98:.2f} {deep * 0.28:.2f} {wide * 0.9:.2f} {deep * 0.38:.2f}'
        f'H{-wide * 0.9:.2f}Q{-wide * 0.98:.2f} {deep * 0.28:.2f} {-wide} 0Z" fill="#ffffff"/>'
    )


def _mouth(expression: str, look: Look, rng: random.Random) -> str:
    """A mouth around the origin in units of half its width."""
    dark = "#4a0f16" if not look.glow else shade(look.glow, 0.35)
    outline = f'stroke="{look.line}" stroke-width=".16" stroke-linejoin="round"'
    if expression in ("smile", "wink", "love"):
        depth = rng.choice((0.75, 0.95, 1.15))
        return _stroke(look, f"M-.95 -.2Q0 {depth} .95 -.2", 0.24)
    if expression == "laugh":
        mouth = (
            f'<path d="M-1.05 -.3H1.05Q1 1.15 0 1.15Q-1 1.15 -1.05 -.3Z" fill="{dark}" {outline}/>'
        )
        teeth = f'<g transform="translate(0 -.24)">{_teeth(0.98, 0.95)}</g>'
        return (
            mouth
            + teeth
            + '<path d="M-.6 .8Q0 .35 .6 .8Q.3 1.08 0 1.08Q-.3 1.08 -.6 .8Z" fill="#f0607a"/>'
        )
    if expression == "sad":
        return _stroke(look, "M-.85 .5Q0 -.55 .85 .5", 0.24)
    if expression == "angry":
        if rng.random() < 0.4:
            return (
                f'<rect x="-.9" y="-.3" width="1.8" height=".75" rx=".2" fill="#ffffff" {outline}/>'
                + _stroke(look, "M-.45 -.3V.45M0 -.3V.45M.45 -.3V.45M-.9 .08H.9", 0.1)
            )
        return _stroke(look, "M-.85 .45Q0 -.35 .85 .45", 0.26)
    if expression == "surprised":
        return f'<ellipse cy=".2" rx=".42" ry=".6" fill="{dark}" {outline}/>'
    if expression == "sleepy":
        return f'<ellipse cy=".1" rx=".28" ry=".22" fill="{dark}" {outline}/>'
    if expression == "tongue":
        mouth = _stroke(look, "M-.95 -.2Q0 .75 .95 -.2", 0.24)
        return (
            '<path d="M-.4 .2V.75Q-.4 1.2 0 1.2Q.4 1.2 .4 .75V.2Z" fill="#f0486a"/>'
            '<path d="M0 .35V.8" stroke="#b82345" stroke-width=".1"/>' + mouth
        )
    return _stroke(look, "M-.8 .1H.8", 0.24)


def _extras(expression: str, frame: Frame, rng: random.Random) -> str:
    x, y = frame.eyes
    if expression == "sad":
        side = rng.choice((-1, 1))
        tear = "M0 -.9Q.7 .1 0 .55Q-.7 .1 0 -.9Z"
        return placed(
            x + side * frame.eye_dx, y + frame.eye_r * 1.9, frame.eye_r * 0.8, frame.eye_r * 0.9,
            f'<path d="{tear}" fill="#4dabf7"/>',
        )  # fmt: skip
    if expression == "sleepy":
        size = frame.half * 0.16
        zed = "M-1 -1H1L-1 1H1"
        place = (frame.cx + frame.half * 1.05, frame.top + frame.half * 0.1)
        return "".join(
            placed(
                place[0] + size * 1.6 * k, place[1] - size * 1.8 * k, size * (1 - 0.2 * k), size * (1 - 0.2 * k),
                f'<path d="{zed}" fill="none" stroke="#3b5bdb" stroke-width=".5"/>',
            )
            for k in (0, 1)
        )  # fmt: skip
    return ""


def draw_eyes(expression: str, frame: Frame, look: Look, rng: random.Random) -> str:
    """Eyes and brows of an expression."""
    x, y = frame.eyes
    radius = frame.eye_r
    pieces = []
    for side, eye, brow in zip(
        (-1, 1), _eyes(expression, look, rng), _brows(expression, look, rng), strict=True
    ):
        pieces.append(placed(x + side * frame.eye_dx, y, radius, radius, eye + brow))
    return frame.turned("".join(pieces) + _extras(expression, frame, rng))


def draw_mouth(expression: str, frame: Frame, look: Look, rng: random.Random) -> str:
    """The mouth of an expression."""
    x, y = frame.mouth
    unit = frame.mouth_w / 2
    return frame.turned(placed(x, y, unit, unit, _mouth(expression, look, rng)))
