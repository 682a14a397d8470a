"""The render queue: its lease terms, and whose turn it is.

The choice has three stages, each one index probe, in one statement. Each brand's best row per
priority is looked up (``candidate_claim``); among these the highest priority goes first, where
waiting raises it by one level per ``AGEING``; equals are decided by the brand that is furthest
behind its share (stride scheduling, see :class:`~avatars.models.RenderTurn`). Then the batch is
filled with rows that can share a forward pass, those of the same request first.

What sandboxes ask for is drawn when nothing live is due, in the order in which it came: waiting
does not raise it, no brand is charged for it, and it shares no forward pass with live work.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection

from avatars.models import Candidate
from avatars.models.requests import SANDBOX_PRIORITY
from avatars.states import CANDIDATE, AttemptOutcome, CandidateStatus
from brandhub.common.ids import uuid7
from brandhub.jobs.protocol import (
    LEASING_SQL,
    READY_SQL,
    LeasedQueue,
    LeaseTerms,
    exponential_backoff,
)
from styles.adapters.families import render_queue_name

RENDER_TASK = "avatars.render"

#: Waiting this long is worth one level of priority, so that nothing waits for ever.
AGEING = timedelta(minutes=2)

#: How many brands' heads are tried when others are taking the first ones at this moment.
HEADS = 8


def lease_terms() -> LeaseTerms:
    """The terms of rendering, from the settings: tests and chaos runs shorten them."""
    return LeaseTerms(
        lease=timedelta(seconds=settings.RENDER_LEASE_SECONDS),
        hard_limit=timedelta(seconds=settings.RENDER_HARD_LIMIT_SECONDS),
        max_attempts=settings.RENDER_MAX_ATTEMPTS,
        backoff=exponential_backoff(first=timedelta(seconds=1), cap=timedelta(seconds=30)),
    )


def render_queue() -> LeasedQueue[Candidate]:
    """The lease protocol over candidates."""
    return LeasedQueue(
        "render",
        Candidate,
        ready=CandidateStatus.QUEUED,
        running=CandidateStatus.RENDERING,
        guard=CANDIDATE,
        terms=lease_terms(),
    )


def queue_name(family: str) -> str:
    """The Celery queue of a model family."""
    return render_queue_name(family)


#: The first of a brand's rows of one priority, per brand that is in the round.
_FIRST_SQL = f"""
CROSS JOIN LATERAL (
    SELECT c.id, c.request_id, c.batch_key, c.run_alone, c.queued_at
    FROM avatars_candidate c
    WHERE {READY_SQL} AND c.family = turn.family AND c.brand_id = turn.brand_id
      AND c.priority = level.priority
    ORDER BY c.queued_at
    LIMIT 1
) first
WHERE turn.family = %(family)s
"""  # noqa: S608 - own constants
_LIVE_HEADS_SQL = f"""
SELECT first.id, first.request_id, first.batch_key, first.run_alone
FROM avatars_renderturn turn
CROSS JOIN (VALUES (0), (1), (2)) AS level (priority)
{_FIRST_SQL}
ORDER BY
    level.priority + floor(
        extract(epoch FROM statement_timestamp() - first.queued_at) / %(ageing)s
    ) DESC,
    turn.virtual_time,
    first.queued_at
LIMIT %(heads)s
"""  # noqa: S608 - own constants
_SANDBOX_HEADS_SQL = f"""
SELECT first.id, first.request_id, first.batch_key, first.run_alone
FROM avatars_renderturn turn
CROSS JOIN (VALUES (%(sandbox)s)) AS level (priority)
{_FIRST_SQL}
ORDER BY first.queued_at
LIMIT %(heads)s
"""  # noqa: S608 - own constants

#: What goes of a head's own request; of one that has to run alone, itself. No index can answer for
#: the key: a long queue may share one, and a request has sixteen rows at most.
_SAME_REQUEST_SQL = f"""
SELECT c.id FROM avatars_candidate c
WHERE {READY_SQL} AND c.request_id = head.request_id
  AND c.batch_key IS NOT DISTINCT FROM head.batch_key
  AND c.run_alone = head.run_alone AND (c.id = head.id OR NOT head.run_alone)
ORDER BY c.index
LIMIT %(limit)s
FOR UPDATE SKIP LOCKED
"""  # noqa: S608 - own constants
_OTHER_REQUESTS_SQL = f"""
SELECT c.id FROM avatars_candidate c
WHERE {READY_SQL} AND c.request_id <> head.request_id AND c.batch_key = head.batch_key
  AND NOT c.run_alone AND NOT head.run_alone
