"""Addresses and forms that are refused before anything is looked up by them."""

import codecs
from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.middleware.common import CommonMiddleware
from django.utils.deprecation import MiddlewareMixin

#: Codecs of UTF-8 and of what is part of it.
_UTF8 = frozenset({"utf-8", "ascii"})
_FORMS = frozenset({"multipart/form-data", "application/x-www-form-urlencoded"})


#: What machines inside a cluster ask of one process, by the address that it has there.
BY_ADDRESS = frozenset({"/healthz", "/readyz", "/metrics"})


class NamedHostMiddleware(CommonMiddleware):
    """Django's own, which refuses hosts that this installation is not called by; but for probes and
    Prometheus, who know a process by its number and whose answers name no host.
    """

    def process_request(self, request: HttpRequest) -> HttpResponsePermanentRedirect | None:
        if request.path_info in BY_ADDRESS:
            return None
        return super().process_request(request)


class ZeroByteMiddleware(MiddlewareMixin):
    """Answers 400 where an address holds a zero byte: PostgreSQL takes none in a text, and what is
    looked up by one would fail there as if the platform were broken. The API says so itself, with a
    code of its own.
    """

    get_response: Callable[[HttpRequest], HttpResponse]

    def process_request(self, request: HttpRequest) -> None:
        if request.path_info.startswith("/api/"):
            return
        if "\x00" in request.path_info or "%00" in request.META["QUERY_STRING"]:
            raise BadRequest("There is a zero byte in the address.")


class FormEncodingMiddleware(MiddlewareMixin):
    """Answers 400 to a form that says to be written in another encoding than UTF-8, in which every
    form is read (:class:`brandhub.handler.Utf8Request`).
    """

    get_response: Callable[[HttpRequest], HttpResponse]

    def process_request(self, request: HttpRequest) -> None:
        said = (request.content_params or {}).get("charset", "utf-8")
        if request.content_type in _FORMS and not _is_utf8(said):
            raise BadRequest("A form is written in UTF-8.")


def _is_utf8(name: str) -> bool:
    try:
        return codecs.lookup(name).name in _UTF8
    except (LookupError, ValueError):
        return False
