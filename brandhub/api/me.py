"""``GET /api/v1/me``: who the key says you are, and what it opens."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from brandhub.accounts.models import Scope
from brandhub.api.permissions import scopes
from brandhub.api.schema import LIVEMODE
from brandhub.api.views import PERSON_CALLS_PER_MINUTE, ApiView


class NamedSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()


class OwnBrandSerializer(serializers.Serializer):
    slug = serializers.CharField()
    name = serializers.CharField()
    role = serializers.CharField(
        allow_null=True, help_text="The person's role; null for a client's key."
    )


class LimitsSerializer(serializers.Serializer):
    requests_per_minute = serializers.IntegerField()
    max_priority = serializers.IntegerField(help_text="0 low, 1 normal, 2 high.")


class MeSerializer(serializers.Serializer):
    livemode = serializers.BooleanField(help_text=LIVEMODE)
    client = NamedSerializer(allow_null=True)
    person = NamedSerializer(allow_null=True)
    brands = OwnBrandSerializer(many=True)
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=Scope.values))
    limits = LimitsSerializer()


class Me(ApiView):
    """The caller itself."""

    permission_classes = scopes(GET=())

    @extend_schema(
        operation_id="me",
        summary="The caller, its brands, scopes and limits",
        responses=MeSerializer,
    )
    def get(self, request: Request) -> Response:
        self.query()
        caller = self.caller
        client, person = caller.client, caller.person
        return Response(
            {
                "livemode": not caller.sandbox,
                "client": {"id": client.pk, "name": client.name} if client else None,
                "person": {"id": person.pk, "name": person.get_username()} if person else None,
                "brands": self._brands(),
                "scopes": sorted(caller.scopes),
                "limits": {
                    "requests_per_minute": client.requests_per_minute
                    if client
                    else PERSON_CALLS_PER_MINUTE,
                    "max_priority": client.max_priority if client else 2,
                },
            }
        )

    def _brands(self) -> list[dict[str, Any]]:
        caller = self.caller
        roles: dict[Any, str] = {}
        if caller.person is not None:
            roles = dict(caller.person.memberships.values_list("brand_id", "role"))
        return [
            {"slug": brand.slug, "name": brand.name, "role": roles.get(brand.pk)}
            for brand in caller.brands().order_by("slug")
        ]
