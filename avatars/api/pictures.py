"""Pictures over HTTP: previews for the few, published avatars for everybody."""

from __future__ import annotations

import base64
import functools
import hashlib
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from avatars.models import AvatarVersion, Bot, Rendition
from avatars.placeholders import KINDS, placeholder
from avatars.renditions import EXTENSIONS, FORMATS, SHAPES, RenditionSpec, rendition_for
from avatars.selectors.pictures import (
    approved_and_withdrawn,
    bot_of_token,
    brand_colours,
    rendition_called,
)
from avatars.selectors.reachable import bot_called, candidates_of
from avatars.selectors.versions import current_version, was_withdrawn
from avatars.states import Verdict
from brandhub.accounts.models import Role, Scope
from brandhub.api.fields import Query
from brandhub.api.permissions import scopes
from brandhub.api.pictures import picture_response
from brandhub.api.views import ApiView, PublicView
from brandhub.common.errors import Gone, NotFound, Refused
from brandhub.common.storage import store

#: How long a moving address may be remembered: the time after which a withdrawal is seen.
MAX_AGE = 30
MOVING_PRIVATE = f"private, max-age={MAX_AGE}"
MOVING_PUBLIC = f"public, max-age={MAX_AGE}"
FOR_EVER = "public, max-age=31536000, immutable"
PREVIEW = "private, no-store"

#: The PNG as text, for platforms that take no address.
DATA_URI = "datauri"


class PictureQuery(Query):
    size = serializers.CharField(
        required=False, help_text="Pixels from 1 to 1024; snapped to the next one up."
    )
    format = serializers.CharField(
        required=False, help_text=f"One of {', '.join(FORMATS)}, {DATA_URI}; png if left out."
    )
    shape = serializers.CharField(
        required=False, help_text=f"One of {', '.join(SHAPES)}; square if left out."
    )


class AvatarQuery(PictureQuery):
    default = serializers.ChoiceField(
        choices=("404", *KINDS),
        required=False,
        default="404",
        help_text="What a bot without an avatar gets.",
    )


PICTURE = {(200, content_type): OpenApiTypes.BINARY for content_type in FORMATS.values()} | {
    (200, "text/plain"): OpenApiTypes.STR,
    304: None,
}
ETAG = OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER)
_SIZE_FORMAT_SHAPE = [
    OpenApiParameter("size", {"type": "integer", "minimum": 1, "maximum": 1024, "default": 256}),
    OpenApiParameter("format", str, enum=[*FORMATS, DATA_URI], default="png"),
    OpenApiParameter("shape", str, enum=list(SHAPES), default="square"),
    ETAG,
]
_DEFAULT = OpenApiParameter("default", str, enum=["404", *KINDS], default="404")


class CandidateImage(ApiView):
    """A preview."""

    permission_classes = scopes(GET=Scope.PREVIEWS_READ)
    problem_statuses = frozenset({410})

    class Reveal(Query):
        reveal = serializers.BooleanField(required=False, default=False)

    @extend_schema(
        operation_id="candidates_image",
        summary="Get a candidate's picture, before or after the decision",
        description="A picture that the checks block is only for reviewers, who ask for it with "
        "`reveal=true`.",
        parameters=[Reveal, ETAG],
        responses={(200, "image/png"): OpenApiTypes.BINARY, 304: None},
    )
    def get(self, request: Request, candidate_id: UUID) -> HttpResponse:
        asked = self.query(self.Reveal)
        candidate = candidates_of(self.caller).filter(pk=candidate_id).first()
        if candidate is None:
            raise NotFound(_("There is no such candidate."), code="candidate_not_found")
        if not candidate.verdict or not candidate.file_sha256:
            raise NotFound(_("There is no picture that was checked yet."), code="no_picture_yet")
        brand = candidate.brand
        if candidate.verdict == Verdict.BLOCK:
            self._for_reviewers_only(brand, revealed=asked["reveal"])
        elif approved_and_withdrawn(brand.pk, candidate.pixel_sha256)[1]:
            raise Gone(_("These pixels were withdrawn."), code="taken_down")
        return picture_response(
            request,
            sha256=candidate.file_sha256,
            content_type="image/png",
            cache_control=PREVIEW,
            read=lambda: store().read(brand.public_id, candidate.file_sha256),
        )

    def _for_reviewers_only(self, brand: Any, *, revealed: bool) -> None:
        if self.caller.person is None:
            raise Refused(_("The checks block this picture."), code="candidate_blocked")
        # A manager may review as well.
        self.caller.require_role(brand, Role.REVIEWER, Role.MANAGER)
        if not revealed:
            raise Refused(
                _("The checks block this picture; ask for it with reveal=true."),
                code="reveal_required",
            )


class VersionAvatar(ApiView):
    """A pinned version's picture."""

    permission_classes = scopes(GET=Scope.AVATARS_READ)
    counted = False
    problem_statuses = frozenset({410})

    @extend_schema(
        operation_id="bots_versions_avatar",
        summary="Get the picture of one version",
        parameters=_SIZE_FORMAT_SHAPE,
        responses=PICTURE,
    )
    def get(self, request: Request, external_id: str, number: int) -> HttpResponse:
        spec, as_text = self._spec(self.query(PictureQuery))
        bot = bot_called(self.caller, external_id)
        version = bot.versions.select_related("brand", "candidate").filter(number=number).first()
        if version is None:
            raise NotFound(_("This bot has no such version."), code="version_not_found")
        return _rendered(request, version, spec, MOVING_PRIVATE, as_text=as_text)

    @staticmethod
    def _spec(asked: dict[str, str]) -> tuple[RenditionSpec, bool]:
        return _spec_of(asked)


