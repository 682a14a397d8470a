# ruff: noqa: E501 -- path data reads worse when it is cut
"""What is worn on head, ears, neck and chest, and facial hair; cues of age and gender."""

from __future__ import annotations

import random
from collections.abc import Callable

from brandhub.inference.training.parts.frame import Frame, luminance, placed, shade
from brandhub.inference.training.parts.headwear import CLOTH


def _bow_shape(colour: str) -> str:
    dark = shade(colour, 0.72)
    return (
        f'<path d="M0 0Q-.5 -.75 -1 -.6Q-1.15 0 -1 .6Q-.5 .75 0 0Q.5 -.75 1 -.6Q1.15 0 1 .6Q.5 .75 0 0Z" fill="{colour}"/>'
        f'<path d="M-.2 0L-.7 -.2M-.2 0L-.7 .2M.2 0L.7 -.2M.2 0L.7 .2" stroke="{dark}" stroke-width=".09"/>'
        f'<rect x="-.22" y="-.26" width=".44" height=".52" rx=".14" fill="{dark}"/>'
    )


def headphones(frame: Frame, rng: random.Random) -> str:
    """A band over the head with a cup at each ear; sometimes with a microphone."""
    colour = rng.choice(
        ("#212529", "#212529", "#e03131", "#1c7ed6", "#f1f3f5", "#fcc419", "#9c36b5")
    )
    pad = shade(colour, 0.6) if luminance(colour) > 0.25 else "#5c636a"
    cx, half, ear = frame.cx, frame.half * 1.02, frame.ear_y
    crown = frame.top - frame.half * 0.12
    cup = frame.half * rng.uniform(0.3, 0.38)
    band = (
        f'<path d="M{cx - half:.1f} {ear:.1f}C{cx - half * 1.08:.1f} {crown - (ear - crown) * 0.32:.1f} '
        f'{cx + half * 1.08:.1f} {crown - (ear - crown) * 0.32:.1f} {cx + half:.1f} {ear:.1f}" '
        f'fill="none" stroke="{colour}" stroke-width="{frame.half * 0.15:.2f}"/>'
    )
    cups = "".join(
        f'<rect x="{cx + s * half - cup * 0.55:.1f}" y="{ear - cup:.1f}" width="{cup * 1.1:.1f}" '
        f'height="{cup * 2:.1f}" rx="{cup * 0.5:.1f}" fill="{colour}"/>'
        f'<rect x="{cx + s * (half - cup * 0.55) - cup * 0.22:.1f}" y="{ear - cup * 0.8:.1f}" width="{cup * 0.44:.1f}" '
        f'height="{cup * 1.6:.1f}" rx="{cup * 0.2:.1f}" fill="{pad}"/>'
        for s in (-1, 1)
    )
    microphone = ""
    if rng.random() < 0.3:
        x, y = frame.mouth
        end = x - frame.half * 0.45
        microphone = (
            f'<path d="M{cx - half:.1f} {ear + cup * 0.6:.1f}Q{cx - half:.1f} {y + 1:.1f} {end:.1f} {y + 2:.1f}" '
            f'fill="none" stroke="{colour}" stroke-width="{frame.half * 0.07:.2f}"/>'
            f'<circle cx="{end:.1f}" cy="{y + 2:.1f}" r="{frame.half * 0.09:.2f}" fill="{pad}"/>'
        )
    return frame.turned(band + cups + microphone)


def bow(frame: Frame, rng: random.Random) -> str:
    """A ribbon bow on one side of the head."""
    colour = rng.choice(("#f06595", "#f06595", "#e03131", "#9c36b5", "#4dabf7", "#fcc419"))
    side = rng.choice((-1, 1))
    size = frame.half * rng.uniform(0.4, 0.5)
    x = frame.cx + side * frame.brim_half * 0.6
    y = frame.brim_y - (frame.brim_y - frame.top) * 0.75
    return frame.turned(
        placed(x, y, size, size, f'<g transform="rotate({side * 22})">{_bow_shape(colour)}</g>')
    )


def bow_tie(frame: Frame, rng: random.Random) -> str:
    """A bow tie under the chin."""
    colour = rng.choice(("#e03131", "#212529", "#1c7ed6", "#9c36b5", "#2f9e44"))
    size = max(frame.neck_half * 0.9, frame.half * 0.36)
    return placed(
        frame.cx, min(frame.neck_y, 96 - size * 0.6), size, size * 0.85, _bow_shape(colour)
    )


