"""Prompts for training: fresh wording at every step, in both languages, with gaps."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass

from brandhub.vocabulary import Language, compose_caption

TagSet = Mapping[str, str | tuple[str, ...]]

# Share of empty prompts, which guidance needs.
EMPTY_SHARE = 0.1
# Share of short prompts: who it is and one or two things more, as people ask.
SHORT_SHARE = 0.45
# Share of prompts that name one thing and nothing else, as negative prompts do.
LONE_SHARE = 0.06
# Chance to say that something is absent, given that it is.
ABSENCE_CHANCE = 0.15
_DROPPED = (0.05, 0.25)
_CORE = ("style", "subject")
_ABSENT = (
    "eyewear",
    "eyewear",
    "headwear",
    "facial_hair",
    "accessory:mask",
    "accessory:headphones",
    "accessory:bow",
    "accessory:scarf",
)


@dataclass(frozen=True, slots=True)
class Saying:
    """A prompt and what it says: tags that are there, and categories or tags that are not."""

    text: str
    said: TagSet
    absent: tuple[str, ...] = ()


def word(tags: TagSet, rng: random.Random) -> str:
    """A prompt for a picture of `tags`: English or Chinese, at times short, at times empty."""
    return say(tags, rng).text


def say(tags: TagSet, rng: random.Random) -> Saying:
    """As `word`, with what the prompt says."""
    if rng.random() < EMPTY_SHARE:
        return Saying("", {})
    language: Language = "en" if rng.random() < 0.5 else "zh"
    if rng.random() < LONE_SHARE:
        name = rng.choice([name for name in tags if name not in ("gender", "hair_color")])
        lone = {name: tags[name]}
        return Saying(compose_caption(lone, language=language, rng=rng), lone)
    kept = _shorten(tags, rng) if rng.random() < SHORT_SHARE else _thin(tags, rng)
    absent = _absent(tags, rng)
    text = compose_caption(kept, absent=absent, language=language, rng=rng)
    return Saying(text, kept, absent)


def _shorten(tags: TagSet, rng: random.Random) -> dict[str, str | tuple[str, ...]]:
    others = [name for name in tags if name not in _CORE]
    chosen = set(rng.sample(others, min(len(others), rng.randint(1, 3))))
    if "hair_color" in chosen and "hair" in tags:
        chosen.add("hair")
    return {name: tags[name] for name in tags if name in _CORE or name in chosen}


def _thin(tags: TagSet, rng: random.Random) -> dict[str, str | tuple[str, ...]]:
    chance = rng.uniform(*_DROPPED)
    kept = {name: held for name, held in tags.items() if rng.random() >= chance}
    return kept or dict(tags)


def _absent(tags: TagSet, rng: random.Random) -> tuple[str, ...]:
    found = []
    for item in dict.fromkeys(_ABSENT):
        chance = ABSENCE_CHANCE * _ABSENT.count(item) * (1 if ":" not in item else 0.4)
        if rng.random() < chance and not _shows(tags, item):
            found.append(item)
    return tuple(found)


def _shows(tags: TagSet, item: str) -> bool:
    name, _, value = item.partition(":")
    held = tags.get(name, ())
    return bool(held) if not value else value in ((held,) if isinstance(held, str) else held)
