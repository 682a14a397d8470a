"""Addresses that are refused before anything is looked up by them."""

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin


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
