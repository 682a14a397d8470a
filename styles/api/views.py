"""Published styles, reading requirements, and reference pictures over the API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db.models import prefetch_related_objects
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from brandhub.accounts.models import Role, Scope
from brandhub.api.fields import Body, Query, Text
from brandhub.api.idempotency import idempotent
from brandhub.api.pagination import paginated
from brandhub.api.parsing import check_form
from brandhub.api.permissions import scopes
from brandhub.api.schema import LINE, PAGE_QUERY, page_of, upload_of_brand
from brandhub.api.views import ApiView
from brandhub.common.links import link_to
from styles.api.tags import NO_TAGS, ReadAs, TagsField
from styles.composition import join_wishes, resolve_tags
from styles.models import ReferenceImage, Style, StyleRevision
from styles.requirements import MAX_TEXT, parse_requirement
from styles.selectors import published_styles_of, revision_for
from styles.services import add_reference_image


class ColourSerializer(serializers.Serializer):
    name = serializers.CharField()
    hex = serializers.CharField()
    role = serializers.CharField()
    tolerance = serializers.FloatField(help_text="ΔE00 up to which a pixel counts as it.")


class ExampleSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    tags = serializers.DictField()
    rights_holder = serializers.CharField(allow_blank=True)
    licence = serializers.CharField(allow_blank=True)
    url = serializers.SerializerMethodField(help_text="The picture, for the same key.")

    def get_url(self, image: ReferenceImage) -> str:
        return link_to("reference-image", reference_id=image.pk)


class RevisionSerializer(serializers.Serializer):
    number = serializers.IntegerField()
    published_at = serializers.DateTimeField(allow_null=True)
    default_tags = serializers.DictField()
    unsupported_tags = serializers.SerializerMethodField()
    image_size = serializers.IntegerField()
    family = serializers.CharField(source="base_model.family")
    examples = serializers.SerializerMethodField()

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_unsupported_tags(self, revision: StyleRevision) -> list[str]:
        """What the style's model cannot draw, as ``category:value``."""
        return list(revision.base_model.unsupported_tags)

    @extend_schema_field(ExampleSerializer(many=True))
    def get_examples(self, revision: StyleRevision) -> list[dict[str, Any]]:
        """Pictures that show what the style means: the revision's references."""
        pinned = [pin.reference for pin in revision.pinned_references.all()]
        return list(ExampleSerializer(pinned, many=True).data)


class StyleSerializer(serializers.Serializer):
    name = serializers.SerializerMethodField(help_text="As a request names it: `brand/style`.")
    title = serializers.CharField(source="style.name")
    description = serializers.CharField(source="style.description", allow_blank=True)
    palette = serializers.SerializerMethodField()
    revision = RevisionSerializer(source="*")

    def get_name(self, revision: StyleRevision) -> str:
        return f"{revision.style.brand.slug}/{revision.style.slug}"

    @extend_schema_field(ColourSerializer(many=True))
    def get_palette(self, revision: StyleRevision) -> list[dict[str, Any]]:
        return list(ColourSerializer(revision.style.brand.palette.all(), many=True).data)


class StyleFilters(Query):
    brand = serializers.SlugField(required=False)


def _represent(styles: Sequence[Style]) -> list[dict[str, Any]]:
    newest = []
    for style in styles:
        revision = style.published[0]  # type: ignore[attr-defined]
        revision.style = style
        newest.append(revision)
    return list(StyleSerializer(newest, many=True).data)


class Styles(ApiView):
    """Styles that a request can name."""

    permission_classes = scopes(GET=Scope.STYLES_READ)

    @extend_schema(
        operation_id="styles_list",
        summary="List published styles with their newest revision",
        parameters=[StyleFilters, *PAGE_QUERY],
        responses=page_of(StyleSerializer),
    )
    def get(self, request: Request) -> Response:
        filters = self.query(StyleFilters, paged=True)
        brands = self.caller.brands()
        if "brand" in filters:
            brands = brands.filter(slug=filters["brand"])
        return paginated(request, published_styles_of(brands), _represent)


