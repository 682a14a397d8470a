"""Adapters over the API: upload, list, follow the check."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
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
from brandhub.api.schema import LINE, PAGE_QUERY, page_of, upload_of_brand
from brandhub.api.views import ApiView
from brandhub.common.errors import FieldError, InvalidInput, NotFound
from brandhub.inference.adapter_files import MAX_TRIGGER_WORDS
from styles.adapters.states import AdapterStatus
from styles.adapters.uploading import add_revision, receive_adapter
from styles.adapters.wordings import reason_sentence
from styles.models.adapters import AdapterRevision
from styles.models.base_models import BaseModel


class AdapterBody(Body):
    brand = serializers.CharField(max_length=50, help_text="The brand's short name.")
    adapter = serializers.SlugField(
        max_length=60, help_text="The adapter's short name; one that is taken adds a revision."
    )
    name = serializers.CharField(required=False, default="", allow_blank=True, max_length=120)
    base_model = serializers.CharField(
        max_length=40, help_text="The family of the base model that it was trained on."
    )
    file = serializers.FileField(
        allow_empty_file=True, help_text="safetensors: PEFT, diffusers or kohya; 2 GB."
    )
    alpha = serializers.FloatField(required=False, allow_null=True, default=None)
    trigger_words = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=MAX_TRIGGER_WORDS
    )
    rights_holder = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=120
    )
    licence = serializers.CharField(required=False, default="", allow_blank=True, max_length=120)


class RefusalSerializer(serializers.Serializer):
    code = serializers.CharField()
    detail = serializers.CharField()


class AdapterSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    brand = serializers.CharField(source="brand.slug")
    adapter = serializers.CharField(source="adapter.slug")
    name = serializers.CharField(source="adapter.name")
    number = serializers.IntegerField()
    status = serializers.ChoiceField(choices=AdapterStatus.choices)
    refusal = serializers.SerializerMethodField(help_text="Why it was refused, or null.")
    base_model = serializers.CharField(source="base_model.name")
    family = serializers.CharField(source="base_model.family")
    layout = serializers.CharField()
    rank = serializers.IntegerField()
    alpha = serializers.FloatField(allow_null=True)
    trigger_words = serializers.CharField(allow_blank=True)
    trained_on = serializers.CharField(allow_blank=True)
    file_sha256 = serializers.CharField()
    file_size = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    checked_at = serializers.DateTimeField(allow_null=True)

    @extend_schema_field(RefusalSerializer(allow_null=True))
    def get_refusal(self, revision: AdapterRevision) -> dict[str, Any] | None:
        if not revision.reason:
            return None
        return {
            "code": revision.reason,
            "detail": reason_sentence(revision.reason, revision.reason_facts),
        }


class AdapterFilters(Query):
    brand = serializers.SlugField(required=False)
    status = serializers.ChoiceField(required=False, choices=AdapterStatus.choices)


def _represent(rows: Sequence[AdapterRevision]) -> list[dict[str, Any]]:
    return list(AdapterSerializer(rows, many=True).data)


class Adapters(ApiView):
    """Adapters' revisions."""

    permission_classes = scopes(GET=Scope.STYLES_READ, POST=Scope.ADAPTERS_WRITE)
    parser_classes = [MultiPartParser]

    #: What :meth:`receiving` has for :meth:`post`: the arguments of ``add_revision``.
    received: dict[str, Any]

    @extend_schema(
        operation_id="adapters_list",
        summary="List adapters' revisions, newest first",
        parameters=[AdapterFilters, *PAGE_QUERY],
        responses=page_of(AdapterSerializer),
    )
    def get(self, request: Request) -> Response:
        filters = self.query(AdapterFilters, paged=True)
        rows = self.caller.within_brands(AdapterRevision.objects.all())
        if "brand" in filters:
            rows = rows.filter(brand__slug=filters["brand"])
        if "status" in filters:
            rows = rows.filter(status=filters["status"])
        rows = rows.select_related("adapter", "brand", "base_model").order_by("-id")
        return paginated(request, rows, _represent)

    @contextmanager
    def receiving(self, request: Request) -> Iterator[None]:
        """Store the file before a transaction is begun that would have to wait for it."""
        self.query()
        check_form(request.data)
        body = self.body(AdapterBody)
        brand = self.caller.brand(body["brand"])
        self.caller.require_role(brand, Role.MANAGER)
        upload: UploadedFile = body["file"]
        named = {"brand": brand, "slug": body["adapter"], "name": body["name"]}
        revision = receive_adapter(
            **named,
            base_model=_newest_of(body["base_model"]),
            file=upload,  # type: ignore[arg-type]
            size=upload.size or 0,
            client=self.caller.client,
            alpha=body["alpha"],
            trigger_words=body["trigger_words"],
            rights_holder=body["rights_holder"],
            licence=body["licence"],
        )
        self.received = {**named, "revision": revision}
        yield

    @extend_schema(
        operation_id="adapters_create",
        summary="Upload an adapter",
        description="Its header is validated at once; a worker converts it, compares its layers "
        "with the base model's and draws with it. Until it is `ready` nothing can use it.",
        request=upload_of_brand(
            "adapter",
            "base_model",
            adapter={"type": "string", "minLength": 1, "maxLength": 60},
            name=LINE,
            base_model={"type": "string", "minLength": 1, "maxLength": 40},
            alpha={"type": "number"},
            trigger_words={"type": "string", "maxLength": MAX_TRIGGER_WORDS},
            rights_holder=LINE,
            licence=LINE,
        ),
        responses={201: AdapterSerializer},
    )
    @idempotent(receiving=receiving)
    def post(self, request: Request) -> Response:
        revision = add_revision(actor=self.caller.actor, **self.received)
        revision.refresh_from_db(fields=["created_at"])
        return Response(AdapterSerializer(revision).data, status=201)


class AdapterDetail(ApiView):
    """One revision of an adapter."""

    permission_classes = scopes(GET=Scope.STYLES_READ)

    @extend_schema(
        operation_id="adapters_get",
        summary="Get a revision of an adapter",
        parameters=[OpenApiParameter("adapter_id", UUID, OpenApiParameter.PATH)],
        responses=AdapterSerializer,
    )
    def get(self, request: Request, adapter_id: UUID) -> Response:
        self.query()
        rows = self.caller.within_brands(AdapterRevision.objects.all())
        revision = rows.select_related("adapter", "brand", "base_model").filter(pk=adapter_id)
        found = revision.first()
        if found is None:
            raise NotFound(_("There is no such adapter."), code="adapter_not_found")
        return Response(AdapterSerializer(found).data)


def _newest_of(family: str) -> BaseModel:
    model = BaseModel.objects.filter(family=family).order_by("-id").first()
    if model is None:
        detail = _("There is no base model of this family.")
        raise InvalidInput(detail, errors=[FieldError("/base_model", "unknown_family", detail)])
    return model
