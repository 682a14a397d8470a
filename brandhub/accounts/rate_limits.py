"""How often a caller may call: the generic cell rate algorithm, one row per caller.

The rows are in PostgreSQL and not in Redis, because Redis may be emptied or away at any time, and
neither must lift a limit. What that costs is bounded by the limit itself: a call that is refused
writes nothing, and one that is allowed writes one row of a table that is not logged.

The algorithm is ITU-T I.371's: a caller owns a time up to which its allowance is spent. Each call
moves that time on by ``window / limit``; a call that would move it further than ``window`` ahead
of now is refused. Unlike counters per minute it lets nobody have two minutes' worth at the turn.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from brandhub.common.errors import BrandHubError

WINDOW_SECONDS = 60

_SPEND = """
INSERT INTO accounts_callallowance AS own (caller_id, spent_until)
VALUES (%(caller)s, clock_timestamp() + make_interval(secs => %(step)s))
ON CONFLICT (caller_id) DO UPDATE
   SET spent_until = greatest(own.spent_until, clock_timestamp())
                     + make_interval(secs => %(step)s)
 WHERE greatest(own.spent_until, clock_timestamp()) + make_interval(secs => %(step)s)
       <= clock_timestamp() + make_interval(secs => %(window)s)
RETURNING extract(epoch FROM spent_until - clock_timestamp())
"""
_LOOK = """
SELECT extract(epoch FROM spent_until - clock_timestamp())
  FROM accounts_callallowance WHERE caller_id = %(caller)s
"""


class RateLimited(BrandHubError):
    """Too many calls; ``retry_after`` seconds later the next one is allowed. HTTP 429."""

    code = "rate_limited"
    title = _("Too many calls")
    status = 429


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left: ``remaining`` calls at once, and all of them after ``full_in`` seconds."""

    limit: int
    remaining: int
    full_in: int
    retry_after: int = 0

    @property
    def allowed(self) -> bool:
        return self.retry_after == 0


def spend_call(*, caller_id: UUID, per_minute: int) -> Allowance:
    """Take one call from the caller's allowance, if one is left. A limit below 1 counts as 1."""
    step = WINDOW_SECONDS / max(per_minute, 1)
    values: dict[str, Any] = {"caller": caller_id, "step": step, "window": WINDOW_SECONDS}
    with connection.cursor() as cursor:
        cursor.execute(_SPEND, values)
        row = cursor.fetchone()
        if row is not None:
            spent = float(row[0])
            remaining = max(math.floor((WINDOW_SECONDS - spent) / step + 1e-9), 0)
            return Allowance(per_minute, remaining, math.ceil(spent))
        cursor.execute(_LOOK, values)
        row = cursor.fetchone()
    spent = float(row[0]) if row is not None else 0.0
    wait = max(math.ceil(spent + step - WINDOW_SECONDS), 1)
    return Allowance(per_minute, 0, math.ceil(spent), wait)