class StyleDetail(ApiView):
    """One style, at its newest or at a pinned revision."""

    permission_classes = scopes(GET=Scope.STYLES_READ)

    @extend_schema(
        operation_id="styles_get",
        summary="Get a style; `friendly-robots@7` pins a revision",
        parameters=[
            OpenApiParameter("brand", str, OpenApiParameter.PATH),
            OpenApiParameter("style", str, OpenApiParameter.PATH),
        ],
        responses=StyleSerializer,
    )
    def get(self, request: Request, brand: str, style: str) -> Response:
        self.query()
        revision = revision_for(self.caller.brands(), f"{brand}/{style}")
        prefetch_related_objects([revision], "pinned_references__reference")
        return Response(StyleSerializer(revision).data)


class ParseBody(Body):
    text = Text(required=False, default="", allow_blank=True, max_length=MAX_TEXT)
    tags = TagsField(required=False, default=NO_TAGS)


class ParsedSerializer(serializers.Serializer):
    tags = serializers.DictField()
    absent_tags = serializers.ListField(child=serializers.CharField())
    not_understood = serializers.ListField(child=serializers.CharField())
    read_as = ReadAs()
    language = serializers.ChoiceField(choices=["en", "zh"])


class ParseRequirement(ApiView):
    """Words in, tags out."""

    permission_classes = scopes(POST=Scope.REQUESTS_WRITE)

    @extend_schema(
        operation_id="requirements_parse",
        summary="Read a requirement as tags",
        description="Creates nothing. Explicit tags win over those of the text. Which colours are "
        "the brand's own is known with a style only: a request's `dry_run` tells them.",
        request=ParseBody,
        responses=ParsedSerializer,
    )
    def post(self, request: Request) -> Response:
        self.query()
        body = self.body(ParseBody)
        read = parse_requirement(body["text"], pointer="/text")
        wanted, absent = join_wishes(read, resolve_tags(body["tags"]))
        return Response(
            {
                "tags": wanted,
                "absent_tags": list(absent),
                "not_understood": [*read.not_understood, *read.brand_colours.values()],
                "read_as": read.read_as,
                "language": read.language,
            }
        )


class ReferenceImageBody(Body):
    brand = serializers.CharField(max_length=50, help_text="The brand's short name.")
    file = serializers.FileField(
        allow_empty_file=True, help_text="PNG, JPEG or WebP; 20 MB, 40 megapixels."
    )
    rights_holder = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=120
    )
    licence = serializers.CharField(required=False, default="", allow_blank=True, max_length=120)


class ReferenceImageSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    brand = serializers.CharField(source="brand.slug")
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    rights_holder = serializers.CharField(allow_blank=True)
    licence = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()


class ReferenceImages(ApiView):
    """Pictures to refer to."""

    permission_classes = scopes(POST=Scope.REQUESTS_WRITE)
    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="reference_images_create",
        summary="Upload a reference image",
        description="It is drawn anew as an sRGB PNG of at most 2,048 pixels a side: metadata and "
        "whatever else the file holds are dropped.",
        request=upload_of_brand(
            rights_holder=LINE,
            licence=LINE,
        ),
        responses={201: ReferenceImageSerializer},
    )
    @idempotent()
    def post(self, request: Request) -> Response:
        self.query()
        check_form(request.data)
        body = self.body(ReferenceImageBody)
        brand = self.caller.brand(body["brand"])
        self.caller.require_role(brand, Role.MANAGER)
        upload: UploadedFile = body["file"]
        image = add_reference_image(
            actor=self.caller.actor,
            brand=brand,
            client=self.caller.client,
            file=upload,  # type: ignore[arg-type]
            size=upload.size or 0,
            rights_holder=body["rights_holder"],
            licence=body["licence"],
            sandbox=self.caller.sandbox,
        )
        image.refresh_from_db(fields=["created_at"])
        return Response(ReferenceImageSerializer(image).data, status=201)
