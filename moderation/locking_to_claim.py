"""The locks of those who claim, as written statements: of a case that was named, or of the next.

What is next says what :func:`~moderation.selectors.cases.claimable` says, and a test holds the two
against each other. Composing it anew for each claim took longer than answering it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.utils import timezone
from django.utils.translation import gettext as _

from avatars.models import GenerationRequest
from brandhub.accounts.models import ApiClient, User
from brandhub.common.errors import NotFound
from brandhub.common.ids import uuid7_floor
from moderation.models import ReviewCase, ReviewPolicy
from moderation.selectors.cases import QueueFilters

_CASE = [field.attname for field in ReviewCase._meta.concrete_fields]
#: What the guards of a claim ask besides: whose request it is, and what the policy says.
_REQUEST = ["id", "requested_by_id", "revised_by_id", "client_id"]
_CLIENT = ["id", "owner_id"]
_POLICY = ["id", "checks", "stages", "auto_approve"]
_COLUMNS = ", ".join(
    f"{table}.{column}"
    for table, columns in (
        ("locked", _CASE),
        ("request", _REQUEST),
        ("client", _CLIENT),
        ("policy", _POLICY),
    )
    for column in columns
)
_ITS_OWN = """
LEFT JOIN avatars_generationrequest AS request ON request.id = locked.request_id
LEFT JOIN accounts_apiclient AS client ON client.id = request.client_id
LEFT JOIN moderation_reviewpolicy AS policy ON policy.id = locked.policy_id
"""

_NAMED = f"""
SELECT {_COLUMNS} FROM moderation_reviewcase AS locked {_ITS_OWN}
WHERE locked.id = %(case)s FOR NO KEY UPDATE OF locked
"""  # noqa: S608 - of this module alone

#: Brands where the person reviews: whether as a manager, and whether somebody's duty is theirs.
_REVIEWING = """
SELECT brand_id, role = 'manager', EXISTS (
    SELECT FROM moderation_delegation AS duty
    WHERE duty.delegate_id = %(user)s AND duty.brand_id = member.brand_id
        AND duty.revoked_at IS NULL AND duty.until > statement_timestamp()
)
FROM accounts_membership AS member
WHERE user_id = %(user)s AND role IN ('reviewer', 'manager')
"""
_OF_SUPERUSER = "SELECT id, TRUE, FALSE FROM accounts_brand"

#: Whether ``{who}`` is behind the case's request, as ``permissions.people_behind`` says.
_BEHIND = """EXISTS (
    SELECT FROM avatars_generationrequest AS asked
    LEFT JOIN accounts_apiclient AS asking ON asking.id = asked.client_id
    WHERE asked.id = waiting.request_id
        AND {who} IN (asked.requested_by_id, asking.owner_id, asked.revised_by_id)
)"""

_OF_REVIEWERS = "waiting.judged_by = 'reviewer'"

#: Whether an approval stands that is ``{who}``'s or was given on their behalf.
_SPOKEN = """EXISTS (
    SELECT FROM moderation_decision AS approval
    WHERE approval.case_id = waiting.id AND approval.action = 'approve'
        AND {who} IN (approval.reviewer_id, approval.on_behalf_of_id)
        AND NOT EXISTS (
            SELECT FROM moderation_decision AS taken_back WHERE taken_back.undoes_id = approval.id
        )
)"""

#: Whether a manager has handed the person their duty who could decide the case themselves.
_STANDS_IN = f"""EXISTS (
    SELECT FROM moderation_delegation AS duty
    JOIN accounts_user AS manager ON manager.id = duty.delegator_id AND manager.is_active
    JOIN accounts_membership AS member
        ON member.user_id = manager.id AND member.brand_id = duty.brand_id
        AND member.role = 'manager'
    WHERE duty.delegate_id = %(user)s AND duty.brand_id = waiting.brand_id
        AND duty.revoked_at IS NULL AND duty.until > statement_timestamp()
        AND NOT {_BEHIND.format(who="manager.id")} AND NOT {_SPOKEN.format(who="manager.id")}
)"""

#: Whose stage it is, ``{stage}``, is asked no further than the person's roles make needful: what
#: a statement joins is planned anew each time, and that takes longer than to carry it out.
_FREE = f"""
waiting.brand_id = {{brand}} AND waiting.status = 'open' AND ({{stage}})
AND (waiting.assigned_to_id IS NULL OR waiting.assigned_to_id = %(user)s)
AND NOT {_BEHIND.format(who="%(user)s")} AND NOT {_SPOKEN.format(who="%(user)s")}
"""

#: What the filters ask for beyond that, by their names; the others say what is free anyway.
_WANTED = {
    "status": "waiting.status = %(status)s",
    "kind": "waiting.kind = %(kind)s",
    "brand": "waiting.brand_id IN (SELECT id FROM accounts_brand WHERE slug = %(brand)s)",
    "request_id": "waiting.request_id = %(request_id)s",
    "claimed_by_me": "waiting.claimed_by_id = %(user)s",
    "style_id": "waiting.style_id = %(style_id)s",
    "verdict": "waiting.verdict = %(verdict)s",
    "waiting_for": "waiting.id < %(waiting_for)s",
    "escalated": "waiting.escalated_at IS NOT NULL",
    "overdue": "waiting.overdue_at IS NOT NULL",
    "assigned_to_me": "waiting.assigned_to_id = %(user)s",
}

#: Brands with a case, the one whose oldest has waited longest first. Nothing is locked.
_IN_TURN = """
SELECT reviewing.brand_id
FROM unnest(%(brands)s::uuid[], %(manages)s::boolean[]) AS reviewing (brand_id, manages)
CROSS JOIN LATERAL (
    SELECT waiting.id FROM moderation_reviewcase AS waiting
    WHERE {wanted} ORDER BY waiting.id LIMIT 1
) AS oldest
ORDER BY oldest.id
"""

#: The oldest case of one brand that nobody else has locked. A row that changed since the statement
#: began is held against the conditions again, under its lock.
_NEXT = f"""
SELECT {_COLUMNS} FROM (
    SELECT waiting.* FROM moderation_reviewcase AS waiting
    WHERE {{wanted}} ORDER BY waiting.id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
) AS locked {_ITS_OWN}
"""  # noqa: S608 - of this module alone


def lock_case_to_claim(case_id: UUID) -> ReviewCase:
    """Lock a case alone, with its policy, and of its request what says whose it is.

    The rest of the two is read where somebody asks. Raises ``NotFound``.
    """
    with connection.cursor() as cursor:
        cursor.execute(_NAMED, {"case": case_id})
        row = cursor.fetchone()
    if row is None:
        raise NotFound(_("There is no such case."))
    return _case_of(row)


def lock_next_case(user: User, filters: QueueFilters) -> ReviewCase | None:
    """Lock the case that has waited longest among those that ``user`` could claim; None without.

    What somebody else has locked is passed over, and a brand of which no more is left. With what
    :func:`lock_case_to_claim` reads along.
    """
    asked = {name: value for name in _WANTED if (value := getattr(filters, name))}
    conditions = [_FREE, *(_WANTED[name] for name in asked)]
    if filters.waiting_for is not None:
        # By the key, which grows with time.
        asked["waiting_for"] = uuid7_floor(timezone.now() - filters.waiting_for)
    wanted, values = " AND ".join(conditions), asked | {"user": user.pk}
    with connection.cursor() as cursor:
        cursor.execute(_OF_SUPERUSER if user.is_superuser else _REVIEWING, values)
        reviewing = {
            brand_id: _Reviewing(manages, stands_in)
            for brand_id, manages, stands_in in cursor.fetchall()
        }
        for brand_id in _in_turn(cursor, reviewing, wanted, values):
            statement = wanted.format(brand="%(brand_id)s", stage=reviewing[brand_id].stage)
            cursor.execute(_NEXT.format(wanted=statement), values | {"brand_id": brand_id})
            row = cursor.fetchone()
            if row is not None:
                return _case_of(row)
    return None


@dataclass(frozen=True, slots=True)
class _Reviewing:
    """How somebody reviews in a brand."""

    manages: bool
    #: Whether they do somebody's duty there.
    stands_in: bool

    @property
    def stage(self) -> str:
        """The condition that a case's stage is theirs to decide."""
        if self.manages:
            return "TRUE"
        return _OF_REVIEWERS + (f" OR {_STANDS_IN}" if self.stands_in else "")


