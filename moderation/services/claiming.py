"""The next case for a reviewer, however many ask at once."""

from __future__ import annotations

from django.db import transaction

from brandhub.accounts.models import User
from brandhub.audit.record import Actor
from moderation.casework import claimable_keys
from moderation.locking import lock_first_free_case
from moderation.models import ReviewCase
from moderation.permissions import require_judge
from moderation.selectors.cases import EVERYTHING, QueueFilters
from moderation.services.cases import take_case

#: So many of the oldest are looked at; each but the first is for a colleague who asks meanwhile.
_LOOKED_AT = 64
#: If colleagues have taken all of those since they were read, the next ones are read.
_TRIES = 3


@transaction.atomic
def claim_next_case(
    *, actor: Actor, user: User, filters: QueueFilters = EVERYTHING
) -> ReviewCase | None:
    """Reserve the case that has waited longest among those ``user`` may decide; None without one.

    Nobody waits for a colleague who is claiming at the same moment, and nobody gets the same case:
    rows that are locked are passed over, and what is free is asked again under the lock.
    """
    for _ in range(_TRIES):
        keys = claimable_keys(user, filters, size=_LOOKED_AT)
        case = lock_first_free_case(keys)
        if case is not None or len(keys) < _LOOKED_AT:
            break
    if case is None:
        return None
    require_judge(user, case)
    take_case(actor, user, case)
    return case
