"""How well a picture agrees with what was asked: what is asked of a judge, and what it answers.

Without torch: the judge itself is in ``diffusers_backend``. For each category of the vocabulary the
judge compares the asked value with its rivals, so that a score means the same whatever the
category: 1 is certain, ``chance`` is what a coin with as many sides as there are values would say.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from PIL import Image

from brandhub.vocabulary import CATEGORIES, Tags, category, compose_caption, tag_names

#: Numbers in a picture's features: what the database's index is made for.
FEATURES = 256


@dataclass(frozen=True, slots=True)
class TagScore:
    """How sure a judge is of one thing that was asked: a tag, or with ``absent`` its absence.

    ``tag`` is ``category:value``, or for the absence of everything of its kind ``category``.
    """

    tag: str
    absent: bool
    score: float
    chance: float


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a judge says of one picture.

    ``features`` are a unit vector, comparable with those of the same ``judge`` alone. ``unknown``
    are asked tags that it was never taught.
    """

    judge: str
    features: tuple[float, ...]
    tags: tuple[TagScore, ...]
    unknown: tuple[str, ...] = ()

    @property
    def score(self) -> float | None:
        """One number to rank by, 0 to 1: the geometric mean, in which one thing that is missing
        weighs more than several that are fine. None where nothing could be judged.
        """
        if not self.tags:
            return None
        return math.exp(sum(math.log(max(each.score, 1e-6)) for each in self.tags) / len(self.tags))


def packed_features(features: Sequence[float]) -> bytes:
    """Features as they are stored: half precision, little endian."""
    return struct.pack(f"<{len(features)}e", *features)


def unpacked_features(packed: bytes) -> list[float]:
    """What :func:`packed_features` packed."""
    return list(struct.unpack(f"<{len(packed) // 2}e", packed))


class Judge(Protocol):
    """Compares pictures with tags, on one device. Safe from one thread at a time."""

    @property
    def name(self) -> str:
        """Changes whenever the same picture may be judged differently."""
        ...

    def judge(
        self, pictures: Sequence[Image.Image], asked: Sequence[tuple[Tags, Sequence[str]]]
    ) -> list[Judgement]:
        """One judgement for each picture, of its own tags and absences (``category`` or
        ``category:value``).
        """
        ...


@dataclass(frozen=True, slots=True)
class Question:
    """One thing asked: the statements of which one should be true, and those that speak against it.

    ``statements`` are places in :func:`statements`, several where the asked value names a group of
    others ("a hat"); with ``negated`` all should be false. ``rivals`` are places, these among them.
    """

    tag: str
    absent: bool
    statements: tuple[str, ...]
    rivals: tuple[str, ...]
    negated: bool = False

    @property
    def chance(self) -> float:
        share = len(self.statements) / len(self.rivals)
        return 1 - share if self.negated else share


#: Categories of which a picture may show nothing.
_MAY_LACK = frozenset({"hair", "eyewear", "headwear", "facial_hair", "accessory"})


def statements() -> dict[str, str]:
    """Every statement a judge compares, by its place (``category:value``, ``category:`` for none
    of it), as the caption that says it.
    """
    said = {}
    for each in CATEGORIES:
        for value in each.drawn:
            held = (value.name,) if each.multiple else value.name
            said[f"{each.name}:{value.name}"] = compose_caption({each.name: held})
            if each.multiple:
                lacking = f"{each.name}:{value.name}"
                said[f"no {lacking}"] = compose_caption({}, absent=[lacking])
        if each.name in _MAY_LACK:
            said[f"{each.name}:"] = compose_caption({}, absent=[each.name])
    return said


def questions_of(tags: Tags, absent: Iterable[str]) -> tuple[list[Question], list[str]]:
    """What to ask of a picture, and which of the tags no judge was taught."""
    asked: list[Question] = []
    unknown: list[str] = []
    known = {each.name for each in CATEGORIES}
    for name in tags:
        for value in tag_names(tags, name):
            question = _question(name, value) if name in known else None
            if question is None:
                unknown.append(f"{name}:{value}")
            else:
                asked.append(question)
    for item in absent:
        name, _, value = item.partition(":")
        question = _absence(name, value) if name in known else None
        if question is None:
            unknown.append(f"no {item}")
        else:
            asked.append(question)
    return asked, unknown


def _question(name: str, value: str) -> Question | None:
    places = _places(name, value)
    return Question(f"{name}:{value}", False, places, _rivals(name, value)) if places else None


def _absence(name: str, value: str) -> Question | None:
    if not value:
        return Question(name, True, (f"{name}:",), _rivals(name, "")) if name in _MAY_LACK else None
    places = _places(name, value)
    if not places:
        return None
    return Question(f"{name}:{value}", True, places, _rivals(name, value), negated=True)


def _places(name: str, value: str) -> tuple[str, ...]:
    """Where the judge's statements of a value are, of a group's all; none where it has none."""
    held = category(name)
    drawn = [each.name for each in held.drawn]
    named = [each for each in held if each.name == value]
    group = named[0].group if named and not held.multiple else ()
    return tuple(f"{name}:{each}" for each in drawn if each == value or each in group)


def _rivals(name: str, value: str) -> tuple[str, ...]:
    """What competes with a value: all of its category, and none of it; of a category that takes
    several, its own absence alone.
    """
    held = category(name)
    if held.multiple and value:
        return (f"{name}:{value}", f"no {name}:{value}")
    all_of_it = [f"{name}:{each.name}" for each in held.drawn]
    return (*all_of_it, f"{name}:") if name in _MAY_LACK else tuple(all_of_it)


def scored(question: Question, logits: Mapping[str, float]) -> TagScore:
    """The score of ``question`` from the logits by place: softmax over its rivals."""
    highest = max(logits[each] for each in question.rivals)
    weights = {each: math.exp(logits[each] - highest) for each in question.rivals}
    share = sum(weights[each] for each in question.statements) / sum(weights.values())
    return TagScore(
        tag=question.tag,
        absent=question.absent,
        score=1 - share if question.negated else share,
        chance=question.chance,
    )
