"""Style packs over the API: fetch a published revision as one, and send one in."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from drf_spectacular.utils import OpenApiParameter, OpenApiTypes, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from brandhub.accounts.models import Role, Scope
from brandhub.api.fields import Body
from brandhub.api.idempotency import idempotent
from brandhub.api.parsing import check_form
from brandhub.api.permissions import scopes
from brandhub.api.schema import upload_of_brand
from brandhub.api.views import ApiView
from brandhub.common.downloads import file_download
from styles.packs.conflicts import ImportChoices
from styles.packs.exporting import export_pack
from styles.packs.importing import ImportedPack, receive_pack, write_pack
from styles.packs.names import ZIP, pack_name
from styles.selectors import revision_for

_ADD_OR_LEAVE = ["add", "leave"]


class StylePack(ApiView):
    """A published revision as a file."""

    # Adapters' weights are in it: more than who may name styles needs.
    permission_classes = scopes(GET=Scope.STYLES_WRITE)

    @extend_schema(
        operation_id="styles_pack",
        summary="Fetch a published revision as a style pack",
        description="A ZIP archive with manifest, references, adapters and logo. Of a person it "
        "takes the role of a manager.",
        parameters=[
            OpenApiParameter("brand", str, OpenApiParameter.PATH),
            OpenApiParameter("style", str, OpenApiParameter.PATH),
        ],
        responses={(200, ZIP): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, brand: str, style: str) -> Any:
        self.query()
        revision = revision_for(self.caller.brands(), f"{brand}/{style}")
        self.caller.require_role(revision.style.brand, Role.MANAGER)
        file = tempfile.TemporaryFile()  # noqa: SIM115 - open until it is sent
        try:
            export_pack(actor=self.caller.actor, revision_id=revision.pk, to=file)
        except BaseException:
            file.close()
            raise
        return file_download(file, name=pack_name(revision), content_type=ZIP)


class PackBody(Body):
    brand = serializers.CharField(max_length=50, help_text="The brand's short name.")
    file = serializers.FileField(allow_empty_file=True, help_text="A style pack; 2 GB.")
    slug = serializers.SlugField(required=False, default="", allow_blank=True, max_length=60)
    join = serializers.BooleanField(required=False, default=False)
    palette = serializers.ChoiceField(required=False, default="add", choices=_ADD_OR_LEAVE)
    logo = serializers.ChoiceField(required=False, default="add", choices=_ADD_OR_LEAVE)


class ImportedSerializer(serializers.Serializer):
    style = serializers.SerializerMethodField(help_text="`brand/style`.")  # type: ignore[assignment]
    revision = serializers.IntegerField(source="revision.number")
    status = serializers.CharField(source="revision.status")
    references_added = serializers.IntegerField()
    references_known = serializers.IntegerField()
    adapters_added = serializers.SerializerMethodField(
        help_text="Follow their check at `/adapters/{id}`; the draft is published after it."
    )
    adapters_known = serializers.IntegerField()
    colours_added = serializers.IntegerField()
    logo_added = serializers.BooleanField()

    @extend_schema_field(serializers.ListField(child=serializers.UUIDField()))
    def get_adapters_added(self, imported: ImportedPack) -> list[str]:
        return [str(adapter.pk) for adapter in imported.adapters_added]

    def get_style(self, imported: ImportedPack) -> str:
        style = imported.revision.style
        return f"{style.brand.slug}/{style.slug}"


class StylePacks(ApiView):
    """Style packs that come in."""

    permission_classes = scopes(POST=Scope.STYLES_WRITE)
    parser_classes = [MultiPartParser]

    #: What :meth:`receiving` has for :meth:`post`: the arguments of ``write_pack``.
    received: dict[str, Any]

    @contextmanager
    def receiving(self, request: Request) -> Iterator[None]:
        """Check and store the pack before a transaction that would have to wait for it."""
        self.query()
        check_form(request.data)
        body = self.body(PackBody)
        brand = self.caller.brand(body.pop("brand"))
        self.caller.require_role(brand, Role.MANAGER)
        upload: UploadedFile = body.pop("file")
        choices = ImportChoices(**body)
        with receive_pack(
            brand=brand,
            file=upload,  # type: ignore[arg-type]
            size=upload.size or 0,
            choices=choices,
        ) as pack:
            self.received = {"brand": brand, "pack": pack, "choices": choices}
            yield

    @extend_schema(
        operation_id="style_packs_create",
        summary="Import a style pack as a draft",
        description="All of it is checked before anything is written. What of the brand stands in "
        "its way is 409 `pack_conflicts` with `conflicts`: another `slug`, `join`, or `leave` for "
        "palette or logo settle them.",
        request=upload_of_brand(
            slug={"type": "string", "maxLength": 60},
            join={"type": "boolean"},
            palette={"type": "string", "enum": _ADD_OR_LEAVE},
            logo={"type": "string", "enum": _ADD_OR_LEAVE},
        ),
        responses={201: ImportedSerializer},
    )
    @idempotent(receiving=receiving)
    def post(self, request: Request) -> Response:
        imported = write_pack(actor=self.caller.actor, client=self.caller.client, **self.received)
        return Response(ImportedSerializer(imported).data, status=201)
