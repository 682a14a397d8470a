"""``GET /api/v1/events``: the outbox as a list, for reconciliation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from brandhub.accounts.models import Scope
from brandhub.api.fields import Query
from brandhub.api.pagination import paginated
from brandhub.api.permissions import scopes
from brandhub.api.schema import LIVEMODE, PAGE_QUERY, page_of
from brandhub.api.views import ApiView
from brandhub.webhooks.messages import event_body
from brandhub.webhooks.models import EventType, OutboxEvent
from brandhub.webhooks.selectors import events_of


class EventSerializer(serializers.Serializer):
    """What a webhook says, with the id under which it says it."""

    id = serializers.UUIDField(help_text="The header `webhook-id`.")
    type = serializers.ChoiceField(choices=EventType.values)
    timestamp = serializers.DateTimeField()
    livemode = serializers.BooleanField(help_text=LIVEMODE)
    data = serializers.DictField(  # type: ignore[assignment]
        help_text="`sequence` counts the events of one bot."
    )


class EventFilters(Query):
    type = serializers.ChoiceField(choices=EventType.values, required=False)


def _represent(events: Sequence[OutboxEvent]) -> list[dict[str, Any]]:
    return [{"id": str(event.pk), **event_body(event)} for event in events]


class Events(ApiView):
    """What happened."""

    permission_classes = scopes(GET=Scope.REQUESTS_READ)

    @extend_schema(
        operation_id="events_list",
        summary="List what webhooks were sent about, newest first",
        parameters=[EventFilters, *PAGE_QUERY],
        responses=page_of(EventSerializer),
    )
    def get(self, request: Request) -> Response:
        filters = self.query(EventFilters, paged=True)
        rows = self._rows()
        if "type" in filters:
            rows = rows.filter(type=filters["type"])
        return paginated(request, rows, _represent)

    def _rows(self) -> QuerySet[OutboxEvent]:
        if self.caller.client is not None:
            return events_of(self.caller.client, sandbox=self.caller.sandbox)
        return self.caller.within_brands(OutboxEvent.objects.all())
