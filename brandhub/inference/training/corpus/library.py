"""Styles of ``dicebear-styles`` as fragments on a canvas of 100 units, with or without a face."""

from __future__ import annotations

import copy
import importlib.util
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from dicebear import Avatar, Style


@cache
def definition(name: str) -> dict[str, Any]:
    """The style's definition as the library ships it."""
    found = importlib.util.find_spec("dicebear_styles")
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError("dicebear-styles is needed to draw the corpus")
    folder = Path(found.submodule_search_locations[0])
    return json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))


def _without(elements: list[dict[str, Any]], names: frozenset[str]) -> list[dict[str, Any]]:
    kept = []
    for element in elements:
        if element["type"] == "component" and element["name"] in names:
            continue
        if "children" in element:
            element = {**element, "children": _without(element["children"], names)}
        kept.append(element)
    return kept


@cache
def _style(name: str, without: frozenset[str], parts_only: bool) -> Style:
    held = copy.deepcopy(definition(name))
    elements = _without(held["canvas"]["elements"], without)
    held["canvas"]["elements"] = _components_only(elements) if parts_only else elements
    return Style(held)


def _components_only(elements: list[dict[str, Any]]) -> list[dict[str, Any]]:
    kept = []
    for element in elements:
        children = _components_only(element.get("children", []))
        if element["type"] == "component" or children:
            kept.append({**element, "children": children} if children else element)
    return kept


_OUTER = re.compile(r"^<svg[^>]*viewBox=\"([^\"]+)\"[^>]*>(.*)</svg>$", re.DOTALL)
_METADATA = re.compile(r"<!--.*?-->|<metadata.*?</metadata>", re.DOTALL)


def fragment(
    name: str,
    options: dict[str, Any],
    *,
    without: tuple[str, ...] = (),
    parts_only: bool = False,
) -> str:
    """One avatar of a style as an SVG fragment of 100 × 100 units, background left out.

    ``options`` are the library's; ``without`` names components that are not drawn, so that parts of
    other styles can take their place; ``parts_only`` leaves out the drawing around the components.
    """
    options = {"seed": "corpus", "backgroundColor": ["00000000"], **options}
    if "animation" in definition(name)["components"]:
        options.setdefault("animationVariant", ["none"])
    svg = _METADATA.sub("", str(Avatar(_style(name, frozenset(without), parts_only), options)))
    match = _OUTER.match(svg)
    if match is None:
        raise ValueError(f"{name} did not draw one svg element")
    return (
        f'<svg x="0" y="0" width="100" height="100" viewBox="{match[1]}" fill="none" '
        f'overflow="visible">{match[2]}</svg>'
    )
