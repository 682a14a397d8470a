"""Writing audit events: called by services, inside the transaction of what they record."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection, models

from brandhub.audit.commitments import SALT_BYTES, commitment_to
from brandhub.audit.models import ActorKind, AuditEvent, AuditText
from brandhub.common.correlation import current_correlation_id
from brandhub.common.ids import uuid7

if TYPE_CHECKING:
    from brandhub.accounts.models import ApiClient, Brand, User


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something: a person, a client (with the person behind it), or the platform."""

    kind: ActorKind
    id: UUID | None
    #: The person answerable: the user, or the client's owner. Nobody reviews their own request.
    person_id: UUID | None

    @classmethod
    def person(cls, user: User) -> Actor:
        return cls(ActorKind.PERSON, user.pk, user.pk)

    @classmethod
    def client(cls, client: ApiClient) -> Actor:
        return cls(ActorKind.CLIENT, client.pk, client.owner_id)


SYSTEM = Actor(ActorKind.SYSTEM, None, None)

#: Written out, for every deed pays for it. The time is the database's.
_INSERT = """
INSERT INTO audit_auditevent
    (id, brand_id, actor_kind, actor_id, action, object_type, object_id, correlation_id, data)
VALUES
    (%(id)s, %(brand_id)s, %(actor_kind)s, %(actor_id)s, %(action)s, %(object_type)s,
     %(object_id)s, %(correlation_id)s, %(data)s)
RETURNING at
"""


def record(
    *,
    actor: Actor,
    action: str,
    of: models.Model,
    brand: Brand | UUID | None,
    texts: Mapping[str, str] | None = None,
    sandbox: bool = False,
    **data: object,
) -> AuditEvent:
    """Append one event about ``of``. ``data`` must be JSON and free of secrets and of what people
    wrote.

    What they wrote goes into ``texts``: the event commits to each that is not empty, and the text
    itself is kept apart, where it can be erased. The event of a deed in a ``sandbox`` says so, for
    the trail shows it beside what is live. Raises ``RuntimeError`` outside a transaction: an event
    must stand or fall with its deed.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an audit event is written in the transaction of what it records")
    salted = [
        (name, text, secrets.token_bytes(SALT_BYTES))
        for name, text in (texts or {}).items()
        if text
    ]
    if sandbox:
        data["sandbox"] = True
    if salted:
        data["commitments"] = {name: commitment_to(text, salt) for name, text, salt in salted}
    values = {
        "id": uuid7(),
        "brand_id": getattr(brand, "pk", brand),
        "actor_kind": actor.kind,
        "actor_id": actor.id,
        "action": action,
        "object_type": of._meta.label_lower,
        "object_id": of.pk,
        "correlation_id": current_correlation_id(),
        "data": data,
    }
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, values | {"data": json.dumps(data)})
        (at,) = cursor.fetchone()
    event = AuditEvent(**values, at=at)
    event._state.adding = False
    if salted:
        AuditText.objects.bulk_create(
            AuditText(event=event, name=name, text=text, salt=salt) for name, text, salt in salted
        )
    return event
