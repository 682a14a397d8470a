"""Every error of the API as problem details (RFC 9457), with a stable ``code``.

One function decides how an exception is told; DRF's handler, plain views and the fallbacks for
addresses that lead nowhere all use it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, is_dataclass
from http import HTTPStatus
from typing import Any

import structlog
from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import OperationalError
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.encoding import escape_uri_path
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions as drf
from rest_framework.response import Response

from brandhub.common.correlation import current_correlation_id
from brandhub.common.errors import BrandHubError, FieldError, InvalidInput, pointer_part

log = structlog.get_logger(__name__)

CONTENT_TYPE = "application/problem+json"

#: Members that RFC 9457 or this API defines; an error's extras may not replace them.
_RESERVED = frozenset(
    {"type", "title", "status", "detail", "instance", "code", "errors", "request_id"}
)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is told of an error: the members of its body, and headers."""

    status: int
    code: str
    title: str
    detail: str
    errors: tuple[FieldError, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def body(self, request: HttpRequest) -> dict[str, Any]:
        """The JSON object, with the path of ``request`` as its instance."""
        body: dict[str, Any] = {
            "type": f"urn:brandhub:problem:{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "instance": escape_uri_path(request.path),
            "code": self.code,
            "request_id": current_correlation_id(),
        }
        if self.errors:
            body["errors"] = [asdict(error) for error in self.errors]
        for name, value in self.extra.items():
            if name not in _RESERVED:
                body[name] = _as_json(value)
        return body


class MalformedJson(drf.ParseError):
    """The body cannot be read as the JSON that this API takes. HTTP 400."""

    default_code = "malformed_json"


class BodyTooLarge(drf.APIException):
    """The body is larger than the call takes. HTTP 413."""

    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    default_code = "body_too_large"
    default_detail = _("The body is larger than this call takes.")


class EncodedBody(drf.APIException):
    """The body is compressed, which no call here takes. HTTP 415."""

    status_code = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    default_code = "unsupported_content_encoding"
    default_detail = _("Send the body as it is, without a Content-Encoding.")


_PHRASES = {
    HTTPStatus.BAD_REQUEST: _("Bad Request"),
    HTTPStatus.UNAUTHORIZED: _("Unauthorized"),
    HTTPStatus.FORBIDDEN: _("Forbidden"),
    HTTPStatus.NOT_FOUND: _("Not Found"),
    HTTPStatus.METHOD_NOT_ALLOWED: _("Method Not Allowed"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: _("Request Entity Too Large"),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: _("Unsupported Media Type"),
    HTTPStatus.TOO_MANY_REQUESTS: _("Too Many Requests"),
    HTTPStatus.INTERNAL_SERVER_ERROR: _("Internal Server Error"),
    HTTPStatus.SERVICE_UNAVAILABLE: _("Service Unavailable"),
}

#: Codes of DRF's own exceptions, where ours say more.
_DRF_CODES = {
    "parse_error": "malformed_body",
    "not_authenticated": "authentication_required",
    "permission_denied": "refused",
    "throttled": "rate_limited",
    "method_not_allowed": "method_not_allowed",
    "unsupported_media_type": "unsupported_media_type",
}


def problem_of(error: Exception) -> Problem | None:
    """How ``error`` is told, or None for one that nobody foresaw."""
    match error:
        case BrandHubError():
            return _of_service(error)
        case drf.ValidationError():
            return _invalid(field_errors(error.detail))
        case DjangoValidationError():
            return _invalid(_model_errors(error))
        case drf.APIException():
            return _of_drf(error)
        case RequestDataTooBig():
            return _of_drf(BodyTooLarge())
        case Http404():
            return _plain(HTTPStatus.NOT_FOUND, "not_found", _("There is no such resource."))
        case PermissionDenied():
            return _plain(HTTPStatus.FORBIDDEN, "refused", _("This is not permitted."))
        case TooManyFieldsSent() | TooManyFilesSent() | SuspiciousOperation():
            return _plain(
                HTTPStatus.BAD_REQUEST, "bad_request", _("The request is not acceptable.")
            )
        case OperationalError():
            # Locked for too long, no connection left, or PostgreSQL away: all pass by themselves.
            log.error("database_unavailable", exc_info=error)
            return _plain(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "database_busy",
                _("The database could not do this now."),
                headers={"Retry-After": "2"},
            )
    return None


def phrase_of(status: int) -> str:
    """HTTP's own phrase for ``status``, in the reader's language where it has one here."""
    known = HTTPStatus(status)
    return str(_PHRASES.get(known, known.phrase))


def exception_handler(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """DRF's hook. None lets an unforeseen error rise to Django, which logs it and answers 500."""
    problem = problem_of(error)
    if problem is None:
        return None
    if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("api_fault", code=problem.code, exc_info=error)
    return Response(
        problem.body(context["request"]),
        status=problem.status,
        headers=_headers(problem),
        content_type=CONTENT_TYPE,
    )


def problem_response(problem: Problem, request: HttpRequest) -> JsonResponse:
    """The answer for places that DRF does not reach."""
    response = JsonResponse(
        problem.body(request),
        status=problem.status,
        content_type=CONTENT_TYPE,
        json_dumps_params={"ensure_ascii": False},
    )
    for name, value in _headers(problem).items():
        response[name] = value
    return response


def field_errors(detail: Any, pointer: str = "") -> tuple[FieldError, ...]:
    """DRF's nested error detail as a flat list with JSON pointers."""
    if isinstance(detail, Mapping):
        found: list[FieldError] = []
        for name, inner in detail.items():
            at = pointer if name == "non_field_errors" else f"{pointer}/{pointer_part(name)}"
            found += field_errors(inner, at)
        return tuple(found)
    if isinstance(detail, list | tuple):
        found = []
        for index, inner in enumerate(detail):
            if isinstance(inner, drf.ErrorDetail):
                found.append(FieldError(pointer, inner.code or "invalid", str(inner)))
            elif inner:
                found += field_errors(inner, f"{pointer}/{index}")
        return tuple(found)
    return (FieldError(pointer, getattr(detail, "code", "invalid"), str(detail)),)


def _of_service(error: BrandHubError) -> Problem:
    errors = error.errors if isinstance(error, InvalidInput) else ()
    extra = dict(error.extra)
    headers = {}
    if "retry_after" in extra:
        headers["Retry-After"] = str(extra.pop("retry_after"))
    return Problem(
        status=error.status,
        code=error.error_code,
        title=str(error.title),
        detail=str(error.detail),
        errors=tuple(errors),
        extra=extra,
        headers=headers,
    )


def _of_drf(error: drf.APIException) -> Problem:
    codes = error.get_codes()
    code = codes if isinstance(codes, str) else error.default_code
    headers: dict[str, str] = {}
    if authenticate := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = authenticate
    wait = getattr(error, "wait", None)
    if isinstance(error, drf.Throttled) and wait is not None:
        headers["Retry-After"] = str(math.ceil(wait))
    return _plain(error.status_code, _DRF_CODES.get(code, code), str(error.detail), headers=headers)


def _plain(
    status: int, code: str, detail: str | Promise, *, headers: Mapping[str, str] | None = None
) -> Problem:
    title = phrase_of(status)
    return Problem(status=status, code=code, title=title, detail=str(detail), headers=headers or {})


def _invalid(errors: tuple[FieldError, ...]) -> Problem:
    return Problem(
        status=InvalidInput.status,
        code=InvalidInput.code,
        title=str(InvalidInput.title),
        detail=gettext("See errors for what is wrong where."),
        errors=errors,
    )


def _model_errors(error: DjangoValidationError) -> tuple[FieldError, ...]:
    if not hasattr(error, "error_dict"):
        return tuple(
            FieldError("", item.code or "invalid", message)
            for item in error.error_list
            for message in item.messages
        )
    return tuple(
        FieldError(
            "" if name == "__all__" else f"/{pointer_part(name)}", item.code or "invalid", message
        )
        for name, items in error.error_dict.items()
        for item in items
        for message in item.messages
    )


def _headers(problem: Problem) -> dict[str, str]:
    return {"Cache-Control": "no-store", **problem.headers}


def _as_json(value: Any) -> Any:
    if hasattr(value, "as_json"):
        # What has a say in what callers are told of it, says it.
        return value.as_json()
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, Mapping):
        return {str(name): _as_json(inner) for name, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [_as_json(inner) for inner in value]
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return str(value)
