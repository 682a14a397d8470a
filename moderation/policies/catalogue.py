"""The checks that a policy speaks of, and what it may say of each.

Checks of pictures need numeric libraries, which stay out of web processes; so what a policy has to
know of them stands here, and a test holds it against the checks themselves.
"""

from __future__ import annotations

from dataclasses import dataclass

from moderation.states import CaseKind, CheckMode

_M = CheckMode


@dataclass(frozen=True, slots=True)
class Bounds:
    """A threshold as the check comes with it, and between what a policy may move it."""

    default: float
    low: float
    high: float
    step: float = 0.01


@dataclass(frozen=True, slots=True)
class KnownCheck:
    """One check: about what, which modes it may have, and its thresholds if it has a score."""

    name: str
    subject: CaseKind
    default: CheckMode
    modes: tuple[CheckMode, ...]
    #: From here on it is no pass.
    threshold: Bounds | None = None
    #: From here on it blocks, where the check grades.
    block_threshold: Bounds | None = None
    #: The score is good when it is high: below the threshold it is no pass.
    low_is_bad: bool = False
    #: The check blocks for what its score does not measure, so moving a threshold lifts no block.
    blocks_by_itself: bool = False
    #: Versions of the check whose scores measured something else than its thresholds now do.
    other_scales: frozenset[str] = frozenset()


#: Prohibited content and broken pictures are the platform's own rules: no brand lifts them.
CATALOGUE = (
    KnownCheck("prohibited_content", CaseKind.PROMPT, _M.GRADED, (_M.GRADED, _M.BLOCK)),
    KnownCheck(
        "forbidden_terms", CaseKind.PROMPT, _M.GRADED, (_M.OFF, _M.FLAG, _M.GRADED, _M.BLOCK)
    ),
    KnownCheck("protected_names", CaseKind.PROMPT, _M.FLAG, (_M.OFF, _M.FLAG, _M.BLOCK)),
    KnownCheck("misleading_claims", CaseKind.PROMPT, _M.FLAG, (_M.OFF, _M.FLAG, _M.BLOCK)),
    KnownCheck("broken_image", CaseKind.IMAGE, _M.BLOCK, (_M.BLOCK,)),
    KnownCheck(
        "palette_distance",
        CaseKind.IMAGE,
        _M.FLAG,
        (_M.OFF, _M.FLAG, _M.BLOCK),
        threshold=Bounds(0.25, 0.01, 1.0),
        low_is_bad=True,
    ),
    KnownCheck(
        "legibility",
        CaseKind.IMAGE,
        _M.FLAG,
        (_M.OFF, _M.FLAG, _M.BLOCK),
        threshold=Bounds(1.0, 0.1, 3.0),
        low_is_bad=True,
    ),
    KnownCheck(
        "near_duplicate",
        CaseKind.IMAGE,
        _M.FLAG,
        (_M.OFF, _M.FLAG, _M.BLOCK),
        threshold=Bounds(0.9, 0.8, 1.0),
        other_scales=frozenset({"1", "2"}),
    ),
    KnownCheck(
        "picture_agreement",
        CaseKind.IMAGE,
        _M.FLAG,
        (_M.OFF, _M.FLAG, _M.BLOCK),
        threshold=Bounds(0.2, 0.01, 3.0),
        low_is_bad=True,
        other_scales=frozenset({"1"}),
    ),
    KnownCheck(
        "nudity",
        CaseKind.IMAGE,
        _M.GRADED,
        (_M.OFF, _M.FLAG, _M.GRADED, _M.BLOCK),
        threshold=Bounds(0.35, 0.05, 1.0),
        block_threshold=Bounds(0.85, 0.05, 1.0),
        other_scales=frozenset({"1", "2"}),
    ),
    KnownCheck(
        "text_in_picture",
        CaseKind.IMAGE,
        _M.GRADED,
        (_M.OFF, _M.FLAG, _M.GRADED, _M.BLOCK),
        threshold=Bounds(0.8, 0.3, 1.0),
        blocks_by_itself=True,
    ),
)
KNOWN = {check.name: check for check in CATALOGUE}


def comparable(check: str, version: str, score: float | None) -> float | None:
    """The score of that version of a check, where it measures what the check's thresholds do now;
    else None, and its word stands.
    """
    known = KNOWN.get(check)
    return None if known is not None and version in known.other_scales else score
