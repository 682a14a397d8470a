"""The base of every view of the API: fails closed, counts calls, checks what it reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, ClassVar

from django.http.response import HttpResponseBase
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.permissions import AllowAny
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from brandhub.accounts.callers import Caller
from brandhub.accounts.rate_limits import WINDOW_SECONDS, Allowance, RateLimited, spend_call
from brandhub.api.authentication import BearerKey, PagesSession
from brandhub.api.pagination import PAGE_PARAMETERS
from brandhub.api.parsing import check_address
from brandhub.api.permissions import caller_of
from brandhub.api.problems import EncodedBody
from brandhub.common.errors import FieldError, InvalidInput

#: Calls a minute of a person; a client has its own number.
PERSON_CALLS_PER_MINUTE = 300


class OneRepresentation(BaseContentNegotiation):
    """Every address has one representation, so ``Accept`` and ``?format=`` choose nothing here.

    An ``<img>`` asks for images and ``EventSource`` for an event stream; their errors are problem
    details all the same.
    """

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        if request.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
            raise EncodedBody
        content_type = (request.content_type or "").partition(";")[0].strip().lower()
        for parser in parsers:
            if parser.media_type == content_type:
                return parser
        return None

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        renderer = next(iter(renderers))
        return renderer, str(renderer.media_type)


class ApiView(APIView):
    """A call that needs a key or a session; ``permission_classes`` must say with which scopes."""

    authentication_classes = [BearerKey, PagesSession]
    content_negotiation_class = OneRepresentation
    # Neither OPTIONS nor TRACE: the schema describes, and no other origin's script is served.
    http_method_names = ["get", "head", "post", "put", "patch", "delete"]
    #: Whether a call is taken from the caller's allowance.
    counted: ClassVar[bool] = True

    allowance: Allowance | None = None

    @property
    def caller(self) -> Caller:
        """Who calls; permissions have made sure that there is somebody."""
        return caller_of(self.request)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        check_address(request)
        super().initial(request, *args, **kwargs)

    def check_throttles(self, request: Request) -> None:
        """Take a call from the caller's allowance. Raises ``RateLimited``."""
        if not self.counted:
            return
        caller = self.caller
        limit = caller.client.requests_per_minute if caller.client else PERSON_CALLS_PER_MINUTE
        self.allowance = spend_call(caller_id=caller.allowance_id, per_minute=limit)
        if not self.allowance.allowed:
            raise RateLimited(retry_after=self.allowance.retry_after)

    def finalize_response(  # type: ignore[override]
        self, request: Request, response: HttpResponseBase, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        response = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[arg-type]
        response.headers.setdefault("Cache-Control", "no-store")
        if self.allowance is not None:
            left = self.allowance
            response.headers["RateLimit-Policy"] = f'"calls";q={left.limit};w={WINDOW_SECONDS}'
            response.headers["RateLimit"] = f'"calls";r={left.remaining};t={left.full_in}'
        return response

    def body(self, serializer: type[Serializer]) -> dict[str, Any]:
        """The validated body. Raises a validation error, which becomes 422."""
        checked = _reader(serializer, self.request.data)
        checked.is_valid(raise_exception=True)
        return dict(checked.validated_data)

    def query(self, serializer: type[Serializer] | None = None, *, paged: bool = False) -> Any:
        """The validated query; a parameter that the call does not know, or gets twice, is an error.

        Raises ``InvalidInput`` whose pointers start with ``?``.
        """
        given = self.request.query_params
        checked = _reader(serializer, given.dict()) if serializer is not None else None
        known = set(checked.fields) if checked is not None else set()
        known |= PAGE_PARAMETERS if paged else set()
        errors = [
            FieldError(f"?{name}", "unknown_parameter", _("This call knows no such parameter."))
            for name in given
            if name not in known
        ]
        errors += [
            FieldError(f"?{name}", "repeated_parameter", _("This parameter is given twice."))
            for name, values in given.lists()
            if name in known and len(values) > 1
        ]
        if checked is not None and not checked.is_valid():
            errors += _query_errors(checked.errors)
        if errors:
            raise InvalidInput(_("The query is not valid."), errors=errors)
        return dict(checked.validated_data) if checked is not None else {}


class PublicView(ApiView):
    """An address that needs no key: what lies there was published."""

    authentication_classes = []
    permission_classes = [AllowAny]
    counted = False


def _reader(serializer: type[Serializer], data: Any) -> Serializer:
    """A serializer that reads ``data`` with the fields that all of its class share.

    DRF copies every declared field for each instance, which costs more than reading with them.
    Fields that only read keep nothing of what they read.
    """
    reader = serializer(data=data)
    reader.fields = _fields_of(serializer, get_language())  # type: ignore[misc]  # a cached property, filled here
    return reader


@cache
def _fields_of(serializer: type[Serializer], language: str | None) -> Any:
    # DRF words the limits of a field once, in the language of who first crosses them.
    return serializer().fields


def _query_errors(errors: Mapping[str, Any]) -> list[FieldError]:
    return [
        FieldError(f"?{name}", getattr(item, "code", "invalid"), str(item))
        for name, items in errors.items()
        for item in items
    ]
