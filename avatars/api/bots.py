"""Registering bots and looking at them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from avatars.api.versions import VersionSerializer
from avatars.models import Bot
from avatars.selectors.reachable import bot_called, bots_of
from avatars.selectors.versions import current_versions
from avatars.services import register_bot
from brandhub.accounts.models import Role, Scope
from brandhub.api.fields import Body, Query, Text
from brandhub.api.pagination import paginated
from brandhub.api.permissions import scopes
from brandhub.api.schema import LIVEMODE, PAGE_QUERY, page_of
from brandhub.api.views import ApiView
from brandhub.common.errors import FieldError, InvalidInput
from brandhub.common.links import link_to

#: Ids stand in paths: no slash, no control characters, and nothing that a client would resolve.
EXTERNAL_ID = r"^(?!\.{1,2}$)[^/\x00-\x1f\x7f]{1,120}$"

BOT_PATH = OpenApiParameter(
    "external_id",
    {"type": "string", "minLength": 1, "maxLength": 120},
    OpenApiParameter.PATH,
    description="The platform's own id of the bot.",
)


class BotBody(Body):
    brand = Text(max_length=50, help_text="The brand's short name; it cannot be changed later.")
    name = Text(max_length=120)


class BotSerializer(serializers.Serializer):
    external_id = serializers.CharField()
    livemode = serializers.SerializerMethodField(help_text=LIVEMODE)
    brand = serializers.CharField(source="brand.slug")
    name = serializers.CharField()
    created_at = serializers.DateTimeField()
    current_version = serializers.SerializerMethodField()
    avatar_url = serializers.SerializerMethodField()
    public_url = serializers.SerializerMethodField()

    def get_livemode(self, bot: Bot) -> bool:
        return not bot.sandbox

    @extend_schema_field(VersionSerializer(allow_null=True))
    def get_current_version(self, bot: Bot) -> dict[str, Any] | None:
        version = self.context["current"].get(bot.pk)
        return None if version is None else VersionSerializer(version).data

    def get_avatar_url(self, bot: Bot) -> str:
        """Needs a key."""
        return link_to("bot-avatar", bot.external_id)

    def get_public_url(self, bot: Bot) -> str | None:
        """Needs no key; null once it was revoked."""
        return link_to("public-avatar", bot.public_token) if bot.public_token else None


class BotFilters(Query):
    brand = serializers.SlugField(required=False)


def represent_bots(bots: Sequence[Bot]) -> list[dict[str, Any]]:
    """Bots with what they wear now, in one query more."""
    current = current_versions([bot.pk for bot in bots])
    for version in current.values():
        version.bot = next(bot for bot in bots if bot.pk == version.bot_id)
    return list(BotSerializer(bots, many=True, context={"current": current}).data)


class Bots(ApiView):
    """The caller's bots."""

    permission_classes = scopes(GET=Scope.AVATARS_READ)

    @extend_schema(
        operation_id="bots_list",
        summary="List bots, newest first",
        parameters=[BotFilters, *PAGE_QUERY],
        responses=page_of(BotSerializer),
    )
    def get(self, request: Request) -> Response:
        filters = self.query(BotFilters, paged=True)
        bots = bots_of(self.caller)
        if "brand" in filters:
            bots = bots.filter(brand__slug=filters["brand"])
        return paginated(request, bots, represent_bots)


class BotDetail(ApiView):
    """One bot."""

    permission_classes = scopes(GET=Scope.AVATARS_READ, PUT=Scope.BOTS_WRITE)

    @extend_schema(
        operation_id="bots_get",
        summary="Get a bot with what it wears",
        parameters=[BOT_PATH],
        responses=BotSerializer,
    )
    def get(self, request: Request, external_id: str) -> Response:
        self.query()
        return Response(represent_bots([bot_called(self.caller, external_id)])[0])

    @extend_schema(
        operation_id="bots_put",
        summary="Register a bot, or rename it",
        parameters=[BOT_PATH],
        request=BotBody,
        responses={200: BotSerializer, 201: BotSerializer},
    )
    def put(self, request: Request, external_id: str) -> Response:
        self.query()
        body = self.body(BotBody)
        check_external_id(external_id)
        caller = self.caller
        brand = caller.brand(body["brand"])
        caller.require_role(brand, Role.MANAGER)
        bot, created = register_bot(
            actor=caller.actor,
            brand=brand,
            client=caller.client,
            external_id=external_id,
            name=body["name"],
            sandbox=caller.sandbox,
        )
        # The database gave the time.
        bot.refresh_from_db(fields=["created_at"])
        headers = {"Location": link_to("bot", external_id)} if created else {}
        return Response(represent_bots([bot])[0], status=201 if created else 200, headers=headers)


def check_external_id(external_id: str) -> None:
    """Raise ``InvalidInput`` for an id that could not stand in a path."""
    if not re.fullmatch(EXTERNAL_ID, external_id):
        detail = _("1 to 120 characters, without slashes and control characters.")
        raise InvalidInput(errors=[FieldError("?external_id", "invalid_external_id", detail)])
