"""Several cases with one word: each is decided on its own, and says what became of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from brandhub.accounts.models import User
from brandhub.audit.record import Actor
from brandhub.common.errors import BrandHubError, PlatformFault
from moderation.services.decisions import approve_case, reject_case, request_changes
from moderation.states import DecisionAction

#: More cannot be looked at on one page.
MOST_TOGETHER = 20

_DEEDS: dict[str, Callable[..., object]] = {
    DecisionAction.APPROVE: approve_case,
    DecisionAction.REJECT: reject_case,
    DecisionAction.REQUEST_CHANGES: request_changes,
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one case: decided, or refused with ``error`` and left as it was."""

    case_id: UUID
    error: BrandHubError | None = None


def decide_together(
    *,
    actor: Actor,
    user: User,
    action: DecisionAction,
    cases: Sequence[UUID],
    values: Mapping[str, Any],
    shown: Mapping[UUID, tuple[UUID, str]] | None = None,
) -> list[Outcome]:
    """Decide each of ``cases`` by itself, in a transaction of its own, with the same ``values``.

    An approval needs, for each case, the candidate and the digest of its pixels as they were
    ``shown``; a case without them is refused like any approval without a picture. One that a
    colleague has taken or decided stays as it is, and the others go on. Raises a ``PlatformFault``,
    which says nothing about a case.
    """
    deed = _DEEDS[action]
    outcomes = []
    for case_id in cases[:MOST_TOGETHER]:
        own = dict(values)
        if action == DecisionAction.APPROVE and shown and case_id in shown:
            own["candidate_id"], own["pixel_sha256"] = shown[case_id]
        try:
            deed(actor=actor, user=user, case_id=case_id, **own)
        except PlatformFault:
            raise
        except BrandHubError as error:
            outcomes.append(Outcome(case_id, error))
        else:
            outcomes.append(Outcome(case_id))
    return outcomes
