"""The next case for a reviewer, however many ask at once."""

from __future__ import annotations

from django.db import transaction

from brandhub.accounts.models import User
from brandhub.audit.record import Actor
from moderation.locking_to_claim import lock_next_case
from moderation.models import ReviewCase
from moderation.permissions import require_judge
from moderation.selectors.cases import EVERYTHING, QueueFilters
from moderation.services.cases import take_case


@transaction.atomic
def claim_next_case(
    *, actor: Actor, user: User, filters: QueueFilters = EVERYTHING
) -> ReviewCase | None:
    """Reserve the case that has waited longest among those ``user`` may decide; None without one.

    Nobody waits for a colleague who is claiming at the same moment, and nobody gets the same case:
    rows that are locked are passed over, and what is free is asked again under the lock.
    """
    case = lock_next_case(user, filters)
    if case is None:
        return None
    require_judge(user, case)
    take_case(actor, user, case)
    return case
