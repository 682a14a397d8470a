"""Eyes and mouths of library styles, lifted off and placed on any head.

Every variant was looked at and sorted by the expression that people would name; variants that say
nothing clear are not used.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import lru_cache

from brandhub.inference.training.corpus.library import definition, fragment
from brandhub.inference.training.parts.frame import Frame

Choices = dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class FeatureSet:
    """One style's features: where they lie in it, and variants per component for an expression.

    ``eyes`` and ``mouth`` are (x, y, unit): the point between the eyes with half their distance,
    and the mouth's centre with its width, on the style's canvas of 100 units.
    """

    style: str
    eyes: tuple[float, float, float]
    mouth: tuple[float, float, float]
    expressions: dict[str, Choices]
    inked: bool = False


_CRITTERS = FeatureSet(
    "critters",
    (50, 48.6, 13),
    (50.4, 68, 17),
    {
        "smile": {"eyes": ("round", "dots", "bigPupils"), "mouth": ("smile", "catMouth")},
        "laugh": {"eyes": ("happy", "round"), "mouth": ("grin", "laugh")},
        "neutral": {"eyes": ("round", "dots", "bigPupils"), "mouth": ("line",)},
        "sad": {"eyes": ("round", "dots"), "mouth": ("frown", "sad")},
        "angry": {"eyes": ("angry",), "mouth": ("frown", "zigzag", "line")},
        "surprised": {"eyes": ("wide",), "mouth": ("open", "ooh")},
        "wink": {"eyes": ("wink",), "mouth": ("smile", "smirk")},
        "sleepy": {"eyes": ("closedLine", "sleepy"), "mouth": ("dot", "line")},
        "tongue": {"eyes": ("round", "happy", "dots"), "mouth": ("tongue", "blep")},
    },
    inked=True,
)
_FUN_EMOJI = FeatureSet(
    "fun-emoji",
    (49.6, 44, 23.5),
    (50, 68, 48),
    {
        "smile": {"eyes": ("plain", "cute"), "mouth": ("lilSmile", "wideSmile")},
        "laugh": {"eyes": ("closed", "plain", "cute"), "mouth": ("smileLol", "smileTeeth")},
        "neutral": {"eyes": ("plain", "cute"), "mouth": ("plain",)},
        "sad": {"eyes": ("sad", "tearDrop", "crying"), "mouth": ("sad",)},
        "wink": {"eyes": ("wink", "wink2"), "mouth": ("lilSmile", "wideSmile")},
        "sleepy": {"eyes": ("sleepClose",), "mouth": ("plain",)},
        "love": {"eyes": ("love",), "mouth": ("wideSmile", "lilSmile")},
        "tongue": {"eyes": ("plain", "closed", "cute"), "mouth": ("tongueOut",)},
    },
)
_AVATAAARS = FeatureSet(
    "avataaars",
    (50, 40, 7.1),
    (50, 56.9, 10.5),
    {
        "smile": {"eyes": ("default", "happy"), "eyebrows": ("default",), "mouth": ("twinkle",)},
        "laugh": {
            "eyes": ("happy", "default"),
            "eyebrows": ("default", "raisedExcited"),
            "mouth": ("smile",),
        },
        "neutral": {
            "eyes": ("default",),
            "eyebrows": ("default", "defaultNatural"),
            "mouth": ("serious",),
        },
        "sad": {"eyes": ("cry",), "eyebrows": ("sadConcerned", "frownNatural"), "mouth": ("sad",)},
        "angry": {
            "eyes": ("default", "squint"),
            "eyebrows": ("angry", "angryNatural"),
            "mouth": ("grimace", "sad", "serious"),
        },
        "surprised": {
            "eyes": ("surprised",),
            "eyebrows": ("raisedExcited",),
            "mouth": ("screamOpen", "disbelief"),
        },
        "wink": {"eyes": ("wink",), "eyebrows": ("default",), "mouth": ("twinkle", "smile")},
        "sleepy": {"eyes": ("closed",), "eyebrows": ("default",), "mouth": ("serious",)},
        "love": {
            "eyes": ("hearts",),
            "eyebrows": ("default", "raisedExcited"),
            "mouth": ("smile", "twinkle"),
        },
        "tongue": {
            "eyes": ("default", "happy", "winkWacky"),
            "eyebrows": ("default",),
            "mouth": ("tongue",),
        },
    },
)
_TOON_HEAD = FeatureSet(
    "toon-head",
    (50, 52.2, 9.4),
    (50, 66.5, 11),
    {
        "laugh": {"eyes": ("happy", "bow"), "eyebrows": ("happy", "neutral"), "mouth": ("laugh",)},
        "sad": {"eyes": ("happy",), "eyebrows": ("sad",), "mouth": ("sad",)},
        "angry": {"eyes": ("happy",), "eyebrows": ("angry",), "mouth": ("angry",)},
        "surprised": {"eyes": ("wide",), "eyebrows": ("raised",), "mouth": ("agape",)},
        "wink": {"eyes": ("wink",), "eyebrows": ("happy",), "mouth": ("laugh",)},
    },
)
FEATURES = {held.style: held for held in (_CRITTERS, _FUN_EMOJI, _AVATAAARS, _TOON_HEAD)}


@lru_cache(maxsize=4096)
def _lifted(style: str, variants: tuple[tuple[str, str], ...], ink: str) -> str:
    """Only the named components of a style, as a fragment of 100 units."""
    components = definition(style)["components"]
    options: dict[str, object] = {f"{name}Variant": [variant] for name, variant in variants}
    if ink:
        options["inkColor"] = [ink.removeprefix("#")]
    kept = {name for name, _ in variants}
    others = tuple(sorted(set(components) - kept))
    return fragment(style, options, without=others, parts_only=True)


def _moved(
    part: str, source: tuple[float, float], scale: float, target: tuple[float, float]
) -> str:
    x, y = target[0] - source[0] * scale, target[1] - source[1] * scale
    return f'<g transform="translate({x:.2f} {y:.2f}) scale({scale:.4f})">{part}</g>'


def library_face(
    style: str, expression: str, frame: Frame, ink: str, rng: random.Random
) -> tuple[str, str] | None:
    """Eyes with brows, and mouth, of a style on a head; None where it lacks the expression."""
    held = FEATURES[style]
    choices = held.expressions.get(expression)
    if choices is None:
        return None
    colour = ink if held.inked else ""
    upper = tuple((name, rng.choice(kinds)) for name, kinds in choices.items() if name != "mouth")
    lower = (("mouth", rng.choice(choices["mouth"])),)
    eyes = _moved(
        _lifted(style, upper, colour), held.eyes[:2], frame.eye_dx / held.eyes[2], frame.eyes
    )
    mouth = _moved(
        _lifted(style, lower, colour), held.mouth[:2], frame.mouth_w / held.mouth[2], frame.mouth
    )
    return frame.turned(eyes), frame.turned(mouth)
