"""Captions made on the fly: fresh wording each step, some tags left unsaid, some absences said."""

from __future__ import annotations

import random
from dataclasses import dataclass

from brandhub.vocabulary import Language, Tags, category, compose_caption, tag_names

# What people say they don't want, with how it is asked.
ABSENCES = ("eyewear", "headwear", "facial_hair")


@dataclass(frozen=True, slots=True)
class CaptionPolicy:
    """Shares of captions that say less, or more, than the picture shows.

    ``empty`` are for classifier-free guidance; ``drop`` is drawn per caption from this range and
    applied to each tag; ``negate`` is the chance to say of something absent that it is; ``group``
    to write "a hat" for a certain hat; ``chinese`` the share of the two languages.
    """

    empty: float = 0.1
    drop: tuple[float, float] = (0.0, 0.35)
    negate: float = 0.12
    group: float = 0.15
    chinese: float = 0.5


DEFAULT_POLICY = CaptionPolicy()
# Tags that a prompt nearly always names are dropped less often.
_KEPT = frozenset({"subject", "style", "background"})


def _dropped(
    tags: Tags, rng: random.Random, policy: CaptionPolicy
) -> dict[str, str | tuple[str, ...]]:
    rate = rng.uniform(*policy.drop)
    kept: dict[str, str | tuple[str, ...]] = {}
    for name in tags:
        chance = rate / 2 if name in _KEPT else rate
        names = tuple(held for held in tag_names(tags, name) if rng.random() >= chance)
        if names:
            kept[name] = names if category(name).multiple else names[0]
    return kept


def _grouped(
    tags: dict[str, str | tuple[str, ...]], rng: random.Random, policy: CaptionPolicy
) -> dict[str, str | tuple[str, ...]]:
    for held in ("headwear",):
        groups = [value for value in category(held) if value.group]
        for value in groups:
            if tags.get(held) in value.group and rng.random() < policy.group:
                tags[held] = value.name
    return tags


def absent_items(tags: Tags, rng: random.Random, policy: CaptionPolicy) -> tuple[str, ...]:
    """Things to say of that the picture lacks them, as categories or single tags."""
    found = []
    for name in ABSENCES:
        if tags.get(name) or rng.random() >= policy.negate:
            continue
        if name == "eyewear" and rng.random() < 0.5:
            found.append(f"eyewear:{rng.choice(('glasses', 'glasses', 'sunglasses'))}")
        elif name == "facial_hair" and rng.random() < 0.5:
            found.append(f"facial_hair:{rng.choice(('beard', 'moustache'))}")
        else:
            found.append(name)
    worn = tag_names(tags, "accessory")
    if rng.random() < policy.negate / 3:
        found.extend(
            f"accessory:{name}"
            for name in rng.sample(("headphones", "mask", "bow"), 1)
            if name not in worn
        )
    return tuple(found)


def compose_training_caption(
    tags: Tags,
    rng: random.Random,
    *,
    policy: CaptionPolicy = DEFAULT_POLICY,
    language: Language | None = None,
) -> str:
    """A caption for one showing of one picture; empty in the share that guidance needs."""
    if rng.random() < policy.empty:
        return ""
    chosen: Language = language or ("zh" if rng.random() < policy.chinese else "en")
    said = _grouped(_dropped(tags, rng, policy), rng, policy)
    # Half of the captions are in the canonical wording, the one that the product sends.
    wording = None if rng.random() < 0.4 else rng
    return compose_caption(
        said, absent=absent_items(tags, rng, policy), language=chosen, rng=wording
    )
