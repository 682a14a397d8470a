# ruff: noqa: E501 -- path data reads worse when it is cut
"""Hats, crowns and headscarves.

A hat is drawn around the origin with its rim at y = 0 and half a head's width as its unit.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from brandhub.inference.training.parts.frame import Frame, luminance, placed, shade

CLOTH = ("#e03131", "#1c7ed6", "#2f9e44", "#fcc419", "#9c36b5", "#212529", "#fd7e14", "#f783ac",
         "#12b886", "#495057", "#f1f3f5")  # fmt: skip


def _cap(colour: str, rng: random.Random) -> str:
    dark = shade(colour, 0.72)
    crown = (
        f'<path d="M-1.02 .02C-1.05 -1.15 1.05 -1.15 1.02 .02Q0 .14 -1.02 .02Z" fill="{colour}"/>'
    )
    seam = f'<path d="M0 -.86V.05" stroke="{dark}" stroke-width=".05" fill="none"/>'
    side = rng.choice((-1, 1))
    if rng.random() < 0.55:
        visor = '<path d="M.15 -.06Q1 -.2 1.9 .08Q1.95 .26 1.6 .24Q.9 .1 .1 .12Z"/>'
        visor = f'<g transform="scale({side} 1)" fill="{dark}">{visor}</g>'
    else:
        visor = f'<path d="M-1 -.04Q0 -.3 1 -.04Q1.15 .3 .95 .32Q0 .1 -.95 .32Q-1.15 .3 -1 -.04Z" fill="{dark}"/>'
    return f'{crown}{seam}<circle cy="-.87" r=".09" fill="{dark}"/>{visor}'


def _beanie(colour: str, rng: random.Random) -> str:
    band = rng.choice((shade(colour, 0.75), "#f1f3f5", shade(colour, 1.4)))
    pompom = rng.choice((band, "#f8f9fa"))
    ribs = "".join(
        f'<path d="M{x} -.02V-.34" stroke="{shade(band, 0.85)}" stroke-width=".05"/>'
        for x in (-0.8, -0.55, -0.28, 0, 0.28, 0.55, 0.8)
    )
    return (
        f'<circle cy="-1.12" r=".28" fill="{pompom}"/>'
        f'<path d="M-1 -.1C-1.05 -1.3 1.05 -1.3 1 -.1Z" fill="{colour}"/>'
        f'<rect x="-1.1" y="-.36" width="2.2" height=".44" rx=".16" fill="{band}"/>{ribs}'
    )


def _top_hat(colour: str, rng: random.Random) -> str:
    colour = rng.choice(("#1b1b1f", "#1b1b1f", "#3b2417", "#2f2a4a", colour))
    ribbon = rng.choice(("#e03131", "#9c36b5", "#f1f3f5", "#1c7ed6", "#fcc419"))
    return (
        f'<path d="M-.78 -1.5Q0 -1.62 .78 -1.5L.72 .02H-.72Z" fill="{colour}"/>'
        f'<path d="M-.745 -.42H.745L.735 -.1H-.735Z" fill="{ribbon}"/>'
        f'<ellipse rx="1.38" ry=".15" fill="{shade(colour, 1.12)}"/>'
    )


def _cowboy_hat(colour: str, rng: random.Random) -> str:
    colour = rng.choice(("#a9743a", "#8a5522", "#c89b5c", "#4a2f1c"))
    return (
        f'<path d="M-.82 0L-.68 -.82Q-.45 -1.14 0 -.86Q.45 -1.14 .68 -.82L.82 0Z" fill="{colour}"/>'
        f'<path d="M-.8 -.12L-.77 -.3H.77L.8 -.12Z" fill="{shade(colour, 0.5)}"/>'
        f'<path d="M-1.8 -.36Q-1.2 .06 -.8 -.08Q0 .04 .8 -.08Q1.2 .06 1.8 -.36'
        f'Q1.35 .3 .6 .24Q0 .16 -.6 .24Q-1.35 .3 -1.8 -.36Z" fill="{shade(colour, 0.82)}"/>'
    )


def _party_hat(colour: str, rng: random.Random) -> str:
    other = rng.choice([c for c in CLOTH if c != colour])
    return (
        f'<path d="M-.66 .05L0 -1.6L.66 .05Q0 .2 -.66 .05Z" fill="{colour}"/>'
        f'<path d="M-.55 -.2L.45 -.45L.33 -.78L-.42 -.55ZM-.28 -.88L.22 -1.05L.12 -1.3L-.13 -1.24Z" '
        f'fill="{other}"/><circle cy="-1.62" r=".2" fill="{other}"/>'
    )


def _chef_hat(colour: str, rng: random.Random) -> str:
    line = 'stroke="#c3c8ce" stroke-width=".05"'
    return (
        f'<g fill="#ffffff" {line}><circle cx="-.68" cy="-.95" r=".48"/><circle cx=".68" cy="-.95" r=".48"/>'
        f'<circle cy="-1.2" r=".6"/></g><path d="M-.75 -1.1H.75V-.3H-.75Z" fill="#ffffff"/>'
        f'<path d="M-.82 -.5H.82L.78 .05Q0 .15 -.78 .05Z" fill="#f1f3f5" {line}/>'
        f'<path d="M-.3 -.6V-1M.3 -.6V-1" fill="none" {line}/>'
    )


def _graduation_cap(colour: str, rng: random.Random) -> str:
    colour = rng.choice(("#212529", "#212529", "#1d3461", "#5c1a1b"))
    tassel = rng.choice(("#fcc419", "#fcc419", "#e03131"))
    side = rng.choice((-1, 1))
    return (
        f'<path d="M-.86 -.5H.86L.84 .06Q0 .16 -.84 .06Z" fill="{shade(colour, 1.15)}"/>'
        f'<path d="M-1.5 -.55L0 -1.02L1.5 -.55L0 -.1Z" fill="{colour}" stroke="{shade(colour, 1.3)}" stroke-width=".04"/>'
        f'<g fill="none" stroke="{tassel}" stroke-width=".09"><path d="M0 -.56L{side * 1.2} -.48V-.02"/></g>'
        f'<path d="M{side * 1.2 - 0.12} -.1h.24l.06 .4h-.36Z" fill="{tassel}"/>'
    )


def _hard_hat(colour: str, rng: random.Random) -> str:
    colour = rng.choice(("#fcc419", "#fcc419", "#fd7e14", "#f1f3f5", "#1c7ed6", "#e03131"))
    dark = shade(colour, 0.75)
    return (
        f'<path d="M-1 0C-1.02 -1.2 1.02 -1.2 1 0Z" fill="{colour}"/>'
        f'<path d="M-.2 -.02V-.98Q0 -1.04 .2 -.98V-.02Z" fill="{shade(colour, 1.35)}" stroke="{dark}" stroke-width=".05"/>'
        f'<path d="M-.58 -.1Q-.6 -.6 -.42 -.8M.58 -.1Q.6 -.6 .42 -.8" fill="none" stroke="{dark}" stroke-width=".07"/>'
        f'<rect x="-1.28" y="-.1" width="2.56" height=".22" rx=".11" fill="{dark}"/>'
    )


def _santa_hat(colour: str, rng: random.Random) -> str:
    side = rng.choice((-1, 1))
    return (
        f'<g transform="scale({side} 1)"><path d="M-.95 -.1Q-.7 -1.35 .3 -1.3Q1.2 -1.2 1.3 -.35'
        f'Q.95 -.75 .8 -.1Z" fill="#d9252a"/><circle cx="1.3" cy="-.28" r=".22" fill="#ffffff" '
        f'stroke="#d5d9de" stroke-width=".04"/></g>'
        f'<rect x="-1.1" y="-.32" width="2.2" height=".42" rx=".21" fill="#ffffff" stroke="#d5d9de" stroke-width=".04"/>'
    )


def _wizard_hat(colour: str, rng: random.Random) -> str:
    colour = rng.choice(("#4b2a8c", "#4b2a8c", "#1d3c8f", "#26262b"))
    side = rng.choice((-1, 1))
    return (
        f'<g transform="scale({side} 1)"><path d="M-.72 0Q-.45 -.9 -.05 -1.5Q.2 -1.85 .75 -1.72'
        f'Q.3 -1.5 .4 -1.1Q.55 -.5 .72 0Z" fill="{colour}"/></g>'
        f'<path d="M-.75 -.06L-.66 -.3Q0 -.2 .66 -.3L.75 -.06Q0 .1 -.75 -.06Z" fill="#fcc419"/>'
        f'<ellipse rx="1.6" ry=".17" cy=".02" fill="{shade(colour, 0.8)}"/>'
        '<path d="M0 -1.1l.07 .17l.18 .02l-.14 .12l.04 .19l-.15 -.1l-.15 .1l.04 -.19l-.14 -.12l.18 -.02Z'
        'M-.25 -.72l.05 .1l.11 .01l-.08 .08l.02 .11l-.1 -.06l-.1 .06l.02 -.11l-.08 -.08l.11 -.01Z" fill="#fcc419"/>'
    )


def _crown(colour: str, rng: random.Random) -> str:
    gold = rng.choice(("#f5c518", "#f5c518", "#e0a800", "#ced4da"))
    gem = rng.choice(("#e03131", "#1c7ed6", "#2f9e44", "#9c36b5"))
    return (
        f'<path d="M-.85 .06L-.98 -.78L-.46 -.36L0 -1L.46 -.36L.98 -.78L.85 .06Q0 .18 -.85 .06Z" '
        f'fill="{gold}" stroke="{shade(gold, 0.7)}" stroke-width=".05"/>'
        f'<g fill="{gem}"><circle cy="-.18" r=".13"/><circle cx="-.5" cy="-.14" r=".09"/>'
        f'<circle cx=".5" cy="-.14" r=".09"/></g>'
        f'<g fill="{shade(gold, 1.4)}"><circle cy="-1" r=".1"/><circle cx="-.98" cy="-.8" r=".09"/>'
        f'<circle cx=".98" cy="-.8" r=".09"/></g>'
    )


_HATS: dict[str, Callable[[str, random.Random], str]] = {
    "cap": _cap,
    "beanie": _beanie,
    "top_hat": _top_hat,
    "cowboy_hat": _cowboy_hat,
    "party_hat": _party_hat,
    "chef_hat": _chef_hat,
    "graduation_cap": _graduation_cap,
    "hard_hat": _hard_hat,
    "santa_hat": _santa_hat,
    "wizard_hat": _wizard_hat,
    "crown": _crown,
}
# Height above the rim in units of half the head's width, to keep hats on the canvas.
HEIGHTS = {"cap": 1.0, "beanie": 1.4, "top_hat": 1.65, "cowboy_hat": 1.15, "party_hat": 1.85,
           "chef_hat": 1.85, "graduation_cap": 1.1, "hard_hat": 1.1, "santa_hat": 1.4,
           "wizard_hat": 1.9, "crown": 1.15, "hijab": 0.9}  # fmt: skip


def _hijab(frame: Frame, colour: str) -> str:
    """A headscarf around the face, over the shoulders."""
    cx, half = frame.cx, frame.half
    out, face = half * 1.28, half * 0.8
    top, chin = frame.top - half * 0.22, frame.chin - (frame.chin - frame.mouth_y) * 0.12
    brow = frame.eye_y - (frame.eye_y - frame.top) * 0.55
    low = min(frame.neck_y + half * 0.9, 101)
    middle = (brow + chin) / 2
    outer = (
        f"M{cx:.1f} {top:.1f}C{cx - out:.1f} {top:.1f} {cx - out:.1f} {middle:.1f} {cx - out * 0.96:.1f} {chin:.1f}"
        f"Q{cx - out * 1.1:.1f} {low:.1f} {cx - out * 1.15:.1f} {low:.1f}H{cx + out * 1.15:.1f}"
        f"Q{cx + out * 1.1:.1f} {low:.1f} {cx + out * 0.96:.1f} {chin:.1f}"
        f"C{cx + out:.1f} {middle:.1f} {cx + out:.1f} {top:.1f} {cx:.1f} {top:.1f}Z"
    )
    inner = (
        f"M{cx:.1f} {brow:.1f}C{cx - face:.1f} {brow:.1f} {cx - face * 1.05:.1f} {middle:.1f} {cx - face * 0.8:.1f} {chin - (chin - middle) * 0.3:.1f}"
        f"Q{cx - face * 0.4:.1f} {chin:.1f} {cx:.1f} {chin:.1f}Q{cx + face * 0.4:.1f} {chin:.1f} {cx + face * 0.8:.1f} {chin - (chin - middle) * 0.3:.1f}"
        f"C{cx + face * 1.05:.1f} {middle:.1f} {cx + face:.1f} {brow:.1f} {cx:.1f} {brow:.1f}Z"
    )
    fold = (
        f'<path d="M{cx - out * 0.9:.1f} {chin:.1f}Q{cx:.1f} {chin + half * 0.75:.1f} {cx + out * 0.92:.1f} {chin - half * 0.1:.1f}" '
        f'fill="none" stroke="{shade(colour, 0.75)}" stroke-width="{half * 0.07:.2f}"/>'
    )
    return (
        f'<path d="{outer}{inner}" fill="{colour}" fill-rule="evenodd"/>'
        f'<path d="{inner}" fill="none" stroke="{shade(colour, 0.78)}" stroke-width="{half * 0.09:.2f}"/>{fold}'
    )


def headwear(name: str, frame: Frame, rng: random.Random, *, avoid: str = "") -> str:
    """The named hat on the head, in a colour that stands off from ``avoid`` (the background)."""
    near = [c for c in CLOTH if not avoid or abs(luminance(c) - luminance(avoid)) > 0.12]
    colour = rng.choice(near or CLOTH)
    if name == "hijab":
        return frame.turned(_hijab(frame, colour))
    unit = frame.brim_half * rng.uniform(1.0, 1.08)
    hat = _HATS[name](colour, rng)
    lean = rng.choice((0, 0, 0, -6, 6)) if name in ("party_hat", "crown", "top_hat") else 0
    if lean:
        hat = f'<g transform="rotate({lean})">{hat}</g>'
    height = min(unit, frame.brim_y / HEIGHTS[name]) if HEIGHTS[name] > 1.2 else unit
    return frame.turned(placed(frame.cx, frame.brim_y, unit, max(height, unit * 0.6), hat))


HEADWEAR = (*_HATS, "hijab")