class BotAvatar(ApiView):
    """What a bot wears now."""

    permission_classes = scopes(GET=Scope.AVATARS_READ)
    counted = False
    problem_statuses = frozenset({410})

    @extend_schema(
        operation_id="bots_avatar",
        summary="Get the current avatar of a bot",
        parameters=[*_SIZE_FORMAT_SHAPE, _DEFAULT],
        responses=PICTURE,
    )
    def get(self, request: Request, external_id: str) -> HttpResponse:
        asked = self.query(AvatarQuery)
        bot = bot_called(self.caller, external_id)
        return _current(request, bot, asked, MOVING_PRIVATE)


class PublicAvatar(PublicView):
    """The same without a key."""

    problem_statuses = frozenset({410})

    @extend_schema(
        operation_id="public_avatar",
        summary="Get the current avatar of a bot by its public address",
        parameters=[*_SIZE_FORMAT_SHAPE, _DEFAULT],
        responses=PICTURE,
        auth=[],
    )
    def get(self, request: Request, token: str) -> HttpResponse:
        asked = self.query(AvatarQuery)
        bot = bot_of_token(token)
        if bot is None:
            raise NotFound(_("There is no such address."), code="not_found")
        return _current(request, bot, asked, MOVING_PUBLIC, embeddable=True)


class ImmutableRendition(PublicView):
    """One file, for ever, or until it is withdrawn."""

    problem_statuses = frozenset({410})

    @extend_schema(
        operation_id="avatars_rendition",
        summary="Get one rendition by its digest",
        parameters=[
            ETAG,
            OpenApiParameter("extension", str, OpenApiParameter.PATH, enum=list(EXTENSIONS)),
        ],
        responses=PICTURE,
        auth=[],
    )
    def get(
        self, request: Request, brand_public_id: str, sha256: str, extension: str
    ) -> HttpResponse:
        self.query()
        rendition = rendition_called(brand_public_id, sha256)
        if rendition is None or rendition.content_type != FORMATS[EXTENSIONS[extension]]:
            raise NotFound(_("There is no such file."), code="not_found")
        approved, withdrawn = approved_and_withdrawn(rendition.brand_id, rendition.pixel_sha256)
        if withdrawn:
            raise Gone(_("This avatar was withdrawn."), code="taken_down")
        if not approved:
            raise NotFound(_("There is no such file."), code="not_found")
        return _file(request, rendition, FOR_EVER, namespace=brand_public_id, embeddable=True)


def _current(
    request: Request,
    bot: Bot,
    asked: dict[str, str],
    cache_control: str,
    *,
    embeddable: bool = False,
) -> HttpResponse:
    """The bot's current avatar, or what the caller wants in its place.

    Raises ``Gone`` where it was withdrawn and ``NotFound`` where there never was one, unless a
    default was asked for.
    """
    spec, as_text = _spec_of(asked)
    version = current_version(bot)
    if version is not None:
        return _rendered(
            request, version, spec, cache_control, as_text=as_text, embeddable=embeddable
        )
    if asked["default"] == "404":
        if was_withdrawn(bot):
            raise Gone(_("This bot's avatar was withdrawn."), code="taken_down")
        raise NotFound(_("This bot has no avatar yet."), code="no_avatar")
    data = placeholder(
        asked["default"],  # type: ignore[arg-type]
        bot_name=bot.name,
        brand_name=bot.brand.name,
        seed=str(bot.pk),
        colours=brand_colours(bot.brand_id),
        spec=str(spec),
    )
    return picture_response(
        request,
        **_as_asked(hashlib.sha256(data).hexdigest(), spec.content_type, lambda: data, as_text),
        cache_control=cache_control,
        embeddable=embeddable,
    )


def _rendered(
    request: Request,
    version: AvatarVersion,
    spec: RenditionSpec,
    cache_control: str,
    *,
    as_text: bool,
    embeddable: bool = False,
) -> HttpResponse:
    rendition = rendition_for(version=version, spec=spec)
    return _file(
        request,
        rendition,
        cache_control,
        namespace=version.brand.public_id,
        as_text=as_text,
        embeddable=embeddable,
    )


def _file(
    request: Request,
    rendition: Rendition,
    cache_control: str,
    *,
    namespace: str,
    as_text: bool = False,
    embeddable: bool = False,
) -> HttpResponse:
    read = functools.partial(store().read, namespace, rendition.file_sha256)
    response = picture_response(
        request,
        **_as_asked(rendition.file_sha256, rendition.content_type, read, as_text),
        cache_control=cache_control,
        embeddable=embeddable,
    )
    if not as_text:
        # Where these very bytes lie for ever, for who wants to keep an address and not a copy.
        extension = next(
            name for name, each in EXTENSIONS.items() if FORMATS[each] == rendition.content_type
        )
        response.headers["Content-Location"] = reverse(
            "rendition", args=[namespace, rendition.file_sha256, extension]
        )
    return response


def _as_asked(
    sha256: str, content_type: str, read: Callable[[], bytes], as_text: bool
) -> dict[str, Any]:
    """The file itself, or a data URI of it with an entity tag of its own."""
    if not as_text:
        return {"sha256": sha256, "content_type": content_type, "read": read}

    def text() -> bytes:
        return f"data:{content_type};base64,".encode() + base64.b64encode(read())

    return {
        "sha256": f"{sha256}-{DATA_URI}",
        "content_type": "text/plain; charset=us-ascii",
        "read": text,
    }


def _spec_of(asked: dict[str, str]) -> tuple[RenditionSpec, bool]:
    """The rendition that a query asks for, and whether it is wanted as text."""
    as_text = asked.get("format") == DATA_URI
    format_ = "png" if as_text else asked.get("format")
    return RenditionSpec.parse(asked.get("size"), format_, asked.get("shape")), as_text