ORDER BY c.priority DESC, c.queued_at
LIMIT %(limit)s
FOR UPDATE SKIP LOCKED
"""  # noqa: S608 - own constants

#: A claim from end to end. What it has locked all others pass over, so it keeps that for no round
#: trip. Heads are looked at one after the other, and none behind the first that something is left
#: of: a row is locked as it is taken, and the limits stop at the last one that is wanted.
_CLAIM_SQL = f"""
WITH head AS MATERIALIZED ({{heads}}),
batch AS MATERIALIZED (
    SELECT taken.ids
    FROM head
    CROSS JOIN LATERAL (
        SELECT array_agg(id) AS ids
        FROM (
            SELECT id FROM ({_SAME_REQUEST_SQL}) same
            UNION ALL
            SELECT id FROM ({_OTHER_REQUESTS_SQL}) others
            LIMIT %(limit)s
        ) each
    ) taken
    WHERE taken.ids IS NOT NULL
    LIMIT 1
),
leased AS (
    UPDATE avatars_candidate candidate SET {LEASING_SQL}
    FROM batch WHERE candidate.id = ANY (batch.ids)
    RETURNING candidate.*
),
attempted AS (
    INSERT INTO avatars_attempt (
        id, candidate_id, lease_token, holder, batch_id, batch_size,
        outcome, error_code, environment, started_at
    )
    SELECT uuidv7(), leased.id, leased.lease_token, leased.lease_holder, %(batch)s,
        cardinality(batch.ids), %(outcome)s, '', jsonb_build_object(), statement_timestamp()
    FROM leased CROSS JOIN batch
)
SELECT leased.* FROM leased CROSS JOIN batch ORDER BY array_position(batch.ids, leased.id)
"""  # noqa: S608 - own constants
#: Only who finds no live work to take looks into the sandboxes.
_CLAIMS_SQL = tuple(
    _CLAIM_SQL.format(heads=heads) for heads in (_LIVE_HEADS_SQL, _SANDBOX_HEADS_SQL)
)


def claim_rows(*, family: str, limit: int, holder: str) -> list[Candidate]:
    """Lease the next batch of ``family`` and start its attempts: rows of one batch key.

    They are ``limit`` at most. One statement, which stands alone or runs in the caller's
    transaction. Returns [] when nothing is due, or everything due is being taken by others now.
    """
    values: dict[str, Any] = render_queue().claim_values(holder) | {
        "family": family,
        "limit": limit,
        "ageing": AGEING.total_seconds(),
        "heads": HEADS,
        "sandbox": SANDBOX_PRIORITY,
        "batch": uuid7(),
        "outcome": AttemptOutcome.RUNNING,
    }
    for statement in _CLAIMS_SQL:
        rows = list(Candidate.objects.raw(statement, values))
        if rows:
            return rows
    return []


#: All who claim for a brand wait for each other on its row until the charge is committed, so that
#: commit does not wait for the disk: a power cut forgets some turns and nothing else.
_CHARGE_SQL = """
WITH unhurried AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
UPDATE avatars_renderturn turn
SET virtual_time = turn.virtual_time + %(count)s / brand.queue_weight::float8
FROM accounts_brand brand, unhurried
WHERE brand.id = turn.brand_id AND turn.brand_id = %(brand)s AND turn.family = %(family)s
"""


def charge_turns(*, family: str, rows: Sequence[Candidate]) -> None:
    """Charge each brand for what it was given, but for its sandboxes.

    Apart from the claim's transaction: a brand's row is hot, and claims that waited for each other
    on it would be made one at a time. What a crash in between forgets is one batch of fairness.
    """
    taken = Counter(row.brand_id for row in rows if row.priority != SANDBOX_PRIORITY)
    with connection.cursor() as cursor:
        for brand_id, count in sorted(taken.items()):
            cursor.execute(_CHARGE_SQL, {"count": count, "brand": brand_id, "family": family})


_ENTER_SQL = """
INSERT INTO avatars_renderturn (brand_id, family, virtual_time)
VALUES (%(brand)s, %(family)s, 0)
ON CONFLICT (family, brand_id) DO NOTHING
"""

# Touches, and so locks, the row of a brand only when it comes back from having no work.
_CATCH_UP_SQL = """
UPDATE avatars_renderturn own
SET virtual_time = active.virtual_time
FROM (
    SELECT min(turn.virtual_time) AS virtual_time FROM avatars_renderturn turn
    WHERE turn.family = %(family)s AND EXISTS (
        SELECT FROM avatars_candidate c
        WHERE c.status = 'queued' AND c.family = turn.family AND c.brand_id = turn.brand_id
          AND c.priority > %(sandbox)s)
) active
WHERE own.family = %(family)s AND own.brand_id = %(brand)s
  AND own.virtual_time < active.virtual_time
  AND NOT EXISTS (
    SELECT FROM avatars_candidate c
    WHERE c.status = 'queued' AND c.family = %(family)s AND c.brand_id = %(brand)s
      AND c.priority > %(sandbox)s)
"""


def join_turns(*, brand_id: UUID, family: str, sandbox: bool = False) -> None:
    """Enter a brand into the round, level with those who wait already; before its rows are queued.

    Time that a brand spent without work earns it no credit, or it would shut out the others when
    it comes back. What waits in its ``sandbox`` is no work in this sense, for it takes no turns.
    """
    values: dict[str, Any] = {
        "brand": brand_id,
        "family": family,
        "sandbox": SANDBOX_PRIORITY,
    }
    with connection.cursor() as cursor:
        for statement in (_ENTER_SQL,) if sandbox else (_ENTER_SQL, _CATCH_UP_SQL):
            cursor.execute(statement, values)
