"""Pictures that look like one that is already out, of the brand or of another one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from moderation.checks.contract import CheckResult
from moderation.checks.picture import Neighbour, Neighbours, Picture, PictureAlignment
from moderation.pdq import ALIKE, LEAST_QUALITY
from moderation.states import FindingVerdict

#: From this likeness on two pictures are taken for one: the cosine of their features, or what
#: :func:`_likeness` makes of their hashes. ``make bench-pictures`` measures it; see
#: docs/moderation.md.
LIKE = 0.9
#: Of what is less like than that, the nearest is told from here on: no policy asks for less.
LEAST_TOLD = 0.8


class NearDuplicate:
    """Flags a picture that is another bot's published one, give or take an edit. Never blocks: a
    brand may dress two bots alike.

    Two measures, for neither sees all. The PDQ hash, of the picture and of its mirror image, knows
    a copy in other colours, but not one that was cropped or turned. The aligner's features know
    those, and not the colours. The score is the greater likeness of the two. The bot's own earlier
    pictures are no duplicates. Of another brand's picture nothing is told but that there is one.

    ``unknown`` where nothing is found and one of the two could not be used: a picture too plain to
    be hashed, or one that no judge saw. What the other one finds then stands without a score, for
    a higher threshold would make a pass of what nobody looked at.
    """

    name = "near_duplicate"
    version = "3"
    category = "duplicate"

    def run(self, subject: Picture) -> Sequence[CheckResult]:
        if subject.neighbours is None:
            raise LookupError("there is nothing to compare the picture with")
        hashed = subject.fingerprint.quality >= LEAST_QUALITY
        found: list[_Found] = []
        if hashed:
            found += _by_hash(subject.neighbours, subject)
        if subject.alignment is not None:
            found += _by_features(subject.neighbours, subject.alignment)
        alike = [each for each in found if each.likeness >= LIKE]
        if not hashed or subject.alignment is None:
            if alike:
                return [self._result(FindingVerdict.FLAG, {"alike": _once_each(alike)})]
            note: dict[str, Any] = {"note": "not_judged"}
            if not hashed:
                note = {"note": "too_plain", "quality": subject.fingerprint.quality}
            return [self._result(FindingVerdict.UNKNOWN, note)]
        score = max((each.likeness for each in found), default=0.0)
        if alike:
            return [self._result(FindingVerdict.FLAG, {"alike": _once_each(alike)}, score)]
        evidence: dict[str, Any] = {"alike": []}
        if score >= LEAST_TOLD:
            evidence["near"] = max(found, key=lambda each: each.likeness).told
        return [self._result(FindingVerdict.PASS, evidence, score)]

    def _result(
        self, verdict: FindingVerdict, evidence: dict[str, Any], score: float | None = None
    ) -> CheckResult:
        return CheckResult(
            check=self.name,
            version=self.version,
            category=self.category,
            verdict=verdict,
            score=None if score is None else round(max(score, 0.0), 4),
            threshold=LIKE,
            evidence=evidence,
        )


@dataclass(frozen=True, slots=True)
class _Found:
    """A published picture, how like it is, and what evidence tells of it."""

    likeness: float
    told: dict[str, Any]


def _likeness(distance: int) -> float:
    """A distance of hashes on the scale of the features: 1 for none, :data:`LIKE` for the most
    bits in which copies differ.
    """
    return 1 - distance * (1 - LIKE) / ALIKE


def _by_hash(neighbours: Neighbours, subject: Picture) -> list[_Found]:
    straight = _near(neighbours.by_hash(subject.fingerprint.bits), by="hash")
    if any(each.likeness >= LIKE for each in straight):
        return straight
    return straight + _near(neighbours.by_hash(subject.mirrored_hash), by="mirror")


def _near(found: Iterable[Neighbour], *, by: str) -> list[_Found]:
    return [
        _Found(_likeness(each.distance), _told(each, by) | {"distance": each.distance})
        for each in found
    ]


def _by_features(neighbours: Neighbours, alignment: PictureAlignment) -> list[_Found]:
    return [
        _Found(each.likeness, _told(each, "features") | {"likeness": round(each.likeness, 4)})
        for each in neighbours.by_features(alignment.judge, alignment.features)
    ]


def _told(neighbour: Neighbour, by: str) -> dict[str, Any]:
    return {"bot": neighbour.bot, "candidate_id": neighbour.candidate_id, "by": by}


def _once_each(alike: Iterable[_Found]) -> list[dict[str, Any]]:
    """Each picture by the measure that found it first; of other brands' one entry a measure."""
    once: dict[tuple[str, str], dict[str, Any]] = {}
    for each in (found.told for found in alike):
        key = (each["candidate_id"], "" if each["candidate_id"] else each["by"])
        once.setdefault(key, each)
    return list(once.values())
