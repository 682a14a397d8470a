# ruff: noqa: E501 -- path data reads worse when it is cut
"""Hair in two layers: behind the head and on it.

Drawn around the point between the eyes' line and the head's middle: x in half widths of the head,
y from −1 (the crown) through 0 (the eye line) downwards in units of crown to eyes.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable

from brandhub.inference.training.parts.frame import Frame, placed, shade

Layers = tuple[str, str]

# A cap of hair that leaves the forehead free; the hair line lies well above the eyes.
_CAP = (
    "M-1.06 -.1C-1.14 -1.5 1.14 -1.5 1.06 -.1Q.98 -.55 .6 -.62Q0 -.72 -.6 -.62Q-.98 -.55 -1.06 -.1Z"
)
_SIDE_CAP = (
    "M-1.06 .0C-1.16 -1.55 1.16 -1.55 1.06 0Q.95 -.5 .7 -.58Q.1 -.45 -.35 -.85Q-.7 -.5 -.92 -.45Z"
)
_FRINGE = "M-1.08 .15C-1.18 -1.55 1.18 -1.55 1.08 .15Q1 -.3 .95 -.42Q.5 -.3 0 -.36Q-.5 -.3 -.95 -.42Q-1 -.3 -1.08 .15Z"


def _path(d: str, colour: str) -> str:
    return f'<path d="{d}" fill="{colour}"/>'


def _short(colour: str, rng: random.Random) -> Layers:
    return "", _path(rng.choice((_CAP, _SIDE_CAP)), colour)


def _long(colour: str, rng: random.Random) -> Layers:
    down = rng.uniform(2.5, 3.1)
    back = (
        f"M-1.12 -.1C-1.25 -1.7 1.25 -1.7 1.12 -.1C1.3 .8 1.3 1.6 1.42 {down:.2f}"
        f"Q1 {down + 0.15:.2f} .7 {down:.2f}H-.7Q-1 {down + 0.15:.2f} -1.42 {down:.2f}C-1.3 1.6 -1.3 .8 -1.12 -.1Z"
    )
    front = rng.choice((_SIDE_CAP, _FRINGE, _CAP))
    locks = "M-1.1 -.2Q-1.3 .9 -1.36 2Q-1.05 1.6 -.96 .5ZM1.1 -.2Q1.3 .9 1.36 2Q1.05 1.6 .96 .5Z"
    return _path(back, shade(colour, 0.82)), _path(front, colour) + _path(locks, colour)


def _blob_ring(points: list[tuple[float, float]], radius: float, colour: str) -> str:
    return "".join(
        f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{radius:.2f}" fill="{colour}"/>' for x, y in points
    )


def _curly(colour: str, rng: random.Random) -> Layers:
    arc = [math.radians(a) for a in range(-12, 193, 24)]
    outer = [(1.12 * math.cos(a), -0.3 - 1.0 * math.sin(a)) for a in arc]
    inner = [(0.72 * math.cos(a), -0.62 - 0.55 * math.sin(a)) for a in arc]
    front = _blob_ring(outer, 0.36, colour) + _blob_ring(inner, 0.3, colour)
    curls = "".join(
        f'<circle cx="{x:.2f}" cy="{y:.2f}" r=".16" fill="none" stroke="{shade(colour, 0.75)}" stroke-width=".06"/>'
        for x, y in outer[1::2]
    )
    sides = _blob_ring([(-1.18, 0.3), (1.18, 0.3), (-1.15, 0.75), (1.15, 0.75)], 0.3, colour)
    return sides, front + curls


def _afro(colour: str, rng: random.Random) -> Layers:
    size = rng.uniform(1.65, 1.85)
    points = [
        (size * 0.92 * math.cos(a), -0.45 - size * 0.85 * math.sin(a))
        for a in (math.radians(d) for d in range(-40, 221, 20))
    ]
    back = f'<ellipse cy="-.45" rx="{size:.2f}" ry="{size * 0.93:.2f}" fill="{colour}"/>'
    return back + _blob_ring(points, 0.26, colour), _path(_CAP, colour)


def _bun(colour: str, rng: random.Random) -> Layers:
    radius = rng.uniform(0.42, 0.52)
    back = f'<circle cy="-1.52" r="{radius:.2f}" fill="{colour}"/>'
    band = f'<rect x="-.3" y="-1.32" width=".6" height=".14" rx=".07" fill="{shade(colour, 0.6)}"/>'
    return back, _path(_CAP, colour) + band


def _ponytail(colour: str, rng: random.Random) -> Layers:
    tail = "M.75 -.95Q1.75 -1.35 1.95 -.3Q2.1 .9 1.6 1.9Q1.5 .9 1.35 .3Q1.25 -.4 .85 -.5Z"
    band = '<circle cx=".98" cy="-.85" r=".17" fill="#e64980"/>'
    flip = rng.choice((-1, 1))
    if rng.random() < 0.3:  # One on each side.
        both = "".join(
            f'<g transform="scale({s} 1)">{_path(tail, colour)}{band}</g>' for s in (-1, 1)
        )
        return both, _path(_FRINGE, colour)
    return (
        f'<g transform="scale({flip} 1)">{_path(tail, colour)}{band}</g>',
        _path(rng.choice((_CAP, _SIDE_CAP)), colour),
    )


def _braids(colour: str, rng: random.Random) -> Layers:
    strands = []
    for side in (-1, 1):
        for index in range(5):
            y = 0.1 + index * 0.46
            strands.append(
                f'<ellipse cx="{side * (1.16 + 0.04 * (index % 2)):.2f}" cy="{y:.2f}" rx=".24" ry=".3" '
                f'fill="{colour if index % 2 else shade(colour, 0.8)}"/>'
            )
        strands.append(
            f'<rect x="{side * 1.18 - 0.14:.2f}" y="2.2" width=".28" height=".14" fill="#e64980"/>'
        )
        strands.append(
            f'<ellipse cx="{side * 1.18:.2f}" cy="2.48" rx=".16" ry=".24" fill="{colour}"/>'
        )
    parting = f'<path d="M0 -1.2V-.68" stroke="{shade(colour, 0.6)}" stroke-width=".06"/>'
    return "", _path(_CAP, colour) + parting + "".join(strands)


def _mohawk(colour: str, rng: random.Random) -> Layers:
    high = rng.uniform(1.75, 2.05)
    if rng.random() < 0.5:
        front = f"M-.3 -.72L-.42 -1.35L-.24 -1.3L-.22 -{high:.2f}L-.02 -1.5L.12 -{high + 0.05:.2f}L.2 -1.35L.42 -1.5L.3 -.72Q0 -.62 -.3 -.72Z"
    else:
        front = f"M-.28 -.72C-.55 -1.5 -.3 -{high:.2f} .2 -{high:.2f}C.5 -1.6 .4 -1.1 .28 -.72Q0 -.62 -.28 -.72Z"
    return "", _path(front, colour)


def _bob(colour: str, rng: random.Random) -> Layers:
    back = "M-1.1 -.1C-1.3 -1.75 1.3 -1.75 1.1 -.1C1.35 .5 1.4 1 1.28 1.38Q.9 1.5 .7 1.3H-.7Q-.9 1.5 -1.28 1.38C-1.4 1 -1.35 .5 -1.1 -.1Z"
    locks = "M-1.08 -.3Q-1.3 .5 -1.28 1.38Q-.98 1.45 -.86 1.1Q-1 .6 -.94 -.2ZM1.08 -.3Q1.3 .5 1.28 1.38Q.98 1.45 .86 1.1Q1 .6 .94 -.2Z"
    return _path(back, shade(colour, 0.82)), _path(_FRINGE, colour) + _path(locks, colour)


def _spiky(colour: str, rng: random.Random) -> Layers:
    count = rng.choice((7, 8, 9))
    points = ["-1.08 -.05"]
    for index in range(count):
        for step, reach in ((0.5, rng.uniform(1.62, 1.85)), (1.0, 1.12)):
            angle = math.pi * (1 - (index + step) / count)
            points.append(
                f"{1.02 * reach / 1.2 * math.cos(angle):.2f} {-0.2 - reach * 0.86 * math.sin(angle):.2f}"
            )
    line = "L".join(points)
    return "", _path(
        f"M{line}L1.06 -.05Q.9 -.5 .6 -.6Q.3 -.45 0 -.62Q-.3 -.45 -.6 -.6Q-.9 -.5 -1.08 -.05Z",
        colour,
    )


_HAIR: dict[str, Callable[[str, random.Random], Layers]] = {
    "short": _short,
    "long": _long,
    "curly": _curly,
    "afro": _afro,
    "bun": _bun,
    "ponytail": _ponytail,
    "braids": _braids,
    "mohawk": _mohawk,
    "bob": _bob,
    "spiky": _spiky,
}
# Hair that stays under a hat's rim; the others stand above the crown.
UNDER_HATS = ("bald", "short", "long", "braids", "bob")
HAIR = tuple(_HAIR)


def hair(name: str, frame: Frame, colour: str, rng: random.Random) -> Layers:
    """Layers behind and in front of the head for one hair style; bald gives two empty ones."""
    if name == "bald":
        return "", ""
    back, front = _HAIR[name](colour, rng)
    rise = max(frame.eye_y - frame.top, frame.half * 0.55)
    place = (frame.cx, frame.eye_y, frame.half, rise)
    return tuple(frame.turned(placed(*place, part)) if part else "" for part in (back, front))  # type: ignore[return-value]