def scarf(frame: Frame, rng: random.Random) -> str:
    """A scarf around the neck with one hanging end."""
    colour = rng.choice([c for c in CLOTH if c != "#212529"])
    dark = shade(colour, 0.75)
    half = max(frame.neck_half * 1.35, frame.half * 0.62)
    side = rng.choice((-1, 1))
    y = min(frame.neck_y, 90)
    body = (
        f'<path d="M{side * 0.2:.2f} .1L{side * 0.25:.2f} 1.3H{side * 0.75:.2f}L{side * 0.7:.2f} .1Z" fill="{dark}"/>'
        f'<path d="M{side * 0.25:.2f} 1.05H{side * 0.75:.2f}" stroke="#ffffff" stroke-opacity=".7" stroke-width=".1"/>'
        f'<path d="M-1 -.3Q0 .1 1 -.3Q1.15 .05 1 .38Q0 .75 -1 .38Q-1.15 .05 -1 -.3Z" fill="{colour}"/>'
        f'<path d="M-.55 -.1Q-.45 .2 -.55 .5M.55 -.1Q.45 .2 .55 .5" stroke="{dark}" stroke-width=".09" fill="none"/>'
    )
    return placed(frame.cx, y, half, half * 0.8, body)


def earrings(frame: Frame, rng: random.Random) -> str:
    """A hoop or a drop under each ear."""
    colour = rng.choice(("#f5c518", "#f5c518", "#e03131", "#15aabf", "#f1f3f5"))
    size = frame.half * rng.uniform(0.13, 0.18)
    y = frame.ear_y + (frame.mouth_y - frame.ear_y) * 0.45 + size
    hoop = f'<circle r=".95" fill="none" stroke="{colour}" stroke-width=".5"/>'
    drop = f'<circle cy="-.5" r=".35" fill="{colour}"/><circle cy=".55" r=".85" fill="{colour}"/>'
    shape = rng.choice((hoop, drop))
    return frame.turned(
        "".join(
            placed(frame.cx + s * frame.half * 1.0, y, size * 1.2, size * 1.2, shape)
            for s in (-1, 1)
        )
    )


def badge(frame: Frame, rng: random.Random) -> str:
    """A round badge with a star, a tick, a heart or a letterless mark on the chest."""
    colour = rng.choice(("#f5c518", "#e03131", "#1c7ed6", "#2f9e44", "#9c36b5"))
    mark = {
        "star": '<path d="M0 -.66l.19 .42l.46 .05l-.34 .31l.1 .45l-.41 -.23l-.41 .23l.1 -.45l-.34 -.31l.46 -.05Z" fill="#ffffff"/>',
        "tick": '<path d="M-.4 .02L-.1 .34L.45 -.3" fill="none" stroke="#ffffff" stroke-width=".2"/>',
        "heart": '<path d="M0 .5C-.75 0 -.6 -.5 -.3 -.5C-.1 -.5 0 -.35 0 -.2C0 -.35 .1 -.5 .3 -.5C.6 -.5 .75 0 0 .5Z" fill="#ffffff"/>',
        "ring": '<circle r=".35" fill="none" stroke="#ffffff" stroke-width=".2"/>',
    }[rng.choice(("star", "star", "tick", "heart", "ring"))]
    size = max(frame.half * 0.22, 5.2)
    x, y = frame.chest
    body = f'<circle r="1" fill="{colour}" stroke="#ffffff" stroke-width=".16"/>{mark}'
    return placed(x, min(y, 98 - size), size, size, body)


def mask(frame: Frame, rng: random.Random) -> str:
    """A medical mask over mouth and nose."""
    colour = rng.choice(("#e7f5ff", "#e7f5ff", "#99e9f2", "#f8f9fa", "#343a40"))
    line = shade(colour, 0.82) if luminance(colour) > 0.4 else "#6c757d"
    x, y = frame.mouth
    wide = frame.half * 0.78
    up = min((frame.mouth_y - frame.eye_y) * 0.62, frame.half * 0.6)
    down = max((frame.chin - frame.mouth_y) * 0.8, up * 0.55)
    loops = "".join(
        f'<path d="M{x + s * wide * 0.95:.1f} {y - up * 0.6:.1f}L{frame.cx + s * frame.half:.1f} {frame.ear_y:.1f}" '
        f'stroke="{line}" stroke-width="{frame.half * 0.05:.2f}"/>'
        for s in (-1, 1)
    )
    body = (
        f'<path d="M{x - wide:.1f} {y - up * 0.7:.1f}Q{x:.1f} {y - up * 1.25:.1f} {x + wide:.1f} {y - up * 0.7:.1f}'
        f'L{x + wide * 0.9:.1f} {y + down * 0.55:.1f}Q{x:.1f} {y + down * 1.35:.1f} {x - wide * 0.9:.1f} {y + down * 0.55:.1f}Z" '
        f'fill="{colour}" stroke="{line}" stroke-width="{frame.half * 0.04:.2f}"/>'
    )
    folds = "".join(
        f'<path d="M{x - wide * 0.8:.1f} {y + k * up * 0.4:.1f}Q{x:.1f} {y + k * up * 0.4 + 1:.1f} {x + wide * 0.8:.1f} '
        f'{y + k * up * 0.4:.1f}" fill="none" stroke="{line}" stroke-width="{frame.half * 0.035:.2f}"/>'
        for k in (-0.6, 0, 0.6)
    )
    return frame.turned(loops + body + folds)


