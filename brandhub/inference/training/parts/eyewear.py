"""Glasses, sunglasses, eyepatch and monocle."""

from __future__ import annotations

import random

from brandhub.inference.training.parts.frame import Frame, placed

FRAME_COLOURS = ("#1b1b1f", "#1b1b1f", "#5a3a22", "#b3261e", "#1f4fa3", "#c9a227", "#ffffff")


def _lenses(shape: str, radius: float) -> list[str]:
    if shape == "round":
        return [f'<circle cx="{x}" cy="0" r="{radius}"/>' for x in (-1, 1)]
    height = radius * (0.78 if shape == "square" else 0.62)
    corner = radius * (0.25 if shape == "square" else 0.6)
    return [
        f'<rect x="{x - radius:.3f}" y="{-height:.3f}" width="{2 * radius:.3f}" '
        f'height="{2 * height:.3f}" rx="{corner:.3f}"/>'
        for x in (-1, 1)
    ]


def _arms(frame: Frame, radius: float, width: float) -> str:
    """Temples from the lenses to the sides of the head, in units of the eye distance."""
    reach = min(frame.half / frame.eye_dx, 2.6)
    if reach <= 1 + radius:
        return ""
    return "".join(
        f'<path d="M{sign * (1 + radius):.3f} -.1L{sign * reach:.3f} -.3" stroke-width="{width}"/>'
        for sign in (-1, 1)
    )


def glasses(frame: Frame, rng: random.Random) -> str:
    """Clear spectacles, round, square or oval."""
    shape = rng.choice(("round", "round", "square", "oval"))
    radius = 0.84 if shape == "round" else 0.86
    width = rng.choice((0.15, 0.2, 0.26))
    colour = rng.choice(FRAME_COLOURS)
    lenses = "".join(_lenses(shape, radius))
    x, y = frame.eyes
    body = (
        f'<g fill="#ffffff" fill-opacity=".28" stroke="{colour}" stroke-width="{width}">{lenses}'
        f'<path d="M{-1 + radius:.3f} -.12Q0 -.38 {1 - radius:.3f} -.12" fill="none"/>'
        f"{_arms(frame, radius, width)}</g>"
    )
    return frame.turned(placed(x, y, frame.eye_dx, frame.eye_dx, body))


def sunglasses(frame: Frame, rng: random.Random) -> str:
    """Dark glasses: round, square or wayfarer."""
    shape = rng.choice(("wayfarer", "wayfarer", "round", "square"))
    lens = rng.choice(("#111114", "#111114", "#1c2733", "#2b1a12"))
    rim = rng.choice(("#000000", "#000000", "#5a3a22", "#c9a227", "#b3261e"))
    if shape == "wayfarer":
        lenses = (
            '<path d="M-1.95 -.62L-.1 -.58Q-.12 .72 -.95 .78Q-1.8 .8 -1.95 -.62Z"/>'
            '<path d="M1.95 -.62L.1 -.58Q.12 .72 .95 .78Q1.8 .8 1.95 -.62Z"/>'
        )
        radius = 0.95
    else:
        radius = 0.86
        lenses = "".join(_lenses(shape, radius))
    shine = (
        '<path d="M-1.35 .3L-.95 -.4M-1.05 .4L-.7 -.2M.65 .3L1.05 -.4M.95 .4L1.3 -.2" '
        'stroke="#ffffff" stroke-opacity=".45" stroke-width=".12" fill="none"/>'
    )
    x, y = frame.eyes
    body = (
        f'<g fill="{lens}" stroke="{rim}" stroke-width=".16">{lenses}'
        f'<path d="M-.2 -.35Q0 -.5 .2 -.35" fill="none"/>{_arms(frame, radius, 0.16)}</g>{shine}'
    )
    return frame.turned(placed(x, y, frame.eye_dx, frame.eye_dx, body))


def eyepatch(frame: Frame, rng: random.Random) -> str:
    """A patch over one eye with its band around the head."""
    side = rng.choice((-1, 1))
    colour = rng.choice(("#111114", "#111114", "#3b2417"))
    x, y = frame.eyes
    dx = frame.eye_dx
    far = frame.half * 0.98
    rise = (frame.eye_y - frame.top) * 0.62
    band = (
        f'<path d="M{x + side * far:.2f} {y - rise * 0.25:.2f}L{x - side * far * 0.86:.2f} '
        f'{y - rise:.2f}" stroke="{colour}" stroke-width="{dx * 0.2:.2f}" fill="none"/>'
    )
    patch = (
        '<path d="M-.85 -.6Q0 -.85 .85 -.6Q.9 .4 .1 .85Q-.1 .85 -.2 .8Q-.9 .4 -.85 -.6Z" '
        f'fill="{colour}"/>'
    )
    return frame.turned(band + placed(x + side * dx, y, dx, dx, patch))


def monocle(frame: Frame, rng: random.Random) -> str:
    """One round glass on a chain."""
    side = rng.choice((-1, 1))
    colour = rng.choice(("#c9a227", "#c9a227", "#8d6b12", "#1b1b1f"))
    x, y = frame.eyes
    body = (
        f'<circle r=".92" fill="#ffffff" fill-opacity=".3" stroke="{colour}" stroke-width=".24"/>'
        f'<path d="M{side * 0.8} .5Q{side * 1.5} 1.6 {side * 1.0} 3.2" fill="none" '
        f'stroke="{colour}" stroke-width=".14"/>'
    )
    return frame.turned(placed(x + side * frame.eye_dx, y, frame.eye_dx, frame.eye_dx, body))


EYEWEAR = {
    "glasses": glasses,
    "sunglasses": sunglasses,
    "eyepatch": eyepatch,
    "monocle": monocle,
}
