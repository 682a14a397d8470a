"""Pictures of the families kept from training: brands that the model has never seen."""

from __future__ import annotations

import random
from typing import Final

import numpy as np
from numpy.typing import NDArray

from brandhub.inference.training.corpus.bases import HELD_OUT_FAMILIES
from brandhub.inference.training.corpus.compose import SIZE, rasterise
from brandhub.inference.training.corpus.library import fragment
from brandhub.vocabulary import COLOURS, Tags, tag_names

_CRITTERS = frozenset({"clay", "thumbs"})

#: Components that are left out of pictures which nothing asks to show them.
_OPTIONAL: Final = frozenset({"beard", "glasses"})

#: Family → tag → the variants that show it, by component, named by looking at each. Where two tags
#: want one component, as hats and hair do, the later row has it. What a tag asks for and no row
#: knows, the family can't show: notionists are black ink on white paper, so neither skin nor
#: colours of hair or clothes.
_VARIANTS: Final[dict[str, dict[str, dict[str, tuple[str, ...]]]]] = {
    "notionists": {
        "hair:short": {"hair": ("05", "06", "13", "15", "16", "25", "34", "35", "49", "55", "60")},
        "hair:long": {"hair": ("08", "23", "28", "41")},
        "hair:curly": {"hair": ("22", "33", "36", "37")},
        "hair:afro": {"hair": ("20",)},
        "hair:bun": {"hair": ("29", "48", "57")},
        "hair:ponytail": {"hair": ("39", "45", "46", "47")},
        "hair:bob": {"hair": ("02", "10", "43")},
        "hair:spiky": {"hair": ("50", "51", "52", "53")},
        "headwear:cap": {"hair": ("hat",)},
        "headwear:hijab": {"hair": ("62", "63")},
        "eyewear:glasses": {"glasses": ("03", "08", "11")},
        "eyewear:sunglasses": {"glasses": ("01", "02", "04", "05", "06", "07", "09", "10")},
        "facial_hair:beard": {"beard": ("02",)},
        "facial_hair:moustache": {"beard": ("03", "05", "06", "07", "09", "10")},
        "expression:smile": {"mouth": ("03", "17", "22", "23")},
        "expression:laugh": {"mouth": ("14", "25", "30")},
        "expression:neutral": {"mouth": ("04", "13", "21")},
        "expression:sad": {"mouth": ("18", "19", "24"), "eyebrows": ("06", "13")},
        "expression:surprised": {"mouth": ("15", "29"), "eyebrows": ("01", "12")},
        "expression:sleepy": {"mouth": ("04", "13", "21"), "eyes": ("03",)},
        "expression:tongue": {"mouth": ("12", "28")},
    },
}


def draw_unseen(
    family: str, rng: random.Random, *, size: int = SIZE
) -> tuple[NDArray[np.uint8], dict[str, str | tuple[str, ...]]]:
    """One picture (size, size, 3) uint8 sRGB of a held-out family, and what is known of it.

    Only subject and background are labelled: what varies within a brand's own pictures is what its
    people would not label either. Raises ``ValueError`` for a family that isn't held out.
    """
    background = rng.choice(sorted(COLOURS))
    pixels = _draw(family, background, {"seed": str(rng.random())}, size)
    return pixels, {"subject": _subject(family), "background": background}


def draw_asked(
    family: str, tags: Tags, rng: random.Random, *, size: int = SIZE
) -> tuple[NDArray[np.uint8], dict[str, str | tuple[str, ...]]]:
    """The family's own picture of `tags`, (size, size, 3) uint8 sRGB, and those that it shows.

    Of a family without labelled variants these are subject and background at most. Raises
    ``ValueError`` for a family that isn't held out.
    """
    options: dict[str, str | float | list[str]] = {"seed": str(rng.random())}
    rows = _VARIANTS.get(family, {})
    for component in _OPTIONAL & {held for row in rows.values() for held in row}:
        options[f"{component}Probability"] = 0
    shown: dict[str, str] = {}
    by_component: dict[str, str] = {}
    for tag, variants in rows.items():
        name, _, value = tag.partition(":")
        if value not in tag_names(tags, name):
            continue
        shown[name] = value
        for component, names in variants.items():
            shown.pop(by_component.get(component, ""), None)
            by_component[component] = name
            options[f"{component}Variant"] = [_variant(held) for held in names]
            options[f"{component}Probability"] = 100
    background = str(tags.get("background") or rng.choice(sorted(COLOURS)))
    known = {"subject": _subject(family), "background": background}
    shown |= {name: value for name, value in known.items() if tags.get(name) == value}
    return _draw(family, background, options, size), dict(shown)


def _variant(name: str) -> str:
    return f"variant{name}" if name.isdigit() else name


def _subject(family: str) -> str:
    return "critter" if family in _CRITTERS else "person"


def _draw(
    family: str, background: str, options: dict[str, str | float | list[str]], size: int
) -> NDArray[np.uint8]:
    if family not in HELD_OUT_FAMILIES:
        raise ValueError(f"{family!r} is not one of the families kept unseen")
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" fill="none">'
        f'<rect width="100" height="100" fill="{COLOURS[background][0]}"/>'
        f"{fragment(family, options)}</svg>"
    )
    return rasterise(svg, size)
