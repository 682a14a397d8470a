"""Whether a picture shows what was asked, by the aligner that saw it when it was drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from moderation.checks.contract import CheckResult
from moderation.checks.picture import AskedTag, Picture
from moderation.states import FindingVerdict

#: A tag speaks against a picture if the judge finds it less likely than this share of what chance
#: would say. ``make bench-pictures`` measures it; see docs/moderation.md.
LEAST_OF_CHANCE = 0.2


class PictureAgreement:
    """Flags a picture that does not seem to show something that was asked, or to show something
    that was asked to be absent. Never blocks: the judge is a small network and errs.

    The score is that of the tag which fares worst, as a multiple of what chance would say; the
    higher the better. In the evidence are each tag's own score and threshold, and under ``sure``
    how sure the judge is that all of it is there (the geometric mean).

    ``unknown`` where no judge saw the picture, and where something was asked that the judge was
    never taught: a pass would vouch for what nobody looked at. What speaks against the picture then
    stands without a score, so that a lower threshold makes no pass of it.
    """

    name = "picture_agreement"
    version = "2"
    category = "agreement"

    def run(self, subject: Picture) -> Sequence[CheckResult]:
        alignment = subject.alignment
        if alignment is None:
            return [self._result(FindingVerdict.UNKNOWN, None, {"note": "not_judged"})]
        asked = [_told(each) for each in alignment.tags]
        evidence: dict[str, Any] = {"asked": asked, "judge": alignment.judge}
        if alignment.score is not None:
            evidence["sure"] = round(alignment.score, 4)
        if alignment.unknown:
            evidence["untaught"] = list(alignment.unknown)
        if not asked and not alignment.unknown:
            evidence["note"] = "nothing_asked"
        if any(not each["shown"] for each in asked):
            verdict = FindingVerdict.FLAG
        elif alignment.unknown:
            verdict = FindingVerdict.UNKNOWN
        else:
            verdict = FindingVerdict.PASS
        score = None
        if asked and not alignment.unknown:
            score = min(each.score / each.chance for each in alignment.tags)
        return [self._result(verdict, score, evidence)]

    def _result(
        self, verdict: FindingVerdict, score: float | None, evidence: dict[str, Any]
    ) -> CheckResult:
        return CheckResult(
            check=self.name,
            version=self.version,
            category=self.category,
            verdict=verdict,
            score=None if score is None else round(score, 4),
            threshold=LEAST_OF_CHANCE,
            evidence=evidence,
        )


def _told(tag: AskedTag) -> dict[str, Any]:
    threshold = LEAST_OF_CHANCE * tag.chance
    return {
        "tag": tag.tag,
        "absent": tag.absent,
        "score": round(tag.score, 4),
        "threshold": round(threshold, 4),
        "shown": tag.score >= threshold,
    }
