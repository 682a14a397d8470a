"""The library of references over the API: upload by a scoped key, list, fetch a picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from drf_spectacular.utils import OpenApiTypes, extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from brandhub.accounts.models import Role, Scope
from brandhub.api.fields import Body, Query
from brandhub.api.idempotency import idempotent
from brandhub.api.pagination import paginated
from brandhub.api.parsing import check_form
from brandhub.api.permissions import scopes
from brandhub.api.pictures import picture_response
from brandhub.api.schema import LINE, PAGE_QUERY, page_of, upload_of_brand
from brandhub.api.views import ApiView
from brandhub.common.links import link_to
from brandhub.common.storage import store
from styles.models import ReferenceImage
from styles.references.collecting import collect_reference
from styles.references.selectors import library_of, reference_called

_MOST_TAGS = 1000  # characters of the form's field


class ReferenceBody(Body):
    brand = serializers.CharField(max_length=50, help_text="The brand's short name.")
    file = serializers.FileField(
        allow_empty_file=True, help_text="PNG, JPEG or WebP; 20 MB, 40 megapixels."
    )
    title = serializers.CharField(required=False, default="", allow_blank=True, max_length=120)
    tags = serializers.CharField(
        required=False,
        default="",
        allow_blank=True,
        max_length=_MOST_TAGS,
        help_text="The caption: `subject:robot,eyewear:glasses`.",
    )
    rights_holder = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=120
    )
    licence = serializers.CharField(required=False, default="", allow_blank=True, max_length=120)


class ReferenceSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    brand = serializers.CharField(source="brand.slug")
    title = serializers.CharField(allow_blank=True)
    tags = serializers.DictField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    rights_holder = serializers.CharField(allow_blank=True)
    licence = serializers.CharField(allow_blank=True)
    url = serializers.SerializerMethodField(help_text="The picture, for the same key.")
    created_at = serializers.DateTimeField()

    def get_url(self, image: ReferenceImage) -> str:
        return link_to("reference-image", reference_id=image.pk)


class ReferenceFilters(Query):
    brand = serializers.SlugField(required=False)


def _represent(images: Sequence[ReferenceImage]) -> list[dict[str, Any]]:
    return list(ReferenceSerializer(images, many=True).data)


class References(ApiView):
    """The brand's library of pictures."""

    permission_classes = scopes(GET=Scope.STYLES_READ, POST=Scope.REFERENCES_WRITE)
    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="references_list",
        summary="List the references in the libraries of the caller's brands",
        parameters=[ReferenceFilters, *PAGE_QUERY],
        responses=page_of(ReferenceSerializer),
    )
    def get(self, request: Request) -> Response:
        filters = self.query(ReferenceFilters, paged=True)
        rows = library_of(self.caller)
        if "brand" in filters:
            rows = rows.filter(brand__slug=filters["brand"])
        return paginated(request, rows.order_by("-id"), _represent)

    @extend_schema(
        operation_id="references_create",
        summary="Put a reference into a brand's library",
        description="It is drawn anew as an sRGB PNG of at most 2,048 pixels a side. One that "
        "looks like a picture of the library is 409 `duplicate_reference`, with `reference_id`.",
        request=upload_of_brand(
            title=LINE,
            tags={"type": "string", "maxLength": _MOST_TAGS},
            rights_holder=LINE,
            licence=LINE,
        ),
        responses={201: ReferenceSerializer},
    )
    @idempotent()
    def post(self, request: Request) -> Response:
        self.query()
        check_form(request.data)
        body = self.body(ReferenceBody)
        brand = self.caller.brand(body["brand"])
        self.caller.require_role(brand, Role.MANAGER)
        upload: UploadedFile = body["file"]
        image = collect_reference(
            actor=self.caller.actor,
            brand=brand,
            client=self.caller.client,
            file=upload,  # type: ignore[arg-type]
            size=upload.size or 0,
            title=body["title"],
            tags=[each.strip() for each in body["tags"].split(",") if each.strip()],
            rights_holder=body["rights_holder"],
            licence=body["licence"],
        )
        image.refresh_from_db(fields=["created_at"])
        return Response(ReferenceSerializer(image).data, status=201)


class ReferencePicture(ApiView):
    """A reference's picture."""

    permission_classes = scopes(GET=Scope.STYLES_READ)

    @extend_schema(
        operation_id="references_image",
        summary="Fetch a reference's picture",
        responses={(200, "image/png"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, reference_id: UUID) -> Any:
        self.query()
        image = reference_called(self.caller, reference_id)
        return picture_response(
            request,
            sha256=image.file_sha256,
            content_type="image/png",
            cache_control="private, no-cache",
            read=lambda: store().read(image.brand.public_id, image.file_sha256),
        )
