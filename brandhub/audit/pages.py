"""The brand's audit trail as a page and as a file. Managers read; nobody writes."""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from brandhub.accounts.models import ApiClient, Brand, Role, User
from brandhub.accounts.permissions import has_role
from brandhub.accounts.signed_in import SignedInRequest
from brandhub.audit.chain import head_of
from brandhub.audit.models import ActorKind, AuditEvent, AuditText
from brandhub.common.keyset import keyset_page
from brandhub.common.spreadsheets import csv_file

_PAGE = 50
#: Rows of the export that are read at once.
_CHUNK = 500
_COLUMNS = (
    "sequence",
    "digest",
    "time",
    "actor_kind",
    "actor_id",
    "action",
    "object_type",
    "object_id",
    "request_id",
    "data",
)


def _managed(request: SignedInRequest, pk: UUID) -> Brand:
    """A brand that the person manages. Absent for strangers, refused to other members."""
    brand = get_object_or_404(Brand.objects.visible_to(request.user), pk=pk)
    if not has_role(request.user, brand, Role.MANAGER):
        raise PermissionDenied
    return brand


def _events(request: SignedInRequest, brand: Brand) -> QuerySet[AuditEvent]:
    """The brand's events, or those by one kind of actor, about one object or both."""
    events = AuditEvent.objects.filter(brand=brand).select_related("seal")
    if (kind := request.GET.get("by", "")) in ActorKind.values:
        events = events.filter(actor_kind=kind)
    if about := request.GET.get("about", ""):
        try:
            events = events.filter(object_id=UUID(about))
        except ValueError:
            return events.none()
    return events


@login_required
@require_safe
def audit_trail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """What happened in a brand, newest first, with each event's place in the chain."""
    brand = _managed(request, pk)
    texts = Prefetch("texts", AuditText.objects.select_related("erasure"))
    page = keyset_page(
        _events(request, brand).prefetch_related(texts),
        after=request.GET.get("after", ""),
        size=_PAGE,
    )
    _name_actors(page.rows)
    sequence, digest = head_of(brand.pk)
    context: dict[str, Any] = {
        "brand": brand,
        "page": page,
        "sequence": sequence,
        "digest": digest,
        "kinds": ActorKind.choices,
        "by": request.GET.get("by", ""),
        "about": request.GET.get("about", ""),
    }
    return render(request, "audit/trail.html", context)


def _name_actors(events: list[Any]) -> None:
    """Give each event the name that its actor has today: of people and clients, two queries."""
    people = User.objects.in_bulk(_keys(events, ActorKind.PERSON))
    clients = ApiClient.objects.in_bulk(_keys(events, ActorKind.CLIENT))
    for event in events:
        person, client = people.get(event.actor_id), clients.get(event.actor_id)
        if person is not None:
            event.actor_name = person.get_full_name() or person.get_username()
        elif client is not None:
            event.actor_name = client.name


def _keys(events: list[Any], kind: str) -> set[UUID]:
    return {each.actor_id for each in events if each.actor_kind == kind and each.actor_id}


@login_required
@require_safe
def audit_export(request: SignedInRequest, pk: UUID) -> StreamingHttpResponse:
    """The same events as CSV, oldest first, as they come. Without the texts, of which there are the
    commitments: a file outlives an erasure.
    """
    brand = _managed(request, pk)
    events = _events(request, brand).order_by("pk")
    file = csv_file(_COLUMNS, functools.partial(_exported, events))
    answer = StreamingHttpResponse(file, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="audit-{brand.slug}.csv"'
    answer["Cache-Control"] = "no-store"
    return answer


def _exported(
    events: QuerySet[AuditEvent], after: UUID | None
) -> tuple[list[Sequence[Any]], UUID | None]:
    """The rows of the events that follow the one called ``after``, and the last one's key; None
    where no more can follow.
    """
    found = list((events if after is None else events.filter(pk__gt=after))[:_CHUNK])
    return [_row(event) for event in found], found[-1].pk if len(found) == _CHUNK else None


def _row(event: AuditEvent) -> Sequence[Any]:
    seal = getattr(event, "seal", None)
    return (
        seal.sequence if seal else None,
        seal.digest if seal else None,
        event.at.isoformat(),
        event.actor_kind,
        event.actor_id,
        event.action,
        event.object_type,
        event.object_id,
        event.correlation_id,
        json.dumps(event.data, ensure_ascii=False, sort_keys=True),
    )
