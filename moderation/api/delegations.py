"""Duties handed to a colleague for a time, as those who gave or took them see them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from brandhub.api.fields import Body, Identifier, Query, Text
from brandhub.api.idempotency import idempotent
from brandhub.api.pagination import paginated
from brandhub.api.permissions import IsPerson, scopes
from brandhub.api.schema import PAGE_QUERY, page_of
from moderation.api.answers import PersonSerializer
from moderation.api.views import ReviewView
from moderation.models import Delegation
from moderation.selectors.delegations import delegations_around
from moderation.services import delegate_duty, end_delegation


class DelegationFilters(Query):
    brand = serializers.SlugField(required=False)


class Moment(serializers.DateTimeField):
    """A time as a string with its offset."""

    def to_internal_value(self, value: Any) -> Any:
        if not isinstance(value, str):
            self.fail("invalid", format="YYYY-MM-DDThh:mm:ssZ")
        return super().to_internal_value(value)


class DelegationBody(Body):
    brand = Text(max_length=50, help_text="The brand's short name.")
    delegate_id = Identifier(help_text="A colleague who reviews in the brand.")
    until = Moment(help_text="Within the next 90 days.")


class DelegationSerializer(serializers.Serializer):
    """Whose duty somebody does, where, and until when."""

    id = serializers.UUIDField()
    brand = serializers.CharField(source="brand.slug")
    delegator = PersonSerializer()
    delegate = PersonSerializer()
    until = serializers.DateTimeField()
    created_at = serializers.DateTimeField()


def represent_delegations(delegations: Sequence[Delegation]) -> list[dict[str, Any]]:
    """Delegations as both sides see them."""
    return list(DelegationSerializer(delegations, many=True).data)


class Delegations(ReviewView):
    """Those that hold now."""

    @extend_schema(
        operation_id="review_delegations_list",
        summary="List the duties that the caller has handed on or does for others now",
        parameters=[DelegationFilters, *PAGE_QUERY],
        responses=page_of(DelegationSerializer),
    )
    def get(self, request: Request) -> Response:
        asked = self.query(DelegationFilters, paged=True)
        delegations = delegations_around(self.user)
        if asked.get("brand"):
            delegations = delegations.filter(brand__slug=asked["brand"])
        return paginated(request, delegations, represent_delegations)

    @extend_schema(
        operation_id="review_delegations_create",
        summary="Hand one's duty in a brand to a colleague until a time",
        description="An earlier delegation of the same duty ends. A manager's delegate decides "
        "where managers must, but not what that manager may not decide themselves.",
        request=DelegationBody,
        responses={201: DelegationSerializer},
    )
    @idempotent()
    def post(self, request: Request) -> Response:
        self.query()
        body = self.body(DelegationBody)
        brand = self.caller.brand(body.pop("brand"))
        delegation = delegate_duty(**self.who, brand_id=brand.pk, **body)
        delegation.refresh_from_db()
        return Response(DelegationSerializer(delegation).data, status=201)


class DelegationDetail(ReviewView):
    """One of them."""

    permission_classes = [IsPerson, *scopes(DELETE=())]

    @extend_schema(
        operation_id="review_delegations_delete",
        summary="Take one's duty back before its time",
        description="A delegation that has ended stays ended, and the answer is the same.",
        responses={204: None},
    )
    def delete(self, request: Request, delegation_id: UUID) -> Response:
        self.query()
        end_delegation(**self.who, delegation_id=delegation_id)
        return Response(status=204)