def flower(frame: Frame, rng: random.Random) -> str:
    """A blossom on one side of the head."""
    colour = rng.choice(("#f783ac", "#ffffff", "#e03131", "#b197fc", "#ffd43b"))
    heart = "#fcc419" if colour != "#ffd43b" else "#8a5522"
    side = rng.choice((-1, 1))
    size = frame.half * rng.uniform(0.27, 0.33)
    petals = "".join(
        f'<ellipse cy="-.68" rx=".42" ry=".56" fill="{colour}" stroke="{shade(colour, 0.85)}" stroke-width=".06" '
        f'transform="rotate({72 * k})"/>'
        for k in range(5)
    )
    x = frame.cx + side * frame.brim_half * 0.72
    y = frame.brim_y - (frame.brim_y - frame.top) * 0.55
    return frame.turned(placed(x, y, size, size, f'{petals}<circle r=".36" fill="{heart}"/>'))


ACCESSORIES: dict[str, Callable[[Frame, random.Random], str]] = {
    "headphones": headphones,
    "bow": bow,
    "bow_tie": bow_tie,
    "scarf": scarf,
    "earrings": earrings,
    "badge": badge,
    "mask": mask,
    "flower": flower,
}
# Drawn over clothes and under the head's own parts.
ON_BODY = ("bow_tie", "scarf", "badge")


def beard(frame: Frame, colour: str, rng: random.Random) -> str:
    """A full beard along the jaw that leaves the mouth free."""
    x, y = frame.mouth
    half, mouth = frame.half, frame.mouth_w / 2
    side_y = (frame.eye_y + frame.mouth_y) / 2
    low = frame.chin + (frame.chin - frame.mouth_y) * rng.uniform(0.1, 0.75)
    gap = mouth * 1.15
    body = (
        f'<path d="M{frame.cx - half:.1f} {side_y:.1f}Q{frame.cx - half * 0.8:.1f} {y - mouth * 0.4:.1f} {x - gap:.1f} {y - mouth * 0.75:.1f}'
        f"Q{x:.1f} {y - mouth * 1.1:.1f} {x + gap:.1f} {y - mouth * 0.75:.1f}"
        f"Q{frame.cx + half * 0.8:.1f} {y - mouth * 0.4:.1f} {frame.cx + half:.1f} {side_y:.1f}"
        f"Q{frame.cx + half * 1.02:.1f} {frame.chin:.1f} {frame.cx + half * 0.45:.1f} {low:.1f}"
        f"Q{frame.cx:.1f} {low + half * 0.14:.1f} {frame.cx - half * 0.45:.1f} {low:.1f}"
        f"Q{frame.cx - half * 1.02:.1f} {frame.chin:.1f} {frame.cx - half:.1f} {side_y:.1f}Z"
        f"M{x - gap:.1f} {y:.1f}Q{x - gap * 0.9:.1f} {y + mouth * 1.1:.1f} {x:.1f} {y + mouth * 1.2:.1f}"
        f'Q{x + gap * 0.9:.1f} {y + mouth * 1.1:.1f} {x + gap:.1f} {y:.1f}Q{x:.1f} {y - mouth * 0.75:.1f} {x - gap:.1f} {y:.1f}Z" '
        f'fill="{colour}" fill-rule="evenodd"/>'
    )
    return frame.turned(body)


def moustache(frame: Frame, colour: str, rng: random.Random) -> str:
    """A moustache above the mouth: bushy, thin or with curled ends."""
    x, y = frame.mouth
    unit = max(frame.mouth_w * 0.62, frame.half * 0.36)
    shape = rng.choice(
        (
            "M0 -.25Q-.35 -.55 -.75 -.3Q-1.05 -.1 -1.1 .25Q-.6 .35 0 .1Q.6 .35 1.1 .25Q1.05 -.1 .75 -.3Q.35 -.55 0 -.25Z",
            "M0 -.15Q-.45 -.4 -.8 -.1Q-1 .1 -1.35 -.3Q-1.35 .35 -.85 .3Q-.35 .3 0 .08Q.35 .3 .85 .3Q1.35 .35 1.35 -.3Q1 .1 .8 -.1Q.45 -.4 0 -.15Z",
            "M-.9 .25Q-.85 -.4 0 -.4Q.85 -.4 .9 .25Q.45 .05 0 .05Q-.45 .05 -.9 .25Z",
        )
    )
    lift = frame.mouth_w * 0.3
    return frame.turned(placed(x, y - lift, unit, unit, f'<path d="{shape}" fill="{colour}"/>'))


