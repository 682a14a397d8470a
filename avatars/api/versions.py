"""A bot's history: versions, rolling back, taking down, where a picture came from."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from avatars.models import AvatarVersion
from avatars.selectors.reachable import bot_called, versions_of_caller
from avatars.selectors.versions import (
    current_version,
    provenance,
    version_with_lineage,
    versions_of,
)
from avatars.services import roll_back, take_down
from avatars.states import VersionStatus
from brandhub.accounts.models import Role, Scope
from brandhub.api.fields import Body, Integer, Text
from brandhub.api.idempotency import idempotent
from brandhub.api.pagination import paginated
from brandhub.api.permissions import scopes
from brandhub.api.schema import LIVEMODE, PAGE_QUERY, page_of
from brandhub.api.views import ApiView
from brandhub.common.errors import NotFound
from brandhub.common.links import link_to

#: PostgreSQL's integer, in which numbers are kept.
MAX_NUMBER = 2**31 - 1


class VersionSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    number = serializers.IntegerField()
    livemode = serializers.SerializerMethodField(help_text=LIVEMODE)
    status = serializers.ChoiceField(choices=VersionStatus.choices)
    pixel_sha256 = serializers.CharField()
    rolled_back_to = serializers.SerializerMethodField()
    published_at = serializers.DateTimeField(allow_null=True)
    taken_down_at = serializers.DateTimeField(allow_null=True)
    image_url = serializers.SerializerMethodField()
    provenance_url = serializers.SerializerMethodField()

    def get_livemode(self, version: AvatarVersion) -> bool:
        return not version.bot.sandbox

    def get_rolled_back_to(self, version: AvatarVersion) -> int | None:
        """The number whose pixels this version shows again."""
        return version.rolled_back_to.number if version.rolled_back_to else None

    def get_image_url(self, version: AvatarVersion) -> str:
        return link_to("version-avatar", version.bot.external_id, version.number)

    def get_provenance_url(self, version: AvatarVersion) -> str:
        return link_to("version-provenance", version.pk)


class RollBackBody(Body):
    to = Integer(min_value=1, max_value=MAX_NUMBER, help_text="The number to show again.")


class TakeDownBody(Body):
    reason = Text(max_length=500)
    pixel_sha256 = serializers.RegexField(
        r"^[0-9a-f]{64}$",
        required=False,
        help_text="Of the version that is meant: 409 `avatar_changed` where the bot wears another.",
    )


class TakenDownSerializer(serializers.Serializer):
    withdrawn = VersionSerializer(many=True)


def represent_versions(versions: Any) -> list[dict[str, Any]]:
    """Versions as JSON; bot and the version rolled back to must be loaded."""
    return list(VersionSerializer(versions, many=True).data)


class Versions(ApiView):
    """A bot's versions."""

    permission_classes = scopes(GET=Scope.AVATARS_READ)

    @extend_schema(
        operation_id="bots_versions_list",
        summary="List a bot's versions, newest first",
        parameters=PAGE_QUERY,
        responses=page_of(VersionSerializer),
    )
    def get(self, request: Request, external_id: str) -> Response:
        self.query(paged=True)
        bot = bot_called(self.caller, external_id)
        rows = versions_of(bot).select_related("rolled_back_to")
        return paginated(request, rows, represent_versions, key="number")


class RollBack(ApiView):
    """Going back to an earlier picture."""

    permission_classes = scopes(POST=Scope.BOTS_WRITE)

    @extend_schema(
        operation_id="bots_roll_back",
        summary="Make the next version with an earlier one's pixels",
        description="Answers 200 with the current version where it shows those pixels already.",
        request=RollBackBody,
        responses={200: VersionSerializer, 201: VersionSerializer},
    )
    @idempotent()
    def post(self, request: Request, external_id: str) -> Response:
        self.query()
        body = self.body(RollBackBody)
        bot = bot_called(self.caller, external_id)
        self.caller.require_role(bot.brand, Role.MANAGER)
        before = current_version(bot)
        version = roll_back(actor=self.caller.actor, bot_id=bot.pk, to=body["to"])
        version.bot = bot
        is_new = before is None or before.pk != version.pk
        return Response(represent_versions([version])[0], status=201 if is_new else 200)


class TakeDown(ApiView):
    """Withdrawing what a bot wears."""

    permission_classes = scopes(POST=Scope.BOTS_WRITE)

    @extend_schema(
        operation_id="bots_take_down",
        summary="Withdraw the current avatar",
        description="Withdraws every version of the brand with the same pixels: those that are "
        "current when the call arrives, or only those that `pixel_sha256` names.",
        request=TakeDownBody,
        responses=TakenDownSerializer,
    )
    @idempotent()
    def post(self, request: Request, external_id: str) -> Response:
        self.query()
        body = self.body(TakeDownBody)
        bot = bot_called(self.caller, external_id)
        self.caller.require_role(bot.brand, Role.MANAGER)
        withdrawn = take_down(
            actor=self.caller.actor,
            bot_id=bot.pk,
            reason=body["reason"],
            shown=body.get("pixel_sha256"),
        )
        rows = AvatarVersion.objects.select_related("bot", "rolled_back_to").filter(
            pk__in=[version.pk for version in withdrawn]
        )
        # The same pixels may be worn by bots of other platforms; those are theirs to see.
        own = rows.filter(pk__in=versions_of_caller(self.caller).values("pk")).order_by("-id")
        return Response({"withdrawn": represent_versions(own)})


class Provenance(ApiView):
    """The lineage of a version."""

    permission_classes = scopes(GET=Scope.REQUESTS_READ)

    @extend_schema(
        operation_id="versions_provenance",
        summary="Get the lineage record of a version",
        description="Style revision, recipe, execution, checks, decision: everything that it "
        "takes to trace a published pixel back, and to draw it again.",
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request, version_id: UUID) -> Response:
        self.query()
        version = (
            version_with_lineage(versions_of_caller(self.caller)).filter(pk=version_id).first()
        )
        if version is None:
            raise NotFound(_("There is no such version."), code="version_not_found")
        return Response(provenance(version))
