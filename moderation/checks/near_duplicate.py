"""Pictures that look like one that is already out, of the brand or of another one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from moderation.checks.contract import CheckResult
from moderation.checks.picture import Neighbour, Neighbours, Picture, PictureAlignment
from moderation.pdq import ALIKE, BITS, LEAST_QUALITY
from moderation.states import FindingVerdict

#: From this likeness of features on (cosine) two pictures are taken for one. ``make
#: bench-pictures`` measures it; see docs/moderation.md.
LIKE = 0.9
#: The same for hashes, as a share of bits that agree.
SAME_HASH = 1 - ALIKE / BITS


class NearDuplicate:
    """Flags a picture that is another bot's published one, give or take an edit. Never blocks: a
    brand may dress two bots alike.

    Two measures, for neither sees all. The PDQ hash, of the picture and of its mirror image, knows
    a copy in other colours, but not one that was cropped or turned. The aligner's features know
    those, and not the colours. The bot's own earlier pictures are no duplicates. Of another brand's
    picture nothing is told but that there is one. ``unknown`` where nothing is found and one of the
    two could not be used: a picture too plain to be hashed, or one that no judge saw.
    """

    name = "near_duplicate"
    version = "2"
    category = "duplicate"

    def run(self, subject: Picture) -> Sequence[CheckResult]:
        if subject.neighbours is None:
            raise LookupError("there is nothing to compare the picture with")
        hashed = subject.fingerprint.quality >= LEAST_QUALITY
        alike: list[dict[str, Any]] = []
        if hashed:
            alike += _by_hash(subject.neighbours, subject)
        if subject.alignment is not None:
            alike += _by_features(subject.neighbours, subject.alignment)
        if alike:
            return [self._result(FindingVerdict.FLAG, {"alike": _once_each(alike)}, alike[0])]
        if not hashed:
            note = {"note": "too_plain", "quality": subject.fingerprint.quality}
            return [self._result(FindingVerdict.UNKNOWN, note)]
        if subject.alignment is None:
            return [self._result(FindingVerdict.UNKNOWN, {"note": "not_judged"})]
        return [self._result(FindingVerdict.PASS, {"alike": []}, {"distance": BITS})]

    def _result(
        self,
        verdict: FindingVerdict,
        evidence: dict[str, Any],
        nearest: dict[str, Any] | None = None,
    ) -> CheckResult:
        score, threshold = None, SAME_HASH
        if nearest is not None and "likeness" in nearest:
            score, threshold = nearest["likeness"], LIKE
        elif nearest is not None:
            score = 1 - nearest["distance"] / BITS
        return CheckResult(
            check=self.name,
            version=self.version,
            category=self.category,
            verdict=verdict,
            score=None if score is None else round(score, 4),
            threshold=round(threshold, 4),
            evidence=evidence,
        )


def _by_hash(neighbours: Neighbours, subject: Picture) -> list[dict[str, Any]]:
    straight = _near(neighbours.by_hash(subject.fingerprint.bits), by="hash")
    return straight or _near(neighbours.by_hash(subject.mirrored_hash), by="mirror")


def _near(found: Iterable[Neighbour], *, by: str) -> list[dict[str, Any]]:
    return [
        _told(each, by) | {"distance": each.distance} for each in found if each.distance <= ALIKE
    ]


def _by_features(neighbours: Neighbours, alignment: PictureAlignment) -> list[dict[str, Any]]:
    return [
        _told(each, "features") | {"likeness": round(each.likeness, 4)}
        for each in neighbours.by_features(alignment.judge, alignment.features)
        if each.likeness >= LIKE
    ]


def _told(neighbour: Neighbour, by: str) -> dict[str, Any]:
    return {"bot": neighbour.bot, "candidate_id": neighbour.candidate_id, "by": by}


def _once_each(alike: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each picture by the measure that found it first; of other brands' one entry a measure."""
    once: dict[tuple[str, str], dict[str, Any]] = {}
    for each in alike:
        key = (each["candidate_id"], "" if each["candidate_id"] else each["by"])
        once.setdefault(key, each)
    return list(once.values())
