"""The sandbox's rule: what decides about a test's pictures in place of a person."""

from __future__ import annotations

import math
from typing import Any

from django.utils import timezone

from avatars.locking import lock_candidates, lock_pixels
from avatars.models import Candidate, GenerationRequest
from avatars.selectors.ranking import ranked_candidates
from avatars.services.publication import is_withdrawn, publish_version
from avatars.services.review import settle_review
from avatars.states import CandidateStatus, RequestStatus, Verdict
from brandhub.audit.record import SYSTEM, record
from brandhub.common.ids import uuid7

#: As the lineage of a version names the rule that let its picture out.
RULE = "sandbox"


def decide_in_sandbox(*, request: GenerationRequest) -> None:
    """Settle a locked request of a sandbox whose pictures the checks have judged. Idempotent.

    Approved and published is the picture that agrees best with what was asked, of those that no
    check blocks and that were not taken down before; a flagged one only where none is clean.
    Without one the request is declined:
    ``all_candidates_blocked``, or ``pixels_taken_down``.
    """
    if request.status == RequestStatus.DECLINED:
        # The checks have blocked every picture; here nobody comes to override them.
        settle_review(actor=SYSTEM, request=request, status=RequestStatus.DECLINED)
        return
    chosen = _best_of(request)
    if chosen is None:
        settle_review(
            actor=SYSTEM,
            request=request,
            status=RequestStatus.DECLINED,
            reason="pixels_taken_down",
        )
        return
    settle_review(actor=SYSTEM, request=request, status=RequestStatus.APPROVED, chosen=chosen)
    chosen.refresh_from_db()
    decision_id = uuid7()
    record(
        actor=SYSTEM,
        action="request.approved_in_sandbox",
        of=request,
        brand=request.brand_id,
        sandbox=True,
        decision=str(decision_id),
        candidate=str(chosen.pk),
        pixel_sha256=chosen.pixel_sha256,
    )
    publish_version(
        actor=SYSTEM,
        bot=request.bot,
        candidate=chosen,
        decision_id=decision_id,
        decision=_as_decision(chosen),
    )


def _best_of(request: GenerationRequest) -> Candidate | None:
    """The first by rank, a clean one before any that a check has flagged; those that no judge saw
    come behind, as they were drawn.
    """
    lock_candidates(request, CandidateStatus.SCREENED)
    ranked = ranked_candidates().filter(request=request, status=CandidateStatus.SCREENED)
    unblocked = [each for each in ranked if each.verdict != Verdict.BLOCK]
    # Locked before anybody asks whether they were taken down, so that the answer holds until the
    # picture is published. Several: in order, as everybody who locks several does.
    for pixels in sorted({each.pixel_sha256 for each in unblocked}):
        lock_pixels(brand_id=request.brand_id, pixel_sha256=pixels)
    allowed = [each for each in unblocked if not is_withdrawn(request.bot, each.pixel_sha256)]
    return min(allowed, key=_standing, default=None)


def _standing(candidate: Candidate) -> tuple[bool, float, int]:
    return (
        candidate.verdict != Verdict.PASS,
        candidate.rank or math.inf,
        candidate.index,
    )


def _as_decision(chosen: Candidate) -> dict[str, Any]:
    """What the version keeps: as of a person's decision, with the rule in the person's place."""
    return {
        "rule": RULE,
        "case_id": None,
        "action": "approve",
        "reviewer": None,
        "policy": None,
        "stage": None,
        "candidate_id": str(chosen.pk),
        "pixel_sha256": chosen.pixel_sha256,
        "override": False,
        "reason_codes": [],
        "decided_at": timezone.now().isoformat(),
    }
