"""Where a request stands in the queue, and how long that will take.

A request's own candidates are few, and mostly loaded already: they are counted here and not asked
for again. What comes before them, and how fast this installation is, is asked in one statement.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from avatars.models import Candidate, GenerationRequest
from avatars.models.requests import SANDBOX_PRIORITY
from avatars.states import CandidateStatus

#: So many of the last executions tell how fast this installation is.
SAMPLE = 40
#: And they are looked for among so many, of all families: not in everything there ever was for the
#: sake of a family that has drawn little.
RECENT = 1000
#: So many candidates are counted before one of each priority, and no more: a poll must not become
#: dearer while the queue grows. Whoever stands further back is told the least that it can be.
COUNTED = 1000

_UNFINISHED = (CandidateStatus.QUEUED, CandidateStatus.RENDERING)


@dataclass(frozen=True, slots=True)
class Standing:
    """A request's place; both None where nothing of it waits."""

    #: How many requests will be taken up before this one; 0 for the next. What has a higher
    #: priority or waited longer counts; the turns between brands can move a request forward.
    position: int | None = None
    #: Until all its candidates are rendered; None, too, while nothing is known of the speed.
    seconds: float | None = None
    #: Whether the queue goes on beyond what was counted: both numbers are the least they can be.
    at_least: bool = False


#: Mean of the last executions of a family, a batch's time shared by its members.
_SECONDS_EACH_SQL = """
SELECT avg(extract(epoch FROM recent.ended_at - recent.started_at) / recent.batch_size)::float8
FROM (
    SELECT a.started_at, a.ended_at, a.batch_size
    FROM (SELECT * FROM avatars_attempt ORDER BY id DESC LIMIT %(recent)s) a
    JOIN avatars_candidate c ON c.id = a.candidate_id
    WHERE a.outcome = 'rendered' AND a.ended_at IS NOT NULL AND c.family = %(family)s
    ORDER BY a.id DESC
    LIMIT %(sample)s
) recent
"""
#: Each part has its own range of ``candidate_claim``, and ends where enough is known; only as many
#: are being rendered as there are workers for.
_STANDING_SQL = f"""
WITH ahead AS (
    (SELECT c.request_id, c.queued_at, true AS jumps, true AS waits FROM avatars_candidate c
     WHERE c.status = 'queued' AND c.family = %(family)s AND c.priority > %(priority)s
       AND c.request_id <> %(request)s
     LIMIT %(counted)s)
    UNION ALL
    (SELECT c.request_id, c.queued_at, false, true FROM avatars_candidate c
     WHERE c.status = 'queued' AND c.family = %(family)s AND c.priority = %(priority)s
       AND c.queued_at < %(before)s AND c.request_id <> %(request)s
     LIMIT %(counted)s)
    UNION ALL
    SELECT c.request_id, c.queued_at, c.priority > %(priority)s, false FROM avatars_candidate c
    WHERE c.status = 'rendering' AND c.family = %(family)s AND c.priority >= %(priority)s
      AND c.request_id <> %(request)s
)
SELECT count(DISTINCT request_id) FILTER (WHERE waits),
       count(*) FILTER (WHERE jumps OR queued_at < %(unfinished_since)s),
       greatest(count(*) FILTER (WHERE waits AND jumps),
                count(*) FILTER (WHERE waits AND NOT jumps)) >= %(counted)s,
       ({_SECONDS_EACH_SQL})
FROM ahead
"""  # noqa: S608 - own constants
_FOR_NEW_SQL = f"""
SELECT (SELECT count(*) FROM (
            SELECT FROM avatars_candidate c
            WHERE c.status = 'queued' AND c.family = %(family)s
              AND c.priority >= %(least)s
            LIMIT %(counted)s) waiting)
       + (SELECT count(*) FROM avatars_candidate c
          WHERE c.status = 'rendering' AND c.family = %(family)s AND c.priority >= %(least)s),
       ({_SECONDS_EACH_SQL})
"""  # noqa: S608 - own constants


def standing_of(request: GenerationRequest) -> Standing:
    """Where ``request`` stands. Its candidates are read if they are not prefetched.

    Counts no further than a bound, however long the queue is.
    """
    unfinished = [each for each in request.candidates.all() if each.status in _UNFINISHED]
    queued = [each for each in unfinished if each.status == CandidateStatus.QUEUED]
    since = _first_queued_at(unfinished)
    if since is None:
        return Standing()
    with connection.cursor() as cursor:
        cursor.execute(
            _STANDING_SQL,
            {
                "family": request.base_model.family,
                "priority": request.queue_priority,
                "before": _first_queued_at(queued) or since,
                "unfinished_since": since,
                "request": request.pk,
                "sample": SAMPLE,
                "recent": RECENT,
                "counted": COUNTED,
            },
        )
        requests_ahead, ahead, at_least, each = cursor.fetchone()
    return Standing(
        position=requests_ahead if queued else None,
        seconds=None if each is None else round((ahead + len(unfinished)) * each, 1),
        at_least=at_least,
    )


def estimate_for_new(*, family: str, candidates: int, sandbox: bool = False) -> float | None:
    """Seconds until all would be rendered of a request that would be submitted now, live or in a
    sandbox, for which live work does not wait.

    None before the family's first execution has ended, and where that was too long ago. The least
    it can be where more waits than is counted.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _FOR_NEW_SQL,
            {
                "family": family,
                "least": SANDBOX_PRIORITY if sandbox else SANDBOX_PRIORITY + 1,
                "sample": SAMPLE,
                "recent": RECENT,
                "counted": COUNTED,
            },
        )
        waiting, each = cursor.fetchone()
    return None if each is None else round((waiting + candidates) * each, 1)


def _first_queued_at(candidates: list[Candidate]) -> datetime | None:
    return min((each.queued_at for each in candidates if each.queued_at), default=None)
