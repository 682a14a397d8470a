"""Pictures that look like one that is already out, of the brand or of another one."""

from __future__ import annotations

from collections.abc import Sequence

from moderation.checks.contract import CheckResult
from moderation.checks.picture import Picture
from moderation.pdq import ALIKE, BITS, LEAST_QUALITY
from moderation.states import FindingVerdict


class NearDuplicate:
    """Flags a picture whose PDQ hash is that of another bot's published one, give or take a few
    bits. Never blocks: a brand may dress two bots alike.

    The bot's own earlier pictures are no duplicates. Of another brand's picture nothing is told
    but that there is one. A picture too plain to be recognised by its structure is flagged as
    such, for nothing can be said of it. The score is the share of bits that agree.
    """

    name = "near_duplicate"
    version = "1"
    category = "duplicate"

    def run(self, subject: Picture) -> Sequence[CheckResult]:
        if subject.neighbours is None:
            raise LookupError("there is nothing to compare the picture with")
        fingerprint = subject.fingerprint
        threshold = 1 - ALIKE / BITS
        if fingerprint.quality < LEAST_QUALITY:
            return [
                CheckResult(
                    check=self.name,
                    version=self.version,
                    category=self.category,
                    verdict=FindingVerdict.UNKNOWN,
                    threshold=round(threshold, 4),
                    evidence={"note": "too_plain", "quality": fingerprint.quality},
                )
            ]
        alike = subject.neighbours.within(fingerprint, ALIKE)
        return [
            CheckResult(
                check=self.name,
                version=self.version,
                category=self.category,
                verdict=FindingVerdict.FLAG if alike else FindingVerdict.PASS,
                score=round(1 - alike[0].distance / BITS, 4) if alike else 0.0,
                threshold=round(threshold, 4),
                evidence={
                    "alike": [
                        {
                            "bot": each.bot,
                            "candidate_id": each.candidate_id,
                            "distance": each.distance,
                        }
                        for each in alike
                    ]
                },
            )
        ]
