"""The brand's audit trail as a page and as a file. Managers read; nobody writes."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
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

_PAGE = 50
#: Rows of the export that are read at once.
_CHUNK = 500
#: A cell that begins so is a formula to a spreadsheet (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
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
    """The brand's events, or those about one object or of one request id."""
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
    answer = StreamingHttpResponse(_lines(_batches(events)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="audit-{brand.slug}.csv"'
    answer["Cache-Control"] = "no-store"
    return answer


def _batches(events: QuerySet[AuditEvent]) -> Iterator[AuditEvent]:
    """All of ``events`` in order. Each batch is a query of its own, so that no cursor and no
    transaction stays open while a slow reader takes his time.
    """
    rows = list(events[:_CHUNK])
    while rows:
        yield from rows
        rows = list(events.filter(pk__gt=rows[-1].pk)[:_CHUNK])


class _Echo:
    """A file whose ``write`` hands back what it was given."""

    def write(self, line: str) -> str:
        return line


def _lines(events: Iterable[AuditEvent]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield writer.writerow(_COLUMNS)
    for event in events:
        seal = getattr(event, "seal", None)
        yield writer.writerow(
            _as_text(cell)
            for cell in (
                seal.sequence if seal else "",
                seal.digest if seal else "",
                event.at.isoformat(),
                event.actor_kind,
                event.actor_id or "",
                event.action,
                event.object_type,
                event.object_id or "",
                event.correlation_id,
                json.dumps(event.data, ensure_ascii=False, sort_keys=True),
            )
        )


def _as_text(cell: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = str(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text