FACIAL_HAIR = {"beard": beard, "moustache": moustache}


def lashes(frame: Frame, ink: str) -> str:
    """Long eyelashes at the outer corners of both eyes."""
    x, y = frame.eyes
    path = "M-.75 -.65L-1.35 -1.05M-.95 -.3L-1.65 -.5M-.4 -.9L-.75 -1.5"
    stroke = (
        f'<path d="{path}" stroke="{ink}" stroke-width=".26" stroke-linecap="round" fill="none"/>'
    )
    r = frame.eye_r
    left = placed(x - frame.eye_dx, y, r, r, stroke)
    right = placed(x + frame.eye_dx, y, -r, r, stroke)
    return frame.turned(left + right)


def blush(frame: Frame) -> str:
    """Round rosy cheeks."""
    x, _ = frame.mouth
    y = (frame.eye_y + frame.mouth_y * 1.6) / 2.6
    r = frame.half * 0.15
    return frame.turned(
        "".join(
            f'<ellipse cx="{x + s * frame.half * 0.66:.1f}" cy="{y:.1f}" rx="{r:.1f}" ry="{r * 0.75:.1f}" '
            f'fill="#ff6b8b" fill-opacity=".55"/>'
            for s in (-1, 1)
        )
    )


def brows(frame: Frame, colour: str, width: float = 0.55) -> str:
    """Thick straight eyebrows."""
    x, y = frame.eyes
    stroke = f'<path d="M-.95 -1.55Q0 -1.95 .95 -1.6" stroke="{colour}" stroke-width="{width}" stroke-linecap="round" fill="none"/>'
    r = frame.eye_r
    return frame.turned(
        placed(x - frame.eye_dx, y, r, r, stroke) + placed(x + frame.eye_dx, y, -r, r, stroke)
    )


def wrinkles(frame: Frame, ink: str) -> str:
    """Lines on the forehead, under the eyes and beside the mouth."""
    x, y = frame.eyes
    mx, my = frame.mouth
    half, width = frame.half, frame.half * 0.05
    brow = y - (y - frame.top) * 0.55
    lines = [
        f"M{x - half * 0.36:.1f} {brow:.1f}Q{x:.1f} {brow - 1:.1f} {x + half * 0.36:.1f} {brow:.1f}",
        f"M{x - half * 0.26:.1f} {brow - half * 0.13:.1f}Q{x:.1f} {brow - half * 0.13 - 1:.1f} {x + half * 0.26:.1f} {brow - half * 0.13:.1f}",
    ]
    under = y + frame.eye_r * 1.5
    reach = frame.mouth_w * 0.5 + half * 0.16
    for s in (-1, 1):
        ex = x + s * frame.eye_dx
        lines.append(
            f"M{ex - frame.eye_r * 0.8:.1f} {under:.1f}Q{ex:.1f} {under + frame.eye_r * 0.55:.1f} {ex + frame.eye_r * 0.8:.1f} {under:.1f}"
        )
        lines.append(
            f"M{mx + s * reach * 0.82:.1f} {my - half * 0.3:.1f}Q{mx + s * reach * 1.25:.1f} {my - half * 0.1:.1f} {mx + s * reach:.1f} {my + half * 0.16:.1f}"
        )
    return frame.turned(
        f'<path d="{"".join(lines)}" fill="none" stroke="{ink}" stroke-opacity=".6" stroke-width="{width:.2f}" stroke-linecap="round"/>'
    )


def freckles(frame: Frame, ink: str) -> str:
    """Freckles on both cheeks, a child's."""
    x, _ = frame.mouth
    y = (frame.eye_y + frame.mouth_y) / 2
    r = frame.half * 0.035
    dots = "".join(
        f'<circle cx="{x + s * frame.half * (0.5 + dx):.1f}" cy="{y + frame.half * dy:.1f}" r="{r:.2f}"/>'
        for s in (-1, 1)
        for dx, dy in ((0, 0), (0.14, 0.08), (-0.13, 0.1))
    )
    return frame.turned(f'<g fill="{ink}" fill-opacity=".55">{dots}</g>')


def dummy(frame: Frame, rng: random.Random) -> str:
    """A baby's dummy in the mouth."""
    colour = rng.choice(("#4dabf7", "#f783ac", "#fcc419", "#51cf66"))
    x, y = frame.mouth
    unit = max(frame.mouth_w * 0.5, frame.half * 0.3)
    body = (
        f'<ellipse rx="1" ry=".68" fill="{colour}"/><circle r=".34" fill="{shade(colour, 0.7)}"/>'
        f'<circle cy=".55" r=".42" fill="none" stroke="{shade(colour, 0.6)}" stroke-width=".18"/>'
    )
    return frame.turned(placed(x, y, unit, unit, body))