def _in_turn(
    cursor: CursorWrapper,
    reviewing: Mapping[UUID, _Reviewing],
    wanted: str,
    values: Mapping[str, Any],
) -> list[UUID]:
    """The brands of ``reviewing`` that have a case; one alone is not asked whether it has."""
    if len(reviewing) <= 1:
        return list(reviewing)
    stage = f"{_OF_REVIEWERS} OR reviewing.manages"
    if any(each.stands_in for each in reviewing.values()):
        stage += f" OR {_STANDS_IN}"
    brands: dict[str, Any] = {
        "brands": list(reviewing),
        "manages": [each.manages for each in reviewing.values()],
    }
    statement = wanted.format(brand="reviewing.brand_id", stage=stage)
    cursor.execute(_IN_TURN.format(wanted=statement), {**values, **brands})
    return [brand_id for (brand_id,) in cursor.fetchall()]


def _case_of(row: Sequence[Any]) -> ReviewCase:
    """The case of a row of :data:`_COLUMNS`."""
    parts = iter(row)
    case, request, client, policy = (
        dict(zip(names, parts, strict=False)) for names in (_CASE, _REQUEST, _CLIENT, _POLICY)
    )
    found = _instance(ReviewCase, case)
    found.request = _instance(GenerationRequest, request)
    found.request.client = _instance(ApiClient, client) if client["id"] else None
    # psycopg leaves JSON to Django.
    policy |= {name: json.loads(policy[name]) for name in ("checks", "stages") if policy["id"]}
    found.policy = _instance(ReviewPolicy, policy) if policy["id"] else None
    return found


def _instance(model: type[Any], values: dict[str, Any]) -> Any:
    """A row of which no more than ``values`` was read; the rest follows where it is asked for."""
    names = [each.attname for each in model._meta.concrete_fields if each.attname in values]
    return model.from_db(connection.alias, names, [values[name] for name in names])
