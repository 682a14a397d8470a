"""The OpenAPI document: what every operation shares is added here, so that none can forget it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, ClassVar

from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ComponentRegistry, ResolvedComponent
from drf_spectacular.utils import Direction, OpenApiParameter, inline_serializer
from rest_framework import serializers

from brandhub.api.idempotency import HEADER, REPLAYED
from brandhub.api.pagination import DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE
from brandhub.api.problems import CONTENT_TYPE

PAGE_QUERY = [
    OpenApiParameter("cursor", str, description="A place in the list, from `next` or `previous`."),
    OpenApiParameter(
        "page_size",
        {"type": "integer", "minimum": 1, "maximum": MAX_PAGE_SIZE, "default": DEFAULT_PAGE_SIZE},
    ),
]

#: What ``livemode`` says of everything that bears it.
LIVEMODE = "False for what is in a sandbox: made with a test key, and seen with test keys alone."

#: What a form says in a line.
LINE = {"type": "string", "maxLength": 120}


def upload_of_brand(*required: str, **properties: dict[str, Any]) -> dict[str, Any]:
    """The body of an upload: a form with ``brand`` and ``file``, which both have to be there.

    ``properties`` are its other fields as JSON schema, of which those that are ``required`` have
    to be there, too.
    """
    return {
        "multipart/form-data": {
            "type": "object",
            "required": ["brand", *required, "file"],
            "additionalProperties": False,
            "properties": {
                "brand": {"type": "string", "minLength": 1, "maxLength": 50},
                "file": {"type": "string", "format": "binary"},
                **properties,
            },
        }
    }


_FIELD_ERROR = {
    "type": "object",
    "required": ["pointer", "code", "detail"],
    "properties": {
        "pointer": {
            "type": "string",
            "description": "JSON pointer into the body; `?name` for a parameter of the query.",
        },
        "code": {"type": "string"},
        "detail": {"type": "string"},
    },
}
_PROBLEM = {
    "type": "object",
    "description": "Problem details (RFC 9457). Some codes carry more members.",
    "required": ["type", "title", "status", "detail", "instance", "code", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string", "format": "uri-reference"},
        "code": {"type": "string", "description": "Stable; switch on this."},
        "request_id": {"type": "string", "description": "Also in X-Request-ID."},
        "errors": {"type": "array", "items": _FIELD_ERROR},
    },
}
_MEANINGS = {
    400: "The call cannot be read: malformed JSON, a character that cannot be stored.",
    401: "No key, or one that is unknown, revoked or expired.",
    403: "The key lacks a scope, or the person a role.",
    404: "No such thing, or another brand's: the two look the same.",
    409: "The present state forbids it, or a twin of this call is being carried out.",
    410: "Withdrawn on purpose.",
    413: "The body is too large.",
    415: "The body is of a type that this call does not take.",
    422: "Something in the body, the query or a header is not valid; see `errors`.",
    429: "Too many calls; `Retry-After` says when the next one is allowed.",
    503: "The platform cannot do this now; try again.",
}
_RATE_HEADERS = {
    "RateLimit-Policy": {
        "schema": {"type": "string"},
        "description": "Calls `q` per window of `w` seconds.",
    },
    "RateLimit": {
        "schema": {"type": "string"},
        "description": "Calls left `r`; all of them after `t` seconds.",
    },
}


class StrictBodies(OpenApiSerializerExtension):
    """Says of every body that it takes no other names."""

    target_class = "brandhub.api.fields.Body"
    match_subclasses = True

    def map_serializer(self, auto_schema: AutoSchema, direction: Direction) -> dict[str, Any]:
        schema = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        return {**schema, "additionalProperties": False}


def page_of(serializer: type[serializers.Serializer]) -> serializers.Serializer:
    """The body of a list whose items ``serializer`` describes."""
    name = serializer.__name__.removesuffix("Serializer")
    return inline_serializer(
        f"{name}Page",
        {
            "results": serializer(many=True),
            "next": serializers.URLField(allow_null=True),
            "previous": serializers.URLField(allow_null=True),
        },
    )


class ApiSchema(AutoSchema):
    """Adds to every operation its problems, its scopes, its headers."""

    #: Statuses with a body of problem details that an operation may have, by what it does.
    _ALWAYS: ClassVar[set[int]] = {400, 503}
    _READING_A_BODY: ClassVar[set[int]] = {413, 415}

    def get_operation(
        self,
        path: str,
        path_regex: str,
        path_prefix: str,
        method: str,
        registry: ComponentRegistry,
    ) -> dict[str, Any] | None:
        operation = super().get_operation(path, path_regex, path_prefix, method, registry)
        if operation is None:
            return None
        self._add_scopes(operation)
        handler = getattr(self.view, method.lower(), None)
        if getattr(handler, "is_idempotent", False):
            self._add_idempotency(operation)
        if getattr(self.view, "counted", False):
            for status, answer in operation["responses"].items():
                if status.startswith("2"):
                    answer.setdefault("headers", {}).update(_RATE_HEADERS)
        reference = self._problem(registry)
        for status in sorted(self._problem_statuses(operation, path)):
            operation["responses"].setdefault(str(status), _answer(status, reference))
        return operation

    def _insert_field_validators(self, field: serializers.Field, schema: dict[str, Any]) -> None:
        """Keep a default out of the alternatives: a blank one would contradict the first."""
        super()._insert_field_validators(field, schema)
        for each in schema.get("oneOf", ()):
            if "default" in each:
                schema["default"] = each.pop("default")

    def _problem_statuses(self, operation: dict[str, Any], path: str) -> set[int]:
        found = set(self._ALWAYS)
        if getattr(self.view, "authentication_classes", None):
            found |= {401, 403}
        if "{" in path:
            found.add(404)
        if self.method not in {"GET", "HEAD"}:
            found.add(409)
        if "requestBody" in operation:
            found.add(404)
        if self.method in {"POST", "PUT", "PATCH"}:
            found |= self._READING_A_BODY
        # An unknown parameter is an error everywhere.
        found.add(422)
        if getattr(self.view, "counted", False):
            found.add(429)
        return found | set(getattr(self.view, "problem_statuses", ()))

    def _add_scopes(self, operation: dict[str, Any]) -> None:
        for permission in getattr(self.view, "permission_classes", []):
            needed = getattr(permission, "needed", {}).get(self.method)
            if needed:
                operation["x-scopes"] = [str(scope) for scope in needed]
            if getattr(permission, "for_clients", False):
                operation["security"] = [{"key": []}]

    @staticmethod
    def _add_idempotency(operation: dict[str, Any]) -> None:
        operation.setdefault("parameters", []).append(
            {
                "in": "header",
                "name": HEADER,
                "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
                "description": "Sent again within 24 hours with the same body, the call is "
                "answered as before and nothing is done twice.",
            }
        )
        for status, answer in operation["responses"].items():
            if status.startswith("2"):
                answer.setdefault("headers", {})[REPLAYED] = {
                    "schema": {"type": "string", "enum": ["true"]},
                    "description": "The answer is a stored one.",
                }

    @staticmethod
    def _problem(registry: ComponentRegistry) -> dict[str, Any]:
        component = ResolvedComponent(
            name="Problem", type=ResolvedComponent.SCHEMA, schema=_PROBLEM, object="Problem"
        )
        registry.register_on_missing(component)
        return component.ref


def _answer(status: int, reference: dict[str, Any]) -> dict[str, Any]:
    return {
        "description": _MEANINGS.get(status, HTTPStatus(status).phrase),
        "content": {CONTENT_TYPE: {"schema": reference}},
    }
