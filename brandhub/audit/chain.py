"""Sealing the audit trail: each brand's events as a chain, and the check of it.

Events are sealed after they are committed and in the order in which their transactions committed
(see the trigger of :class:`~brandhub.audit.models.AuditEvent`). Nothing that writes events waits
for the chain.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from brandhub.audit.commitments import text_fault
from brandhub.audit.models import AuditEvent, AuditSeal, AuditText, UnsealedEvent

#: Events sealed in one transaction, and such transactions of one sweep.
BATCH = 1000
BATCHES = 10
#: The key of the lock that lets one sealer at a time append; any number that nothing else uses.
_LOCK = 0x5EA1


def digest_of(event: AuditEvent, *, sequence: int, previous: str) -> str:
    """SHA-256, in hexadecimal, of everything an event says, its place and the digest before it."""
    said = [
        str(event.pk),
        event.at.isoformat(),
        str(event.brand_id),
        event.actor_kind,
        str(event.actor_id),
        event.action,
        event.object_type,
        str(event.object_id),
        event.correlation_id,
        event.data,
        sequence,
        previous,
    ]
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def seal_events() -> int:
    """Seal the events that are committed and have no seal, those that wait longest first, and
    10,000 at most. Returns how many; none while another sealer is at it.

    What commits meanwhile is left to the next sweep: where events keep coming, to seal until there
    is none would never end, and no lease that ran out would be taken back.
    """
    sealed = 0
    for _turn in range(BATCHES):
        batch = _seal_batch()
        sealed += batch
        if batch < BATCH:
            break
    return sealed


@transaction.atomic
def _seal_batch() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            return 0
    waiting = list(UnsealedEvent.objects.order_by("pk").select_related("event")[:BATCH])
    heads: dict[UUID | None, tuple[int, str]] = {}
    seals: list[AuditSeal] = []
    for event in (each.event for each in waiting):
        if event.brand_id not in heads:
            heads[event.brand_id] = head_of(event.brand_id)
        sequence, previous = heads[event.brand_id]
        sequence += 1
        digest = digest_of(event, sequence=sequence, previous=previous)
        seals.append(
            AuditSeal(
                event=event,
                brand_id=event.brand_id,
                sequence=sequence,
                previous=previous,
                digest=digest,
            )
        )
        heads[event.brand_id] = (sequence, digest)
    AuditSeal.objects.bulk_create(seals)
    UnsealedEvent.objects.filter(pk__in=[each.pk for each in waiting]).delete()
    return len(seals)


def _seals_of(brand_id: UUID | None) -> QuerySet[AuditSeal]:
    """One chain's seals; those of events of no brand are a chain, too."""
    if brand_id is None:
        return AuditSeal.objects.filter(brand__isnull=True)
    return AuditSeal.objects.filter(brand_id=brand_id)


def head_of(brand_id: UUID | None) -> tuple[int, str]:
    """Place and digest at the end of a chain; of an empty one, 0 and nothing."""
    found = _seals_of(brand_id).order_by("-sequence").values_list("sequence", "digest").first()
    return found or (0, "")


@dataclass(frozen=True, slots=True)
class Break:
    """The first link of a chain that does not hold. ``reason``: ``missing`` (a place or its event
    is gone), ``relinked`` (it does not follow the one before), ``changed`` (the event says
    something else than what was sealed), ``text_missing`` or ``text_changed`` (see
    :func:`~brandhub.audit.commitments.text_fault`).
    """

    sequence: int
    event_id: UUID | None
    reason: str


@dataclass(frozen=True, slots=True)
class Chain:
    """What the check of one chain found: its length and last digest, where it breaks, and how many
    of the texts that its events commit to are there and agree, and how many were erased.
    """

    brand_id: UUID | None
    length: int
    head: str
    broken: Break | None
    texts: int = 0
    erased: int = 0


def verify_chains(brand_id: UUID | None = None) -> Iterator[Chain]:
    """Check every chain, or the one of ``brand_id``, from its first link. Reads, writes nothing.

    Events are read as they are now; memory does not grow with the chain.
    """
    seals = AuditSeal.objects.order_by().values_list("brand_id", flat=True).distinct()
    brands = seals if brand_id is None else seals.filter(brand_id=brand_id)
    for each in sorted(brands, key=str):
        yield _verify(each)


def _verify(brand_id: UUID | None) -> Chain:
    sequence, previous, kept, erased = 0, "", 0, 0
    for seal, event, texts in _links_of(brand_id):
        sequence += 1
        reason = _fault(seal, event, sequence, previous)
        if not reason and event is not None:
            reason = text_fault(event, texts)
        if reason:
            event_id = seal.event_id if seal.sequence == sequence else None
            broken = Break(sequence, event_id, reason)
            return Chain(brand_id, sequence, previous, broken, kept, erased)
        gone = sum(each.erasure_id is not None for each in texts.values())
        erased += gone
        kept += len(texts) - gone
        previous = seal.digest
    return Chain(brand_id, sequence, previous, None, kept, erased)


def _links_of(
    brand_id: UUID | None,
) -> Iterator[tuple[AuditSeal, AuditEvent | None, dict[str, AuditText]]]:
    """The seals of a chain in order, each with its event as it is now, or None where it is gone,
    and the texts that are kept for it.
    """
    in_order = _seals_of(brand_id).order_by("sequence").iterator(chunk_size=BATCH)
    while some := list(islice(in_order, BATCH)):
        keys = [seal.event_id for seal in some]
        # Not by a join: a seal whose event was removed must be met, not skipped.
        events = AuditEvent.objects.in_bulk(keys)
        texts: dict[UUID, dict[str, AuditText]] = defaultdict(dict)
        for each in AuditText.objects.filter(event__in=keys).select_related("erasure"):
            texts[each.event_id][each.name] = each
        for seal in some:
            yield seal, events.get(seal.event_id), texts.get(seal.event_id, {})


def _fault(seal: AuditSeal, event: AuditEvent | None, sequence: int, previous: str) -> str:
    if seal.sequence != sequence or event is None:
        return "missing"
    if seal.previous != previous:
        return "relinked"
    as_sealed = digest_of(event, sequence=sequence, previous=previous) == seal.digest
    return "" if as_sealed and event.brand_id == seal.brand_id else "changed"


def overdue(*, seconds: float) -> int:
    """How many committed events have waited longer than ``seconds`` for their seal."""
    limit = timedelta(seconds=seconds)
    return UnsealedEvent.objects.filter(event__at__lt=Now() - limit).count()
